"""The views that every section stands on. A page declares what it shows; who sees it is decided here and nowhere else (L6)."""

from collections.abc import Callable
from functools import cache, partial
from typing import ClassVar, final

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from portal.access.kept import KeptQuery
from portal.accounts.enums import Section
from portal.kit.errors import DomainError, NotAllowed
from portal.kit.verdicts import ALLOWED, Verdict
from portal.web.declarations import Declaration, Rule
from portal.web.export import export_response
from portal.web.listing import Column, Listing, Tab
from portal.web.paging import Order, Sort, page_rows

FINAL = ("get_queryset", "get_object", "listing")
UNPROCESSABLE = 422
BAD_INPUT = 400


class Refused(PermissionDenied):
    """403 with the sentence that the person reads."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


class SectionView(View):
    """A page of a section. Subclasses declare `section`, `object_type` ("app.Model" or "") and `access_rule`.

    Without a contact, or without a web role for the section, the page does not exist (404). `section = None` opens it to
    every contact of the company.
    """

    section: ClassVar[Section | None]
    object_type: ClassVar[str]
    access_rule: ClassVar[Rule]
    template_name: ClassVar[str] = ""
    # The part of the template that HTMX gets, named by {% partialdef %}; the rest of the page stays.
    partial_name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        changed = [name for name in FINAL if name in vars(cls) and not cls.__module__.startswith("portal.web.views.")]
        if changed:
            raise TypeError(f"{cls.__name__} may not define {', '.join(changed)}: supply `query` instead.")
        cls.http_method_names = [name for name in ("get", "post") if hasattr(cls, name)]
        if "get" in cls.http_method_names:
            cls.http_method_names.append("head")

    @classmethod
    def declared(cls) -> Declaration | None:
        """What `manage.py routes` says of the view; None when something is missing, which stops the start."""
        if not all(hasattr(cls, name) for name in ("section", "object_type", "access_rule")):
            return None
        methods = tuple(name.upper() for name in ("get", "head", "post") if name in cls.http_method_names)
        return Declaration(cls.access_rule, cls.section, cls.object_type, methods)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.viewer = getattr(request, "viewer", None)

    def dispatch(self, request, *args, **kwargs):
        if not self.viewer or (self.section is not None and not self.viewer.may_read(self.section)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def render(self, *, status: int = 200, **context):
        """The page, or only its part for HTMX."""
        name = self.template_name
        if self.partial_name and wants_partial(self.request, self.partial_name):
            name = f"{name}#{self.partial_name}"
        return render(self.request, name, {"view": self, **context}, status=status)


class _Visible(SectionView):
    """Shows records of one kind; `query(viewer)` gives them, the rule of visibility is added here."""

    query: ClassVar
    # Whether the SQL of `query` may be kept: it takes nothing from the clock, the language or the company (portal.access.kept).
    keeps_query: ClassVar[bool] = False

    @final
    def get_queryset(self):
        """What `query` gives, as far as the viewer may see it."""
        return type(self).query(self.viewer).visible_to(self.viewer)

    @final
    def get_object(self):
        """The record of the path; 404 alike for foreign, hidden and missing."""
        if not self.keeps_query:
            return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        found = kept_record(type(self).query)(self.viewer, self.kwargs["pk"])
        if not found:
            raise Http404
        return found[0]


@cache
def kept_record(query: Callable) -> KeptQuery:
    """One visible record of a query by its id."""
    return KeptQuery(lambda viewer, pk: query(viewer).visible_to(viewer).filter(pk=pk).order_by("pk")[:1])


_pages: dict[tuple, KeptQuery] = {}


def kept_page(view: type["SectionListView"], tab: Tab | None, order: Order, way: str) -> KeptQuery:
    """A page of a list in one of its tabs and orders: the first one, or the one after or before a position."""
    key = (view, tab.key if tab else "", order.parameter, way)
    if key not in _pages:
        _pages[key] = KeptQuery(page_builder(view.query, tab.condition if tab else Q(), order, way))
    return _pages[key]


def page_builder(query: Callable, condition: Q, order: Order, way: str) -> Callable:
    """What KeptQuery builds a page of."""

    def rows(viewer):
        return query(viewer).visible_to(viewer).filter(condition)

    if not way:
        return lambda viewer: page_rows(rows(viewer), order, None, backwards=False)
    return lambda viewer, value, pk: page_rows(rows(viewer), order, (value, pk), backwards=way == "before")


class SectionListView(_Visible):
    """A list: tabs, search, filters and order in the URL, pages by key, CSV of what is seen (FS-7).

    `query` is the only thing a page must supply beside its columns; wrap a function in `staticmethod`.
    """

    access_rule = Rule.VISIBLE
    partial_name = "list"
    tabs: ClassVar[tuple[Tab, ...]] = ()
    sorts: ClassVar[tuple[Sort, ...]]
    # `search(viewer, word)` gives a Q of what a word is looked for in; nothing that the viewer does not see.
    search: ClassVar = None
    filterset_class: ClassVar[type | None] = None
    export_columns: ClassVar[tuple[Column, ...]] = ()
    export_name: ClassVar[str] = "export"

    @final
    def listing(self) -> Listing:
        """What the URL asks for, over what the viewer may see."""
        return Listing(
            self.request.GET,
            self.get_queryset,
            tabs=self.tabs,
            sorts=self.sorts,
            matches=partial(type(self).search, self.viewer) if type(self).search else None,
            filterset_class=self.filterset_class,
            fetch=self.fetch if self.keeps_query else None,
        )

    def fetch(self, tab: Tab | None, order: Order, position, *, backwards: bool) -> list:
        """The rows of a page by a query whose SQL is kept."""
        way = "" if position is None else "before" if backwards else "after"
        return kept_page(type(self), tab, order, way)(self.viewer, *(position or ()))

    def get(self, request, *args, **kwargs):
        listing = self.listing()
        if self.export_columns and listing.wants_export:
            return export_response(request, self.export_rows, self.export_columns, self.export_name)
        return self.render(list=listing, page=listing.page, **self.get_context(listing))

    def export_rows(self, viewer):
        """The rows and their order for one batch of the export, seen with the rights of that moment."""
        self.viewer = viewer
        listing = self.listing()
        return listing.rows, listing.order

    def get_context(self, listing: Listing) -> dict:
        """What else the template needs."""
        return {}


class SectionDetailView(_Visible):
    """One record by its public id."""

    access_rule = Rule.VISIBLE

    def get(self, request, *args, **kwargs):
        obj = self.get_object()
        return self.render(object=obj, **self.get_context(obj))

    def get_context(self, obj) -> dict:
        """What else the template needs."""
        return {}


class PolicyView(_Visible):
    """What not everybody who sees a record may have or do: `policy(viewer, obj)` says who."""

    access_rule = Rule.POLICY
    policy: ClassVar = staticmethod(lambda viewer, obj: ALLOWED)

    def allowed_object(self):
        """The visible record, once the policy allows it; 403 with the reason otherwise."""
        obj = self.get_object()
        verdict: Verdict = type(self).policy(self.viewer, obj)
        if not verdict.allowed:
            raise Refused(verdict.reason)
        return obj


class ActionView(PolicyView):
    """A verb on a visible record: `perform(obj, data)` makes the one domain call.

    GET shows the form (403 with the reason when the policy refuses), POST does it. A DomainError becomes an error of the
    form: 422, 409 when somebody was faster, 403 when it is not allowed.
    """

    form_class: ClassVar[type | None] = None
    template_name = "web/action.html"

    def get(self, request, *args, **kwargs):
        obj = self.allowed_object()
        return self.render_form(obj, self.get_form(obj))

    def post(self, request, *args, **kwargs):
        obj = self.allowed_object()
        form = self.get_form(obj, request.POST)
        if form is not None and not form.is_valid():
            return self.render_form(obj, form, status=UNPROCESSABLE)
        try:
            result = self.perform(obj, form.cleaned_data if form is not None else {})
        except NotAllowed as error:
            raise Refused(error.message) from error
        except DomainError as error:
            return self.refuse(obj, form, error)
        return HttpResponseRedirect(self.get_success_url(result or obj))

    def get_form(self, obj, data=None):
        """The bound or empty form, None for a verb without input."""
        return None if self.form_class is None else self.form_class(data)

    def perform(self, obj, data: dict):
        """Make exactly one domain call; returns the record to go to."""
        raise NotImplementedError

    def get_success_url(self, obj) -> str:
        """Where to go afterwards."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else "/"

    def get_context(self, obj) -> dict:
        """What else the template needs."""
        return {}

    def render_form(self, obj, form, *, status: int = 200, error=None):
        return self.render(status=status, object=obj, form=form, error=error, **self.get_context(obj))

    def refuse(self, obj, form, error: DomainError):
        """The form again with the domain's sentence at the field it is about."""
        status = UNPROCESSABLE if error.status == BAD_INPUT else error.status
        if form is not None:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.render_form(obj, form, status=status)
        return self.render_form(obj, None, status=status, error=error.message)


def wants_partial(request, name: str) -> bool:
    """Whether HTMX asks for this part of the page; a link boosted to another place or a step back in history gets all."""
    htmx = getattr(request, "htmx", None)
    if not htmx or htmx.history_restore_request:
        return False
    return not htmx.boosted or htmx.target == name
