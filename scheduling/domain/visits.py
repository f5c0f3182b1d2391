"""What the technician does with a visit, step by step (SCH-8, DYNAMICS 1.7, 3.2, 3.3).

Every step may come late, twice or out of order, from a phone that had no connection. Locks are taken in one order
everywhere: work order, resource, booking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.results import add_result
from fieldservice.domain.work_orders import follow_bookings, lock_work_order
from portal.accounts.models import User
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError, NotAllowed
from scheduling.domain.notices import tell_completed, tell_on_the_way
from scheduling.domain.timestamps import note_status
from scheduling.enums import TRANSITIONS, BookingStatus, TimestampSource
from scheduling.models import BookableResource, Booking, BookingTimestamp
from scheduling.queries import claims

# What a phone says that is older was kept by a clock that is wrong.
OLDEST_STEP = timedelta(days=1)
SHORTEST_WORK = timedelta(minutes=1)
BUSY = (BookingStatus.TRAVELING, BookingStatus.IN_PROGRESS)
WORDS_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """Who does it, as which resource; the phone's own number of the step and its own time, where it has them."""

    resource: BookableResource
    by: User
    key: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the visit: `resolution` for the customer, `note` for staff."""

    resolution: str = ""
    note: str = ""
    needs_follow_up: bool = False


def set_off(booking: Booking, step: Step) -> Booking:
    """Say that the technician is on the way; the customer is told (NOT-1)."""

    def write(row: Booking, at: datetime) -> None:
        _check_free(row)
        row.travel_started_at = at
        row.estimated_arrival_at = at + timedelta(seconds=row.travel_seconds)

    return _step(booking, BookingStatus.TRAVELING, step, write, told=tell_on_the_way)


def go_back(booking: Booking, step: Step) -> Booking:
    """Take the setting off back: the visit is scheduled as before."""

    def write(row: Booking, at: datetime) -> None:
        row.travel_started_at = row.estimated_arrival_at = None

    return _step(booking, BookingStatus.SCHEDULED, step, write, only_from=BookingStatus.TRAVELING)


def start(booking: Booking, step: Step) -> Booking:
    """Say that the technician is there and begins."""

    def write(row: Booking, at: datetime) -> None:
        _check_free(row)
        row.started_at = row.started_at or at
        row.estimated_arrival_at = None
        row.attention, row.attention_at = "", None

    return _step(booking, BookingStatus.IN_PROGRESS, step, write, not_from=BookingStatus.ON_BREAK)


def pause(booking: Booking, step: Step) -> Booking:
    """Begin a break."""
    return _step(booking, BookingStatus.ON_BREAK, step)


def resume(booking: Booking, step: Step) -> Booking:
    """Go on after a break."""
    return _step(
        booking, BookingStatus.IN_PROGRESS, step, lambda row, at: _check_free(row), only_from=BookingStatus.ON_BREAK
    )


def finish(booking: Booking, step: Step, result: Result) -> Booking:
    """Say that the work is done, or that another visit is needed; what was planned beyond now becomes free.

    Ending late moves no other visit. Raises DomainError without a word on what is left to do.
    """
    if result.needs_follow_up and not result.note.strip():
        raise DomainError(_("Say what is left to do, so that the right person comes next time."), field="note")
    if max(len(result.resolution), len(result.note)) > WORDS_LENGTH:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": WORDS_LENGTH}, field="resolution")

    def write(row: Booking, at: datetime) -> None:
        row.started_at = row.started_at or at
        row.finished_at = at
        row.ends_at = min(row.ends_at, max(at, row.arrives_at + SHORTEST_WORK))
        row.attention, row.attention_at = "", None
        add_result(row.work_order, resolution=result.resolution, internal_note=result.note, by=step.by)

    to = BookingStatus.FOLLOW_UP if result.needs_follow_up else BookingStatus.COMPLETED
    return _step(booking, to, step, write, told=None if result.needs_follow_up else tell_completed)


@transaction.atomic
def _step(
    booking: Booking,
    to: BookingStatus,
    step: Step,
    write: Callable[[Booking, datetime], None] = lambda row, at: None,
    *,
    told: Callable[[Booking], None] | None = None,
    only_from: BookingStatus | None = None,
    not_from: BookingStatus | None = None,
) -> Booking:
    """Take one step once; audited, noted with its time, the work order follows.

    The same key again changes nothing. Raises NotAllowed for somebody else's visit, Conflict for a step that does not
    follow from where the visit stands.
    """
    row = _lock(booking, step)
    if step.key is not None and _was_taken(row, to, step.key):
        return row
    before = BookingStatus(row.status)
    if to not in TRANSITIONS[before] or before == not_from or only_from not in {None, before}:
        raise Conflict(refusal(before, to))
    at = _time_of(row, step)
    write(row, at)
    row.status = to
    row.save()
    note_status(row, source=TimestampSource.TECHNICIAN, user=step.by, at=at, key=step.key)
    record(step.by, "booking.status", row, before={"status": before}, after={"status": to, "at": at.isoformat()})
    visits = Booking.objects.filter(work_order_id=row.work_order_id).order_by("pk")
    follow_bookings(row.work_order, visits.values_list("status", flat=True), by=step.by)
    if told is not None:
        told(row)
    return row


def _lock(booking: Booking, step: Step) -> Booking:
    """The visit under the locks that all its changes take first."""
    if booking.work_order is None:
        raise Conflict(_("This visit is not booked yet."))
    lock_work_order(booking.work_order)
    claims.lock_resource(step.resource.pk, clock.now())
    row = (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .select_related("resource", "work_order", "contact", "place", "incident_type", "account")
        .get(pk=booking.pk)
    )
    if row.resource_id != step.resource.pk:
        raise NotAllowed(_("Somebody else does this visit now."))
    return row


def _was_taken(row: Booking, to: BookingStatus, key: UUID) -> bool:
    """Whether this very step was taken before. Raises Conflict when its number stands for another one."""
    former = BookingTimestamp.objects.filter(key=key).order_by("pk").first()
    if former is None:
        return False
    if (former.booking_id, former.status) != (row.pk, to):
        raise Conflict(_("This step was sent for something else already. Open the page again."))
    return True


def _time_of(row: Booking, step: Step) -> datetime:
    """When it happened: by the phone's clock as far as that can be, never before the step before."""
    now = clock.now()
    at = step.at if step.at is not None and now - OLDEST_STEP <= step.at <= now else now
    former = BookingTimestamp.objects.filter(booking=row).order_by("-at", "-pk").values_list("at", flat=True).first()
    return max(at, former) if former is not None and former <= now else at


def _check_free(row: Booking) -> None:
    """Raise Conflict while the technician is on the way to or at work on another visit. The resource is locked."""
    other = (
        Booking.objects.filter(resource_id=row.resource_id, status__in=BUSY)
        .exclude(pk=row.pk)
        .select_related("account")
        .order_by("arrives_at", "pk")
        .first()
    )
    if other is None:
        return
    name = {"name": other.account.name}
    if other.status == BookingStatus.TRAVELING:
        raise Conflict(_("You are on the way to %(name)s. Begin or take back that visit first.") % name)
    raise Conflict(_("You are at work at %(name)s. End that visit or begin a break there first.") % name)


def refusal(before: BookingStatus, to: BookingStatus) -> str:
    """Why the step does not follow, for the technician."""
    if before == to:
        return _("That is done already: the visit is “%(status)s”.") % {"status": before.label}
    if before == BookingStatus.CANCELED:
        return _("This visit was canceled. Do not go there; ask the office.")
    if not TRANSITIONS[before]:
        return _("This visit is over. Nothing more can be done with it here.")
    steps = {"before": before.label, "after": to.label}
    return _("The visit is “%(before)s”; it cannot become “%(after)s” now. See how it stands.") % steps
