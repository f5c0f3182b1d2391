"""Visits that staff should look at: the technician is out, late, or the customer asked (SCH-12, SCH-15)."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.admin.record_actions import Action, ActionForm
from portal.web.times import describe, format_instant
from scheduling.domain.booking import Slot
from scheduling.domain.changing import Change, change_visit, seeker_for, visit_of
from scheduling.domain.offers import next_times
from scheduling.domain.replan import settle
from scheduling.enums import BookingStatus
from scheduling.forms import parse_slot, slot_text
from scheduling.models import Booking

TIMES = 12


class AttentionFilter(admin.SimpleListFilter):
    """The list of what is to be looked at, the longest waiting first by its own order."""

    title = gettext_lazy("to be looked at")
    parameter_name = "look"

    def lookups(self, request, model_admin):
        return (("yes", _("To be looked at")),)

    def queryset(self, request, queryset):
        return queryset.exclude(attention="") if self.value() == "yes" else queryset


class MoveForm(ActionForm):
    """The next free times of the visit, by the rules of booking, and the revision that was shown."""

    slot = forms.ChoiceField(
        label=gettext_lazy("New time"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("That time has just been taken. Choose another one.")},
    )
    sequence = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=2**31 - 1,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("Open the page again.")
        ),
    )

    def __init__(self, data=None, *, record):
        super().__init__(data, record=record)
        self.fields["sequence"].initial = record.sequence
        if may_move(record):
            self.fields["slot"].choices = [(slot_text(slot), words_of(record, slot)) for slot in times_for(record)]


def may_move(booking: Booking) -> bool:
    return booking.status == BookingStatus.SCHEDULED and booking.place.point is not None


def times_for(booking: Booking) -> list[Slot]:
    """The next times at which somebody can come, from the promised one on."""
    visit = visit_of(booking)
    found = next_times(visit, Slot(booking.arrives_at), seeker=seeker_for(booking, None), limit=TIMES)
    return [each.slot for each in found]


def words_of(booking: Booking, slot: Slot) -> str:
    return format_instant(slot.starts, booking.time_zone, ends=slot.ends)


def move(booking: Booking, data: dict, user) -> Booking:
    return change_visit(booking, parse_slot(data["slot"]), Change(data["sequence"], None, user))


def why_listed(booking: Booking) -> list[str]:
    """Why the visit is listed, what was promised, and whom to call."""
    said = [booking.get_attention_display()] if booking.attention else []
    zone = booking.time_zone
    promised = describe(booking.window_starts_at or booking.arrives_at, zone, ends=booking.window_ends_at).site
    said.append(_("Promised: %(when)s") % {"when": promised})
    if booking.contact is not None:
        reach = [booking.contact.full_name, booking.contact.phone, booking.contact.email]
        said.append(_("Customer: %(reach)s") % {"reach": ", ".join(each for each in reach if each)})
    return said


ACTIONS = (
    Action(
        key="move",
        label=gettext_lazy("Find another time"),
        explanation=gettext_lazy(
            "The visit moves to the nearest technician who can come then, and the customer is told."
        ),
        is_offered=may_move,
        perform=move,
        done=gettext_lazy("%(made)s: the visit has a new time."),
        form=MoveForm,
        consequences=why_listed,
    ),
    Action(
        key="settle",
        label=gettext_lazy("Mark as settled"),
        explanation=gettext_lazy("You have dealt with it: the visit leaves the list and stays as it is."),
        is_offered=lambda booking: bool(booking.attention),
        perform=lambda booking, data, user: settle(booking, by=user),
        done=gettext_lazy("%(name)s is no longer to be looked at."),
        consequences=why_listed,
    ),
)
