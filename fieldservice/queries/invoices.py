"""Invoices and credit notes: what lists, pages and papers show (FS-5)."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from fieldservice.enums import InvoiceKind, InvoiceStatus
from fieldservice.models import Agreement, Invoice, InvoiceLine, Payment, WorkOrder
from portal.accounts.enums import Section

OPEN = Q(status=InvoiceStatus.ISSUED)
CLOSED = Q(status__in=[InvoiceStatus.PAID, InvoiceStatus.CANCELED])
EVERY = Q(status__in=[InvoiceStatus.ISSUED, InvoiceStatus.PAID, InvoiceStatus.CANCELED])

# What a line of the list and of its export is made of; nothing else is read.
LIST_FIELDS = (
    "number",
    "kind",
    "status",
    "invoice_date",
    "due_date",
    "currency",
    "net",
    "tax",
    "total",
    "paid",
    "credited",
    "account__name",
)
FOR_STAFF = ("internal_notes", "cancel_reason", "external_number")
MONEY = DecimalField(max_digits=14, decimal_places=3)


def invoice_list(viewer):
    """Invoices as the list shows them, with what `with_money` and `with_origin` say."""
    found = with_origin(with_money(Invoice.objects.all(), viewer), viewer)
    return found.select_related("account").only(*LIST_FIELDS)


def invoice_detail(viewer):
    """An invoice as its page and its paper show it."""
    found = with_origin(with_money(Invoice.objects.all(), viewer), viewer)
    served = viewer.within(Section.FIELD_SERVICE, "service_account")
    seen_service = Case(When(served, then=F("service_account__name")), default=Value(""))
    return found.annotate(seen_service=seen_service).select_related("account__place").defer(*FOR_STAFF)


def invoice_for_staff():
    """An invoice as staff put it on paper: nothing that it names is hidden from them."""
    origins = {"seen_work_order": "work_order__number", "seen_agreement": "agreement__number"}
    origins |= {"seen_credits": "credits__number", "seen_service": "service_account__name"}
    named = {name: Coalesce(F(path), Value("")) for name, path in origins.items()}
    return Invoice.objects.annotate(**named).select_related("account__place")


def with_money(invoices, viewer):
    """`sees_money` as `portal.access.money` has it; `seen_total` and `seen_balance` are 0 where it is not, so that no order tells.

    The `seen_total` of a credit note is below 0, as lists show it.
    """
    sees_money = viewer.paying(Section.FIELD_SERVICE, "account")
    asks = sees_money & OPEN & Q(kind=InvoiceKind.INVOICE)
    return invoices.annotate(
        sees_money=ExpressionWrapper(sees_money, output_field=BooleanField()),
        seen_total=Case(
            When(sees_money & Q(kind=InvoiceKind.CREDIT_NOTE), then=-F("total")),
            When(sees_money, then=F("total")),
            default=Value(0),
            output_field=MONEY,
        ),
        seen_balance=Case(
            When(asks, then=F("total") - F("paid") - F("credited")), default=Value(0), output_field=MONEY
        ),
    )


def with_origin(invoices, viewer):
    """The numbers of work order, agreement and credited invoice, "" unless the viewer may see each (SECURITY 2)."""
    origins = {"work_order": WorkOrder, "agreement": Agreement, "credits": Invoice}
    return invoices.annotate(
        **{
            f"seen_{name}": Coalesce(
                Subquery(model.objects.visible_to(viewer).filter(pk=OuterRef(name)).values("number")[:1]), Value("")
            )
            for name, model in origins.items()
        }
    )


def invoice_matches(viewer, word: str) -> Q:
    """What a search looks at: the number, and those of work orders and agreements that the viewer sees."""
    work_orders = WorkOrder.objects.visible_to(viewer).filter(number__icontains=word)
    agreements = Agreement.objects.visible_to(viewer).filter(Q(number__icontains=word) | Q(name__icontains=word))
    return (
        Q(number__icontains=word)
        | Q(account__name__icontains=word)
        | Q(work_order__in=work_orders.values("pk"))
        | Q(agreement__in=agreements.values("pk"))
    )


def is_overdue(day: dt.date) -> Q:
    """Open invoices whose last day to pay lies before this one."""
    return OPEN & Q(due_date__lt=day)


def lines_of(invoice: Invoice) -> list[InvoiceLine]:
    """What was charged, in order."""
    return list(InvoiceLine.objects.filter(invoice=invoice).order_by("position", "pk"))


def payments_of(invoice: Invoice) -> list[Payment]:
    """What came in and was not taken back, the latest first."""
    return list(kept_payments(invoice).order_by("-paid_date", "-pk"))


def kept_payments(invoice: Invoice):
    return Payment.objects.filter(invoice=invoice, reversed_at__isnull=True)


class Settlement(NamedTuple):
    """What lowered the balance: a payment, or a credit note that the viewer sees, which has a number."""

    date: dt.date
    pk: UUID
    number: str
    method: str
    reference: str
    amount: Decimal


def settlements_of(invoice: Invoice, viewer) -> list[Settlement]:
    """Payments that count and credit notes that the viewer sees, the latest first; asked only where there are some."""
    if not invoice.paid and not invoice.credited:
        return []
    empty = Value("", output_field=CharField())
    notes = Invoice.objects.filter(credits=invoice).visible_to(viewer)
    credited = notes.annotate(method=empty, reference=empty)
    paid = kept_payments(invoice).annotate(number=empty)
    rows = paid.values_list("paid_date", "pk", "number", "method", "reference", "amount").union(
        credited.values_list("invoice_date", "pk", "number", "method", "reference", "total"), all=True
    )
    return sorted((Settlement(*row) for row in rows), reverse=True)


def find_invoices(viewer, text: str):
    """For the portal's search: visible invoices by number, the newest first."""
    found = Invoice.objects.visible_to(viewer).filter(number__icontains=text)
    return found.order_by("-invoice_date", "-pk")[:10]
