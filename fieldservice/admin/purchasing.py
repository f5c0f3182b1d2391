"""Vendors, purchase orders, what came in and what was billed (DYNAMICS 7.6)."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from fieldservice.admin.purchase_actions import PurchaseActions
from fieldservice.admin.stock_lines import RefusableForm, SavesOrSaysWhy, WrittenInline, quantity_text
from fieldservice.admin.work_order_forms import know_choices
from fieldservice.admin.work_order_lines import KnownChoices
from fieldservice.domain.purchase_orders import draft_order, item_of, lock_order, write_order_lines
from fieldservice.enums import PurchaseStatus
from fieldservice.models import (
    PurchaseBill,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
    Vendor,
)
from fieldservice.queries.purchasing import to_approve, with_totals
from portal.kit.money import money_text, price_text
from portal.tenancy.admin import COUNT_LIMIT, ReadOnlyAdmin, TenantInline, TenantModelAdmin, Waiting, portal_admin
from portal.tenancy.days import today
from portal.tenancy.forms import StatusForm, TenantForm
from portal.tenancy.scope import current_tenant

DRAFT_FIELDS = ("vendor", "warehouse", "order_date")
LASTING_FIELDS = ("expected_date", "vendor_reference", "note", "external_number")
PAST = ("submitted_at", "decided_at", "decision_reason", "closed_at")


def is_draft(order: PurchaseOrder | None) -> bool:
    """Whether the products may be written: of a new order, and of a draft."""
    return order is None or order.status == PurchaseStatus.DRAFT


@admin.register(Vendor, site=portal_admin)
class VendorAdmin(TenantModelAdmin):
    """Whom the company buys from."""

    position = 35
    allows_deleting = False
    list_display = ("name", "number", "email", "phone", "account", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("account",)
    search_fields = ("name", "number", "email")
    ordering = ("name", "pk")
    fields = ("number", "name", "account", "email", "phone", "place", "is_active")
    autocomplete_fields = ("account", "place")


class PurchaseOrderForm(RefusableForm, StatusForm):
    """A form that was opened before somebody submitted the order is refused."""

    lock = staticmethod(lock_order)


class OrderLineForm(TenantForm):
    """A product for a warehouse or a work order; without a cost it is what the product costs."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        know_choices(self)
        cost = self.fields.get("unit_cost")
        if cost is not None:
            cost.required = False
            cost.help_text = _("Left empty, what the product costs.")
            if self.instance._state.adding:  # noqa: SLF001  Django's own way to ask
                cost.initial = None

    def clean(self):
        super().clean()
        product = self.cleaned_data.get("product")
        if self.cleaned_data.get("unit_cost") is None and "unit_cost" not in self.errors:
            self.cleaned_data["unit_cost"] = product.cost if product is not None else 0
        return self.cleaned_data


class OrderLineInline(KnownChoices, WrittenInline):
    """What is ordered, where it goes, and how much of it has come in."""

    model = PurchaseOrderLine
    form = OrderLineForm
    fields = ("product", "description", "quantity", "unit_cost", "warehouse", "work_order")
    autocomplete_fields = ("product", "warehouse", "work_order")
    readonly_fields = ("quantity_text", "received_text", "cost_text")
    extra = 1

    def is_open(self, obj) -> bool:
        return is_draft(obj)

    def get_fields(self, request, obj=None):
        if is_draft(obj):
            return self.fields
        return ("product", "quantity_text", "received_text", "cost_text", "status", "warehouse", "work_order")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "warehouse", "work_order")

    @admin.display(description=gettext_lazy("quantity"))
    def quantity_text(self, line):
        return quantity_text(line.quantity)

    @admin.display(description=gettext_lazy("received"))
    def received_text(self, line):
        return quantity_text(line.received)

    @admin.display(description=gettext_lazy("cost for each"))
    def cost_text(self, line):
        return price_text(line.unit_cost, current_tenant().currency, get_language())


class ReceiptInline(TenantInline):
    """Deliveries; recorded by the button above."""

    model = PurchaseReceipt
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = ("number", "received_date", "note", "bill")
    ordering = ("-received_date", "-pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("bill")


@admin.register(PurchaseOrder, site=portal_admin)
class PurchaseOrderAdmin(PurchaseActions, SavesOrSaysWhy, TenantModelAdmin):
    """Numbered and taken from state to state by the domain; what was submitted is not edited."""

    position = 32
    form = PurchaseOrderForm
    list_display = ("number", "vendor", "status", "total_text", "order_date", "expected_date", "warehouse")
    list_filter = ("status", "order_date", "expected_date")
    list_select_related = ("vendor", "warehouse")
    search_fields = ("number", "vendor_reference", "external_number", "vendor__name")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("vendor", "warehouse")
    inlines = (OrderLineInline, ReceiptInline)
    unaudited_fields = ("seen_status",)

    def get_queryset(self, request):
        return with_totals(super().get_queryset(request))

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("number", "status", "total_text")
        return (
            (None, {"fields": (*head, *DRAFT_FIELDS, *LASTING_FIELDS, "seen_status")}),
            *(() if is_draft(obj) else ((_("Record"), {"fields": PAST}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        fixed = () if is_draft(obj) else DRAFT_FIELDS
        return ("number", "status", "total_text", *fixed, *PAST)

    def get_changeform_initial_data(self, request):
        return {"order_date": today(), **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and is_draft(obj)

    def save_model(self, request, obj, form, change):
        if change:
            obj.save(update_fields=[name for name in form.changed_data if name != "seen_status"])
            return
        names = ("warehouse", "order_date", "expected_date", "vendor_reference", "note")
        made = draft_order(obj.vendor, **{name: getattr(obj, name) for name in names}, by=request.user)
        made.external_number = obj.external_number
        made.save(update_fields=["external_number"])
        obj.pk = made.pk
        obj.refresh_from_db()

    def save_formset(self, request, form, formset, change):
        if formset.model is PurchaseOrderLine and formset.has_changed():
            formset.save(commit=False)
            write_order_lines(form.instance, [item_of(line) for line in formset.written()], by=request.user)

    def audited_formsets(self, formsets):
        """None: `write_order_lines` writes the audit."""
        return []

    def log_addition(self, request, obj, message):
        """`draft_order` wrote the audit."""

    @admin.display(description=gettext_lazy("net"), ordering="total")
    def total_text(self, order):
        return money_text(order.total, current_tenant().currency, get_language())


class ReceiptLineInline(TenantInline):
    """What came in, and where it went."""

    model = PurchaseReceiptLine
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    fields = ("order_line", "quantity_text", "place_text", "over_reason")
    readonly_fields = ("quantity_text", "place_text")
    ordering = ("order_line__position", "pk")

    def get_queryset(self, request):
        return (
            super().get_queryset(request).select_related("order_line__product", "order_line__work_order", "warehouse")
        )

    @admin.display(description=gettext_lazy("quantity"))
    def quantity_text(self, line):
        return quantity_text(line.quantity)

    @admin.display(description=gettext_lazy("went to"))
    def place_text(self, line):
        return line.warehouse or line.order_line.work_order


@admin.register(PurchaseReceipt, site=portal_admin)
class PurchaseReceiptAdmin(ReadOnlyAdmin):
    """Deliveries of all orders; they are recorded on the order."""

    position = 33
    list_display = ("number", "order", "vendor_text", "received_date", "bill", "note")
    list_filter = (("bill", admin.EmptyFieldListFilter), "received_date")
    list_select_related = ("order__vendor", "bill")
    search_fields = ("number", "order__number", "order__vendor__name", "bill__number")
    ordering = ("-created_at", "-pk")
    fields = ("number", "order", "received_date", "note", "bill", "created_at")
    inlines = (ReceiptLineInline,)

    @admin.display(description=gettext_lazy("vendor"), ordering="order__vendor__name")
    def vendor_text(self, receipt):
        return receipt.order.vendor


@admin.register(PurchaseBill, site=portal_admin)
class PurchaseBillAdmin(ReadOnlyAdmin):
    """What vendors charged; recorded on the order."""

    position = 34
    list_display = ("number", "vendor", "order", "bill_date", "total_text")
    list_filter = ("bill_date",)
    list_select_related = ("vendor", "order")
    search_fields = ("number", "vendor__name", "order__number")
    ordering = ("-bill_date", "-pk")
    fields = ("number", "vendor", "order", "bill_date", "total_text", "created_at")
    readonly_fields = ("total_text",)

    @admin.display(description=gettext_lazy("net amount"), ordering="total")
    def total_text(self, bill):
        return money_text(bill.total, current_tenant().currency, get_language())


def waiting_for_approval() -> Waiting:
    """Orders that somebody has to decide."""
    count = to_approve().order_by()[:COUNT_LIMIT].count()
    words = ngettext("%(count)d purchase order to approve", "%(count)d purchase orders to approve", count)
    url = reverse("admin:fieldservice_purchaseorder_changelist")
    return Waiting(count, words % {"count": count}, f"{url}?status__exact={PurchaseStatus.SUBMITTED}")


portal_admin.add_waiting(waiting_for_approval)
