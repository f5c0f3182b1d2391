"""How the other system is reached (INT-2, SECURITY 32). Its secret is never shown again."""

from django import forms
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.admin.network import asking, keep, read_metadata
from integrations.enums import AuthKind
from integrations.models import Connection, IntegrationTask
from portal.kit.fields import OutgoingURLField
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm


class ConnectionForm(TenantForm):
    """Addresses on the public network only; a secret that is left empty stays as it is."""

    base_url = OutgoingURLField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Of the service, up to /data/ or the like."),
    )
    token_url = OutgoingURLField(label=gettext_lazy("Address of the sign-in"), max_length=500, required=False)
    new_secret = forms.CharField(
        label=gettext_lazy("Secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Never shown again. Left empty, the one that is kept stays."),
    )

    def clean(self):
        super().clean()
        signs_in = self.cleaned_data.get("auth") == AuthKind.CLIENT_CREDENTIALS
        if signs_in and not (self.instance.client_secret or self.cleaned_data.get("new_secret")):
            self.add_error("new_secret", _("Enter the secret."))
        return self.cleaned_data

    def save(self, commit=True):
        if self.cleaned_data.get("new_secret"):
            self.instance.client_secret = self.cleaned_data["new_secret"]
        return super().save(commit)


@admin.register(Connection, site=portal_admin)
class ConnectionAdmin(TenantModelAdmin):
    """A test reads what the service offers; what it offers is chosen from in the mappings."""

    position = 50
    form = ConnectionForm
    allows_deleting = False
    unaudited_fields = ("new_secret",)
    list_display = ("name", "base_url", "company", "auth")
    search_fields = ("name", "base_url", "company")
    ordering = ("name", "pk")
    fieldsets = (
        (None, {"fields": ("name", "base_url", "company", "is_cross_company")}),
        (gettext_lazy("Sign-in"), {"fields": ("auth", "token_url", "client_id", "new_secret", "scope", "resource")}),
    )

    def get_urls(self):
        view = asking(self, lambda connection: connection, read_metadata, self.tested_view, is_post_only=True)
        return [path("<path:object_id>/test/", view, name="integrations_connection_test"), *super().get_urls()]

    def tested_view(self, request, connection, found):
        """What the service offers; its fields are kept for the mappings."""
        sets = set(IntegrationTask.objects.filter(project__connection=connection).values_list("entity_set", flat=True))
        used = []
        if found.answer is not None:
            keep(connection, found.answer, sets)
            offered = found.answer.sets
            used = [(name, len(offered[name].properties) if name in offered else None) for name in sorted(sets)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Test of %(name)s") % {"name": connection},
            "opts": self.opts,
            "connection": connection,
            "problem": found.problem,
            "count": len(found.answer.sets) if found.answer else 0,
            "used": used,
        }
        return TemplateResponse(request, "admin/integrations/connection/tested.html", context)
