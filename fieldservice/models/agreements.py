"""What was agreed with a customer, and what comes of it regularly (FS-1, FS-2; DYNAMICS 3.6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import AgreementStatus
from fieldservice.models.assets import Asset
from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.catalog.models import PriceList
from portal.tenancy.models import TenantModel


class Agreement(ExposedModel):
    """A service contract of an account with a term. Estimates are the company's own; customers see it once it is active."""

    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
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
        help_text=_("Left empty, the service account pays."),
    )
    status = models.CharField(
        _("status"), max_length=20, choices=AgreementStatus.choices, default=AgreementStatus.ESTIMATE
    )
    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("price list")
    )
    start_date = models.DateField(_("starts"))
    end_date = models.DateField(_("ends"), help_text=_("The last day of the term."))
    generation_time = models.TimeField(
        _("time of generation"), null=True, blank=True, help_text=_("Left empty, the company's setting counts.")
    )
    description = models.TextField(_("description for customers"), blank=True, max_length=4000)
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to customers.")
    )
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    cancel_reason = models.CharField(
        _("reason of the cancellation"), max_length=300, blank=True, help_text=_("Never shown to customers.")
    )
    created_at = models.DateTimeField(_("created"))
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    ended_at = models.DateTimeField(_("expired or canceled"), null=True, blank=True)

    class Access:
        section = Section.FIELD_SERVICE
        account = "account"
        money_account = "billing_account"
        open_when = Q(activated_at__isnull=False)
        page = "fieldservice:agreement_detail"

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="agreement_number_once",
                violation_error_message=_("Another agreement has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="agreement_external_once",
                violation_error_message=_("Another agreement has this number in the other system."),
            ),
            models.CheckConstraint(
                name="agreement_term",
                condition=Q(start_date__lte=F("end_date")),
                violation_error_message=_("The term ends on or after its first day."),
            ),
            models.CheckConstraint(
                name="agreement_active_since",
                condition=~Q(status__in=[AgreementStatus.ACTIVE, AgreementStatus.EXPIRED])
                | Q(activated_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "-start_date", "-id"],
                condition=Q(is_exposed=True),
                name="agreement_exposed_recent",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="agreement_recent"),
            models.Index(
                fields=["tenant", "end_date", "id"], condition=Q(status="active"), name="agreement_active_until"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.name}"


class AgreementAsset(TenantModel):
    """An asset that the agreement covers."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="coverage", verbose_name=_("agreement")
    )
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="coverage", verbose_name=_("asset"))

    class Meta:
        verbose_name = _("covered asset")
        verbose_name_plural = _("covered assets")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "agreement", "asset"],
                name="asset_covered_once",
                violation_error_message=_("The agreement covers this asset already."),
            )
        ]

    def __str__(self):
        return str(self.asset)
