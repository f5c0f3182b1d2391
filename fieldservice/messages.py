"""Mails of the section. What they tell is read when they are sent, through the recipient's own eyes."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from fieldservice.enums import InvoiceKind, InvoiceStatus
from fieldservice.models import Invoice
from notifications.exposures import RecordsExposed
from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import register
from portal.access.money import sees_money_of
from portal.access.viewer import Viewer, viewer_for
from portal.kit.money import money_text
from portal.tenancy.scope import current_tenant

NAMED = 10


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice as the mail names it; `amount` is empty for those who see no money, `due` where nothing is left to pay."""

    number: str
    is_credit: bool
    amount: str
    due: str


@register
class InvoiceExposed(RecordsExposed):
    """Invoices or credit notes can be seen in the portal: which, until when to pay, and where (NOT-1).

    One mail tells of all that one act of the staff brought. Amounts stand in it for those only who see the payer's money.
    """

    name = "invoice_exposed"
    title = gettext_lazy("New invoice")
    app = "fieldservice"
    model = Invoice
    objects = "invoices"
    ordered = "invoice_date"

    def counting(self, visible):
        return visible.exclude(status=InvoiceStatus.CANCELED)

    def context(self, row: OutboxMessage) -> dict:
        invoices = self.records_of(row)
        viewer = viewer_for(row.contact)
        return {
            "count": len(invoices),
            "invoices": [as_named(each, viewer) for each in invoices[:NAMED]],
            "unnamed": max(len(invoices) - NAMED, 0),
            "is_credit": all(each.kind == InvoiceKind.CREDIT_NOTE for each in invoices),
            "headline": headline_of(invoices),
            "number": invoices[0].number,
            "invoice_url": absolute(page_of(invoices), current_tenant()),
        }

    def sample(self) -> dict:
        invoice = NewInvoice("INV-0001042", is_credit=False, amount="", due="")
        return {
            "count": 1,
            "invoices": [invoice],
            "unnamed": 0,
            "is_credit": False,
            "headline": _("A new invoice is in your portal."),
            "number": invoice.number,
            "invoice_url": absolute(reverse("home"), current_tenant()),
        }


def headline_of(invoices: list[Invoice]) -> str:
    """What is new, in a sentence."""
    count, kinds = len(invoices), {each.kind for each in invoices}
    if kinds == {InvoiceKind.CREDIT_NOTE}:
        text = ngettext("A credit note is in your portal.", "%(count)d credit notes are in your portal.", count)
    elif kinds == {InvoiceKind.INVOICE}:
        text = ngettext("A new invoice is in your portal.", "%(count)d new invoices are in your portal.", count)
    else:
        text = _("%(count)d new invoices and credit notes are in your portal.")
    return text % {"count": count}


def page_of(invoices: list[Invoice]) -> str:
    """The page of the one invoice, or the list."""
    if len(invoices) == 1:
        return reverse("fieldservice:invoice_detail", args=[invoices[0].pk])
    return f"{reverse('fieldservice:invoice_list')}?tab=all"


def as_named(invoice: Invoice, viewer: Viewer) -> NewInvoice:
    """What this recipient reads of one invoice."""
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    is_open = invoice.status == InvoiceStatus.ISSUED and not is_credit
    due = _("due on %(date)s") % {"date": formats.date_format(invoice.due_date, "DATE_FORMAT")} if is_open else ""
    total = -invoice.total if is_credit else invoice.total
    amount = money_text(total, invoice.currency, get_language()) if sees_money_of(viewer, invoice) else ""
    return NewInvoice(invoice.number, is_credit, amount, due)
