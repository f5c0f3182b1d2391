"""Project invoices: active, inactive, all; the detail and its print (PSA-4, FS-7).

Whoever does not see the payer's money reads number, dates and state: no amount on the page, none in the CSV nor in the order of a
list, and no paper at all (403 with the reason).
"""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.papers.documents import day_text
from fieldservice.policies import can_download_invoice as can_download
from portal.accounts.enums import Section
from portal.kit.money import money_text
from portal.tenancy.days import today
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Tab, links_to
from portal.web.paging import Sort, amount, day, words
from portal.web.views.base import SectionDetailView
from portal.web.views.papers import PaperView, PdfView
from portal.web.views.priced import PricedListView, money_cell
from projects.enums import InvoiceStatus
from projects.filters import ProjectInvoiceFilter
from projects.models import ProjectInvoice
from projects.papers.invoice_pdf import pdf_of
from projects.papers.invoices import due_text, facts_of, paper_of, state_of, title_of
from projects.queries import invoices as queries

COLUMNS = (
    Column(gettext_lazy("Number"), lambda each: each.number),
    Column(gettext_lazy("Customer"), lambda each: each.account.name),
    Column(gettext_lazy("Date"), lambda each: each.invoice_date),
    Column(gettext_lazy("Due"), lambda each: each.due_date if due_text(each) else ""),
    Column(gettext_lazy("Status"), lambda each: state_of(each, today()).label),
    Column(gettext_lazy("Project"), lambda each: each.seen_project),
    Column(gettext_lazy("Contract"), lambda each: each.seen_contract),
)
MONEY_COLUMNS = (
    Column(gettext_lazy("Currency"), lambda each: each.currency if each.sees_money else ""),
    Column(gettext_lazy("Net"), money_cell("net")),
    Column(gettext_lazy("Tax"), money_cell("tax")),
    Column(gettext_lazy("Total"), money_cell("total")),
)


class InvoiceList(PricedListView):
    """`/projects/invoices/`."""

    section = Section.PROJECTS
    object_type = "projects.ProjectInvoice"
    query = staticmethod(queries.invoice_list)
    keeps_query = True
    template_name = "projects/invoices/list.html"
    tabs = (
        Tab("active", gettext_lazy("Active"), queries.OPEN),
        Tab("inactive", gettext_lazy("Inactive"), queries.CLOSED),
        Tab("all", gettext_lazy("All"), queries.EVERY),
    )
    search = staticmethod(queries.invoice_matches)
    filterset_class = ProjectInvoiceFilter
    export_name = "project-invoices"

    columns = COLUMNS
    money_columns = MONEY_COLUMNS
    plain_sorts = (
        Sort("date", gettext_lazy("Date"), "invoice_date", parse=day, is_descending=True),
        Sort("due", gettext_lazy("Due"), "due_date", parse=day),
        Sort("number", gettext_lazy("Number"), "number", parse=words),
    )
    money_sorts = (Sort("total", gettext_lazy("Total"), "seen_total", parse=amount, is_descending=True),)
    heads = (
        ("number", gettext_lazy("Invoice")),
        ("date", gettext_lazy("Date")),
        ("due", gettext_lazy("Due")),
        ("", gettext_lazy("Status")),
    )
    money_heads = (("total", gettext_lazy("Total")),)

    @staticmethod
    def lines(documents, *, sees_money: bool) -> list[Line]:
        return rows_of(documents, sees_money=sees_money)


class InvoicePage:
    """What the pages of one invoice share."""

    section = Section.PROJECTS
    object_type = "projects.ProjectInvoice"
    query = staticmethod(queries.invoice_detail)
    keeps_query = True
    policy = staticmethod(can_download)


class InvoiceDetail(InvoicePage, SectionDetailView):
    """`/projects/invoices/ID/`."""

    template_name = "projects/invoices/detail.html"

    def get_context(self, obj) -> dict:
        lists = {"label": _("Project invoices"), "url": reverse("projects:invoice_list")}
        state = state_of(obj, today())
        context = {
            "title": title_of(obj),
            "crumbs": [lists, {"label": obj.number}],
            "state": state,
            "facts": [{"label": _("Customer"), "value": obj.account.name}, *facts_of(obj)],
            "correction_url": obj.correction_id and reverse("projects:invoice_detail", args=[obj.correction_id]),
            "paper_verdict": can_download(self.viewer, obj),
        }
        if not obj.sees_money:
            return context
        return context | {"paper": paper_of(obj, queries.lines_of(obj)), "figures": figures_of(obj, state)}


class InvoicePrint(InvoicePage, PaperView):
    """`/projects/invoices/ID/print/`: the paper on a page of its own."""

    template_name = "projects/invoices/print.html"

    def get_context(self, obj) -> dict:
        return {"paper": paper_of(obj, queries.lines_of(obj)), "state": state_of(obj, today())}


class InvoicePdf(InvoicePage, PdfView):
    """`/projects/invoices/ID/pdf/`."""

    def paper(self, obj):
        return pdf_of(obj, queries.lines_of(obj))


def rows_of(invoices, *, sees_money: bool) -> list[Line]:
    """The lines of a page; amounts only where the viewer sees any, and empty where they do not see this payer's."""
    link, now = links_to("projects:invoice_detail"), today()
    return [line_of(each, state_of(each, now), link(each.pk), sees_money=sees_money) for each in invoices]


def line_of(invoice: ProjectInvoice, state, url: str, *, sees_money: bool) -> Line:
    cells = [
        Cell(day_text(invoice.invoice_date)),
        Cell(due_text(invoice), note=state.due),
        Cell(state.label, tone=state.tone, kind="state"),
    ]
    if sees_money:
        cells.append(Cell(amount_text(invoice) if invoice.sees_money else "", kind="money"))
    origins = (invoice.seen_project, invoice.seen_contract)
    return Line(url, invoice.number, note=" · ".join(each for each in origins if each), cells=tuple(cells))


def amount_text(invoice: ProjectInvoice) -> str:
    """The total as the language writes it."""
    return money_text(invoice.total, invoice.currency, get_language())


def figures_of(invoice: ProjectInvoice, state) -> list[dict]:
    """What one wants to know first."""
    total = {"label": _("Total"), "value": amount_text(invoice)}
    if invoice.is_corrected or invoice.status == InvoiceStatus.PAID:
        return [total]
    due = {"label": _("Due"), "value": due_text(invoice), "note": state.due, "tone": state.due and state.tone}
    return [total, due]
