"""What happened to a visit, and when (SCH-8, DYNAMICS 3.3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.enums import BookingStatus, TimestampSource
from scheduling.models.bookings import Booking


class BookingTimestamp(TenantModel):
    """A change of status. `at` is when it happened by the technician's phone, `received_at` when the portal learned of it.

    `key` is the phone's own number of the action: sent twice, it is written once.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="timestamps", verbose_name=_("booking"))
    status = models.CharField(_("status"), max_length=20, choices=BookingStatus.choices)
    source = models.CharField(_("by"), max_length=12, choices=TimestampSource.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))
    key = models.UUIDField(_("number of the action"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"],
                condition=models.Q(key__isnull=False),
                name="booking_timestamp_once",
                violation_error_message=_("This change was received already."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "booking", "at", "id"], name="timestamps_of_booking")]

    def __str__(self):
        return f"{self.get_status_display()} {self.at:%Y-%m-%d %H:%M}"
