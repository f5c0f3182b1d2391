"""How the tenant runs its agreements, invoices and stock."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import OutOfStock
from fieldservice.models.warehouses import Warehouse
from portal.catalog.models import PriceList, TaxCode
from portal.tenancy.models import TenantModel


class FieldServiceSettings(TenantModel):
    """One row a tenant; what a setup or an account leaves empty is taken from here (DYNAMICS 3.6)."""

    generation_time = models.TimeField(
        _("time of generation"),
        default=dt.time(2, 0),
        help_text=_("Work orders and invoices of agreements are made at this time of the company's day."),
    )
    work_order_days_ahead = models.PositiveSmallIntegerField(
        _("work orders ahead, in days"), default=7, help_text=_("So many days before the visit is due.")
    )
    dates_months_ahead = models.PositiveSmallIntegerField(
        _("dates ahead, in months"), default=12, help_text=_("So far ahead the dates of an agreement are planned.")
    )
    invoice_days_ahead = models.PositiveSmallIntegerField(_("invoices ahead, in days"), default=0)
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=30)
    invoices_posted_work_orders = models.BooleanField(
        _("invoice posted work orders"),
        default=True,
        help_text=_("Switched off, another system writes the invoices of work orders."),
    )
    price_list = models.ForeignKey(
        PriceList,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("standard price list"),
    )
    tax_code = models.ForeignKey(
        TaxCode, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("standard tax code")
    )
    out_of_stock = models.CharField(
        _("more than is available"),
        max_length=10,
        choices=OutOfStock.choices,
        default=OutOfStock.CONFIRM,
        help_text=_("What happens to who takes or reserves more from a warehouse than is available."),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("standard warehouse"),
        help_text=_("Taken where a product that is used or allocated names no warehouse."),
    )

    class Meta:
        verbose_name = _("field service settings")
        verbose_name_plural = _("field service settings")
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_field_service_settings"),
            models.CheckConstraint(
                name="field_service_days_bounded",
                condition=Q(work_order_days_ahead__lte=90)
                & Q(invoice_days_ahead__lte=90)
                & Q(payment_days__lte=365)
                & Q(dates_months_ahead__gte=1)
                & Q(dates_months_ahead__lte=36),
                violation_error_message=_("Up to 90 days ahead, 36 months of dates, 365 days to pay."),
            ),
        ]

    def __str__(self):
        return str(_("Field service settings"))
