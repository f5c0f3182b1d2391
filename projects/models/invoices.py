"""Invoices of projects, and their corrections (PSA-4, DYNAMICS 6.6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from projects.enums import BillingType, InvoiceStatus
from projects.models.contracts import Contract, ContractLine, ContractMilestone
from projects.models.lines import PricedLine, adds_up, amounts_fit
from projects.models.projects import Project, ProjectTask
from projects.models.team import ProjectRole
from scheduling.models import BookableResource


class ProjectInvoice(ExposedModel):
    """What a customer pays for a project. Customers see it once it was confirmed; then it stays as it is.

    A correction is an invoice of its own in the place of the one that it corrects.
    """

    number = models.CharField(_("number"), max_length=40)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices", verbose_name=_("project")
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices", verbose_name=_("contract")
    )
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects the invoice"),
    )
    status = models.CharField(_("status"), max_length=12, choices=InvoiceStatus.choices, default=InvoiceStatus.DRAFT)
    invoice_date = models.DateField(_("date of invoice"))
    due_date = models.DateField(_("due"))
    currency = models.CharField(_("currency"), max_length=3)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=3, default=0)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=3, default=0)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=3, default=0)
    note = models.TextField(_("note for the customer"), blank=True, max_length=2000)
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to customers.")
    )
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True)

    class Access:
        section = Section.PROJECTS
        account = "account"
        page = "projects:invoice_detail"
        open_when = Q(confirmed_at__isnull=False)

    class Meta:
        verbose_name = _("project invoice")
        verbose_name_plural = _("project invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="project_invoice_number_once",
                violation_error_message=_("Another invoice has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="project_invoice_external_once",
                violation_error_message=_("Another invoice has this number in the other system."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "corrects"],
                name="project_invoice_corrected_once",
                violation_error_message=_("This invoice has its correction already."),
            ),
            models.CheckConstraint(
                name="project_invoice_due_later",
                condition=Q(due_date__gte=F("invoice_date")),
                violation_error_message=_("An invoice is due on its date or later."),
            ),
            models.CheckConstraint(
                name="project_invoice_confirmed_since",
                condition=~Q(status__in=[InvoiceStatus.CONFIRMED, InvoiceStatus.PAID]) | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="project_invoice_paid_since",
                condition=Q(status=InvoiceStatus.PAID, paid_at__isnull=False)
                | (~Q(status=InvoiceStatus.PAID) & Q(paid_at__isnull=True)),
            ),
            adds_up("project_invoice_adds_up"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "-invoice_date", "-id"],
                condition=Q(is_exposed=True),
                name="project_invoice_exposed_recent",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="project_invoice_recent"),
            models.Index(fields=["tenant", "project"], name="project_invoice_of_project"),
        ]

    def __str__(self):
        return self.number

    @property
    def is_corrected(self) -> bool:
        """Whether another invoice stands in its place."""
        return self.corrected_at is not None


class ProjectInvoiceLine(PricedLine):
    """What was done or delivered. `description` is the customer's, `internal_description` the company's own.

    A milestone is billed by one line; the line of a correction, which stands in its place, names the contract's line only.
    """

    invoice = models.ForeignKey(
        ProjectInvoice, on_delete=models.CASCADE, related_name="lines", verbose_name=_("project invoice")
    )
    contract_line = models.ForeignKey(
        ContractLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contract line")
    )
    milestone = models.ForeignKey(
        ContractMilestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("billing milestone"),
    )
    date = models.DateField(_("date"), null=True, blank=True)
    task = models.ForeignKey(
        ProjectTask, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("task")
    )
    role = models.ForeignKey(
        ProjectRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    resource = models.ForeignKey(
        BookableResource, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resource")
    )
    billing_type = models.CharField(
        _("billing"), max_length=20, choices=BillingType.choices, default=BillingType.CHARGEABLE
    )
    internal_description = models.CharField(
        _("internal description"), max_length=300, blank=True, help_text=_("Never shown to customers.")
    )

    class Meta:
        verbose_name = _("line of a project invoice")
        verbose_name_plural = _("lines of project invoices")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "invoice", "position"], name="project_invoice_line_once"),
            models.UniqueConstraint(
                fields=["tenant", "milestone"],
                name="project_invoice_milestone_once",
                violation_error_message=_("The milestone is invoiced already."),
            ),
            amounts_fit("project_invoice_line_amounts"),
            models.CheckConstraint(
                name="project_invoice_line_charged",
                condition=Q(billing_type=BillingType.CHARGEABLE) | Q(net=0, tax=0),
                violation_error_message=_("Only chargeable lines cost anything."),
            ),
        ]
