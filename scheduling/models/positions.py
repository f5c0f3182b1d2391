"""Where a technician is while on the way, for as long as the tenant keeps it (SCH-7, SECURITY 38)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.models.bookings import Booking


class TechnicianPosition(TenantModel):
    """A fix of the phone on the way to one visit. Never logged, never mailed; deleted when its time is over.

    `at` is the phone's clock, `received_at` ours; metres and degrees.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+", verbose_name=_("booking"))
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    accuracy_metres = models.PositiveIntegerField(_("accuracy (metres)"), null=True, blank=True)
    at = models.DateTimeField(_("measured"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "booking", "at"],
                name="position_once",
                violation_error_message=_("This position was received already."),
            ),
            models.CheckConstraint(
                name="position_range",
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                violation_error_message=_("The position lies outside the world."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "received_at"], name="positions_by_age")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class VisitLink(TenantModel):
    """A code in a message that opens one visit without sign-in until it expires; staff extend or block it (SCH-7, SECURITY 26).

    Kept is the code's hash only.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+", verbose_name=_("booking"))
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("sent to")
    )
    code_hash = models.CharField(_("fingerprint of the code"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True)
    opened_at = models.DateTimeField(_("last opened"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit link")
        verbose_name_plural = _("visit links")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code_hash"],
                name="visit_link_code_once",
                violation_error_message=_("This code exists already."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "booking", "contact"], name="links_of_booking"),
            models.Index(fields=["tenant", "-created_at", "-id"], name="links_recent"),
        ]

    def __str__(self):
        return f"{self.contact} {self.created_at:%Y-%m-%d %H:%M}"


class CalendarFeed(TenantModel):
    """A contact's private calendar address; a new one makes the old one worthless (NOT-3). Kept is the code's hash only."""

    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("contact")
    )
    code_hash = models.CharField(_("fingerprint of the code"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"))
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contact"],
                name="calendar_feed_once_a_contact",
                violation_error_message=_("The contact has a calendar address already."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "code_hash"],
                name="calendar_feed_code_once",
                violation_error_message=_("This code exists already."),
            ),
        ]

    def __str__(self):
        return str(self.contact)
