"""The admin of the portal: one site, scoped to the tenant of the host; the platform's on the platform host."""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any, NamedTuple, Protocol

from allauth.account.views import logout as account_logout
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import DataError
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from portal.tenancy.changes import Changes, changes_of
from portal.tenancy.forms import NATIVE_INPUTS, SENT_ROWS, BoundedFormSet, TenantForm

# The sections of the admin's first page, in this order; others follow by name.
SECTIONS = (
    "accounts",
    "fieldservice",
    "timeline",
    "scheduling",
    "projects",
    "partners",
    "integrations",
    "geo",
    "notifications",
    "audit",
    "tenancy",
)
# A list counts no further than this: nobody turns that many pages, and a filter or search is at hand.
COUNT_LIMIT = 10_000
PATTERNS = {"regex", "iregex"}


class Trail(Protocol):
    """Where the admin writes what staff did; `portal.audit.admin` brings it."""

    def record(self, request, action: str, obj, changes: Changes) -> None: ...

    def history(self, obj) -> Any: ...

    def recent(self, user) -> Iterable: ...


class Waiting(NamedTuple):
    """What waits for staff, for the first page: how many, in words, and the list of them."""

    number: int
    words: str
    url: str


class PortalAdminSite(admin.AdminSite):
    """On a tenant's host open to that tenant's staff only, on the platform host to the platform's staff."""

    trail: Trail
    waiting: tuple[Callable[[], "Waiting"], ...] = ()
    site_url = "/"
    index_title = gettext_lazy("Overview")
    enable_nav_sidebar = True
    empty_value_display = "–"

    def has_permission(self, request):
        if not request.user.is_active:
            return False
        if request.tenant is None:
            return request.user.is_authenticated and request.user.is_platform_staff
        return bool(request.is_tenant_staff)

    def admin_view(self, view, cacheable=False):
        """Django's guard; somebody signed in who is not staff gets 403, and times are shown in the tenant's zone."""
        checked = super().admin_view(view, cacheable)

        def inner(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            try:
                with timezone.override(request.tenant.zone if request.tenant else None):
                    response = checked(request, *args, **kwargs)
                    if isinstance(response, TemplateResponse) and not response.is_rendered:
                        response.render()
                    return response
            except ValidationError as error:
                # A value that is no id at all, in the address or in a field that only scripts fill.
                raise BadRequest from error

        return update_wrapper(inner, checked)

    def get_urls(self):
        """Without Django's jump from any content type to any page."""
        return [each for each in super().get_urls() if getattr(each, "name", None) != "view_on_site"]

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        """The portal's own sign-in page; there is one door."""
        target = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            target = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(target)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(target, reverse("account_login"))

    def logout(self, request, extra_context=None):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return account_logout(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def password_change_done(self, request, extra_context=None):
        return redirect("admin:index")

    def each_context(self, request):
        name = request.tenant.name if request.tenant else _("Callout platform")
        return {**super().each_context(request), "site_header": name, "site_title": name}

    def index(self, request, extra_context=None):
        recent = list(self.trail.recent(request.user)) if request.tenant else []
        waiting = [found for ask in self.waiting if (found := ask()).number] if request.tenant else []
        return super().index(request, {**(extra_context or {}), "recent_entries": recent, "waiting": waiting})

    def get_app_list(self, request, app_label=None):
        """Sections in the order of `SECTIONS`; inside one the models by their admin's `position`."""
        sections = super().get_app_list(request, app_label)
        order = {label: number for number, label in enumerate(SECTIONS)}
        sections.sort(key=lambda each: (order.get(each["app_label"], len(order)), each["name"]))
        for section in sections:
            section["models"].sort(key=lambda each: getattr(self._registry[each["model"]], "position", 50))
        return sections

    def add_waiting(self, ask: Callable[[], Waiting]) -> None:
        """Have the first page tell what waits for staff in a section."""
        self.waiting = (*self.waiting, ask)

    def add_inline(self, model, inline) -> None:
        """Put an inline of a higher app on the page of a lower app's model."""
        page = self.get_model_admin(model)
        page.inlines = (*page.inlines, inline)  # type: ignore[misc]


portal_admin = PortalAdminSite(name="admin")
portal_admin.disable_action("delete_selected")


class BoundedPaginator(Paginator):
    """Counts up to COUNT_LIMIT rows, so that a list costs the same however much it holds (D8)."""

    @cached_property
    def count(self):
        return self.object_list[:COUNT_LIMIT].count()  # type: ignore[attr-defined]

    @property
    def is_cut(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count == COUNT_LIMIT


class StaffPermissions:
    """Whoever may open the site may do here what the class allows; Django's permissions are not used."""

    allows_adding = True
    allows_changing = True
    allows_deleting = True

    def is_open_to(self, request) -> bool:
        """Whether this page exists for the person on this host."""
        return request.tenant is not None and self.admin_site.has_permission(request)  # type: ignore[attr-defined]

    def has_module_permission(self, request):
        return self.is_open_to(request)

    def has_view_permission(self, request, obj=None):
        return self.is_open_to(request)

    def has_add_permission(self, request, obj=None):
        return self.allows_adding and self.is_open_to(request)

    def has_change_permission(self, request, obj=None):
        return self.allows_changing and self.is_open_to(request)

    def has_delete_permission(self, request, obj=None):
        return self.allows_deleting and self.is_open_to(request)


class PortalModelAdmin(StaffPermissions, admin.ModelAdmin):
    """Bounded lists, plain sentences; `position` orders the model within its section."""

    position = 50
    list_per_page = 50
    show_full_result_count = False
    list_select_related = ()
    view_on_site = False
    paginator = BoundedPaginator
    formfield_overrides = NATIVE_INPUTS
    object_history_template = "admin/history.html"

    def get_object(self, request, object_id, from_field=None):
        """Where the page does not exist for the person, nothing is looked up."""
        if not self.is_open_to(request):
            raise PermissionDenied
        return super().get_object(request, object_id, from_field)

    def lookup_allowed(self, lookup, value, request):
        """Django lets every column be asked in every way; a pattern from an address costs the database what it likes."""
        return not PATTERNS & set(lookup.split("__")) and super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request):
        """What the address asks of a column may be no value of it: year 10000, a number beyond all numbers."""
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            if not request.GET:
                raise
            raise BadRequest from error

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def message_user(self, request, message, *args, **kwargs):
        super().message_user(request, getattr(request, "admin_sentence", message), *args, **kwargs)

    def response_add(self, request, obj, post_url_continue=None):
        request.admin_sentence = _("%(name)s was added.") % {"name": obj}
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        request.admin_sentence = _("%(name)s was saved.") % {"name": obj}
        return super().response_change(request, obj)

    def response_delete(self, request, obj_display, obj_id):
        request.admin_sentence = _("%(name)s was deleted.") % {"name": obj_display}
        return super().response_delete(request, obj_display, obj_id)

    # Django's own log is one table for all tenants: it stays empty.
    def log_addition(self, request, obj, message): ...

    def log_change(self, request, obj, message): ...

    def log_deletions(self, request, queryset): ...


class TenantModelAdmin(PortalModelAdmin):
    """Base of the admin of every tenant table: open to the tenant's staff, each change in the tenant's audit.

    Rows and choices are scoped by the models' manager. Foreign keys stand in `autocomplete_fields`, so that no form
    lists a whole table; `unaudited_fields` are recorded by a domain verb instead.
    """

    form = TenantForm
    unaudited_fields: tuple[str, ...] = ()

    def get_inlines(self, request, obj):
        """Nothing to read belongs to an object that is only being added."""
        inlines: Any = super().get_inlines(request, obj)
        return [each for each in inlines if obj is not None or each.allows_adding]

    def construct_change_message(self, request, form, formsets, add=False):
        return changes_of(form, self.audited_formsets(formsets or []), without=self.unaudited_fields)

    def audited_formsets(self, formsets):
        """The inlines whose changes are recorded with the object; those saved by a domain verb record themselves."""
        return formsets

    def log_addition(self, request, obj, message):
        self.record(request, "add", obj, message)

    def log_change(self, request, obj, message):
        if message:
            self.record(request, "change", obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self.record(request, "delete", obj, Changes())

    def record(self, request, action: str, obj, changes: Changes) -> None:
        """Write to the audit trail, as `<model>.<action>`."""
        portal_admin.trail.record(request, f"{self.opts.model_name}.{action}", obj, changes)

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        page = BoundedPaginator(portal_admin.trail.history(obj), 50).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "page": page,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


class TenantInline(StaffPermissions, admin.TabularInline):
    """Rows that belong to the object of the page; their changes are recorded with it."""

    form = TenantForm
    formset = BoundedFormSet
    formfield_overrides = NATIVE_INPUTS
    extra = 0
    max_num = SENT_ROWS
    show_change_link = False


class ReadOnlyAdmin(TenantModelAdmin):
    """What staff look at and nobody edits here."""

    allows_adding = False
    allows_changing = False
    allows_deleting = False


class SingleRowAdmin(TenantModelAdmin):
    """A table with one row a tenant: its list leads straight to the row."""

    allows_deleting = False

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request) and not self.model.objects.exists()

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.model.objects.order_by("pk").first()
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return redirect(f"{name}_change", row.pk) if row else redirect(f"{name}_add")


class PlatformModelAdmin(PortalModelAdmin):
    """Base of what the platform's staff edit, on the platform host only."""

    allows_deleting = False

    def is_open_to(self, request) -> bool:
        return request.tenant is None and self.admin_site.has_permission(request)

    def render_change_form(self, request, context, *args, **kwargs):
        return super().render_change_form(request, {**context, "has_no_history": True}, *args, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        """The platform's tables hold no tenant's data and keep no history yet."""
        raise PermissionDenied


class PlatformInline(StaffPermissions, admin.TabularInline):
    """Rows of a platform object."""

    formset = BoundedFormSet
    extra = 0
    max_num = SENT_ROWS

    def is_open_to(self, request) -> bool:
        return request.tenant is None and self.admin_site.has_permission(request)
