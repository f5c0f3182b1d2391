"""Links in messages that open a visit without sign-in: staff see, extend and block them (SCH-7, SECURITY 26)."""

from django import forms
from django.contrib import admin
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.admin.record_actions import Action, ActionForm, RecordActions
from portal.kit import clock
from portal.tenancy.admin import ReadOnlyAdmin, TenantInline, portal_admin
from scheduling.admin import bookings  # noqa: F401  its page is there before ours is put on it
from scheduling.domain.links import LONGEST_EXTENSION_HOURS, block_link, expiry_of, extend_link
from scheduling.models import Booking, SchedulingSettings, VisitLink

A_DAY = 24


class ExtendForm(ActionForm):
    """For how long."""

    hours = forms.IntegerField(
        label=gettext_lazy("Hours from now"), min_value=1, max_value=LONGEST_EXTENSION_HOURS, initial=A_DAY
    )


ACTIONS = (
    Action(
        key="extend",
        label=gettext_lazy("Extend"),
        explanation=gettext_lazy(
            "The link opens the visit without sign-in for longer, also where it was blocked or over."
        ),
        form=ExtendForm,
        is_offered=lambda link: True,
        perform=lambda link, data, user: extend_link(link, hours=data["hours"], by=user),
        done=gettext_lazy("The link opens the visit again for as long as you said."),
    ),
    Action(
        key="block",
        label=gettext_lazy("Block"),
        explanation=gettext_lazy(
            "The link opens nothing any more, at once. Other links to the visit stay as they are."
        ),
        is_offered=lambda link: link.blocked_at is None,
        perform=lambda link, data, user: block_link(link, by=user),
        done=gettext_lazy("The link is blocked."),
        is_grave=True,
    ),
)


class LinkState:
    """Says whether a link opens the visit now; the company's hours come with the rows."""

    def get_queryset(self, request):
        hours = SchedulingSettings.objects.order_by("pk").values("link_hours")[:1]
        links = super().get_queryset(request).select_related("contact", "booking__incident_type")  # type: ignore[misc]
        return links.annotate(hours=Coalesce(Subquery(hours), A_DAY))

    @admin.display(description=gettext_lazy("state"))
    def state(self, link):
        if link.blocked_at is not None:
            return _("Blocked")
        return _("Open") if clock.now() < expiry_of(link, link.hours) else _("Over")


@admin.register(VisitLink, site=portal_admin)
class VisitLinkAdmin(LinkState, RecordActions, ReadOnlyAdmin):
    """The codes themselves are known to their recipients only."""

    position = 25
    list_display = ("contact", "booking", "state", "created_at", "expires_at", "opened_at")
    list_select_related = ("contact", "booking__incident_type")
    search_fields = ("contact__full_name", "contact__email", "booking__work_order__number")
    ordering = ("-created_at", "-pk")
    fields = ("contact", "booking", "state", "created_at", "expires_at", "blocked_at", "opened_at")
    readonly_fields = ("state",)
    record_actions = ACTIONS


class VisitLinkInline(LinkState, TenantInline):
    """The links to a visit, on its page."""

    model = VisitLink
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = readonly_fields = ("contact", "state", "created_at", "expires_at", "opened_at")
    ordering = ("-created_at", "-pk")


portal_admin.add_inline(Booking, VisitLinkInline)
