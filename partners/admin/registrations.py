"""Deals that partners registered, for staff to decide (PRT-6, DYNAMICS 5.8)."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from partners.admin.opportunity_actions import actor
from partners.domain.registration import decide_registration
from partners.enums import Registration
from partners.models import DealRegistration
from portal.access.admin.record_actions import Action, ActionForm, RecordActions
from portal.tenancy.admin import COUNT_LIMIT, ReadOnlyAdmin, Waiting, portal_admin

REASON_LENGTH = 400


class ReasonForm(ActionForm):
    """Why, for the partner to read."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("The partner reads it."),
    )


class RefusalForm(ReasonForm):
    """Nobody is refused without a reason."""

    def __init__(self, data=None, *, record):
        super().__init__(data, record=record)
        self.fields["reason"].required = True


def waits(registration: DealRegistration) -> bool:
    return registration.status == Registration.REQUESTED


def decide(decision: Registration):
    return lambda registration, data, user: decide_registration(
        registration, decision, reason=data["reason"], by=actor(user)
    )


def what_was_said(registration: DealRegistration) -> list[str]:
    """The partner's own words."""
    return [registration.text] if registration.text else []


ACTIONS = (
    Action(
        "approve",
        gettext_lazy("Approve"),
        gettext_lazy("The partner has the exclusive right to this deal, and is told."),
        waits,
        decide(Registration.APPROVED),
        gettext_lazy("The registration of %(name)s was approved."),
        form=ReasonForm,
        consequences=what_was_said,
    ),
    Action(
        "reject",
        gettext_lazy("Reject"),
        gettext_lazy("The partner has no exclusive right to this deal, and reads why."),
        waits,
        decide(Registration.REJECTED),
        gettext_lazy("The registration of %(name)s was rejected."),
        form=RefusalForm,
        consequences=what_was_said,
        is_grave=True,
    ),
)


@admin.register(DealRegistration, site=portal_admin)
class DealRegistrationAdmin(RecordActions, ReadOnlyAdmin):
    """Asked for by partners only."""

    position = 30
    record_actions = ACTIONS
    list_display = ("opportunity", "partner", "status", "requested_at", "decided_at")
    list_filter = ("status",)
    list_select_related = ("opportunity__partner",)
    search_fields = ("opportunity__number", "opportunity__topic", "opportunity__partner__name")
    ordering = ("-requested_at", "-pk")
    fields = (
        "opportunity",
        "partner",
        "status",
        "text",
        "contact",
        "requested_at",
        "reason",
        "decided_by",
        "decided_at",
    )
    readonly_fields = ("partner",)

    @admin.display(description=gettext_lazy("partner"), ordering="opportunity__partner__name")
    def partner(self, registration):
        return registration.opportunity.partner


def to_decide() -> Waiting:
    """What partners wait for."""
    count = DealRegistration.objects.filter(status=Registration.REQUESTED).order_by()[:COUNT_LIMIT].count()
    words = ngettext("%(count)d deal registration to decide", "%(count)d deal registrations to decide", count)
    url = reverse("admin:partners_dealregistration_changelist")
    return Waiting(count, words % {"count": count}, f"{url}?status__exact={Registration.REQUESTED}")


portal_admin.add_waiting(to_decide)
