"""What a work order holds, on its page: services, products, tasks, incidents. Written by the domain's verbs (FS-4)."""

from typing import Any

from django.contrib import admin
from django.utils.translation import get_language, gettext_lazy

from fieldservice.admin.work_order_forms import ContentForm, ContentFormSet, KnownSelect, LineForm
from fieldservice.domain import lines, tasks
from fieldservice.models import WorkOrder, WorkOrderIncident, WorkOrderProduct, WorkOrderService, WorkOrderTask
from fieldservice.queries.work_order_costs import charge_for
from portal.kit.money import money_text
from portal.tenancy.admin import TenantInline
from portal.tenancy.scope import current_tenant


def amount_text(amount) -> str:
    """An amount of the tenant's as staff read it."""
    return money_text(amount, current_tenant().currency, get_language())


def is_open(work_order: WorkOrder | None) -> bool:
    """Whether what the work order holds may change."""
    return work_order is not None and work_order.system_status not in lines.CLOSED


class KnownChoices:
    """Foreign keys of rows that are there are named from memory, without buttons beside each of them."""

    admin_site: Any
    autocomplete_fields: tuple[str, ...]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        for button in ("add", "change", "delete", "view"):
            if hasattr(field.widget, f"can_{button}_related"):
                setattr(field.widget, f"can_{button}_related", False)
        return field


class ContentInline(KnownChoices, TenantInline):
    """Rows that change until the work order is posted or canceled."""

    form = ContentForm
    formset = ContentFormSet
    ordering = ("position", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("work_order", *self.autocomplete_fields)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and is_open(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and is_open(obj)


class IncidentInline(ContentInline):
    """Further things to do; adding one brings its products, services and tasks."""

    model = WorkOrderIncident
    fields = ("incident_type", "asset")
    autocomplete_fields = ("incident_type", "asset")
    ordering = ("pk",)

    def has_change_permission(self, request, obj=None):
        """What an incident brought stands in the lines: it is taken away or added, never another one."""
        return False


class TaskInline(ContentInline):
    """The steps of the job and how far each is."""

    model = WorkOrderTask
    fields = ("position", "name", "asset", "estimated_minutes", "actual_minutes", "percent_done", "result")
    autocomplete_fields = ("asset",)


class LineInline(ContentInline):
    """The figures of a line; its other fields stand on its own page."""

    form = LineForm
    show_change_link = True
    readonly_fields = ("amount",)
    autocomplete_fields = ("product",)

    @admin.display(description=gettext_lazy("net"))
    def amount(self, line):
        return amount_text(charge_for(line, current_tenant().currency).net) if line.product_id else "–"


class ProductInline(LineInline):
    """Parts and consumables, and the warehouse that they are taken from."""

    model = WorkOrderProduct
    autocomplete_fields = ("product", "warehouse")
    fields = (
        "product",
        "description",
        "status",
        "estimate_quantity",
        "quantity",
        "quantity_to_bill",
        "unit_price",
        "discount_percent",
        "is_covered",
        "warehouse",
        "is_allocated",
        "amount",
    )


class ServiceInline(LineInline):
    model = WorkOrderService
    fields = (
        "product",
        "description",
        "status",
        "estimate_minutes",
        "minutes",
        "minutes_to_bill",
        "unit_price",
        "discount_percent",
        "is_covered",
        "amount",
    )


CONTENT_INLINES = (ServiceInline, ProductInline, TaskInline, IncidentInline)


def save_contents(formset: Any, by, *, is_confirmed: bool = False) -> None:
    """Write what the formset says, row by row, through the domain's verbs, which audit it."""
    formset.save(commit=False)
    forms_by_row = {id(form.instance): form for form in formset.forms}
    for row in formset.deleted_objects:
        remove(row, by)
    for row, names in formset.changed_objects:
        typed = {name: forms_by_row[id(row)].cleaned_data[name] for name in names}
        change(row, typed, by, is_confirmed=is_confirmed)
    for row in formset.new_objects:
        form = forms_by_row[id(row)]
        add(row, {name: form.cleaned_data[name] for name in form.changed_data}, by, is_confirmed=is_confirmed)


def remove(row, by) -> None:
    if isinstance(row, WorkOrderIncident):
        tasks.remove_incident(row, by=by)
    elif isinstance(row, WorkOrderTask):
        tasks.remove_task(row, by=by)
    else:
        lines.remove_line(row, by=by)


def change(row, typed: dict, by, *, is_confirmed: bool) -> None:
    if isinstance(row, WorkOrderTask):
        tasks.change_task(row, **typed, by=by)
    else:
        lines.change_line(row, **typed, by=by, is_confirmed=is_confirmed)


def add(row, typed: dict, by, *, is_confirmed: bool) -> None:
    if isinstance(row, WorkOrderIncident):
        tasks.add_incident(row.work_order, row.incident_type, asset=row.asset, by=by)
        return
    if isinstance(row, WorkOrderTask):
        tasks.add_task(row.work_order, typed.pop("name"), **typed, by=by)
        return
    product = typed.pop("product")
    given = {name: value for name, value in typed.items() if value not in (None, "")}
    if isinstance(row, WorkOrderService):
        lines.add_service(row.work_order, product, **given, by=by)
    else:
        lines.add_product(row.work_order, product, **given, by=by, is_confirmed=is_confirmed)
