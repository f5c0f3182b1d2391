"""Opportunities, with what belongs to each (PRT-2, PRT-4, PRT-6, DYNAMICS 5.1, 5.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.enums import (
    CLOSED_STATUSES,
    STAGE_OF,
    STATE_OF,
    OpportunityStatus,
    Phase,
    Registration,
    Source,
    Stage,
    State,
)
from partners.models.programme import LeadType
from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.tenancy.models import TenantModel


class Opportunity(ExposedModel):
    """A chance to sell. `partner` is the partner that has it now: delivered to it, worked on or closed by it, or created by it.

    The customer is an account with a contact, or a prospect with a name and a place. `estimated_revenue` is in `currency`.
    `owner` is whoever works on it at the partner. `moved_at` is the last change of phase, `active_at` the last entry of its
    history. It is exposed to its partner by the verb that delivers it.
    """

    number = models.CharField(_("number"), max_length=40)
    topic = models.CharField(_("topic"), max_length=160)
    customer = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    prospect_name = models.CharField(
        _("prospect"), max_length=160, blank=True, help_text=_("The name of a customer that has no account yet.")
    )
    prospect_person = models.CharField(_("contact person of the prospect"), max_length=160, blank=True)
    prospect_email = models.EmailField(_("e-mail of the prospect"), max_length=254, blank=True)
    prospect_phone = models.CharField(_("phone of the prospect"), max_length=40, blank=True)
    place = models.ForeignKey(
        "geo.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("address"),
        help_text=_("Left empty, the address of the customer counts."),
    )
    situation = models.TextField(_("current situation"), blank=True, max_length=4000)
    need = models.TextField(_("customer need"), blank=True, max_length=4000)
    solution = models.TextField(_("proposed solution"), blank=True, max_length=4000)
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to partners.")
    )
    lead_type = models.ForeignKey(
        LeadType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead type")
    )
    estimated_revenue = models.DecimalField(
        _("estimated revenue"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3)
    estimated_close_date = models.DateField(_("estimated close date"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices, default=Source.DISTRIBUTED)
    status = models.CharField(
        _("status"), max_length=12, choices=OpportunityStatus.choices, default=OpportunityStatus.IN_PROGRESS
    )
    phase = models.CharField(_("pipeline phase"), max_length=12, choices=Phase.choices, default=Phase.PROSPECT)
    is_ready = models.BooleanField(
        _("ready for distribution"), default=False, help_text=_("The best partner gets it, and then the next best.")
    )
    partner = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    owner = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    request_key = models.UUIDField(null=True, blank=True, editable=False)
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"))
    moved_at = models.DateTimeField(_("phase changed"))
    active_at = models.DateTimeField(_("last activity"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Access:
        section = Section.OPPORTUNITIES
        account = "partner"
        page = "partners:opportunity_detail"
        # Another partner that was invited works on it too.
        partner = "collaborators__account"
        # Who has only own records of an account sees those that are assigned to or shared with them.
        holders = ("owner", "sellers__contact")
        open_when = Q(partner__isnull=False)

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="opportunity_number_once",
                violation_error_message=_("Another opportunity has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="opportunity_external_once",
                violation_error_message=_("Another opportunity has this number in the other system."),
            ),
            models.UniqueConstraint(fields=["tenant", "request_key"], name="opportunity_request_once"),
            models.CheckConstraint(
                name="opportunity_of_somebody",
                condition=Q(customer__isnull=False) | ~Q(prospect_name=""),
                violation_error_message=_("Choose a customer, or name the prospect."),
            ),
            models.CheckConstraint(
                name="opportunity_revenue",
                condition=Q(estimated_revenue__isnull=True) | Q(estimated_revenue__gte=0),
                violation_error_message=_("The estimated revenue is not negative."),
            ),
            models.CheckConstraint(
                name="opportunity_closed_since",
                condition=Q(status__in=CLOSED_STATUSES, closed_at__isnull=False)
                | (~Q(status__in=CLOSED_STATUSES) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="opportunity_with_partner",
                condition=Q(partner__isnull=False)
                | ~Q(status__in=[OpportunityStatus.DELIVERED, OpportunityStatus.ACCEPTED]),
                violation_error_message=_("What is delivered or accepted is with a partner."),
            ),
            models.CheckConstraint(
                name="opportunity_given_back",
                condition=Q(partner__isnull=True)
                | ~Q(
                    status__in=[
                        OpportunityStatus.BIDDING,
                        OpportunityStatus.DECLINED,
                        OpportunityStatus.EXPIRED,
                        OpportunityStatus.RETURNED,
                    ]
                ),
            ),
            models.CheckConstraint(
                name="opportunity_own_stays",
                condition=~Q(source=Source.PARTNER) | Q(partner__isnull=False, is_ready=False),
                violation_error_message=_("What a partner created stays with it and is not distributed."),
            ),
            models.CheckConstraint(
                name="opportunity_owner_of_partner", condition=Q(owner__isnull=True) | Q(partner__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "partner", "-created_at", "-id"], name="opportunity_of_partner"),
            models.Index(fields=["tenant", "-created_at", "-id"], name="opportunity_recent"),
            models.Index(fields=["tenant", "owner"], name="opportunity_of_owner"),
            models.Index(
                fields=["tenant", "created_at", "id"],
                condition=Q(is_ready=True, partner__isnull=True, status=OpportunityStatus.IN_PROGRESS),
                name="opportunity_waiting",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.topic}"

    @property
    def state(self) -> State:
        return STATE_OF[OpportunityStatus(self.status)]

    @property
    def stage(self) -> Stage:
        return STAGE_OF[Phase(self.phase)]


class OpportunityProduct(TenantModel):
    """What the customer is interested in."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="products", verbose_name=_("opportunity")
    )
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.PROTECT, related_name="+", verbose_name=_("product")
    )

    class Meta:
        verbose_name = _("product of an opportunity")
        verbose_name_plural = _("products of opportunities")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "product"],
                name="opportunity_product_once",
                violation_error_message=_("The product is listed already."),
            )
        ]

    def __str__(self):
        return str(self.product)


class OpportunityContact(TenantModel):
    """Somebody at the customer whom the partner came to know; a contact of the company where there is one."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("opportunity")
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    full_name = models.CharField(_("name"), max_length=160)
    position = models.CharField(_("position"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("contact of an opportunity")
        verbose_name_plural = _("contacts of opportunities")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity", "email"],
                condition=~Q(email=""),
                name="opportunity_contact_once",
                violation_error_message=_("Somebody with this e-mail is listed already."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "opportunity", "created_at", "id"], name="contacts_of_opportunity")]

    def __str__(self):
        return self.full_name


class DealRegistration(TenantModel):
    """A partner's request for the exclusive right to an opportunity of its own, and what staff decided (DYNAMICS 5.8)."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="registrations", verbose_name=_("opportunity")
    )
    status = models.CharField(_("status"), max_length=12, choices=Registration.choices, default=Registration.REQUESTED)
    text = models.TextField(_("why the deal is the partner's"), blank=True, max_length=2000)
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"))
    reason = models.CharField(_("reason"), max_length=400, blank=True, help_text=_("Shown to the partner."))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("deal registration")
        verbose_name_plural = _("deal registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity"],
                condition=~Q(status=Registration.REJECTED),
                name="registration_standing_once",
                violation_error_message=_("The deal is registered, or asked for, already."),
            ),
            models.CheckConstraint(
                name="registration_decided_since",
                condition=Q(status=Registration.REQUESTED, decided_at__isnull=True)
                | (~Q(status=Registration.REQUESTED) & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "requested_at", "id"], name="registration_waiting")]

    def __str__(self):
        return str(self.opportunity)
