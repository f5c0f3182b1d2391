"""Time that something other than a visit takes of a resource (D4, PSA-5)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.models.bookings import TimeRange
from scheduling.models.resources import BookableResource


class Reservation(TenantModel):
    """A piece of a resource's time, as a day's work on a project: no visit is booked then.

    `owner` is the id of the record that took it, and `purpose` says to staff what it is for. That no visit and no other
    reservation overlaps it, constraints and triggers keep, whoever writes.
    """

    resource = models.ForeignKey(
        BookableResource, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("resource")
    )
    owner = models.UUIDField(_("taken by"), editable=False)
    purpose = models.CharField(_("for"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            ExclusionConstraint(
                name="reservation_no_overlap",
                expressions=[
                    (F("tenant"), RangeOperators.EQUAL),
                    (F("resource"), RangeOperators.EQUAL),
                    (TimeRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The resource is reserved at that time."),
            ),
            models.CheckConstraint(
                name="reservation_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must come after the beginning."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "owner"], name="reservation_of_owner"),
            models.Index(fields=["tenant", "ends_at", "starts_at"], name="reservation_by_end"),
        ]

    def __str__(self):
        return f"{self.resource}: {self.purpose}"
