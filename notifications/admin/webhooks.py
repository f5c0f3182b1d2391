"""Programs of the company's own that are told what happens: address, secret, a test event (NOT-4)."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.domain.endpoints import new_secret, rotate_secret, send_test
from notifications.models import WebhookEndpoint
from notifications.registry import Audience, all_messages
from portal.kit.fields import OutgoingURLField
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm


def event_choices() -> list[tuple[str, str]]:
    """What an endpoint can be told of."""
    told = [each for each in all_messages() if each.audience == Audience.CONTACT and each.is_optional]
    return [(each.name, each.title) for each in told]


class EndpointForm(TenantForm):
    """Address and events; none chosen means all."""

    url = OutgoingURLField(label=gettext_lazy("Address"), max_length=500)
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=event_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Left empty, it is told of all."),
    )


@admin.register(WebhookEndpoint, site=portal_admin)
class WebhookEndpointAdmin(TenantModelAdmin):
    """The secret is shown once, when it is made."""

    position = 40
    form = EndpointForm
    list_display = ("name", "url", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "url")
    ordering = ("name", "pk")
    fields = ("name", "url", "events", "is_active")

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/rotate/", view(self.rotate_view), name="notifications_webhookendpoint_rotate"),
            path("<path:object_id>/test/", view(self.test_view), name="notifications_webhookendpoint_test"),
        ]
        return [*own, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.secret = new_secret()
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        return self.show_secret(request, obj, obj.secret)

    def rotate_view(self, request, object_id):
        """GET asks, POST makes a new secret and shows it."""
        endpoint = self.find(request, object_id)
        if request.method == "POST":
            return self.show_secret(request, endpoint, rotate_secret(endpoint, by=request.user))
        return self.page(request, endpoint, "rotate")

    def test_view(self, request, object_id):
        """Send an event that tells of nothing."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        endpoint = self.find(request, object_id)
        send_test(endpoint, by=request.user)
        self.message_user(request, _("A test event is on its way. The outbox shows how it went."), messages.SUCCESS)
        return redirect("admin:notifications_webhookendpoint_change", endpoint.pk)

    def show_secret(self, request, endpoint, secret):
        response = self.page(request, endpoint, "secret", secret=secret)
        response["Cache-Control"] = "no-store, private"
        return response

    def page(self, request, endpoint, name, **context):
        whole = {
            **self.admin_site.each_context(request),
            "title": _("Secret of %(name)s") % {"name": endpoint},
            "opts": self.opts,
            "endpoint": endpoint,
            "change_url": reverse("admin:notifications_webhookendpoint_change", args=[endpoint.pk]),
            **context,
        }
        return TemplateResponse(request, f"admin/notifications/webhookendpoint/{name}.html", whole)

    def find(self, request, object_id) -> WebhookEndpoint:
        endpoint = self.get_object(request, unquote(object_id))
        if endpoint is None:
            raise Http404
        if not self.has_change_permission(request, endpoint):
            raise PermissionDenied
        return endpoint
