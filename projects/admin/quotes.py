"""Quotes: written while they are drafts, then sent, revised and closed by the domain's verbs; decisions are read (PSA-2)."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.tenancy.admin import TenantInline, portal_admin
from portal.tenancy.days import today
from projects.admin.documents import SUMS, DocumentAdmin, DocumentForm, is_draft
from projects.admin.lines import PricedLineFormSet, PricedLineInline
from projects.admin.quote_actions import QuoteActions
from projects.domain.quotes import OWN_OF_LINES, draft_quote, write_quote_lines
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine, QuoteQuestion

DRAFT_FIELDS = ("account", "name", "project", "service", "asset", "valid_until", "introduction", "terms")


class QuoteForm(DocumentForm):
    """Project and asset are of the account; without a day the quote is valid for 30."""

    of_account = ("project", "asset")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new and "valid_until" in self.fields:
            self.fields["valid_until"].required = False
            self.fields["valid_until"].help_text = _("Left empty, 30 days.")


class QuoteLineFormSet(PricedLineFormSet):
    own_fields = OWN_OF_LINES


class QuoteLineInline(PricedLineInline):
    """What is offered; what an option costs counts only when the customer chooses it."""

    model = QuoteLine
    formset = QuoteLineFormSet
    document = "quote"
    own_fields = OWN_OF_LINES


class DecisionInline(TenantInline):
    """What the customer decided, with its evidence: read only, for good."""

    model = QuoteDecision
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    verbose_name, verbose_name_plural = gettext_lazy("decision"), gettext_lazy("Decision of the customer")
    fields = ("decision", "name", "email", "decided_at", "address", "browser", "reason", "total", "digest")
    ordering = ("pk",)


class QuestionInline(TenantInline):
    """What customers asked; the button above answers."""

    model = QuoteQuestion
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    fields = ("asked_at", "contact", "line", "question", "answer", "answered_by", "answered_at")
    ordering = ("asked_at", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("contact", "line", "answered_by")


class DecidedFilter(admin.SimpleListFilter):
    """By what the customer decided."""

    title = gettext_lazy("decision")
    parameter_name = "decision"

    def lookups(self, request, model_admin):
        return [("open", _("Awaited")), ("approved", _("Approved")), ("rejected", _("Rejected"))]

    def queryset(self, request, queryset):
        if self.value() == "open":
            return queryset.filter(status=QuoteStatus.SENT, decisions__isnull=True, valid_until__gte=today())
        return queryset.filter(decisions__decision=self.value()) if self.value() else queryset


@admin.register(Quote, site=portal_admin)
class QuoteAdmin(QuoteActions, DocumentAdmin):
    """Numbered and summed up by the domain; nothing of a quote that was sent is edited, and nothing deleted."""

    position = 20
    form = QuoteForm
    draft_fields = DRAFT_FIELDS
    line_model = QuoteLine
    list_display = ("full_number", "name", "account", "status", "decision", "valid_until", "total_text", "is_exposed")
    list_filter = ("status", DecidedFilter, "is_exposed")
    search_fields = ("number", "name", "external_number", "account__name")
    autocomplete_fields = ("account", "project", "service", "asset")
    inlines = (QuoteLineInline, DecisionInline, QuestionInline)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("decisions")

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("full_number", "status", "revises")
        what = ("account", "name", "project", "service", "asset", "valid_until")
        past = ("sent_at", "closed_at", "digest")
        return (
            (None, {"fields": (*head, *what, "seen_status")}),
            *(() if obj is None else ((_("Amounts"), {"fields": SUMS}),)),
            (_("For the customer"), {"fields": ("is_exposed", "introduction", "terms")}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
            *(() if is_draft(obj) else ((_("Record"), {"fields": past}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        """Revisions of one number are of one account."""
        fixed = ("account",) if obj is not None and obj.revision > 1 else ()
        return tuple(sorted({*super().get_readonly_fields(request, obj), *fixed}))

    def draft(self, obj, by):
        names = [name for name in self.draft_fields if name != "account"]
        values = {name: getattr(obj, name) for name in (*names, "is_exposed")}
        return draft_quote(obj.account, **values, by=by)

    def write_lines(self, document, formset, by):
        write_quote_lines(document, formset.items_for(document, document.account, on=today()), by=by)

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def full_number(self, quote):
        return quote.full_number

    @admin.display(description=gettext_lazy("decision"))
    def decision(self, quote):
        return next((each.get_decision_display() for each in quote.decisions.all()), "–")
