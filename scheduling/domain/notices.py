"""Tell customers of the day of their visit, in the transaction of what happened (NOT-1, NOT-2)."""

from notifications.domain.outbox import publish
from scheduling.models import Booking


def tell_on_the_way(booking: Booking) -> None:
    """Somebody set off. Who goes back and sets off again is told of again."""
    began = booking.travel_started_at
    _tell("technician_on_the_way", booking, str(int(began.timestamp())) if began else "")


def tell_running_late(booking: Booking) -> None:
    """The arrival is now expected at `told_arrival_at`, later than the customer was told before."""
    arrival = booking.told_arrival_at
    if arrival is not None:
        _tell("running_late", booking, str(int(arrival.timestamp())), arrival=arrival.isoformat())


def tell_completed(booking: Booking) -> None:
    """The work is done."""
    _tell("visit_completed", booking, "")


def _tell(message_name: str, booking: Booking, occasion: str, **more) -> None:
    """`occasion` tells apart what may happen twice to one revision of a visit."""
    if booking.contact is not None:
        publish(
            message_name,
            key=f"{message_name.replace('_', '-')}:{booking.pk}:{booking.sequence}:{occasion}".rstrip(":"),
            contact=booking.contact,
            objects={"booking": booking.pk, "sequence": booking.sequence, **more},
        )
