"""The panel “Who can see this and why” on the page of a record, and the page that shares it (TEN-5, TEN-6)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import F, Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from portal.access.clauses import Ids, IsAnyOf, access_of
from portal.access.difference import working_on
from portal.access.domain.sharing import share, unshare
from portal.access.explain import Finding, explain, reasons, sees
from portal.access.models import ExposedModel
from portal.access.money import account_id_at, sees_money_of
from portal.access.shares import share_model_of
from portal.access.viewer import Viewer, viewers_for
from portal.accounts.models import Contact
from portal.accounts.queries import accounts_above
from portal.kit.errors import DomainError
from portal.tenancy.admin import BoundedPaginator

CONTACTS_A_PAGE = 10
# Contacts that a search offers to share with, and shares that the page lists: nobody reads more.
OFFERED = 20
LISTED = 100


@dataclass(frozen=True, slots=True)
class Witness:
    """A contact with what the rule of visibility says about them and one record."""

    viewer: Viewer
    record: ExposedModel
    findings: list[Finding]
    money: bool

    @property
    def contact(self) -> Contact:
        return self.viewer.contact

    @property
    def sees(self) -> bool:
        return sees(self.findings)

    @property
    def sees_money(self) -> bool:
        return self.sees and self.money

    @property
    def preview_query(self) -> str:
        """Where a preview as this contact begins: on the record's own page, if it is seen and has one."""
        page = getattr(access_of(type(self.record)), "page", "")
        return urlencode({"next": reverse(page, args=[self.record.pk]) if page and self.sees else "/"})

    @property
    def sentences(self) -> list[str]:
        """Why, or why not."""
        return reasons(self.findings)


def witnesses(obj: ExposedModel, page: str | None):
    """A page of the contacts who may come to see the record, with the reasons.

    They are the active contacts of its account, of those whose people work on it, and of the accounts above, whose web roles may reach down, and those with
    whom it is shared.
    """
    account = account_id_at(obj, access_of(type(obj)).account)
    own = {account} if account else set()
    concerned = Q(account_id__in=accounts_above(own | working_on(type(obj).objects.filter(pk=obj.pk))))
    if share_model_of(type(obj)):
        concerned |= Q(IsAnyOf(F("pk"), Ids(shares_of_record(obj).values("contact_id"))))
    contacts = Contact.objects.filter(concerned, is_active=True).select_related("account").order_by("full_name", "pk")
    found = BoundedPaginator(contacts, CONTACTS_A_PAGE).get_page(page)
    found.object_list = [
        Witness(viewer, obj, explain(viewer, obj), sees_money_of(viewer, obj)) for viewer in viewers_for(list(found))
    ]
    return found


def shares_of_record(obj: ExposedModel):
    """The shares of a record whose kind is shared."""
    return share_model_of(type(obj)).objects.filter(content_object=obj)  # type: ignore[union-attr]


class WhoSeesMixin:
    """Puts the panel on the page of an object, with a page of its own for sharing it."""

    change_form_template: Any = "admin/access/change_form.html"
    opts: Any
    admin_site: Any

    def get_urls(self):
        own = path("<path:object_id>/share/", self.admin_site.admin_view(self.share_view), name=self.url_name("share"))
        return [own, *super().get_urls()]  # type: ignore[misc]

    def url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["witnesses"] = witnesses(obj, request.GET.get("contacts"))
            context["preview_back"] = urlencode({"back": request.path})
            if share_model_of(type(obj)):
                context["share_url"] = reverse(f"admin:{self.url_name('share')}", args=[obj.pk])
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]

    def share_view(self, request, object_id):
        """With whom the record is shared; a search for a contact to share it with. Only POST changes anything."""
        obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if obj is None or not share_model_of(type(obj)) or not self.has_view_permission(request, obj):  # type: ignore[attr-defined]
            raise Http404
        if request.method == "POST":
            self.share_or_take_back(request, obj)
            return redirect(request.get_full_path())
        word = request.GET.get("q", "").strip()
        shares = shares_of_record(obj).select_related("contact__account", "shared_by").order_by("-shared_at", "-pk")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Share %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "shares": shares[:LISTED],
            "word": word,
            "offered": contacts_named(word, obj) if word else [],
            "limit": OFFERED,
        }
        return TemplateResponse(request, "admin/access/share.html", context)

    def share_or_take_back(self, request, obj) -> None:
        """One domain call for the button that was pressed, and its sentence."""
        verb, chosen = (
            (share, request.POST.get("share")) if "share" in request.POST else (unshare, request.POST.get("take_back"))
        )
        contact = Contact.objects.filter(pk=chosen).order_by("pk").first() if chosen else None
        if contact is None:
            raise Http404
        sentence = (
            _("%(record)s is shared with %(name)s.")
            if verb is share
            else _("%(record)s is no longer shared with %(name)s.")
        )
        try:
            verb(obj, contact, by=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, sentence % {"record": obj, "name": contact})


def contacts_named(word: str, obj: ExposedModel) -> list[Contact]:
    """The first active contacts of this name, e-mail or account with whom the record is not shared yet."""
    named = Q(full_name__icontains=word) | Q(email__icontains=word) | Q(account__name__icontains=word)
    found = Contact.objects.filter(named, is_active=True).exclude(pk__in=shares_of_record(obj).values("contact_id"))
    return list(found.select_related("account").order_by("full_name", "pk")[:OFFERED])
