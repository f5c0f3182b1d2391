"""What a work order holds, in the admin: incidents, tasks, products, services. Written by the domain's verbs (FS-4)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.domain import lines, tasks
from fieldservice.models import WorkOrder, WorkOrderIncident, WorkOrderProduct, WorkOrderService, WorkOrderTask
from fieldservice.queries.work_order_costs import charge_for, cost_of
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError
from portal.kit.money import money_text
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.forms import BoundedFormSet, TenantForm
from portal.tenancy.scope import current_tenant


def amount_text(amount) -> str:
    """An amount of the tenant's as staff read it."""
    return money_text(amount, current_tenant().currency, get_language())


def is_open(work_order: WorkOrder | None) -> bool:
    """Whether what the work order holds may change."""
    return work_order is not None and work_order.system_status not in lines.CLOSED


class ContentForm(TenantForm):
    """A row of a work order; assets are those of its service account."""

    def __init__(self, *args, work_order=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.work_order = work_order or self.instance.work_order

    def clean_asset(self):
        asset = self.cleaned_data["asset"]
        try:
            lines.check_asset(self.work_order, asset)
        except DomainError as error:
            raise ValidationError(error.message) from error
        return asset


class LineForm(ContentForm):
    """A product or service. Without a price it costs what the price list says."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        price = self.fields.get("unit_price")
        if price is not None:
            price.required = False
            price.help_text = _("Left empty, it is taken from the price list.")
            if self.instance._state.adding:  # noqa: SLF001  Django's own way to ask
                price.initial = None

    def clean_product(self):
        product = self.cleaned_data["product"]
        is_service = product.kind == ProductKind.SERVICE
        if is_service != isinstance(self.instance, WorkOrderService):
            raise ValidationError(
                _("This is a service: add it to the services.")
                if is_service
                else _("This is no service: add it to the products.")
            )
        return product

    def clean(self):
        super().clean()
        try:
            lines.check_values(self.cleaned_data)
        except DomainError as error:
            self.add_error(error.field, error.message)
        return self.cleaned_data


class ContentFormSet(BoundedFormSet):
    """Rows of one work order, as many as it may hold."""

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "work_order": self.instance}

    def clean(self):
        super().clean()
        if any(form.has_changed() for form in self.extra_forms):
            try:
                lines.check_room(self.instance, self.model)
            except DomainError as error:
                raise ValidationError(error.message) from error


class ContentInline(TenantInline):
    """Rows that change until the work order is posted or canceled."""

    form = ContentForm
    formset = ContentFormSet
    ordering = ("position", "pk")

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
    allows_changing = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("incident_type", "asset")


class TaskInline(ContentInline):
    """The steps of the job and how far each is."""

    model = WorkOrderTask
    fields = ("position", "name", "asset", "estimated_minutes", "actual_minutes", "percent_done", "result")
    autocomplete_fields = ("asset",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("asset")


class LineInline(ContentInline):
    """The figures of a line; its other fields stand on its own page."""

    form = LineForm
    show_change_link = True
    readonly_fields = ("amount",)
    autocomplete_fields = ("product",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product")

    @admin.display(description=gettext_lazy("net"))
    def amount(self, line):
        return amount_text(charge_for(line, current_tenant().currency).net)


class ProductInline(LineInline):
    model = WorkOrderProduct
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


def save_contents(formset: Any, by) -> None:
    """Write what the formset says, row by row, through the domain's verbs, which audit it."""
    formset.save(commit=False)
    forms_by_row = {id(form.instance): form for form in formset.forms}
    for row in formset.deleted_objects:
        remove(row, by)
    for row, names in formset.changed_objects:
        typed = {name: forms_by_row[id(row)].cleaned_data[name] for name in names}
        change(row, typed, by)
    for row in formset.new_objects:
        form = forms_by_row[id(row)]
        add(row, {name: form.cleaned_data[name] for name in form.changed_data}, by)


def remove(row, by) -> None:
    if isinstance(row, WorkOrderIncident):
        tasks.remove_incident(row, by=by)
    elif isinstance(row, WorkOrderTask):
        tasks.remove_task(row, by=by)
    else:
        lines.remove_line(row, by=by)


def change(row, typed: dict, by) -> None:
    if isinstance(row, WorkOrderTask):
        tasks.change_task(row, **typed, by=by)
    else:
        lines.change_line(row, **{name: value for name, value in typed.items() if name != "product"}, by=by)


def add(row, typed: dict, by) -> None:
    if isinstance(row, WorkOrderIncident):
        tasks.add_incident(row.work_order, row.incident_type, asset=row.asset, by=by)
        return
    if isinstance(row, WorkOrderTask):
        tasks.add_task(row.work_order, typed.pop("name"), **typed, by=by)
        return
    product = typed.pop("product")
    given = {name: value for name, value in typed.items() if value not in (None, "")}
    verb = lines.add_service if isinstance(row, WorkOrderService) else lines.add_product
    verb(row.work_order, product, **given, by=by)


class LinePageForm(LineForm):
    """All of a line."""

    internal_description = forms.CharField(
        label=gettext_lazy("internal description"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Never shown to customers."),
    )


class LineAdmin(TenantModelAdmin):
    """Lines are added and taken away on the page of their work order."""

    form = LinePageForm
    allows_adding = False
    allows_deleting = False
    list_filter = ("status", "is_covered")
    list_select_related = ("work_order", "product")
    search_fields = ("work_order__number", "product__name", "product__code", "description")
    ordering = ("-pk",)
    autocomplete_fields = ("asset",)
    amounts: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def get_fieldsets(self, request, obj=None):
        texts = ("work_order", "product", "description", "asset", "position", "status")
        price = ("unit_price", "discount_percent", "tax_name", "tax_rate", "is_covered", "net_text")
        return (
            (None, {"fields": (*texts, *self.amounts)}),
            (_("Price"), {"fields": (*price, *self.beside)}),
            (_("For staff only"), {"fields": ("internal_description", "unit_cost", "cost_text")}),
        )

    def get_readonly_fields(self, request, obj=None):
        return ("work_order", "product", "net_text", "cost_text", "made_asset")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or is_open(obj.work_order))

    def save_model(self, request, obj, form, change):
        lines.change_line(obj, **{name: form.cleaned_data[name] for name in form.changed_data}, by=request.user)

    def log_change(self, request, obj, message):
        """`change_line` wrote the audit."""

    @admin.display(description=gettext_lazy("net"))
    def net_text(self, line):
        return amount_text(charge_for(line, current_tenant().currency).net)

    @admin.display(description=gettext_lazy("cost of what was used"))
    def cost_text(self, line):
        return amount_text(cost_of(line, current_tenant().currency))


@admin.register(WorkOrderProduct, site=portal_admin)
class WorkOrderProductAdmin(LineAdmin):
    """Parts and consumables of all work orders."""

    position = 16
    list_display = ("description", "work_order", "status", "quantity", "quantity_to_bill", "net_text", "cost_text")
    amounts = ("estimate_quantity", "quantity", "quantity_to_bill", "becomes_asset", "made_asset")


@admin.register(WorkOrderService, site=portal_admin)
class WorkOrderServiceAdmin(LineAdmin):
    """Time of all work orders."""

    position = 17
    list_display = ("description", "work_order", "status", "minutes", "minutes_to_bill", "net_text", "cost_text")
    amounts = ("estimate_minutes", "minutes", "minutes_to_bill")
    beside = lines.CHARGING

    def get_readonly_fields(self, request, obj=None):
        return tuple(name for name in super().get_readonly_fields(request, obj) if name != "made_asset")
