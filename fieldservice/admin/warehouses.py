"""Warehouses, what lies in them, and the journal of it (DYNAMICS 7.5)."""

from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.admin.stock_lines import quantity_text
from fieldservice.models import InventoryJournal, ProductInventory, Warehouse
from portal.tenancy.admin import ReadOnlyAdmin, TenantInline, TenantModelAdmin, portal_admin


class LevelTexts:
    """Levels as people write them."""

    @admin.display(description=gettext_lazy("on hand"), ordering="on_hand")
    def on_hand_text(self, level):
        return quantity_text(level.on_hand)

    @admin.display(description=gettext_lazy("available"), ordering="available")
    def available_text(self, level):
        return quantity_text(level.available)

    @admin.display(description=gettext_lazy("allocated"), ordering="allocated")
    def allocated_text(self, level):
        return quantity_text(level.allocated)

    @admin.display(description=gettext_lazy("on order"), ordering="on_order")
    def on_order_text(self, level):
        return quantity_text(level.on_order)

    @admin.display(description=gettext_lazy("inventory unit"))
    def unit_text(self, level):
        return level.product.inventory_unit or level.product.unit or "–"


LEVELS = ("on_hand_text", "available_text", "allocated_text", "on_order_text", "unit_text")


class LevelInline(LevelTexts, TenantInline):
    """What lies in the warehouse; all of it is in the list of the product inventories."""

    model = ProductInventory
    verbose_name_plural = gettext_lazy("Product inventories")
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    fields = ("product", *LEVELS)
    readonly_fields = LEVELS
    ordering = ("product__name", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "warehouse")


@admin.register(Warehouse, site=portal_admin)
class WarehouseAdmin(TenantModelAdmin):
    """Stores and vans. Those that another system maintains are read-only."""

    position = 36
    allows_deleting = False
    list_display = ("name", "number", "driver", "place", "is_externally_maintained", "is_active")
    list_filter = ("is_externally_maintained", "is_active")
    list_select_related = ("place",)
    search_fields = ("name", "number", "driver")
    ordering = ("name", "pk")
    fields = ("number", "name", "place", "driver", "is_active", "is_externally_maintained")
    readonly_fields = ("is_externally_maintained",)
    autocomplete_fields = ("place",)
    inlines = (LevelInline,)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not getattr(obj, "is_externally_maintained", False)


class LevelFilter(admin.SimpleListFilter):
    """What somebody has to order."""

    title = gettext_lazy("level")
    parameter_name = "level"

    def lookups(self, request, model_admin):
        return [("short", _("Running short")), ("none", _("None available")), ("ordered", _("On order"))]

    def queryset(self, request, queryset):
        chosen = {
            "short": {"available__lte": F("reorder_point")},
            "none": {"available__lte": 0},
            "ordered": {"on_order__gt": 0},
        }
        return queryset.filter(**chosen.get(self.value(), {}))


@admin.register(ProductInventory, site=portal_admin)
class ProductInventoryAdmin(LevelTexts, TenantModelAdmin):
    """Levels follow the journal; only the reorder point is written here."""

    position = 37
    allows_adding = False
    allows_deleting = False
    list_display = ("product", "warehouse", *LEVELS, "reorder_text")
    list_filter = (LevelFilter,)
    list_select_related = ("product", "warehouse")
    search_fields = ("product__name", "product__code", "warehouse__name", "warehouse__number")
    ordering = ("product__name", "warehouse__name", "pk")
    fields = ("product", "warehouse", *LEVELS, "reorder_point")
    readonly_fields = ("product", "warehouse", *LEVELS)

    @admin.display(description=gettext_lazy("reorder point"), ordering="reorder_point")
    def reorder_text(self, level):
        return quantity_text(level.reorder_point)


@admin.register(InventoryJournal, site=portal_admin)
class InventoryJournalAdmin(ReadOnlyAdmin):
    """Every movement, newest first. Corrections are adjustments."""

    position = 42
    list_display = ("created_at", "product", "warehouse", "kind", "quantity_text", "reason", "source")
    list_filter = ("kind", "reason", "created_at")
    list_select_related = ("product", "warehouse")
    search_fields = ("product__name", "product__code", "warehouse__name", "source")
    ordering = ("-created_at", "-pk")
    fields = ("created_at", "product", "warehouse", "kind", "quantity_text", "reason", "source", "work_order")
    readonly_fields = ("quantity_text",)

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_text(self, entry):
        sign = "+" if entry.quantity > 0 else ""
        return f"{sign}{quantity_text(entry.quantity)}"
