"""What staff do with a purchase order beside writing it: submit, approve, reject, receive, bill, cancel (DYNAMICS 7.6)."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.admin.stock_lines import quantity_text
from fieldservice.domain import purchase_orders
from fieldservice.domain.purchase_orders import open_quantity
from fieldservice.domain.receipts import Arrival, bill, receive
from fieldservice.enums import PURCHASE_TRANSITIONS, PurchaseLineStatus, PurchaseStatus
from fieldservice.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, Warehouse
from fieldservice.queries.purchasing import total_of, unbilled_receipts
from portal.access.admin.record_actions import Action, ActionForm, RecordActions
from portal.kit.money import money_text
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant

MOST_WAREHOUSES = 200
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReasonForm(ActionForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("For the company's own records.")
    )


class ReceiveForm(ActionForm):
    """How much of each open line has come in; what is left at 0 is still awaited."""

    received_date = forms.DateField(label=gettext_lazy("Received"), widget=DAY)
    elsewhere = forms.ChoiceField(
        label=gettext_lazy("Into another warehouse"),
        required=False,
        help_text=gettext_lazy("Left empty, each line goes where it was ordered for."),
    )
    over_reason = forms.CharField(
        label=gettext_lazy("Why more than ordered"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed only for more than is open."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, record: PurchaseOrder):
        super().__init__(data, record=record)
        self.initial = {"received_date": today(), "request_key": uuid4()}
        self.lines = {f"quantity_{line.pk}": line for line in open_lines(record)}
        quantities = {name: quantity_field(line) for name, line in self.lines.items()}
        self.fields = {**quantities, **self.fields}
        places = Warehouse.objects.filter(is_active=True).order_by("name", "pk")[:MOST_WAREHOUSES]
        field: Any = self.fields["elsewhere"]
        field.choices = [("", "–"), *((str(each.pk), str(each)) for each in places)]

    def clean(self):
        data = super().clean() or self.cleaned_data
        arrived = {name: data.pop(name) for name in self.lines if data.get(name)}
        for name in self.lines:
            data.pop(name, None)
        data["arrivals"] = [
            Arrival(line=self.lines[name].pk, quantity=quantity, over_reason=self.why(name, quantity))
            for name, quantity in arrived.items()
        ]
        return data

    def why(self, name: str, quantity: Decimal) -> str:
        """The reason, for the lines that need one."""
        return self.cleaned_data.get("over_reason", "") if quantity > open_quantity(self.lines[name]) else ""


class BillForm(ActionForm):
    """Which receipts the vendor charges for, and how much."""

    receipts = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Receipts"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    number = forms.CharField(label=gettext_lazy("Vendor's bill number"), max_length=60)
    bill_date = forms.DateField(label=gettext_lazy("Bill date"), widget=DAY)
    total = forms.DecimalField(
        label=gettext_lazy("Net amount"),
        max_digits=14,
        decimal_places=3,
        min_value=0,
        required=False,
        help_text=gettext_lazy("Left empty, what the receipts cost by the order."),
    )

    def __init__(self, data=None, *, record: PurchaseOrder):
        super().__init__(data, record=record)
        waiting = list(unbilled_receipts(record))
        self.initial = {"receipts": [each.pk for each in waiting], "bill_date": today()}
        field: Any = self.fields["receipts"]
        field.choices = [(each.pk, receipt_text(each)) for each in waiting]


class CancelLinesForm(ReasonForm):
    """Which open lines are no longer awaited."""

    lines = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Lines"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("lines", "reason")

    def __init__(self, data=None, *, record: PurchaseOrder):
        super().__init__(data, record=record)
        field: Any = self.fields["lines"]
        field.choices = [(line.pk, open_text(line)) for line in open_lines(record)]


def open_lines(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """The lines that are awaited, at most as many as an order holds."""
    lines = order.lines.filter(status=PurchaseLineStatus.PENDING).select_related("product", "warehouse", "work_order")
    return list(lines.order_by("position", "pk")[: purchase_orders.MOST_LINES])


def quantity_field(line: PurchaseOrderLine) -> forms.DecimalField:
    return forms.DecimalField(
        label=open_text(line),
        max_digits=10,
        decimal_places=3,
        min_value=0,
        required=False,
        initial=f"{open_quantity(line).normalize():f}",
    )


def open_text(line: PurchaseOrderLine) -> str:
    """A line as staff tell it from the others: “Valve: 6 of 10 open, for Main store”."""
    words = {"line": line, "open": quantity_text(open_quantity(line)), "all": quantity_text(line.quantity)}
    words["place"] = line.warehouse or line.work_order
    return _("%(line)s: %(open)s of %(all)s open, for %(place)s") % words


def receipt_text(receipt: PurchaseReceipt) -> str:
    amount = money_text(receipt.cost, current_tenant().currency, get_language())  # type: ignore[attr-defined]
    return f"{receipt.number} · {receipt.received_date} · {amount}"


def may_become(status: PurchaseStatus):
    """Whether the order's state allows this one next."""
    return lambda order: status in PURCHASE_TRANSITIONS[PurchaseStatus(order.status)]


def is_approved(order: PurchaseOrder) -> bool:
    return order.status == PurchaseStatus.APPROVED


def take_in(order: PurchaseOrder, data: dict, by) -> PurchaseOrder:
    elsewhere = data.pop("elsewhere")
    del data["over_reason"]
    warehouse = Warehouse.objects.get(pk=elsewhere) if elsewhere else None
    receive(order, warehouse=warehouse, **data, by=by)
    return order


def charge(order: PurchaseOrder, data: dict, by) -> PurchaseOrder:
    bill(order, **data, by=by)
    return order


def what_it_costs(order: PurchaseOrder) -> list[str]:
    """How much one decides about."""
    amount = money_text(total_of(order), current_tenant().currency, get_language())
    return [_("%(amount)s net, from %(vendor)s.") % {"amount": amount, "vendor": order.vendor}]


def has_come(order: PurchaseOrder) -> bool:
    return order.receipts.exists()


PURCHASE_ACTIONS = (
    Action(
        "submit",
        gettext_lazy("Submit"),
        gettext_lazy("It waits for approval. From now on its products stay as they are."),
        may_become(PurchaseStatus.SUBMITTED),
        lambda order, data, by: purchase_orders.submit(order, by=by),
        gettext_lazy("%(name)s was submitted."),
        consequences=what_it_costs,
    ),
    Action(
        "approve",
        gettext_lazy("Approve"),
        gettext_lazy("It may be ordered. The products are on order in their warehouses."),
        may_become(PurchaseStatus.APPROVED),
        lambda order, data, by: purchase_orders.approve(order, by=by),
        gettext_lazy("%(name)s was approved."),
        consequences=what_it_costs,
    ),
    Action(
        "reject",
        gettext_lazy("Reject"),
        gettext_lazy("Nothing is ordered. It may be revised and submitted again."),
        may_become(PurchaseStatus.REJECTED),
        lambda order, data, by: purchase_orders.reject(order, **data, by=by),
        gettext_lazy("%(name)s was rejected."),
        form=ReasonForm,
        consequences=what_it_costs,
        is_grave=True,
    ),
    Action(
        "revise",
        gettext_lazy("Revise"),
        gettext_lazy("It is a draft again, and its products can be changed."),
        may_become(PurchaseStatus.DRAFT),
        lambda order, data, by: purchase_orders.revise(order, by=by),
        gettext_lazy("%(name)s is a draft again."),
    ),
    Action(
        "receive",
        gettext_lazy("Receive"),
        gettext_lazy("Record what has come in, all or a part. It lies in the warehouse, or on the work order, that it was ordered for."),
        is_approved,
        take_in,
        gettext_lazy("The delivery of %(name)s was recorded."),
        form=ReceiveForm,
    ),
    Action(
        "bill",
        gettext_lazy("Bill"),
        gettext_lazy("Record what the vendor charges for deliveries. Once all has come in and is billed, the order is done."),
        lambda order: order.receipts.filter(bill__isnull=True).exists(),
        charge,
        gettext_lazy("The bill for %(name)s was recorded."),
        form=BillForm,
    ),
    Action(
        "cancel_lines",
        gettext_lazy("Cancel lines"),
        gettext_lazy("Products that are no longer awaited. What has come in stays."),
        is_approved,
        lambda order, data, by: purchase_orders.cancel_lines(order, **data, by=by),
        gettext_lazy("Lines of %(name)s were canceled."),
        form=CancelLinesForm,
        is_grave=True,
    ),
    Action(
        "cancel",
        gettext_lazy("Cancel the order"),
        gettext_lazy("It stays in the lists as canceled, and nothing is on order any more."),
        lambda order: may_become(PurchaseStatus.CANCELED)(order) and not has_come(order),
        lambda order, data, by: purchase_orders.cancel(order, **data, by=by),
        gettext_lazy("%(name)s was canceled."),
        form=ReasonForm,
        is_grave=True,
    ),
)  # fmt: skip


class PurchaseActions(RecordActions):
    """The pages of the actions."""

    record_actions = PURCHASE_ACTIONS
