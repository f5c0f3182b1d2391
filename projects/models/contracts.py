"""Contracts and order forms with their lines and milestones (PSA-3, DYNAMICS 6.5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.tenancy.models import TenantModel
from projects.enums import BillingMethod, ContractKind, ContractStatus, MilestoneStatus
from projects.models.lines import PricedLine, adds_up, amounts_fit
from projects.models.projects import Project
from projects.models.quotes import Quote


class Contract(ExposedModel):
    """What was agreed. Customers see it once it was opened; from then on it stays as it is."""

    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=ContractKind.choices, default=ContractKind.CONTRACT)
    name = models.CharField(_("name"), max_length=160)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("project")
    )
    quote = models.ForeignKey(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("quote")
    )
    status = models.CharField(_("status"), max_length=12, choices=ContractStatus.choices, default=ContractStatus.DRAFT)
    starts_date = models.DateField(_("begins"))
    ends_date = models.DateField(_("ends"), null=True, blank=True)
    introduction = models.TextField(
        _("introduction"), blank=True, max_length=4000, help_text=_("Shown to customers, above the lines.")
    )
    terms = models.TextField(
        _("terms"), blank=True, max_length=8000, help_text=_("Shown to customers, below the lines.")
    )
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to customers.")
    )
    currency = models.CharField(_("currency"), max_length=3)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=3, default=0)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=3, default=0)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=3, default=0)
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Access:
        section = Section.PROJECTS
        account = "account"
        page = "projects:contract_detail"
        open_when = Q(opened_at__isnull=False)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="contract_number_once",
                violation_error_message=_("Another contract has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="contract_external_once",
                violation_error_message=_("Another contract has this number in the other system."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "quote"],
                condition=~Q(status=ContractStatus.LOST),
                name="contract_of_quote_once",
                violation_error_message=_("The quote has its contract already."),
            ),
            models.CheckConstraint(
                name="contract_dates",
                condition=Q(ends_date__isnull=True) | Q(ends_date__gte=F("starts_date")),
                violation_error_message=_("A contract ends after it begins."),
            ),
            models.CheckConstraint(
                name="contract_opened_since",
                condition=~Q(status__in=[ContractStatus.ACTIVE, ContractStatus.CLOSED]) | Q(opened_at__isnull=False),
            ),
            adds_up("contract_adds_up"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "-starts_date", "-id"],
                condition=Q(is_exposed=True),
                name="contract_exposed_recent",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="contract_recent"),
            models.Index(fields=["tenant", "project"], name="contract_of_project"),
        ]

    def __str__(self):
        return f"{self.number} {self.name}"


class ContractLine(PricedLine):
    """What is owed, and how it is billed. `limit_amount` is what time and material may cost at most, net."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="lines", verbose_name=_("contract"))
    billing_method = models.CharField(
        _("billing"), max_length=20, choices=BillingMethod.choices, default=BillingMethod.FIXED_PRICE
    )
    limit_amount = models.DecimalField(_("at most, net"), max_digits=14, decimal_places=3, null=True, blank=True)

    class Meta:
        verbose_name = _("contract line")
        verbose_name_plural = _("contract lines")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "position"], name="contract_line_once"),
            amounts_fit("contract_line_amounts"),
            models.CheckConstraint(
                name="contract_limit_of_time",
                condition=Q(limit_amount__isnull=True)
                | Q(billing_method=BillingMethod.TIME_AND_MATERIAL, limit_amount__gt=0),
                violation_error_message=_("A limit is above 0 and belongs to time and material."),
            ),
        ]


class ContractMilestone(TenantModel):
    """A part of a fixed price, billed when it is reached; those of a line add up to its net."""

    line = models.ForeignKey(
        ContractLine, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("contract line")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=160)
    due_date = models.DateField(_("due"), null=True, blank=True)
    amount = models.DecimalField(_("amount, net"), max_digits=14, decimal_places=3)
    status = models.CharField(
        _("status"), max_length=12, choices=MilestoneStatus.choices, default=MilestoneStatus.NOT_READY
    )

    class Meta:
        verbose_name = _("billing milestone")
        verbose_name_plural = _("billing milestones")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "line", "position"], name="contract_milestone_once"),
            models.CheckConstraint(
                name="contract_milestone_amount",
                condition=Q(amount__gt=0),
                violation_error_message=_("A milestone is worth more than 0."),
            ),
        ]

    def __str__(self):
        return self.name
