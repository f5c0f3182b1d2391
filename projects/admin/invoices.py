"""Project invoices: written while they are drafts, then reviewed, confirmed, paid and corrected by the domain's verbs (PSA-4)."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.tenancy.admin import portal_admin
from portal.tenancy.days import today
from projects.admin.choices import OwnChoicesFormSet, OwnChoicesInline
from projects.admin.documents import SUMS, DocumentAdmin, DocumentForm, is_draft
from projects.admin.invoice_actions import CONFIRM, CORRECT, PAID, SEND_BACK, SUBMIT, InvoicePages
from projects.admin.lines import PricedLineFormSet, PricedLineInline
from projects.domain.invoices import draft_invoice, write_lines
from projects.models import ProjectInvoice, ProjectInvoiceLine, ProjectTask
from projects.queries.invoices import is_overdue

OWN_OF_LINES = ("billing_type", "date", "task", "role", "resource", "internal_description")
WHAT = ("account", "project", "contract", "invoice_date", "due_date")


class ProjectInvoiceForm(DocumentForm):
    """Without a day to pay, by the customer's days to pay."""

    of_account = ("project", "contract")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new and "due_date" in self.fields:
            self.fields["due_date"].required = False
            self.fields["due_date"].help_text = _("Left empty, by the customer's days to pay.")


class ProjectInvoiceLineFormSet(OwnChoicesFormSet, PricedLineFormSet):
    """Lines that name tasks of the invoice's own project."""

    own_fields = OWN_OF_LINES
    chosen = "task"

    def offered(self):
        return ProjectTask.objects.filter(project=self.instance.project_id).order_by("position", "pk")


class ProjectInvoiceLineInline(OwnChoicesInline, PricedLineInline):
    """What was done or delivered. Customers read the description, never the internal one, and nothing of what is not charged."""

    model = ProjectInvoiceLine
    formset = ProjectInvoiceLineFormSet
    document = "invoice"
    own_fields = OWN_OF_LINES
    own_choices = ("task",)
    autocomplete_fields = ("product", "role", "resource")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("task", "role", "resource")


class OverdueFilter(admin.SimpleListFilter):
    """Open ones whose last day to pay has gone by."""

    title = gettext_lazy("overdue")
    parameter_name = "overdue"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes"))]

    def queryset(self, request, queryset):
        return queryset.filter(is_overdue(today())) if self.value() == "yes" else queryset


@admin.register(ProjectInvoice, site=portal_admin)
class ProjectInvoiceAdmin(InvoicePages, DocumentAdmin):
    """Numbered and summed up by the domain; nothing of a confirmed invoice is edited, and only drafts are thrown away."""

    position = 32
    form = ProjectInvoiceForm
    draft_fields = (*WHAT, "note")
    line_model = ProjectInvoiceLine
    record_actions = (SUBMIT, SEND_BACK, CONFIRM, PAID, CORRECT)
    list_display = ("number", "account", "status", "invoice_date", "due_date", "total_text", "corrects", "is_exposed")
    list_filter = ("status", OverdueFilter, "is_exposed")
    list_select_related = ("account", "corrects")
    search_fields = ("number", "external_number", "account__name")
    autocomplete_fields = ("account", "project", "contract")
    inlines = (ProjectInvoiceLineInline,)

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("number", "status", "corrects", "corrected_by")
        past = ("created_at", "confirmed_at", "paid_at", "corrected_at")
        return (
            (None, {"fields": (*head, *WHAT, "seen_status")}),
            *(() if obj is None else ((_("Amounts"), {"fields": SUMS}),)),
            (_("For the customer"), {"fields": ("is_exposed", "note")}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
            *(() if is_draft(obj) else ((_("Record"), {"fields": past}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        """Whose invoice a correction is, and of what, stands with the one that it corrects."""
        fixed = super().get_readonly_fields(request, obj)
        is_bound = obj is not None and (obj.corrects_id is not None or obj.contract_id is not None)
        return (*fixed, *({"account", "project", "contract"} - set(fixed))) if is_bound else fixed

    def get_changeform_initial_data(self, request):
        return {"invoice_date": today(), **super().get_changeform_initial_data(request)}

    def draft(self, obj, by):
        names = [name for name in self.draft_fields if name != "account"]
        values = {name: getattr(obj, name) for name in (*names, "is_exposed")}
        return draft_invoice(obj.account, **values, by=by)

    def write_lines(self, document, formset, by):
        write_lines(document, formset.items_for(document, document.account, on=document.invoice_date), by=by)

    @admin.display(description=gettext_lazy("corrected by"))
    def corrected_by(self, invoice):
        rows = invoice.corrections.order_by("pk")
        links = ((reverse("admin:projects_projectinvoice_change", args=[each.pk]), each.number) for each in rows)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"
