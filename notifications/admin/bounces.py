"""Addresses that get nothing any more, and what the mail provider told (NOT-3)."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.domain.bounces import lift
from notifications.enums import SuppressionReason
from notifications.models import ProviderEvent, Suppression
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm


class SuppressionForm(TenantForm):
    """An address that staff block."""

    address = forms.EmailField(label=gettext_lazy("Address"), max_length=254)

    def clean_address(self):
        return self.cleaned_data["address"].lower()


@admin.register(Suppression, site=portal_admin)
class SuppressionAdmin(TenantModelAdmin):
    """Blocked by a bounce, a complaint or staff; lifted by staff. Rows stay, so that it can be read what was."""

    position = 35
    form = SuppressionForm
    allows_changing = False
    allows_deleting = False
    list_display = ("address", "reason", "detail", "created_at", "lifted_at")
    list_filter = ("reason", ("lifted_at", admin.EmptyFieldListFilter))
    search_fields = ("address",)
    ordering = ("-created_at", "-pk")
    fields = ("address", "detail")
    actions = ("lift_blocks",)

    def save_model(self, request, obj, form, change):
        obj.reason, obj.created_at = SuppressionReason.STAFF, clock.now()
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Send to these addresses again"))
    def lift_blocks(self, request, rows):
        """Lift what is blocked; the rest of the selection stays as it is."""
        lifted = 0
        for row in rows:
            try:
                lift(row, by=request.user)
            except Conflict:
                continue
            lifted += 1
        if lifted:
            text = ngettext("%(count)s address gets mail again.", "%(count)s addresses get mail again.", lifted)
            self.message_user(request, text % {"count": lifted})
        else:
            self.message_user(request, _("None of these addresses is blocked any more."), messages.WARNING)


@admin.register(ProviderEvent, site=portal_admin)
class ProviderEventAdmin(ReadOnlyAdmin):
    """The provider's reports as they came."""

    position = 37
    list_display = ("address", "kind", "provider", "at", "detail")
    list_filter = ("kind",)
    search_fields = ("address",)
    ordering = ("-received_at", "-pk")
    fields = ("provider", "kind", "address", "message", "detail", "at", "received_at")
    readonly_fields = fields
