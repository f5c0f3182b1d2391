"""Invoices of services and agreements, credit notes, payments (FS-5)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import InvoiceKind, InvoiceStatus
from fieldservice.models.agreements import Agreement
from fieldservice.models.work_orders import WorkOrder
from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.catalog.models import Product
from portal.tenancy.models import TenantModel


class Invoice(ExposedModel):
    """What a customer pays. Amounts are totals of the lines, in `currency`; a credit note's are positive and lower the balance of the invoice that it credits.

    Drafts are the company's own; customers see it once it was issued.
    """

    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20, choices=InvoiceKind.choices, default=InvoiceKind.INVOICE)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    service_account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service account"),
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices", verbose_name=_("agreement")
    )
    work_order = models.ForeignKey(
        WorkOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name=_("work order"),
    )
    credits = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        verbose_name=_("credits the invoice"),
    )
    status = models.CharField(_("status"), max_length=20, choices=InvoiceStatus.choices, default=InvoiceStatus.DRAFT)
    invoice_date = models.DateField(_("date of invoice"))
    due_date = models.DateField(_("due"))
    currency = models.CharField(_("currency"), max_length=3)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=3, default=0)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=3, default=0)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=3, default=0)
    paid = models.DecimalField(_("paid"), max_digits=14, decimal_places=3, default=0)
    credited = models.DecimalField(_("credited"), max_digits=14, decimal_places=3, default=0)
    note = models.TextField(_("note for the customer"), blank=True, max_length=2000)
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to customers.")
    )
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=300, blank=True)
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"))
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    closed_at = models.DateTimeField(_("paid or canceled"), null=True, blank=True)

    class Access:
        section = Section.FIELD_SERVICE
        account = "account"
        page = "fieldservice:invoice_detail"
        money_account = "account"
        open_when = Q(issued_at__isnull=False)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="invoice_number_once",
                violation_error_message=_("Another invoice has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="invoice_external_once",
                violation_error_message=_("Another invoice has this number in the other system."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "work_order"],
                condition=Q(kind=InvoiceKind.INVOICE) & ~Q(status=InvoiceStatus.CANCELED),
                name="work_order_invoiced_once",
                violation_error_message=_("The work order has an invoice."),
            ),
            models.CheckConstraint(
                name="invoice_due_later",
                condition=Q(due_date__gte=F("invoice_date")),
                violation_error_message=_("An invoice is due on its date or later."),
            ),
            models.CheckConstraint(
                name="invoice_issued_since",
                condition=~Q(status__in=[InvoiceStatus.ISSUED, InvoiceStatus.PAID]) | Q(issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="invoice_adds_up",
                condition=Q(total=F("net") + F("tax")) & Q(net__gte=0) & Q(tax__gte=0),
                violation_error_message=_("Net and tax make the total."),
            ),
            models.CheckConstraint(
                name="invoice_not_overpaid",
                condition=Q(paid__gte=0) & Q(credited__gte=0) & Q(total__gte=F("paid") + F("credited")),
                violation_error_message=_("Payments and credits cannot exceed the total."),
            ),
            models.CheckConstraint(
                name="credit_note_names_invoice",
                condition=Q(kind=InvoiceKind.INVOICE, credits__isnull=True)
                | Q(kind=InvoiceKind.CREDIT_NOTE, credits__isnull=False),
                violation_error_message=_("A credit note names the invoice that it credits."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "-invoice_date", "-id"],
                condition=Q(is_exposed=True),
                name="invoice_exposed_recent",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="invoice_recent"),
        ]

    def __str__(self):
        return self.number

    @property
    def is_final(self) -> bool:
        """Whether it was issued and still counts."""
        return self.status in {InvoiceStatus.ISSUED, InvoiceStatus.PAID}

    @property
    def balance(self) -> Decimal:
        """What is left to pay; a draft, a canceled invoice and a credit note ask for nothing."""
        if self.kind == InvoiceKind.CREDIT_NOTE or not self.is_final:
            return Decimal(0)
        return self.total - self.paid - self.credited


class InvoiceLine(TenantModel):
    """A line as it was charged. `net` and `tax` are rounded, each line by itself."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines", verbose_name=_("invoice"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    description = models.CharField(_("description"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3, default=1)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("price for each"), max_digits=12, decimal_places=4, default=0)
    discount_percent = models.DecimalField(_("discount in percent"), max_digits=5, decimal_places=2, default=0)
    tax_name = models.CharField(_("tax"), max_length=60, blank=True)
    tax_rate = models.DecimalField(_("tax rate in percent"), max_digits=7, decimal_places=4, default=0)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=3, default=0)
    tax = models.DecimalField(_("tax amount"), max_digits=14, decimal_places=3, default=0)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "invoice", "position"], name="invoice_line_once"),
            models.CheckConstraint(
                name="invoice_line_amounts",
                condition=Q(quantity__gte=0)
                & Q(unit_price__gte=0)
                & Q(discount_percent__gte=0)
                & Q(discount_percent__lte=100)
                & Q(tax_rate__gte=0)
                & Q(tax_rate__lte=100)
                & Q(net__gte=0)
                & Q(tax__gte=0),
                violation_error_message=_("Quantities and prices are not negative, percentages up to 100."),
            ),
        ]

    def __str__(self):
        return self.description


class Payment(TenantModel):
    """Money that came in for an invoice; what was wrong is taken back by `reversed_at`, never deleted."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments", verbose_name=_("invoice"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=3)
    paid_date = models.DateField(_("received"))
    method = models.CharField(_("by"), max_length=60, blank=True, help_text=_("Transfer, card, cash."))
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    request_key = models.UUIDField(_("request key"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("recorded"))
    reversed_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                name="payment_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("A payment is above 0."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "invoice", "request_key"],
                name="payment_request_once",
                violation_error_message=_("This payment was recorded already."),
            ),
        ]

    def __str__(self):
        return f"{self.invoice} {self.paid_date}"
