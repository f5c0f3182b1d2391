"""Contracts and order forms: written while they are drafts, then opened, billed and closed by the domain's verbs (PSA-3)."""

from django.contrib import admin
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.kit.money import ZERO, money_text
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.days import today
from portal.tenancy.forms import BoundedFormSet
from projects.admin.contract_actions import BILL, CLOSE, LOSE, OPEN, READY, TAKE_BACK, ContractPaper
from projects.admin.documents import SUMS, DocumentAdmin, DocumentForm, in_words, is_draft
from projects.admin.lines import PricedLineFormSet, PricedLineInline
from projects.domain.contracts import draft_contract, write_lines
from projects.domain.milestones import MilestoneItem, write_milestones
from projects.enums import BillingMethod
from projects.models import Contract, ContractLine, ContractMilestone

OWN_OF_LINES = ("billing_method", "limit_amount")
WHAT = ("account", "kind", "name", "project", "starts_date", "ends_date")
TEXTS = ("introduction", "terms")


class ContractLineFormSet(PricedLineFormSet):
    own_fields = OWN_OF_LINES


class ContractLineInline(PricedLineInline):
    """What is owed; the milestones of a fixed price stand on the line's own page."""

    model = ContractLine
    formset = ContractLineFormSet
    document = "contract"
    own_fields = OWN_OF_LINES
    show_change_link = True


@admin.register(Contract, site=portal_admin)
class ContractAdmin(ContractPaper, DocumentAdmin):
    """Numbered and summed up by the domain; nothing of an opened contract is edited, and nothing deleted."""

    position = 30
    form = DocumentForm
    draft_fields = (*WHAT, *TEXTS)
    line_model = ContractLine
    record_actions = (OPEN, READY, BILL, TAKE_BACK, CLOSE, LOSE)
    list_display = ("number", "name", "kind", "account", "status", "starts_date", "total_text", "is_exposed")
    list_filter = ("status", "kind", "is_exposed")
    search_fields = ("number", "external_number", "name", "account__name")
    autocomplete_fields = ("account", "project")
    inlines = (ContractLineInline,)

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("number", "status", "quote")
        past = ("created_at", "opened_at", "closed_at")
        return (
            (None, {"fields": (*head, *WHAT, "seen_status")}),
            *(() if obj is None else ((_("Amounts"), {"fields": SUMS}),)),
            (_("For the customer"), {"fields": ("is_exposed", *TEXTS)}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
            *(() if is_draft(obj) else ((_("Record"), {"fields": past}),)),
        )

    def get_changeform_initial_data(self, request):
        return {"starts_date": today(), **super().get_changeform_initial_data(request)}

    def draft(self, obj, by):
        names = [name for name in self.draft_fields if name != "account"]
        values = {name: getattr(obj, name) for name in (*names, "is_exposed")}
        return draft_contract(obj.account, **values, by=by)

    def write_lines(self, document, formset, by):
        write_lines(document, formset.items_for(document, document.account, on=document.starts_date), by=by)


class MilestoneInline(TenantInline):
    """The milestones of one line, by day."""

    model = ContractMilestone
    formset = BoundedFormSet
    fields = ("name", "due_date", "amount", "status")
    readonly_fields = ("status",)
    ordering = ("position", "pk")
    extra = 1

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and may_plan(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_plan(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_plan(obj)


def may_plan(line: ContractLine | None) -> bool:
    """Whether the milestones of the line may be written."""
    return line is not None and line.billing_method == BillingMethod.FIXED_PRICE and is_draft(line.contract)


@admin.register(ContractLine, site=portal_admin)
class ContractLineAdmin(TenantModelAdmin):
    """The milestones of each line; the line itself is written with its contract."""

    position = 31
    allows_adding = False
    allows_deleting = False
    list_display = ("description", "contract", "billing_method", "net_text", "planned_text")
    list_filter = ("billing_method",)
    list_select_related = ("contract",)
    search_fields = ("description", "contract__number", "contract__name")
    ordering = ("-pk",)
    fields = readonly_fields = ("contract", "description", "billing_method", "net_text", "planned_text")
    inlines = (MilestoneInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("contract").prefetch_related("milestones")

    def save_model(self, request, obj, form, change):
        """Nothing of the line itself is written here."""

    def save_formset(self, request, form, formset, change):
        if formset.has_changed():
            formset.save(commit=False)
            kept = [each for each in formset.forms if each not in formset.deleted_forms and is_written(each)]
            names = ("name", "amount", "due_date")
            items = [MilestoneItem(**{name: getattr(each.instance, name) for name in names}) for each in kept]
            write_milestones(form.instance, items, by=request.user)

    def audited_formsets(self, formsets):
        """None: the verb wrote the audit."""
        return []

    @admin.display(description=gettext_lazy("net"))
    def net_text(self, line):
        return in_words(line.contract, line.net)

    @admin.display(description=gettext_lazy("milestones"))
    def planned_text(self, line):
        milestones = line.milestones.all()
        planned = sum((each.amount for each in milestones), ZERO)
        return money_text(planned, line.contract.currency, get_language()) if milestones else "–"


def is_written(form) -> bool:
    """Whether a row of the inline says anything."""
    return not form.instance._state.adding or form.has_changed()  # noqa: SLF001  Django's own way to ask
