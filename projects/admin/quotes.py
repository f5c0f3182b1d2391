"""Quotes: written while they are drafts, then sent, revised and closed by the domain's verbs; decisions are read (PSA-2)."""

from django import forms
from django.contrib import admin
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.domain.invoices import today
from portal.access.admin import ExposedModelAdmin
from portal.access.domain.exposure import note_exposure
from portal.kit.money import money_text
from portal.tenancy.admin import TenantInline, portal_admin
from portal.tenancy.forms import TenantForm
from portal.timeline.admin import TimelineMixin
from projects.admin.lines import PricedLineFormSet, PricedLineInline
from projects.admin.quote_actions import QuoteActions
from projects.domain.documents import lock
from projects.domain.quotes import OWN_OF_LINES, draft_quote, write_quote_lines
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine, QuoteQuestion

DRAFT_FIELDS = ("account", "name", "project", "service", "asset", "valid_until", "introduction", "terms")
LASTING_FIELDS = ("is_exposed", "internal_notes", "external_number")
BESIDE = ("internal_notes", "external_number")


class QuoteForm(TenantForm):
    """What the fields say must go together; a form that was opened before somebody sent the quote is refused."""

    seen_status = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding  # noqa: SLF001  Django's own way to ask
        self.initial["seen_status"] = self.instance.status
        if self.is_new and "valid_until" in self.fields:
            self.fields["valid_until"].required = False
            self.fields["valid_until"].help_text = _("Left empty, 30 days.")

    def clean(self):
        super().clean()
        if not self.is_new:
            now = lock(self.instance).status
            if self.cleaned_data.get("seen_status", now) != now:
                self.add_error(None, _("Somebody has changed the state of this quote meanwhile. Open it again."))
        account = self.cleaned_data.get("account")
        for name in ("project", "asset"):
            origin = self.cleaned_data.get(name)
            if account and origin and account.pk != origin.account_id:
                self.add_error(name, _("This record belongs to another account."))
        return self.cleaned_data


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
class QuoteAdmin(QuoteActions, TimelineMixin, ExposedModelAdmin):
    """Numbered and summed up by the domain; nothing of a quote that was sent is edited, and nothing deleted."""

    position = 20
    form = QuoteForm
    allows_deleting = False
    list_display = ("full_number", "name", "account", "status", "decision", "valid_until", "total_text", "is_exposed")
    list_filter = ("status", DecidedFilter, "is_exposed")
    list_select_related = ("account",)
    search_fields = ("number", "name", "external_number", "account__name")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("account", "project", "service", "asset")
    inlines = (QuoteLineInline, DecisionInline, QuestionInline)
    unaudited_fields = ("is_exposed", "seen_status")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("decisions")

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("full_number", "status", "revises")
        what = ("account", "name", "project", "service", "asset", "valid_until")
        sums = ("net_text", "tax_text", "total_text")
        past = ("sent_at", "closed_at", "digest")
        return (
            (None, {"fields": (*head, *what, "seen_status")}),
            *(() if obj is None else ((_("Amounts"), {"fields": sums}),)),
            (_("For the customer"), {"fields": ("is_exposed", "introduction", "terms")}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
            *(() if obj is None or is_draft(obj) else ((_("Record"), {"fields": past}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        shown = {name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]}
        editable = {*LASTING_FIELDS, *(DRAFT_FIELDS if is_draft(obj) else ()), "seen_status"}
        if obj.revision > 1:
            editable.discard("account")
        return tuple(sorted(shown - editable))

    # Saving, by the domain's verbs.

    def save_model(self, request, obj, form, change):
        if change:
            written = [name for name in form.changed_data if name != "seen_status"]
            obj.save(update_fields=written)
            if "is_exposed" in written:
                note_exposure(obj, to=obj.is_exposed, by=request.user)
            return
        names = [name for name in DRAFT_FIELDS if name != "account"]
        made = draft_quote(
            obj.account, **{name: getattr(obj, name) for name in names}, is_exposed=obj.is_exposed, by=request.user
        )
        for name in BESIDE:
            setattr(made, name, getattr(obj, name))
        made.save(update_fields=BESIDE)
        obj.pk = made.pk
        obj.refresh_from_db()

    def save_formset(self, request, form, formset, change):
        if formset.model is QuoteLine and formset.has_changed():
            formset.save(commit=False)
            quote = form.instance
            write_quote_lines(quote, formset.items_for(quote, quote.account, on=today()), by=request.user)

    def audited_formsets(self, formsets):
        """None: the verbs wrote the audit."""
        return []

    def log_addition(self, request, obj, message):
        """`draft_quote` wrote the audit."""

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def full_number(self, quote):
        return quote.full_number

    @admin.display(description=gettext_lazy("decision"))
    def decision(self, quote):
        return next((each.get_decision_display() for each in quote.decisions.all()), "–")

    @admin.display(description=gettext_lazy("net"))
    def net_text(self, quote):
        return in_words(quote, quote.net)

    @admin.display(description=gettext_lazy("tax"))
    def tax_text(self, quote):
        return in_words(quote, quote.tax)

    @admin.display(description=gettext_lazy("total"), ordering="total")
    def total_text(self, quote):
        return in_words(quote, quote.total)


def is_draft(quote: Quote) -> bool:
    return quote.status == QuoteStatus.DRAFT


def in_words(quote: Quote, amount) -> str:
    """An amount as the reader's language writes it."""
    return money_text(amount, quote.currency, get_language())
