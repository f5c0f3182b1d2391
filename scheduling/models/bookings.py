"""A resource's time at a site; the database refuses that two overlap (SCH-3, D4)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from scheduling.enums import LIVE_STATUSES, Attention, BookingStatus, CanceledBy
from scheduling.models.resources import BookableResource


class TimeRange(Func):
    """tstzrange(from, to, '[)')."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Booking(ExposedModel):
    """A visit, or a hold of one while the customer fills in the form (a row of the same kind that expires).

    The resource is occupied from `leaves_at` (travel included) to `ends_at`. Instants are UTC; the promised wall time and
    its zone are kept beside them (D6). `sequence` rises with each change, for calendars. What really happened stands in
    `travel_started_at`, `started_at` and `finished_at`; `attention` puts the visit on the list of staff.
    """

    resource = models.ForeignKey(
        BookableResource, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("resource")
    )
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("booked for"),
    )
    work_order = models.ForeignKey(
        "fieldservice.WorkOrder",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("work order"),
    )
    incident_type = models.ForeignKey(
        "fieldservice.IncidentType", on_delete=models.PROTECT, related_name="+", verbose_name=_("service")
    )
    place = models.ForeignKey("geo.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("site"))
    status = models.CharField(_("status"), max_length=20, choices=BookingStatus.choices)
    leaves_at = models.DateTimeField(_("leaves"))
    arrives_at = models.DateTimeField(_("arrives"))
    ends_at = models.DateTimeField(_("ends"))
    local_date = models.DateField(_("promised day at the site"))
    local_time = models.TimeField(_("promised time at the site"))
    time_zone = models.CharField(_("time zone of the site"), max_length=64)
    window_starts_at = models.DateTimeField(_("arrival from"), null=True, blank=True)
    window_ends_at = models.DateTimeField(_("arrival until"), null=True, blank=True)
    travel_metres = models.PositiveIntegerField(_("travel in metres"), default=0)
    travel_seconds = models.PositiveIntegerField(_("travel in seconds"), default=0)
    travel_method = models.CharField(_("measured by"), max_length=20, blank=True)
    comments = models.TextField(_("comments"), blank=True, max_length=2000)
    why = models.JSONField(_("why this resource"), default=dict, blank=True)
    sequence = models.PositiveIntegerField(_("revision"), default=0)
    hold_expires_at = models.DateTimeField(_("hold expires"), null=True, blank=True)
    request_key = models.UUIDField(_("request key"), null=True, blank=True, editable=False)
    request_digest = models.CharField(_("fingerprint of the request"), max_length=64, blank=True, editable=False)
    canceled_note = models.CharField(_("reason of canceling"), max_length=300, blank=True)
    canceled_by = models.CharField(_("canceled by"), max_length=12, choices=CanceledBy.choices, blank=True)
    canceled_at = models.DateTimeField(_("canceled"), null=True, blank=True)
    travel_started_at = models.DateTimeField(_("set off"), null=True, blank=True)
    started_at = models.DateTimeField(_("work began"), null=True, blank=True)
    finished_at = models.DateTimeField(_("work ended"), null=True, blank=True)
    estimated_arrival_at = models.DateTimeField(_("expected arrival"), null=True, blank=True)
    told_arrival_at = models.DateTimeField(_("arrival that the customer was last told"), null=True, blank=True)
    attention = models.CharField(_("to be looked at"), max_length=20, choices=Attention.choices, blank=True)
    attention_at = models.DateTimeField(_("to be looked at since"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("booked by"),
    )
    created_at = models.DateTimeField(_("created"))

    class Access:
        section = Section.SCHEDULING
        account = "account"
        page = "scheduling:detail"
        open_when = ~Q(status=BookingStatus.HELD)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[
                    (F("tenant"), RangeOperators.EQUAL),
                    (F("resource"), RangeOperators.EQUAL),
                    (TimeRange("leaves_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=[str(each.value) for each in LIVE_STATUSES]),
                violation_error_message=_("The resource is busy at that time."),
            ),
            models.CheckConstraint(
                name="booking_order",
                condition=Q(arrives_at__gte=F("leaves_at"), ends_at__gt=F("arrives_at")),
                violation_error_message=_("A visit leaves, arrives and ends in this order."),
            ),
            models.CheckConstraint(
                name="booking_window",
                condition=Q(window_starts_at__isnull=True, window_ends_at__isnull=True)
                | Q(window_starts_at__lte=F("arrives_at"), window_ends_at__gte=F("arrives_at")),
                violation_error_message=_("The arrival lies outside the promised window."),
            ),
            models.CheckConstraint(
                name="booking_hold_or_work_order",
                condition=Q(status=BookingStatus.HELD, hold_expires_at__isnull=False, work_order__isnull=True)
                | (~Q(status=BookingStatus.HELD) & Q(work_order__isnull=False, hold_expires_at__isnull=True)),
                violation_error_message=_("A hold expires; a booking has a work order."),
            ),
            models.CheckConstraint(
                name="booking_attention_since",
                condition=Q(attention="", attention_at__isnull=True)
                | (~Q(attention="") & Q(attention_at__isnull=False)),
                violation_error_message=_("What is to be looked at has a time since when."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "contact", "request_key"],
                condition=Q(request_key__isnull=False) & ~Q(status=BookingStatus.HELD),
                name="booking_request_once",
                violation_error_message=_("This request was booked already."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "contact"],
                condition=Q(status=BookingStatus.HELD),
                name="booking_one_hold_a_contact",
                violation_error_message=_("The contact holds another time already."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "resource", "ends_at"], name="booking_of_resource"),
            models.Index(fields=["tenant", "ends_at", "leaves_at"], name="booking_by_time"),
            models.Index(fields=["tenant", "account", "arrives_at", "id"], name="booking_of_account"),
            models.Index(fields=["hold_expires_at"], condition=Q(status=BookingStatus.HELD), name="booking_holds"),
            models.Index(fields=["tenant", "attention_at", "id"], condition=~Q(attention=""), name="booking_attention"),
        ]

    def __str__(self):
        return f"{self.incident_type} {self.local_date:%Y-%m-%d} {self.local_time:%H:%M}"
