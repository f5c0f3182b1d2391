"""Quotes with their revisions, lines, questions and the customer's decision (PSA-2, DYNAMICS 6.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.tenancy.models import TenantModel
from projects.enums import Decision, QuoteStatus
from projects.models.lines import PricedLine, adds_up, amounts_fit
from projects.models.projects import Project


class Quote(ExposedModel):
    """An offer in one revision. Amounts are totals of the lines that are not optional, in `currency`.

    `digest` is the SHA-256 of the revision as it was sent: a decision names it. What was sent stays as it is; a change is a new
    revision with the same number. `service` and `asset` say which visit an approval may be followed by.
    """

    number = models.CharField(_("number"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    revises = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="revisions", verbose_name=_("revises")
    )
    name = models.CharField(_("name"), max_length=160)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="quotes", verbose_name=_("project")
    )
    service = models.ForeignKey(
        "fieldservice.IncidentType",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service to book"),
        help_text=_("Offered to the customer right after the approval."),
    )
    asset = models.ForeignKey(
        "fieldservice.Asset",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asset"),
    )
    status = models.CharField(_("status"), max_length=12, choices=QuoteStatus.choices, default=QuoteStatus.DRAFT)
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
    valid_until = models.DateField(_("valid until"))
    digest = models.CharField(_("fingerprint"), max_length=64, blank=True, editable=False)
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Access:
        section = Section.PROJECTS
        account = "account"
        page = "projects:quote_detail"
        open_when = Q(sent_at__isnull=False)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number", "revision"],
                name="quote_revision_once",
                violation_error_message=_("Another quote has this number and revision."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "number"],
                condition=Q(status=QuoteStatus.SENT),
                name="quote_sent_once",
                violation_error_message=_("Another revision of this quote was sent."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "number"],
                condition=Q(status=QuoteStatus.DRAFT),
                name="quote_drafted_once",
                violation_error_message=_("Another revision of this quote is being written."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="quote_external_once",
                violation_error_message=_("Another quote has this number in the other system."),
            ),
            adds_up("quote_adds_up"),
            models.CheckConstraint(
                name="quote_sent_with_fingerprint",
                condition=Q(status__in=[QuoteStatus.DRAFT, QuoteStatus.CANCELED])
                | (Q(sent_at__isnull=False) & ~Q(digest="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "-sent_at", "-id"],
                condition=Q(is_exposed=True),
                name="quote_exposed_recent",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="quote_recent"),
            models.Index(fields=["tenant", "project"], name="quote_of_project"),
        ]

    def __str__(self):
        return self.full_number

    @property
    def full_number(self) -> str:
        """The number, with the revision from the second one on."""
        return self.number if self.revision == 1 else f"{self.number}/{self.revision}"


class QuoteLine(PricedLine):
    """What is offered. An optional line counts only when the customer chooses it with the approval."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines", verbose_name=_("quote"))
    is_optional = models.BooleanField(_("optional"), default=False)
    unit_cost = models.DecimalField(
        _("cost of each"), max_digits=12, decimal_places=4, default=0, help_text=_("Never shown to customers.")
    )

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "quote", "position"], name="quote_line_once"),
            amounts_fit("quote_line_amounts"),
        ]


class QuoteDecision(TenantModel):
    """The customer's decision about one revision: written once, never changed (SECURITY 15).

    `total` is what was approved with the chosen optional lines, whose ids stand in `options`.
    """

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("quote"))
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, related_name="+", verbose_name=_("contact")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("login")
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    address = models.GenericIPAddressField(_("from"), null=True, blank=True)
    browser = models.CharField(_("browser"), max_length=300, blank=True)
    digest = models.CharField(_("fingerprint"), max_length=64)
    options = models.JSONField(_("chosen options"), default=list, blank=True)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=3)
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "quote"],
                name="quote_decided_once",
                violation_error_message=_("This quote was decided already."),
            ),
            models.CheckConstraint(
                name="rejection_has_reason",
                condition=~Q(decision=Decision.REJECTED) | ~Q(reason=""),
                violation_error_message=_("Say why the quote is rejected."),
            ),
        ]

    def __str__(self):
        return f"{self.quote}: {self.get_decision_display()}"


class QuoteQuestion(TenantModel):
    """What a customer asks about a quote or one of its lines, and the answer that everybody who sees the quote reads."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="questions", verbose_name=_("quote"))
    line = models.ForeignKey(
        QuoteLine, on_delete=models.CASCADE, null=True, blank=True, related_name="questions", verbose_name=_("line")
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    question = models.TextField(_("question"), max_length=2000)
    request_key = models.UUIDField(_("request key"), null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    answer = models.TextField(_("answer"), blank=True, max_length=4000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contact", "request_key"],
                name="quote_question_once",
                violation_error_message=_("This question was asked already."),
            ),
            models.CheckConstraint(
                name="quote_answered_since",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "quote", "asked_at", "id"], name="question_of_quote")]

    def __str__(self):
        return self.question[:80]
