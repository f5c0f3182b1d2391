"""What staff do with people on a project: book them, make bookings firmer, end and cancel them (PSA-5, DYNAMICS 6.3)."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.admin.agreement_actions import day_field
from portal.access.admin.record_actions import Action, ActionForm
from portal.tenancy.days import today
from portal.web.times import format_duration
from projects.admin.project_actions import is_open
from projects.domain.releasing import LIVE
from projects.domain.team import LONGEST_DAY, SHORTEST_DAY, book, change_booking, end_booking
from projects.enums import TEAM_BOOKING_TRANSITIONS, TeamBookingStatus
from projects.models import TeamBooking, TeamMember

KINDS = (TeamBookingStatus.PROPOSED, TeamBookingStatus.SOFT, TeamBookingStatus.HARD)
NOTE_LENGTH = 200
A_DAY = 480


class BookForm(ActionForm):
    """From when to when, how many minutes of each working day, how firmly."""

    status = forms.ChoiceField(
        label=gettext_lazy("How firmly"),
        choices=[(each.value, each.label) for each in KINDS],
        help_text=gettext_lazy("Only hard bookings take the resource's time and are shown to customers."),
    )
    starts_date = day_field(label=gettext_lazy("From"))
    ends_date = day_field(label=gettext_lazy("To"))
    minutes_a_day = forms.IntegerField(
        label=gettext_lazy("Minutes a day"), min_value=SHORTEST_DAY, max_value=LONGEST_DAY
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=gettext_lazy("Never shown to customers."),
    )

    def __init__(self, data=None, *, record: TeamMember):
        super().__init__(data, record=record)
        self.initial = {
            "status": TeamBookingStatus.SOFT,
            "starts_date": today(),
            "ends_date": today(),
            "minutes_a_day": A_DAY,
        }


MEMBER_ACTIONS = (
    Action(
        "book",
        gettext_lazy("Book"),
        gettext_lazy("Time on this project, from the beginning of each working day on. Time off and closed days are left out."),
        lambda member: is_open(member.project),
        lambda member, data, by: book(member, **data, by=by),
        gettext_lazy("%(name)s was booked."),
        form=BookForm,
    ),
)  # fmt: skip


def leads_to(status: TeamBookingStatus):
    """Whether a booking may take this step."""
    return lambda booking: status in TEAM_BOOKING_TRANSITIONS[TeamBookingStatus(booking.status)]


def step(status: TeamBookingStatus):
    return lambda booking, data, by: change_booking(booking, status, by=by)


def what_it_takes(booking: TeamBooking) -> list[str]:
    values = {"name": booking.member.resource, "time": format_duration(booking.minutes)}
    return [_("%(time)s of the time of %(name)s.") % values]


BOOKING_ACTIONS = (
    Action(
        "soft",
        gettext_lazy("Book softly"),
        gettext_lazy("Reserved in pencil: the resource may get tasks, and its time stays free for others."),
        leads_to(TeamBookingStatus.SOFT),
        step(TeamBookingStatus.SOFT),
        gettext_lazy("%(name)s is booked softly."),
        consequences=what_it_takes,
    ),
    Action(
        "hard",
        gettext_lazy("Book firmly"),
        gettext_lazy("The resource's time is taken, and the customer sees it where the project is exposed."),
        leads_to(TeamBookingStatus.HARD),
        step(TeamBookingStatus.HARD),
        gettext_lazy("%(name)s is booked firmly."),
        consequences=what_it_takes,
    ),
    Action(
        "end",
        gettext_lazy("End now"),
        gettext_lazy("Days to come are given back. What was worked stays; what has not begun is canceled."),
        lambda booking: booking.status in LIVE,
        lambda booking, data, by: end_booking(booking, by=by),
        gettext_lazy("%(name)s has ended."),
        is_grave=True,
    ),
    Action(
        "cancel",
        gettext_lazy("Cancel the booking"),
        gettext_lazy("All of its time is given back, as if it had never been booked."),
        leads_to(TeamBookingStatus.CANCELED),
        step(TeamBookingStatus.CANCELED),
        gettext_lazy("%(name)s was canceled."),
        is_grave=True,
    ),
)  # fmt: skip
