"""The page from which staff view the portal as a contact (TEN-6)."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.access.domain.previews import PREVIEW_LASTS
from portal.access.policies import can_preview
from portal.access.preview import begin
from portal.accounts.queries import staff_member_of

OK, FORBIDDEN = 200, 403


class PreviewMixin:
    """Gives the admin of contacts the page “View the portal as …”; GET explains, POST begins."""

    admin_site: Any

    def get_urls(self):
        own = path(
            "<path:object_id>/preview/", self.admin_site.admin_view(self.preview_view), name="accounts_contact_preview"
        )
        return [own, *super().get_urls()]  # type: ignore[misc]

    def preview_view(self, request, object_id):
        contact = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if contact is None:
            raise Http404
        page = reverse("admin:accounts_contact_change", args=[contact.pk])
        asked = request.POST if request.method == "POST" else request.GET
        back, target = local(request, asked.get("back"), page), local(request, asked.get("next"), "/")
        verdict = can_preview(staff_member_of(request.user), contact)
        if request.method == "POST" and verdict:
            begin(request, contact, back=back)
            return redirect(target)
        context = {
            **self.admin_site.each_context(request),
            "title": _("View the portal as %(name)s") % {"name": contact},
            "opts": self.opts,  # type: ignore[attr-defined]
            "contact": contact,
            "verdict": verdict,
            "minutes": int(PREVIEW_LASTS.total_seconds() // 60),
            "back": back,
            "next": target,
        }
        status = FORBIDDEN if request.method == "POST" else OK
        return TemplateResponse(request, "admin/access/preview.html", context, status=status)


def local(request, target: str | None, otherwise: str) -> str:
    """The target if it is a page of this host."""
    is_ours = target and url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if target and is_ours else otherwise
