"""Partners in the programme: what they take on, where, and how they did so far (PRT-1)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.enums import Membership
from portal.tenancy.models import TenantModel


class LeadType(TenantModel):
    """A kind of opportunity in the tenant's own words, as maintenance contract or modernisation."""

    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("lead type")
        verbose_name_plural = _("lead types")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="lead_type_once",
                violation_error_message=_("This lead type exists already."),
            )
        ]

    def __str__(self):
        return self.name


class PartnerProgramme(TenantModel):
    """What one partner account takes on. Its row is locked by whoever gives the partner an opportunity.

    `capacity` is how many distributed opportunities it has open at a time, unanswered ones included. The range of estimated
    revenue is in the tenant's currency; an empty end is open. What is not among its territories, lead types or products it does
    not cover. Its location is the place of the account.
    """

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    membership = models.CharField(_("membership"), max_length=12, choices=Membership.choices, default=Membership.MEMBER)
    since_date = models.DateField(_("since"))
    is_active = models.BooleanField(
        _("receives opportunities"), default=True, help_text=_("Switch it off to let a member pause.")
    )
    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        default=5,
        help_text=_("Distributed opportunities at a time, those that wait for an answer included."),
    )
    minimum_revenue = models.DecimalField(
        _("estimated revenue from"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    maximum_revenue = models.DecimalField(
        _("estimated revenue to"), max_digits=14, decimal_places=3, null=True, blank=True
    )

    class Meta:
        verbose_name = _("partner in the programme")
        verbose_name_plural = _("partners in the programme")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account"],
                name="programme_account_once",
                violation_error_message=_("This account is in the programme already."),
            ),
            models.CheckConstraint(
                name="programme_capacity",
                condition=Q(capacity__lte=1000),
                violation_error_message=_("The capacity is 1,000 at most."),
            ),
            models.CheckConstraint(
                name="programme_revenue",
                condition=(Q(minimum_revenue__isnull=True) | Q(minimum_revenue__gte=0))
                & (Q(maximum_revenue__isnull=True) | Q(maximum_revenue__gte=0))
                & (
                    Q(minimum_revenue__isnull=True)
                    | Q(maximum_revenue__isnull=True)
                    | Q(minimum_revenue__lte=F("maximum_revenue"))
                ),
                violation_error_message=_("The range of revenue ends after it begins and is not negative."),
            ),
        ]

    def __str__(self):
        return str(self.account)


class PartnerTerritory(TenantModel):
    """A territory in which a partner works."""

    programme = models.ForeignKey(
        PartnerProgramme, on_delete=models.CASCADE, related_name="territories", verbose_name=_("partner")
    )
    territory = models.ForeignKey(
        "geo.Territory", on_delete=models.CASCADE, related_name="+", verbose_name=_("territory")
    )

    class Meta:
        verbose_name = _("territory of a partner")
        verbose_name_plural = _("territories of partners")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "territory"],
                name="partner_territory_once",
                violation_error_message=_("The territory is listed already."),
            )
        ]

    def __str__(self):
        return str(self.territory)


class PartnerLeadType(TenantModel):
    """A lead type that a partner takes."""

    programme = models.ForeignKey(
        PartnerProgramme, on_delete=models.CASCADE, related_name="lead_types", verbose_name=_("partner")
    )
    lead_type = models.ForeignKey(LeadType, on_delete=models.CASCADE, related_name="+", verbose_name=_("lead type"))

    class Meta:
        verbose_name = _("lead type of a partner")
        verbose_name_plural = _("lead types of partners")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "lead_type"],
                name="partner_lead_type_once",
                violation_error_message=_("The lead type is listed already."),
            )
        ]

    def __str__(self):
        return str(self.lead_type)


class PartnerProduct(TenantModel):
    """A product that a partner can deliver."""

    programme = models.ForeignKey(
        PartnerProgramme, on_delete=models.CASCADE, related_name="products", verbose_name=_("partner")
    )
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )

    class Meta:
        verbose_name = _("product of a partner")
        verbose_name_plural = _("products of partners")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "product"],
                name="partner_product_once",
                violation_error_message=_("The product is listed already."),
            )
        ]

    def __str__(self):
        return str(self.product)


class PartnerRecord(TenantModel):
    """What a partner's deliveries come to: written anew from them in the transaction that changes one, never added to.

    Read for all partners at once by a distribution. `days` adds up the days from acceptance to the end over those
    won or lost. Stalled ones depend on the day and are counted when they are asked for.
    """

    programme = models.ForeignKey(
        PartnerProgramme, on_delete=models.CASCADE, related_name="+", verbose_name=_("partner")
    )
    open_count = models.PositiveIntegerField(_("open"), default=0)
    delivered = models.PositiveIntegerField(_("delivered"), default=0)
    accepted = models.PositiveIntegerField(_("accepted"), default=0)
    declined = models.PositiveIntegerField(_("declined"), default=0)
    expired = models.PositiveIntegerField(_("expired"), default=0)
    returned = models.PositiveIntegerField(_("returned"), default=0)
    won = models.PositiveIntegerField(_("won"), default=0)
    closed = models.PositiveIntegerField(_("won or lost"), default=0)
    reported = models.PositiveIntegerField(_("with a first progress report"), default=0)
    feedback = models.PositiveIntegerField(_("with feedback of the customer"), default=0)
    days = models.FloatField(_("days to close, all together"), default=0)

    class Meta:
        verbose_name = _("record of a partner")
        verbose_name_plural = _("records of partners")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "programme"], name="partner_record_once"),
        ]

    def __str__(self):
        return str(self.programme)
