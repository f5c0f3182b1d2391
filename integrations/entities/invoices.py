"""Invoices of agreements as free text invoices of the other system (DYNAMICS 7.4)."""

from django.utils.translation import gettext_lazy as _

from fieldservice.enums import InvoiceKind, InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine
from integrations.entities.base import Entity, Field, Kind, Source, register

KEY = "key"


def is_of_agreement(invoice: Invoice) -> bool:
    """Whether an agreement brought it: those of work orders are invoiced over there, by their sales orders."""
    return invoice.agreement_id is not None and invoice.work_order_id is None


def is_sent(invoice: Invoice) -> bool:
    """Whether the customer has it; a draft is ours alone, a canceled one is taken back."""
    return is_of_agreement(invoice) and invoice.is_final


def sign(invoice: Invoice) -> int:
    """A credit note takes back: it counts below 0 over there."""
    return -1 if invoice.kind == InvoiceKind.CREDIT_NOTE else 1


def title(invoice: Invoice) -> str:
    """What the invoice is about, in one line."""
    return invoice.agreement.name if invoice.agreement else ""


def discount(line: InvoiceLine):
    """What the line costs less than quantity × price, to the last decimal."""
    return line.quantity * line.unit_price - line.net


def invoice_query():
    """Invoices with their accounts and agreements; one query."""
    return Invoice.objects.select_related("account", "agreement", "credits")


def line_query():
    """Lines with their invoices; one query."""
    return InvoiceLine.objects.select_related("invoice__account", "invoice__agreement", "product")


INVOICES = register(
    Entity(
        name="agreement_invoices",
        label=_("Invoices of agreements"),
        model=Invoice,
        key="number",
        fields=(
            Field("number", _("Invoice number"), Kind.TEXT, "number"),
            Field("is_sent", _("Issued, and of an agreement"), Kind.BOOLEAN, is_sent),
            Field("kind", _("Kind"), Kind.TEXT, "kind", choices=tuple(InvoiceKind.values)),
            Field("status", _("Status"), Kind.TEXT, "status", choices=tuple(InvoiceStatus.values)),
            Field("account_number", _("Account number"), Kind.TEXT, "account.number"),
            Field("agreement", _("Agreement"), Kind.TEXT, "agreement.number"),
            Field("title", _("Name of the agreement"), Kind.TEXT, title),
            Field("credits", _("Credits the invoice"), Kind.TEXT, "credits.number"),
            Field("invoice_date", _("Date of invoice"), Kind.DATE, "invoice_date"),
            Field("due_date", _("Due"), Kind.DATE, "due_date"),
            Field("currency", _("Currency"), Kind.TEXT, "currency"),
            Field("net", _("Net"), Kind.NUMBER, lambda each: sign(each) * each.net),
            Field("tax", _("Tax"), Kind.NUMBER, lambda each: sign(each) * each.tax),
            Field("total", _("Total"), Kind.NUMBER, lambda each: sign(each) * each.total),
            Field("issued_at", _("Issued at"), Kind.INSTANT, "issued_at"),
        ),
        query=invoice_query,
        sources=(Source("fieldservice_invoice"),),
    )
)
INVOICE_LINES = register(
    Entity(
        name="agreement_invoice_lines",
        label=_("Lines of invoices of agreements"),
        model=InvoiceLine,
        key=KEY,
        fields=(
            Field(KEY, _("Invoice and line"), Kind.TEXT, lambda each: f"{each.invoice.number}/{each.position}"),
            Field("invoice", _("Invoice number"), Kind.TEXT, "invoice.number"),
            Field("line_number", _("Line number"), Kind.INTEGER, "position"),
            Field("is_sent", _("Issued, and of an agreement"), Kind.BOOLEAN, lambda each: is_sent(each.invoice)),
            Field("description", _("Description"), Kind.TEXT, "description"),
            Field("product_code", _("Product number"), Kind.TEXT, "product.code"),
            Field("quantity", _("Quantity"), Kind.NUMBER, lambda each: sign(each.invoice) * each.quantity),
            Field("unit", _("Unit"), Kind.TEXT, "unit"),
            Field("unit_price", _("Price for each"), Kind.NUMBER, "unit_price"),
            Field("discount", _("Discount amount"), Kind.NUMBER, lambda each: sign(each.invoice) * discount(each)),
            Field("net", _("Net"), Kind.NUMBER, lambda each: sign(each.invoice) * each.net),
            Field("tax_name", _("Tax"), Kind.TEXT, "tax_name"),
            Field("tax_rate", _("Tax rate in percent"), Kind.NUMBER, "tax_rate"),
            Field("tax", _("Tax amount"), Kind.NUMBER, lambda each: sign(each.invoice) * each.tax),
            Field("currency", _("Currency"), Kind.TEXT, "invoice.currency"),
        ),
        query=line_query,
        sources=(
            Source("fieldservice_invoiceline"),
            Source("fieldservice_invoice", "invoice_id", "fieldservice_invoiceline"),
        ),
    )
)
