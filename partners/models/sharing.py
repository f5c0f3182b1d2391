"""Who else works on an opportunity: colleagues, other partners (PRT-4, PRT-7, DYNAMICS 5.8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.opportunities import Opportunity
from portal.tenancy.models import TenantModel


class OpportunitySeller(TenantModel):
    """A colleague with whom a partner shares an opportunity; it ends when the partner no longer has it."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="sellers", verbose_name=_("opportunity")
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("shared with")
    )
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("shared by")
    )
    created_at = models.DateTimeField(_("shared"))

    class Meta:
        verbose_name = _("colleague on an opportunity")
        verbose_name_plural = _("colleagues on opportunities")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity", "contact"],
                name="opportunity_seller_once",
                violation_error_message=_("The opportunity is shared with this colleague already."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "contact"], name="opportunities_of_seller")]

    def __str__(self):
        return str(self.contact)


class Collaborator(TenantModel):
    """Another partner that reads and notes along; only the one that has the opportunity moves or ends it."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="collaborators", verbose_name=_("opportunity")
    )
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("invited"))

    class Meta:
        verbose_name = _("collaborating partner")
        verbose_name_plural = _("collaborating partners")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity", "account"],
                name="collaborator_once",
                violation_error_message=_("This partner works on it already."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "account"], name="collaborations_of_partner")]

    def __str__(self):
        return str(self.account)


class CustomerFeedback(TenantModel):
    """What the customer says of a partner about an opportunity: 1 to 5 and words, once for each delivery."""

    delivery = models.ForeignKey(
        "partners.Delivery", on_delete=models.PROTECT, related_name="feedback", verbose_name=_("delivery")
    )
    rating = models.PositiveSmallIntegerField(_("rating"))
    comment = models.TextField(_("comment"), blank=True, max_length=2000)
    created_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("feedback on a partner")
        verbose_name_plural = _("feedback on partners")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "delivery"],
                name="partner_feedback_once",
                violation_error_message=_("Feedback was given already."),
            ),
            models.CheckConstraint(
                name="partner_feedback_rating",
                condition=Q(rating__gte=1, rating__lte=5),
                violation_error_message=_("A rating is from 1 to 5."),
            ),
        ]

    def __str__(self):
        return str(_("%(number)s of 5") % {"number": self.rating})
