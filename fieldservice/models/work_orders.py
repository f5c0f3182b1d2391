"""The job to be done (FS-4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import Priority, WorkOrderStatus
from fieldservice.models.assets import Asset
from fieldservice.models.incident_types import IncidentType
from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.tenancy.models import TenantModel


class SubStatus(TenantModel):
    """The tenant's own finer status below a system status."""

    system_status = models.CharField(_("system status"), max_length=20, choices=WorkOrderStatus.choices)
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("sub-status")
        verbose_name_plural = _("sub-statuses")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "system_status", "name"],
                name="sub_status_once",
                violation_error_message=_("This sub-status exists already."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "system_status"],
                condition=models.Q(is_default=True),
                name="sub_status_one_default",
                violation_error_message=_("Another sub-status is the default."),
            ),
        ]

    def __str__(self):
        return self.name


class WorkOrder(ExposedModel):
    """A job at a site of the service account. Customers read the customer-facing texts only."""

    number = models.CharField(_("number"), max_length=40)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("service account")
    )
    billing_account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("billing account"),
    )
    reported_by = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    incident_type = models.ForeignKey(
        IncidentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("incident type")
    )
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("asset")
    )
    place = models.ForeignKey("geo.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("site"))
    priority = models.CharField(_("priority"), max_length=20, choices=Priority.choices, default=Priority.NORMAL)
    # Kept by PostgreSQL, for lists in the order of urgency.
    priority_rank = models.GeneratedField(
        expression=models.Case(
            *(models.When(priority=each, then=models.Value(rank)) for rank, each in enumerate(Priority.values)),
            default=models.Value(0),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    system_status = models.CharField(
        _("system status"), max_length=20, choices=WorkOrderStatus.choices, default=WorkOrderStatus.UNSCHEDULED
    )
    sub_status = models.ForeignKey(
        SubStatus, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sub-status")
    )
    summary = models.CharField(_("summary"), max_length=200)
    customer_comments = models.TextField(_("customer's comments"), blank=True, max_length=4000)
    resolution = models.TextField(_("resolution for the customer"), blank=True, max_length=4000)
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to customers.")
    )
    cancel_reason = models.CharField(
        _("reason of the cancellation"), max_length=300, blank=True, help_text=_("Never shown to customers.")
    )
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    agreement = models.ForeignKey(
        "fieldservice.Agreement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_orders",
        verbose_name=_("agreement"),
    )
    price_list = models.ForeignKey(
        "catalog.PriceList",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("price list"),
    )
    is_taxable = models.BooleanField(_("taxable"), default=True)
    window_starts_at = models.DateTimeField(_("visit from"), null=True, blank=True)
    window_ends_at = models.DateTimeField(_("visit until"), null=True, blank=True)
    request_key = models.UUIDField(_("request key"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    first_arrived_at = models.DateTimeField(_("first arrived"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)

    class Access:
        section = Section.FIELD_SERVICE
        account = "account"
        page = "fieldservice:work_order_detail"
        money_account = "billing_account"

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="work_order_number_once",
                violation_error_message=_("Another work order has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~models.Q(external_number=""),
                name="work_order_external_once",
                violation_error_message=_("Another work order has this number in the other system."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "reported_by", "request_key"],
                name="work_order_request_once",
                violation_error_message=_("This request was sent already."),
            ),
            models.CheckConstraint(
                name="work_order_window",
                condition=models.Q(window_starts_at__isnull=True, window_ends_at__isnull=True)
                | models.Q(window_starts_at__lt=models.F("window_ends_at")),
                violation_error_message=_("Name both ends of the window; it ends after it begins."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "-created_at", "-id"],
                condition=models.Q(is_exposed=True),
                name="work_order_exposed_recent",
            ),
            models.Index(
                fields=["tenant", "account", "priority_rank", "id"],
                condition=models.Q(is_exposed=True),
                name="work_order_exposed_by_priority",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="work_order_recent"),
            models.Index(fields=["tenant", "asset", "-created_at", "-id"], name="work_order_of_asset"),
            models.Index(fields=["tenant", "agreement", "-created_at", "-id"], name="work_order_of_agreement"),
        ]

    def __str__(self):
        return self.number
