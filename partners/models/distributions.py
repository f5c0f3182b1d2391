"""Who got an opportunity, what came of it, and why it was that partner (PRT-2, PRT-4, PRT-5)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.enums import HOLDING_OUTCOMES, OPEN_OUTCOMES, DeclineReason, Occasion, Outcome, ReturnReason
from partners.models.opportunities import Opportunity
from portal.tenancy.models import TenantModel


def column(field: models.Field, label) -> ArrayField:
    """A value of each partner, in the order of `partners`."""
    return ArrayField(field, verbose_name=label, default=list)


class DistributionTable(TenantModel):
    """What a ranking saw of every partner, column by column: from it the whole table is computed again as it was (PRT-5).

    Written by one statement of the database (`partners/queries/candidates.py`) and never changed. `flags` are those of
    `partners.enums.Seen`; `prior` is the programme's mean of each rate, in the order of the engine's `Rates`.
    """

    partners = column(models.UUIDField(), _("partners"))
    flags = column(models.SmallIntegerField(), _("what was covered"))
    capacity = column(models.IntegerField(), _("capacity"))
    open_count = column(models.IntegerField(), _("open"))
    minimum_revenue = column(models.DecimalField(max_digits=14, decimal_places=3, null=True), _("revenue from"))
    maximum_revenue = column(models.DecimalField(max_digits=14, decimal_places=3, null=True), _("revenue to"))
    latitude = column(models.FloatField(null=True), _("latitude"))
    longitude = column(models.FloatField(null=True), _("longitude"))
    delivered = column(models.IntegerField(), _("delivered"))
    accepted = column(models.IntegerField(), _("accepted"))
    declined = column(models.IntegerField(), _("declined"))
    expired = column(models.IntegerField(), _("expired"))
    returned = column(models.IntegerField(), _("returned"))
    won = column(models.IntegerField(), _("won"))
    closed = column(models.IntegerField(), _("won or lost"))
    reported = column(models.IntegerField(), _("with a first progress report"))
    feedback = column(models.IntegerField(), _("with feedback of the customer"))
    stalled = column(models.IntegerField(), _("stalled"))
    days = column(models.FloatField(), _("days to close, all together"))
    prior = column(models.FloatField(null=True), _("means of the programme"))

    class Meta:
        verbose_name = _("table of a distribution")
        verbose_name_plural = _("tables of distributions")

    def __str__(self):
        return str(self.pk)


class DistributionRun(TenantModel):
    """One ranking of all partners for an opportunity, as it was computed; never changed.

    `asked` is what the opportunity asked for, `weights` are under their documented names. Without a `winner` nobody was
    available; `score` is the winner's sum. Ask `partners.domain.tables.table_of` for the whole table.
    """

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="runs", verbose_name=_("opportunity")
    )
    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion.choices)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    winner = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    score = models.FloatField(_("sum"), null=True, blank=True)
    partner_count = models.PositiveIntegerField(_("partners"))
    available_count = models.PositiveIntegerField(_("available"))
    asked = models.JSONField(_("asked for"), default=dict)
    weights = models.JSONField(_("weights"), default=dict)
    table = models.ForeignKey(DistributionTable, on_delete=models.PROTECT, related_name="+", verbose_name=_("table"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("distribution")
        verbose_name_plural = _("distributions")
        indexes = [
            models.Index(fields=["tenant", "opportunity", "-at", "-id"], name="runs_of_opportunity"),
            models.Index(fields=["tenant", "-at", "-id"], name="run_recent"),
        ]

    def __str__(self):
        return f"{self.opportunity} {self.at:%Y-%m-%d %H:%M}"


class Delivery(TenantModel):
    """An opportunity at a partner, from its delivery to what came of it. The metrics of PRT-3 are computed from these rows.

    `expires_at` is when an answer is due; the sweep finds what is overdue. `moved_at` is the acceptance or the last change of
    phase since, `reported_at` the partner's first report of progress, `feedback_at` when the customer said something.
    """

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("opportunity")
    )
    partner = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    run = models.ForeignKey(
        DistributionRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("distribution"),
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.DELIVERED)
    delivered_at = models.DateTimeField(_("delivered"))
    expires_at = models.DateTimeField(_("answer due"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(_("accepted or declined"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    moved_at = models.DateTimeField(_("last change of phase"), null=True, blank=True)
    reported_at = models.DateTimeField(_("first progress report"), null=True, blank=True)
    feedback_at = models.DateTimeField(_("feedback of the customer"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    decline_reason = models.CharField(
        _("reason for declining"), max_length=20, choices=DeclineReason.choices, blank=True
    )
    return_reason = models.CharField(_("reason for return"), max_length=20, choices=ReturnReason.choices, blank=True)
    comment = models.CharField(_("comment"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity"],
                condition=Q(outcome__in=HOLDING_OUTCOMES),
                name="delivery_one_partner_at_a_time",
                violation_error_message=_("Another partner has this opportunity."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "opportunity", "partner"],
                name="delivery_partner_once",
                violation_error_message=_("This partner had the opportunity before."),
            ),
            models.CheckConstraint(name="delivery_due", condition=Q(expires_at__gt=models.F("delivered_at"))),
            models.CheckConstraint(
                name="delivery_accepted_since",
                condition=Q(
                    accepted_at__isnull=True, outcome__in=[Outcome.DELIVERED, Outcome.DECLINED, Outcome.EXPIRED]
                )
                | Q(
                    accepted_at__isnull=False,
                    moved_at__isnull=False,
                    outcome__in=[Outcome.ACCEPTED, Outcome.RETURNED, Outcome.WON, Outcome.LOST],
                ),
            ),
            models.CheckConstraint(
                name="delivery_ended_since",
                condition=Q(outcome__in=OPEN_OUTCOMES, ended_at__isnull=True)
                | (~Q(outcome__in=OPEN_OUTCOMES) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="delivery_reasons",
                condition=(Q(decline_reason="") | Q(outcome=Outcome.DECLINED))
                & (Q(return_reason="") | Q(outcome=Outcome.RETURNED)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "expires_at", "id"], condition=Q(outcome=Outcome.DELIVERED), name="delivery_due_next"
            ),
            models.Index(
                fields=["tenant", "partner"], condition=Q(outcome__in=OPEN_OUTCOMES), name="delivery_open_of_partner"
            ),
            models.Index(
                fields=["tenant", "moved_at"], condition=Q(outcome=Outcome.ACCEPTED), name="delivery_stalling"
            ),
            models.Index(fields=["tenant", "partner", "-delivered_at", "-id"], name="delivery_of_partner"),
        ]

    def __str__(self):
        return f"{self.opportunity}: {self.partner}"
