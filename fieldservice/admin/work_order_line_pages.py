"""Products and services of all work orders: lists, and a page with all of a line (FS-4)."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.admin.stock_lines import SavesOrSaysWhy, knows
from fieldservice.admin.work_order_forms import LinePageForm
from fieldservice.admin.work_order_lines import amount_text, is_open
from fieldservice.domain import lines
from fieldservice.models import WorkOrderProduct, WorkOrderService
from fieldservice.queries.work_order_costs import charge_for, cost_of
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.scope import current_tenant

FIXED = ("work_order", "product", "net_text", "cost_text")


class LineAdmin(SavesOrSaysWhy, TenantModelAdmin):
    """Lines are added and taken away on the page of their work order."""

    form = LinePageForm
    allows_adding = False
    allows_deleting = False
    list_filter: tuple[str, ...] = ("status", "is_covered")
    list_select_related = ("work_order", "product")
    search_fields = ("work_order__number", "product__name", "product__code", "description")
    ordering = ("-pk",)
    autocomplete_fields: tuple[str, ...] = ("asset",)
    readonly_fields: tuple[str, ...] = FIXED
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

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("work_order", "product")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or is_open(obj.work_order))

    def save_model(self, request, obj, form, change):
        typed = {name: form.cleaned_data[name] for name in form.changed_data}
        lines.change_line(obj, **typed, by=request.user, is_confirmed=knows(request))

    def log_change(self, request, obj, message):
        """`change_line` wrote the audit."""

    @admin.display(description=gettext_lazy("line"), ordering="description")
    def line(self, line):
        return str(line)

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
    list_display = ("line", "work_order", "status", "quantity", "quantity_to_bill", "net_text", "cost_text")
    readonly_fields = (*FIXED, "made_asset")
    autocomplete_fields = ("asset", "warehouse")
    list_filter = ("status", "is_allocated", "is_covered")
    amounts = (
        *("estimate_quantity", "quantity", "quantity_to_bill", "warehouse", "is_allocated"),
        *("becomes_asset", "made_asset"),
    )


@admin.register(WorkOrderService, site=portal_admin)
class WorkOrderServiceAdmin(LineAdmin):
    """Time of all work orders."""

    position = 17
    list_display = ("line", "work_order", "status", "minutes", "minutes_to_bill", "net_text", "cost_text")
    amounts = ("estimate_minutes", "minutes", "minutes_to_bill")
    beside = lines.CHARGING
