"""Invoices: active, inactive, all; the detail and its print (FS-5, FS-7).

Whoever does not see the payer's money reads number, dates and state: no amount on the page, none in the CSV nor in the order of a
list, and no paper at all (403 with the reason).
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.enums import InvoiceKind
from fieldservice.filters import InvoiceFilter
from fieldservice.models import Invoice
from fieldservice.papers.documents import day_text
from fieldservice.papers.invoice_pdf import pdf_of
from fieldservice.papers.invoices import amount_text, due_text, facts_of, paper_of, signed, state_of, title_of
from fieldservice.policies import can_download_invoice
from fieldservice.queries import invoices as queries
from portal.accounts.enums import Section
from portal.tenancy.days import today
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Tab, links_to
from portal.web.paging import Sort, amount, day, words
from portal.web.views.base import SectionDetailView
from portal.web.views.papers import PaperView, PdfView
from portal.web.views.priced import PricedListView, money_cell

COLUMNS = (
    Column(gettext_lazy("Number"), lambda each: each.number),
    Column(gettext_lazy("Kind"), lambda each: InvoiceKind(each.kind).label),
    Column(gettext_lazy("Customer"), lambda each: each.account.name),
    Column(gettext_lazy("Date"), lambda each: each.invoice_date),
    Column(gettext_lazy("Due"), lambda each: each.due_date if due_text(each) else ""),
    Column(gettext_lazy("Status"), lambda each: state_of(each, today()).label),
    Column(gettext_lazy("Work order"), lambda each: each.seen_work_order),
    Column(gettext_lazy("Agreement"), lambda each: each.seen_agreement),
)
MONEY_COLUMNS = (
    Column(gettext_lazy("Currency"), lambda each: each.currency if each.sees_money else ""),
    Column(gettext_lazy("Net"), money_cell("net", signed=signed)),
    Column(gettext_lazy("Tax"), money_cell("tax", signed=signed)),
    Column(gettext_lazy("Total"), money_cell("total", signed=signed)),
    Column(gettext_lazy("Paid"), money_cell("paid", signed=signed)),
    Column(gettext_lazy("Credited"), money_cell("credited", signed=signed)),
    Column(gettext_lazy("Balance"), money_cell("balance", signed=signed)),
)


class InvoiceList(PricedListView):
    """`/field-service/invoices/`."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.Invoice"
    query = staticmethod(queries.invoice_list)
    keeps_query = True
    template_name = "fieldservice/invoices/list.html"
    tabs = (
        Tab("active", gettext_lazy("Active"), queries.OPEN),
        Tab("inactive", gettext_lazy("Inactive"), queries.CLOSED),
        Tab("all", gettext_lazy("All"), queries.EVERY),
    )
    search = staticmethod(queries.invoice_matches)
    filterset_class = InvoiceFilter
    export_name = "invoices"

    columns = COLUMNS
    money_columns = MONEY_COLUMNS
    plain_sorts = (
        Sort("date", gettext_lazy("Date"), "invoice_date", parse=day, is_descending=True),
        Sort("due", gettext_lazy("Due"), "due_date", parse=day),
        Sort("number", gettext_lazy("Number"), "number", parse=words),
    )
    money_sorts = (
        Sort("total", gettext_lazy("Total"), "seen_total", parse=amount, is_descending=True),
        Sort("balance", gettext_lazy("Balance"), "seen_balance", parse=amount, is_descending=True),
    )
    heads = (
        ("number", gettext_lazy("Invoice")),
        ("date", gettext_lazy("Date")),
        ("due", gettext_lazy("Due")),
        ("", gettext_lazy("Status")),
    )
    money_heads = (("total", gettext_lazy("Total")), ("balance", gettext_lazy("Balance")))

    @staticmethod
    def lines(documents, *, sees_money: bool) -> list[Line]:
        return rows_of(documents, sees_money=sees_money)


class InvoicePage:
    """What the pages of one invoice share."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.Invoice"
    query = staticmethod(queries.invoice_detail)
    keeps_query = True
    policy = staticmethod(can_download_invoice)


class InvoiceDetail(InvoicePage, SectionDetailView):
    """`/field-service/invoices/ID/`."""

    template_name = "fieldservice/invoices/detail.html"

    def get_context(self, obj) -> dict:
        lists = {"label": _("Invoices"), "url": reverse("fieldservice:invoice_list")}
        context = {
            "title": title_of(obj),
            "crumbs": [lists, {"label": obj.number}],
            "state": state_of(obj, today()),
            "facts": [{"label": _("Customer"), "value": obj.account.name}, *facts_of(obj)],
            "paper_verdict": can_download_invoice(self.viewer, obj),
        }
        return context | (self.money_context(obj) if obj.sees_money else {})

    def money_context(self, obj) -> dict:
        """Whatever shows an amount."""
        return {
            "paper": paper_of(obj, queries.lines_of(obj)),
            "figures": figures_of(obj, state_of(obj, today())),
            "settlements": [settlement_row(obj, each) for each in queries.settlements_of(obj, self.viewer)],
            "settlement_columns": [
                {"label": _("What")},
                {"label": _("Date")},
                {"label": _("Reference")},
                {"label": _("Amount"), "is_number": True},
            ],
        }


class InvoicePrint(InvoicePage, PaperView):
    """`/field-service/invoices/ID/print/`: the paper on a page of its own."""

    template_name = "fieldservice/invoices/print.html"

    def get_context(self, obj) -> dict:
        return {"paper": paper_of(obj, queries.lines_of(obj)), "state": state_of(obj, today())}


class InvoicePdf(InvoicePage, PdfView):
    """`/field-service/invoices/ID/pdf/`."""

    def paper(self, obj):
        return pdf_of(obj, queries.lines_of(obj))


def rows_of(invoices, *, sees_money: bool) -> list[Line]:
    """The lines of a page; amounts only where the viewer sees any, and empty where they do not see this payer's."""
    link, now = links_to("fieldservice:invoice_detail"), today()
    return [line_of(each, state_of(each, now), link(each.pk), sees_money=sees_money) for each in invoices]


def line_of(invoice: Invoice, state, url: str, *, sees_money: bool) -> Line:
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    origins = (invoice.seen_work_order, invoice.seen_agreement)
    cells = [
        Cell(day_text(invoice.invoice_date)),
        Cell(due_text(invoice), note=state.due),
        Cell(state.label, tone=state.tone, kind="state"),
    ]
    if sees_money:
        amounts = (signed(invoice, invoice.total), invoice.balance) if invoice.sees_money else ()
        texts = [amount_text(invoice, each) for each in amounts] or ["", ""]
        cells += [Cell(text, kind="money") for text in texts]
    return Line(
        url,
        invoice.number,
        note=_("Credit note") if is_credit else " · ".join(each for each in origins if each),
        cells=tuple(cells),
    )


def figures_of(invoice: Invoice, state) -> list[dict]:
    """What one wants to know first."""
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return [{"label": _("Credit"), "value": amount_text(invoice, signed(invoice, invoice.total))}]
    due = {"label": _("Due"), "value": due_text(invoice), "note": state.due, "tone": state.due and state.tone}
    return [
        {"label": _("Balance"), "value": amount_text(invoice, invoice.balance)},
        *([due] if due["value"] else []),
        {"label": _("Total"), "value": amount_text(invoice, invoice.total)},
    ]


def settlement_row(invoice: Invoice, each: queries.Settlement) -> dict:
    """A payment or a credit note as a line of their table; the credit note leads to its page."""
    what = _("Credit note %(number)s") % {"number": each.number} if each.number else each.method or _("Payment")
    return {
        "url": reverse("fieldservice:invoice_detail", args=[each.pk]) if each.number else "",
        "cells": [
            {"value": what},
            {"value": day_text(each.date)},
            {"value": each.reference},
            {"value": amount_text(invoice, each.amount), "kind": "money"},
        ],
    }
