"""Invoices that come back for work orders: heads, lines, and what makes them whole (DYNAMICS 7.4)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from fieldservice.domain.external_invoices import put_external_line, settle_external, take_external_head
from fieldservice.models import Invoice, InvoiceLine
from integrations.engine.values import Value
from integrations.entities.base import Entity, Field, Kind, Source, Written, register
from integrations.entities.writing import given, written

NUMBER = Field(
    "external_number", _("Number over there"), Kind.TEXT, "external_number", is_writable=True, is_required=True
)


def head_query():
    """Invoices of work orders that came from over there; one query."""
    return Invoice.objects.select_related("work_order").filter(work_order__isnull=False).exclude(external_number="")


def line_query():
    """Their lines; one query."""
    found = InvoiceLine.objects.select_related("invoice", "product").filter(invoice__work_order__isnull=False)
    return found.exclude(invoice__external_number="")


def write_head(values: Mapping[str, Value]) -> Written:
    """Take the draft in."""
    return written(*take_external_head(**given(values)))


def write_line(values: Mapping[str, Value]) -> Written:
    """Write the line into the draft."""
    said = given(values)
    return written(*put_external_line(said.pop("external_number", ""), said.pop("line_number", 0), **said))


def write_totals(values: Mapping[str, Value]) -> Written:
    """Issue what is whole, and record what was paid."""
    return written(*settle_external(**given(values)))


WORK_ORDER_INVOICES = register(
    Entity(
        name="work_order_invoices",
        label=_("Invoices of work orders"),
        model=Invoice,
        key="external_number",
        fields=(
            NUMBER,
            Field(
                "work_order_number",
                _("Number of the work order"),
                Kind.TEXT,
                "work_order.number",
                is_writable=True,
                is_required=True,
            ),
            Field("currency", _("Currency"), Kind.TEXT, "currency", is_writable=True, is_required=True),
            Field("invoice_date", _("Date of invoice"), Kind.DATE, "invoice_date", is_writable=True),
            Field("due_date", _("Due"), Kind.DATE, "due_date", is_writable=True),
        ),
        query=head_query,
        sources=(Source("fieldservice_invoice"),),
        write=write_head,
    )
)
WORK_ORDER_INVOICE_LINES = register(
    Entity(
        name="work_order_invoice_lines",
        label=_("Lines of invoices of work orders"),
        model=InvoiceLine,
        key="key",
        fields=(
            Field(
                "key", _("Invoice and line"), Kind.TEXT, lambda each: f"{each.invoice.external_number}/{each.position}"
            ),
            Field(
                "external_number",
                _("Number over there"),
                Kind.TEXT,
                "invoice.external_number",
                is_writable=True,
                is_required=True,
            ),
            Field("line_number", _("Line number"), Kind.INTEGER, "position", is_writable=True, is_required=True),
            Field("product_code", _("Product number"), Kind.TEXT, "product.code", is_writable=True),
            Field("description", _("Description"), Kind.TEXT, "description", is_writable=True, is_required=True),
            Field("quantity", _("Quantity"), Kind.NUMBER, "quantity", is_writable=True),
            Field("unit", _("Unit"), Kind.TEXT, "unit", is_writable=True),
            Field("unit_price", _("Price for each"), Kind.NUMBER, "unit_price", is_writable=True),
            Field("net", _("Net"), Kind.NUMBER, "net", is_writable=True, is_required=True),
            Field("tax", _("Tax amount"), Kind.NUMBER, "tax", is_writable=True),
        ),
        query=line_query,
        sources=(Source("fieldservice_invoiceline"),),
        write=write_line,
    )
)
WORK_ORDER_INVOICE_TOTALS = register(
    Entity(
        name="work_order_invoice_totals",
        label=_("Totals and payments of invoices of work orders"),
        model=Invoice,
        key="external_number",
        fields=(
            NUMBER,
            Field("total", _("Total"), Kind.NUMBER, "total", is_writable=True, is_required=True),
            Field("paid", _("Paid"), Kind.NUMBER, "paid", is_writable=True),
        ),
        query=head_query,
        sources=(Source("fieldservice_invoice"),),
        write=write_totals,
    )
)
