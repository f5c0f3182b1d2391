"""A visit's wish for an earlier time, and what is on offer (SCH-14)."""

from scheduling.enums import OfferState, WishState
from scheduling.models import Booking, EarlierOffer, EarlierWish


def open_wish(booking: Booking) -> EarlierWish | None:
    """The wish while it is open."""
    return EarlierWish.objects.filter(booking=booking, state=WishState.OPEN).order_by("pk").first()


def open_offer(booking: Booking) -> EarlierOffer | None:
    """The time that is kept for the visit's customer now."""
    offers = EarlierOffer.objects.filter(wish__booking=booking, wish__state=WishState.OPEN, state=OfferState.OPEN)
    return offers.select_related("hold__resource", "wish").order_by("-created_at", "-pk").first()
