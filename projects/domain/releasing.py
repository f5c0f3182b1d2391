"""Give a team's days to come back: at the end of a booking, and of a project (DYNAMICS 6.2, 6.3)."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from portal.audit.domain import record
from portal.kit import clock
from portal.web.times import zone_of
from projects.enums import TeamBookingStatus
from projects.models import Project, TeamBooking, TeamMember
from scheduling.domain.reservations import release
from scheduling.models import Reservation

LIVE = (TeamBookingStatus.PROPOSED, TeamBookingStatus.SOFT, TeamBookingStatus.HARD)


def end_bookings(project: Project, *, by) -> None:
    """End all bookings of a project that its caller locked, in the order of their resources."""
    found = TeamBooking.objects.filter(member__project=project, status__in=LIVE).select_related("member__resource")
    for booking in found.order_by("member__resource", "pk"):
        end(booking, by=by)


def end(booking: TeamBooking, *, by) -> TeamBooking:
    """End a booking now; its project is locked. What was worked of a hard one stays, everything else is canceled; audited.

    The piece that is being worked now ends as it was planned.
    """
    if booking.status not in LIVE:
        return booking
    if booking.status != TeamBookingStatus.HARD:
        return cancel(booking, by=by)
    now = clock.now()
    pieces = Reservation.objects.filter(owner=booking.pk)
    last = pieces.filter(starts_at__lte=now).order_by("-starts_at").first()
    if last is None:
        return cancel(booking, by=by)
    if not release(booking.pk, after=now):
        return booking
    before = {"ends_date": str(booking.ends_date), "minutes": booking.minutes}
    booking.ends_date = last.starts_at.astimezone(zone_of(booking.member.resource.time_zone)).date()
    booking.minutes = minutes_reserved(booking)
    booking.save(update_fields=["ends_date", "minutes"])
    after = {"ends_date": str(booking.ends_date), "minutes": booking.minutes}
    record(by, "team_booking.end", booking, before=before, after=after)
    add_up(booking.member)
    return booking


def cancel(booking: TeamBooking, *, by) -> TeamBooking:
    """Take a booking back whole; its project is locked. A hard one gives the resource's time back; audited."""
    before, booking.status = booking.status, TeamBookingStatus.CANCELED
    booking.canceled_at = clock.now()
    booking.save(update_fields=["status", "canceled_at"])
    release(booking.pk)
    record(by, "team_booking.status", booking, before={"status": before}, after={"status": booking.status})
    add_up(booking.member)
    return booking


def minutes_reserved(booking: TeamBooking) -> int:
    """How many minutes of the resource's time the booking has."""
    taken = Reservation.objects.filter(owner=booking.pk).aggregate(time=Sum(F("ends_at") - F("starts_at")))["time"]
    return int(taken.total_seconds()) // 60 if taken else 0


def add_up(member: TeamMember) -> None:
    """Write the minutes of a member's hard and soft bookings, whose project is locked."""

    def of(status: TeamBookingStatus):
        return Coalesce(Sum("minutes", filter=Q(status=status)), 0)

    sums = member.bookings.aggregate(hard=of(TeamBookingStatus.HARD), soft=of(TeamBookingStatus.SOFT))
    member.booked_minutes, member.soft_minutes = sums["hard"], sums["soft"]
    member.save(update_fields=["booked_minutes", "soft_minutes"])
