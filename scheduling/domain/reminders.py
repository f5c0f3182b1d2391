"""Reminders of a visit are written when it is booked or moved; what became wrong is taken back at once (NOT-1, NOT-2).

Whatever is missed here is caught right before sending: `BookingReminder.still_true` knows the visit's revision.
"""

from collections.abc import Iterable
from uuid import UUID

from notifications.domain.outbox import Draft, publish_all, reschedule, withdraw
from portal.accounts.models import Contact
from portal.kit import clock
from portal.tenancy.compiled import Compiled
from portal.tenancy.scope import current_tenant, tenant_scope
from portal.web.times import zone_of
from scheduling.calendar import promised
from scheduling.domain.rules import load_settings
from scheduling.engine.reminders import Quiet, due_times
from scheduling.enums import BookingStatus
from scheduling.models import Booking, SchedulingSettings, VisitReminder

REMINDER = "booking_reminder"
# Hours and days before the visit; what a company begins with.
SHIPPED_MINUTES = (2 * 60, 2 * 24 * 60)
BATCH = 200

offsets = Compiled(lambda: VisitReminder.objects.order_by("minutes_before").values_list("minutes_before")[:10])


def ship_reminders() -> None:
    """Give the tenant in scope the reminders that a company begins with, unless it has some already."""
    if not VisitReminder.objects.exists():
        VisitReminder.objects.bulk_create([VisitReminder(minutes_before=each) for each in SHIPPED_MINUTES])


def schedule_reminders(booking: Booking, settings: SchedulingSettings) -> None:
    """Write the reminders of a booked visit that are still to come, in the caller's transaction."""
    minutes = offsets_of_tenant()
    if booking.contact is not None and minutes:
        publish_all(drafts_of(booking, booking.contact, settings, minutes))


def replace_reminders(booking: Booking, settings: SchedulingSettings) -> None:
    """Take the reminders of a moved visit back and write those of its new time, in the caller's transaction."""
    withdraw_reminders(booking)
    schedule_reminders(booking, settings)


def withdraw_reminders(booking: Booking) -> None:
    """Take back what was to remind of this visit, in the caller's transaction."""
    if booking.contact is not None:
        withdraw(REMINDER, contact=booking.contact, objects={"booking": booking.pk})


def offsets_of_tenant() -> tuple[int, ...]:
    """How many minutes before a visit its customer is reminded."""
    return tuple(minutes for (minutes,) in offsets())


def drafts_of(
    booking: Booking, contact: Contact, settings: SchedulingSettings, minutes: tuple[int, ...]
) -> list[Draft]:
    """The reminders of the visit as it stands whose time has not passed."""
    starts, _ends = promised(booking, settings)
    quiet = Quiet(settings.quiet_from, settings.quiet_until) if settings.quiet_from and settings.quiet_until else None
    now = clock.now()
    return [
        Draft(
            REMINDER,
            key=f"booking-reminder:{booking.pk}:{booking.sequence}:{before}",
            contact=contact,
            objects={"booking": booking.pk, "sequence": booking.sequence},
            due_at=due_at,
        )
        for before, due_at in due_times(starts, minutes, quiet, zone_of(booking.time_zone)).items()
        if due_at > now
    ]


def align_reminders() -> int:
    """Bring the reminders of all coming visits in line with the settings as they are now; how many visits.

    A transaction for each batch, so that no booking waits long.
    """
    done, last = 0, None
    while True:
        with tenant_scope(current_tenant()):
            visits = coming_visits(last)
            align(visits)
        if not visits:
            return done
        done, last = done + len(visits), visits[-1].pk


def coming_visits(after: UUID | None) -> list[Booking]:
    """The next batch, locked. Who changes a visit at this moment writes its reminders anew: it is left out."""
    visits = Booking.objects.filter(status=BookingStatus.SCHEDULED, arrives_at__gt=clock.now(), contact__isnull=False)
    if after is not None:
        visits = visits.filter(pk__gt=after)
    locked = visits.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return list(locked.select_related("contact").order_by("pk")[:BATCH])


def align(visits: Iterable[Booking]) -> None:
    """Write what is missing, move what is due at another time, remove what nobody wants any more."""
    settings, minutes = load_settings(), offsets_of_tenant()
    drafts = [draft for each in visits for draft in drafts_of(each, each.contact, settings, minutes)]
    reschedule(REMINDER, drafts, kind="booking", ids=[each.pk for each in visits])
