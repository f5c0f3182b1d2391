"""What a job takes: products, services, tasks; and what an incident type brings of them (FS-4, DYNAMICS 3.4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import LineStatus
from fieldservice.models.assets import Asset
from fieldservice.models.incident_types import IncidentType
from fieldservice.models.warehouses import Warehouse
from fieldservice.models.work_orders import WorkOrder
from portal.catalog.enums import DurationRounding
from portal.catalog.models import Product
from portal.tenancy.models import TenantModel


class IncidentProduct(TenantModel):
    """A product or a service that an incident type brings; services count minutes."""

    incident_type = models.ForeignKey(
        IncidentType, on_delete=models.CASCADE, related_name="products", verbose_name=_("incident type")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3, default=1)
    minutes = models.PositiveIntegerField(_("minutes"), default=0, help_text=_("For services."))
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("product or service")
        verbose_name_plural = _("products and services")
        constraints = [
            models.CheckConstraint(
                name="incident_product_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity is above 0."),
            )
        ]

    def __str__(self):
        return str(self.product)


class IncidentTask(TenantModel):
    """A service task that an incident type brings."""

    incident_type = models.ForeignKey(
        IncidentType, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("incident type")
    )
    name = models.CharField(_("name for customers"), max_length=160)
    estimated_minutes = models.PositiveIntegerField(_("estimated minutes"), default=0)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("service task")
        verbose_name_plural = _("service tasks")

    def __str__(self):
        return self.name


class WorkOrderIncident(TenantModel):
    """A further incident of the same job, for an asset of its own; the main one stands on the work order."""

    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.CASCADE, related_name="incidents", verbose_name=_("work order")
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
        indexes = [models.Index(fields=["tenant", "asset"], name="incident_of_asset")]

    def __str__(self):
        return str(self.incident_type)


class WorkOrderLine(TenantModel):
    """What products and services of a work order have in common. Prices are net, for each unit or hour."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asset")
    )
    status = models.CharField(_("status"), max_length=10, choices=LineStatus.choices, default=LineStatus.ESTIMATED)
    description = models.CharField(_("description for customers"), max_length=200, blank=True)
    internal_description = models.CharField(
        _("internal description"), max_length=200, blank=True, help_text=_("Never shown to customers.")
    )
    unit_price = models.DecimalField(_("price for each"), max_digits=12, decimal_places=4, default=0)
    unit_cost = models.DecimalField(
        _("cost for each"), max_digits=12, decimal_places=4, default=0, help_text=_("Never shown to customers.")
    )
    discount_percent = models.DecimalField(_("discount in percent"), max_digits=5, decimal_places=2, default=0)
    tax_name = models.CharField(_("tax"), max_length=60, blank=True)
    tax_rate = models.DecimalField(_("tax rate in percent"), max_digits=7, decimal_places=4, default=0)
    is_covered = models.BooleanField(
        _("covered by the agreement"), default=False, help_text=_("Listed, and charged at nothing.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        abstract = True

    def __str__(self):
        return self.description or str(self.product)


AMOUNTS = (
    Q(unit_price__gte=0)
    & Q(unit_cost__gte=0)
    & Q(discount_percent__gte=0)
    & Q(discount_percent__lte=100)
    & Q(tax_rate__gte=0)
    & Q(tax_rate__lte=100)
)


class WorkOrderProduct(WorkOrderLine):
    """A part or consumable. The quantity to bill may differ from the quantity used.

    With a warehouse it moves stock: an allocated estimate reserves, use lowers what is on hand. The journal follows.
    """

    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.CASCADE, related_name="products", verbose_name=_("work order")
    )
    estimate_quantity = models.DecimalField(_("estimated quantity"), max_digits=10, decimal_places=3, default=0)
    quantity = models.DecimalField(_("quantity used"), max_digits=10, decimal_places=3, default=0)
    quantity_to_bill = models.DecimalField(_("quantity to bill"), max_digits=10, decimal_places=3, default=0)
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
        help_text=_("Taken from there. Without one no stock is moved."),
    )
    is_allocated = models.BooleanField(
        _("allocated"), default=False, help_text=_("The estimated quantity is reserved in the warehouse.")
    )
    becomes_asset = models.BooleanField(_("becomes an asset"), default=False)
    made_asset = models.ForeignKey(
        Asset,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asset made of it"),
        editable=False,
    )

    class Meta:
        verbose_name = _("product used")
        verbose_name_plural = _("products used")
        constraints = [
            models.CheckConstraint(
                name="product_line_amounts",
                condition=AMOUNTS & Q(estimate_quantity__gte=0) & Q(quantity__gte=0) & Q(quantity_to_bill__gte=0),
                violation_error_message=_("Quantities and prices are not negative, percentages up to 100."),
            ),
            models.CheckConstraint(
                name="allocated_in_a_warehouse",
                condition=Q(is_allocated=False) | Q(warehouse__isnull=False),
                violation_error_message=_("Say in which warehouse it is allocated."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "work_order", "position", "id"], name="product_of_work_order")]


class WorkOrderService(WorkOrderLine):
    """A service by time. How its time is charged was taken from the price list when the line was written."""

    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.CASCADE, related_name="services", verbose_name=_("work order")
    )
    estimate_minutes = models.PositiveIntegerField(_("estimated minutes"), default=0)
    minutes = models.PositiveIntegerField(_("minutes used"), default=0)
    minutes_to_bill = models.PositiveIntegerField(_("minutes to bill"), default=0)
    is_flat_fee = models.BooleanField(_("flat fee"), default=False)
    minimum_minutes = models.PositiveIntegerField(_("minimum time in minutes"), default=0)
    minimum_amount = models.DecimalField(_("minimum charge"), max_digits=12, decimal_places=2, default=0)
    rounding = models.CharField(
        _("rounding of time"), max_length=10, choices=DurationRounding.choices, default=DurationRounding.NONE
    )
    rounding_minutes = models.PositiveIntegerField(_("step in minutes"), default=15)

    class Meta:
        verbose_name = _("service rendered")
        verbose_name_plural = _("services rendered")
        constraints = [
            models.CheckConstraint(
                name="service_line_amounts",
                condition=AMOUNTS & Q(minimum_amount__gte=0) & Q(rounding_minutes__gte=1),
                violation_error_message=_("Times and prices are not negative, percentages up to 100."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "work_order", "position", "id"], name="service_of_work_order")]


class WorkOrderTask(TenantModel):
    """A service task of the job."""

    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("work order")
    )
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asset")
    )
    name = models.CharField(_("name for customers"), max_length=160)
    estimated_minutes = models.PositiveIntegerField(_("estimated minutes"), default=0)
    actual_minutes = models.PositiveIntegerField(_("minutes taken"), default=0)
    percent_done = models.PositiveSmallIntegerField(_("done in percent"), default=0)
    result = models.CharField(_("result for customers"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("service task")
        verbose_name_plural = _("service tasks")
        constraints = [
            models.CheckConstraint(
                name="task_percent",
                condition=Q(percent_done__lte=100),
                violation_error_message=_("At most 100 percent."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "work_order", "position", "id"], name="task_of_work_order")]

    def __str__(self):
        return self.name
