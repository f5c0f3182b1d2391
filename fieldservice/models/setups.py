"""The recurring part of agreements: what is made, on which dates, exactly once each (FS-2)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import DateStatus, Priority
from fieldservice.models.agreements import Agreement
from fieldservice.models.assets import Asset
from fieldservice.models.incident_types import IncidentType
from portal.catalog.models import Product
from portal.tenancy.models import TenantModel


class Recurring(TenantModel):
    """A recurrence: an RFC 5545 rule without its start, which is `starts_date` (or the agreement's start), and single dates."""

    name = models.CharField(_("name"), max_length=120)
    rule = models.CharField(_("recurrence"), max_length=300, blank=True, editable=False)
    starts_date = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("Left empty, the agreement's first day.")
    )
    extra_dates = ArrayField(models.DateField(), verbose_name=_("further dates"), default=list, blank=True)
    skipped_dates = ArrayField(models.DateField(), verbose_name=_("dates left out"), default=list, blank=True)
    days_ahead = models.PositiveSmallIntegerField(
        _("days ahead"), null=True, blank=True, help_text=_("Left empty, the company's setting counts.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    # The dates up to this day stand in rows. Empty where nothing is to be planned: not active, or planned to its end.
    planned_until = models.DateField(_("planned until"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class BookingSetup(Recurring):
    """Work orders that come from an agreement: the service, the asset, the visit window around each date."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="booking_setups", verbose_name=_("agreement")
    )
    is_automatic = models.BooleanField(
        _("generate by itself"), default=True, help_text=_("Otherwise staff generate each work order by hand.")
    )
    incident_type = models.ForeignKey(
        IncidentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("incident type")
    )
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asset")
    )
    place = models.ForeignKey(
        "geo.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("Left empty, the asset's location, else the account's address."),
    )
    priority = models.CharField(_("priority"), max_length=20, choices=Priority.choices, default=Priority.NORMAL)
    summary = models.CharField(_("summary for customers"), max_length=200, blank=True)
    days_before = models.PositiveSmallIntegerField(_("days before the date"), default=0)
    days_after = models.PositiveSmallIntegerField(_("days after the date"), default=0)
    window_starts = models.TimeField(_("visit from"), null=True, blank=True)
    window_ends = models.TimeField(_("visit until"), null=True, blank=True)

    class Meta:
        verbose_name = _("booking setup")
        verbose_name_plural = _("booking setups")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "agreement", "name"],
                name="booking_setup_once",
                violation_error_message=_("The agreement has a booking setup of this name."),
            ),
            models.CheckConstraint(
                name="booking_setup_days",
                condition=Q(days_before__lte=60)
                & Q(days_after__lte=60)
                & (Q(days_ahead__isnull=True) | Q(days_ahead__lte=90)),
                violation_error_message=_("Up to 60 days around the date and 90 days ahead."),
            ),
            models.CheckConstraint(
                name="booking_setup_window",
                condition=Q(window_starts__isnull=True, window_ends__isnull=True)
                | Q(window_starts__lt=models.F("window_ends")),
                violation_error_message=_("Name both times of the window; it ends after it begins."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "planned_until", "id"],
                condition=Q(planned_until__isnull=False),
                name="booking_setup_planned",
            )
        ]


class SetupIncident(TenantModel):
    """A further service of the same visit, for an asset of its own."""

    setup = models.ForeignKey(
        BookingSetup, on_delete=models.CASCADE, related_name="incidents", verbose_name=_("booking setup")
    )
    incident_type = models.ForeignKey(
        IncidentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("incident type")
    )
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asset")
    )

    class Meta:
        verbose_name = _("further incident")
        verbose_name_plural = _("further incidents")

    def __str__(self):
        return str(self.incident_type)


class BookingDate(TenantModel):
    """A date of a booking setup; once processed it names its work order."""

    setup = models.ForeignKey(
        BookingSetup, on_delete=models.CASCADE, related_name="dates", verbose_name=_("booking setup")
    )
    date = models.DateField(_("date"))
    status = models.CharField(_("status"), max_length=20, choices=DateStatus.choices, default=DateStatus.ACTIVE)
    due_at = models.DateTimeField(_("generated at"))
    work_order = models.ForeignKey(
        "fieldservice.WorkOrder",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="booking_dates",
        verbose_name=_("work order"),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("booking date")
        verbose_name_plural = _("booking dates")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "setup", "date"], name="booking_date_once"),
            models.UniqueConstraint(fields=["tenant", "work_order"], name="work_order_of_one_date"),
            models.CheckConstraint(
                name="booking_date_processed",
                condition=Q(status=DateStatus.PROCESSED, work_order__isnull=False)
                | (~Q(status=DateStatus.PROCESSED) & Q(work_order__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "due_at", "id"], condition=Q(status="active"), name="booking_date_due"),
            models.Index(fields=["tenant", "date", "id"], name="booking_date_by_day"),
        ]

    def __str__(self):
        return f"{self.setup} {self.date}"


class InvoiceSetup(Recurring):
    """Invoices that come from an agreement, whatever work is done."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="invoice_setups", verbose_name=_("agreement")
    )

    class Meta:
        verbose_name = _("invoice setup")
        verbose_name_plural = _("invoice setups")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "agreement", "name"],
                name="invoice_setup_once",
                violation_error_message=_("The agreement has an invoice setup of this name."),
            ),
            models.CheckConstraint(
                name="invoice_setup_days",
                condition=Q(days_ahead__isnull=True) | Q(days_ahead__lte=90),
                violation_error_message=_("Up to 90 days ahead."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "planned_until", "id"],
                condition=Q(planned_until__isnull=False),
                name="invoice_setup_planned",
            )
        ]


class InvoiceSetupLine(TenantModel):
    """What such an invoice charges; without a price of its own the price list's."""

    setup = models.ForeignKey(
        InvoiceSetup, on_delete=models.CASCADE, related_name="lines", verbose_name=_("invoice setup")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    description = models.CharField(_("description for customers"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3, default=1)
    unit_price = models.DecimalField(_("price for each"), max_digits=12, decimal_places=4, null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = [
            models.CheckConstraint(
                name="invoice_setup_line_amounts",
                condition=Q(quantity__gt=0) & (Q(unit_price__isnull=True) | Q(unit_price__gte=0)),
                violation_error_message=_("Quantities are above 0, prices not negative."),
            )
        ]

    def __str__(self):
        return self.description or str(self.product)


class InvoiceDate(TenantModel):
    """A date of an invoice setup; once processed it names its invoice."""

    setup = models.ForeignKey(
        InvoiceSetup, on_delete=models.CASCADE, related_name="dates", verbose_name=_("invoice setup")
    )
    date = models.DateField(_("date"))
    status = models.CharField(_("status"), max_length=20, choices=DateStatus.choices, default=DateStatus.ACTIVE)
    due_at = models.DateTimeField(_("generated at"))
    invoice = models.ForeignKey(
        "fieldservice.Invoice",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoice_dates",
        verbose_name=_("invoice"),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("invoice date")
        verbose_name_plural = _("invoice dates")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "setup", "date"], name="invoice_date_once"),
            models.UniqueConstraint(fields=["tenant", "invoice"], name="invoice_of_one_date"),
            models.CheckConstraint(
                name="invoice_date_processed",
                condition=Q(status=DateStatus.PROCESSED, invoice__isnull=False)
                | (~Q(status=DateStatus.PROCESSED) & Q(invoice__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "due_at", "id"], condition=Q(status="active"), name="invoice_date_due"),
            models.Index(fields=["tenant", "date", "id"], name="invoice_date_by_day"),
        ]

    def __str__(self):
        return f"{self.setup} {self.date}"
