"""Verbs over time that something other than a visit takes: reserve it, give it back (D4, PSA-5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.kit import clock
from portal.kit.errors import DomainError
from portal.web.times import format_date
from scheduling.enums import LIVE_STATUSES, BookingStatus
from scheduling.models import BookableResource, Booking, Reservation

MOST_PIECES = 750
Piece = tuple[datetime, datetime]


@transaction.atomic
def reserve(resource: BookableResource, owner: UUID, pieces: Sequence[Piece], *, purpose: str) -> None:
    """Take these pieces (from, to) of the resource's time for a record, in the place of what it had taken there before.

    Holds the resource's row until the caller's commit, as booking does. Raises DomainError where a visit or another
    reservation has the time, and for more than MOST_PIECES.
    """
    if len(pieces) > MOST_PIECES:
        raise DomainError(_("At most %(count)d days can be reserved at once.") % {"count": MOST_PIECES})
    BookableResource.objects.select_for_update(of=("self",), no_key=True).get(pk=resource.pk)
    Reservation.objects.filter(owner=owner, resource=resource).delete()
    Booking.objects.filter(resource=resource, status=BookingStatus.HELD, hold_expires_at__lte=clock.now()).delete()
    if (taken := first_taken(resource, pieces)) is not None:
        raise busy(resource, taken)
    try:
        with transaction.atomic():
            Reservation.objects.bulk_create(
                Reservation(resource=resource, owner=owner, purpose=purpose[:200], starts_at=starts_at, ends_at=ends_at)
                for starts_at, ends_at in pieces
            )
    except IntegrityError as error:
        raise busy(resource, pieces[0][0]) from error


def release(owner: UUID, *, after: datetime | None = None) -> int:
    """Give back what a record took, or what of it begins later than `after`; how many pieces it was."""
    taken = Reservation.objects.filter(owner=owner)
    count, _by_model = (taken.filter(starts_at__gt=after) if after else taken).delete()
    return count


def first_taken(resource: BookableResource, pieces: Iterable[Piece]) -> datetime | None:
    """The beginning of the first of these pieces in which the resource has a visit or a reservation; two queries."""
    pieces = sorted(pieces)
    if not pieces:
        return None
    first, last = pieces[0][0], max(ends_at for _starts_at, ends_at in pieces)
    live = Q(status__in=LIVE_STATUSES, ends_at__gt=first, leaves_at__lt=last)
    spans = list(Booking.objects.filter(live, resource=resource).values_list("leaves_at", "ends_at"))
    others = Reservation.objects.filter(resource=resource, ends_at__gt=first, starts_at__lt=last)
    spans += others.values_list("starts_at", "ends_at")
    return next((each for each in pieces for span in spans if span[0] < each[1] and each[0] < span[1]), (None, None))[0]


def busy(resource: BookableResource, at: datetime) -> DomainError:
    values = {"name": resource.name, "day": format_date(at, resource.time_zone)}
    return DomainError(_("%(name)s has something else to do on %(day)s.") % values)
