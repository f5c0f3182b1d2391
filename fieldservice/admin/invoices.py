"""Invoices: written while they are drafts, then issued, paid, credited or canceled by the domain's verbs (FS-5)."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from fieldservice.admin.invoice_actions import InvoiceActions
from fieldservice.admin.invoice_lines import InvoiceLineInline, PaymentInline, is_draft
from fieldservice.domain.invoices import draft_invoice, issue_drafts, lock_invoice, write_lines
from fieldservice.enums import InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine
from fieldservice.queries.invoices import is_overdue
from portal.access.admin import ExposedModelAdmin
from portal.access.admin.exposure import BULK_LIMIT
from portal.access.domain.exposure import note_exposure
from portal.kit.money import money_text
from portal.tenancy.admin import portal_admin
from portal.tenancy.days import today
from portal.tenancy.forms import StatusForm
from portal.timeline.admin import TimelineMixin

# What a draft may change, what an issued invoice may, and what is written beside the verb that drafts.
DRAFT_FIELDS = ("account", "service_account", "agreement", "work_order", "invoice_date", "note")
LASTING_FIELDS = ("due_date", "is_exposed", "internal_notes", "external_number")
BESIDE = ("internal_notes", "external_number")


class InvoiceForm(StatusForm):
    """What the fields say must go together; a form that was opened before somebody issued the invoice is refused."""

    lock = staticmethod(lock_invoice)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new and "due_date" in self.fields:
            self.fields["due_date"].required = False
            self.fields["due_date"].help_text = _("Left empty, by the customer's days to pay.")

    def clean(self):
        super().clean()
        account = self.cleaned_data.get("account")
        for name in ("agreement", "work_order"):
            origin = self.cleaned_data.get(name)
            if account and origin and account.pk not in {origin.account_id, origin.billing_account_id}:
                self.add_error(name, _("This record belongs to another account."))
        return self.cleaned_data


class OverdueFilter(admin.SimpleListFilter):
    """Open ones whose last day to pay has gone by."""

    title = gettext_lazy("overdue")
    parameter_name = "overdue"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes"))]

    def queryset(self, request, queryset):
        return queryset.filter(is_overdue(today())) if self.value() == "yes" else queryset


@admin.register(Invoice, site=portal_admin)
class InvoiceAdmin(InvoiceActions, TimelineMixin, ExposedModelAdmin):
    """Numbered and summed up by the domain; nothing of an issued invoice is edited, and nothing deleted."""

    position = 15
    form = InvoiceForm
    allows_deleting = False
    actions = (*ExposedModelAdmin.actions, "issue_drafts")
    list_display = (
        "number",
        "kind",
        "account",
        "status",
        "invoice_date",
        "due_date",
        "total_text",
        "balance_text",
        "is_exposed",
    )
    list_filter = ("status", OverdueFilter, "kind", "is_exposed")
    list_select_related = ("account",)
    search_fields = ("number", "external_number", "account__name")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("account", "service_account", "agreement", "work_order")
    inlines = (InvoiceLineInline, PaymentInline)
    unaudited_fields = ("is_exposed", "seen_status")

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("number", "kind", "status")
        who = ("account", "service_account", "agreement", "work_order", "invoice_date", "due_date")
        sums = ("net_text", "tax_text", "total_text", "paid_text", "credited_text", "balance_text", "notes_of_credit")
        past = ("credits", "issued_at", "closed_at", "cancel_reason")
        return (
            (None, {"fields": (*head, *who, "seen_status")}),
            *(() if obj is None else ((_("Amounts"), {"fields": sums}),)),
            (_("For the customer"), {"fields": ("is_exposed", "note")}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
            *(() if obj is None or is_draft(obj) else ((_("Record"), {"fields": past}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        shown = {name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]}
        editable = {*LASTING_FIELDS, *(DRAFT_FIELDS if is_draft(obj) else ()), "seen_status"}
        return tuple(sorted(shown - editable))

    def get_changeform_initial_data(self, request):
        return {"invoice_date": today(), **super().get_changeform_initial_data(request)}

    # Saving, by the domain's verbs.

    def save_model(self, request, obj, form, change):
        if change:
            written = [name for name in form.changed_data if name != "seen_status"]
            obj.save(update_fields=written)
            if "is_exposed" in written:
                note_exposure(obj, to=obj.is_exposed, by=request.user)
            return
        names = ("service_account", "agreement", "work_order", "invoice_date", "due_date", "note", "is_exposed")
        made = draft_invoice(obj.account, lines=[], **{name: getattr(obj, name) for name in names}, by=request.user)
        for name in BESIDE:
            setattr(made, name, getattr(obj, name))
        made.save(update_fields=BESIDE)
        obj.pk = made.pk
        obj.refresh_from_db()

    def save_formset(self, request, form, formset, change):
        if formset.model is InvoiceLine and formset.has_changed():
            formset.save(commit=False)
            write_lines(form.instance, formset.items(form.instance), by=request.user)

    def audited_formsets(self, formsets):
        """None: the verbs wrote the audit."""
        return []

    def log_addition(self, request, obj, message):
        """`draft_invoice` wrote the audit."""

    @admin.action(description=gettext_lazy("Issue drafts"), permissions=["change"])
    def issue_drafts(self, request, queryset):
        if queryset.order_by()[: BULK_LIMIT + 1].count() > BULK_LIMIT:
            sentence = _("Choose at most %(limit)d records at a time.") % {"limit": BULK_LIMIT}
            self.message_user(request, sentence, messages.ERROR)
            return
        count = len(issue_drafts(queryset, by=request.user))
        sentence = ngettext("%(count)d invoice was issued.", "%(count)d invoices were issued.", count)
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)
        others = queryset.filter(status=InvoiceStatus.DRAFT).count()
        if others:
            sentence = ngettext("%(count)d draft has no lines.", "%(count)d drafts have no lines.", others)
            self.message_user(request, sentence % {"count": others}, messages.WARNING)

    # Amounts in words.

    @admin.display(description=gettext_lazy("net"))
    def net_text(self, invoice):
        return in_words(invoice, invoice.net)

    @admin.display(description=gettext_lazy("tax"))
    def tax_text(self, invoice):
        return in_words(invoice, invoice.tax)

    @admin.display(description=gettext_lazy("total"), ordering="total")
    def total_text(self, invoice):
        return in_words(invoice, invoice.total)

    @admin.display(description=gettext_lazy("paid"))
    def paid_text(self, invoice):
        return in_words(invoice, invoice.paid)

    @admin.display(description=gettext_lazy("credited"))
    def credited_text(self, invoice):
        return in_words(invoice, invoice.credited)

    @admin.display(description=gettext_lazy("balance"))
    def balance_text(self, invoice):
        return in_words(invoice, invoice.balance)

    @admin.display(description=gettext_lazy("credit notes"))
    def notes_of_credit(self, invoice):
        notes = invoice.credit_notes.order_by("pk")
        links = ((reverse("admin:fieldservice_invoice_change", args=[each.pk]), each.number) for each in notes)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"


def in_words(invoice: Invoice, amount) -> str:
    """An amount as the reader's language writes it."""
    return money_text(amount, invoice.currency, get_language())
