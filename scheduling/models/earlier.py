"""Customers who would like an earlier time, and the times that they were offered (SCH-14)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.enums import OfferState, WishState
from scheduling.models.bookings import Booking


class EarlierWish(TenantModel):
    """One open wish a visit; `from_date` is the first local day that suits the customer."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+", verbose_name=_("visit"))
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    from_date = models.DateField(_("not before"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=WishState.choices, default=WishState.OPEN)
    created_at = models.DateTimeField(_("asked"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("wish for an earlier time")
        verbose_name_plural = _("wishes for an earlier time")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "booking"],
                condition=Q(state=WishState.OPEN),
                name="earlier_wish_once",
                violation_error_message=_("An earlier time was asked for already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "created_at", "id"], condition=Q(state=WishState.OPEN), name="earlier_wishes_open"
            ),
        ]

    def __str__(self):
        return str(self.booking)


class EarlierOffer(TenantModel):
    """A free time (UTC) offered to one waiting customer until it expires; `hold` keeps it free meanwhile."""

    wish = models.ForeignKey(EarlierWish, on_delete=models.CASCADE, related_name="offers", verbose_name=_("wish"))
    hold = models.ForeignKey(
        Booking, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kept time")
    )
    starts_at = models.DateTimeField(_("arrives"))
    window_ends_at = models.DateTimeField(_("arrival until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=OfferState.choices, default=OfferState.OPEN)
    created_at = models.DateTimeField(_("offered"))
    expires_at = models.DateTimeField(_("expires"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer of an earlier time")
        verbose_name_plural = _("offers of an earlier time")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "wish"],
                condition=Q(state=OfferState.OPEN),
                name="earlier_offer_one_at_a_time",
                violation_error_message=_("The customer has an offer already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "expires_at", "id"], condition=Q(state=OfferState.OPEN), name="earlier_offers_open"
            ),
            models.Index(fields=["tenant", "wish", "starts_at"], name="earlier_offers_of_wish"),
        ]

    def __str__(self):
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
