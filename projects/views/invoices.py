"""Project invoices: active, inactive, all; the detail and its print (PSA-4, FS-7).

Whoever does not see the payer's money reads number, dates and state: no amount on the page, none in the CSV nor in the order of a
list, and no paper at all (403 with the reason).
"""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.domain.invoices import today
from fieldservice.papers.documents import day_text
from fieldservice.policies import can_download_invoice as can_download
from portal.accounts.enums import Section
from portal.kit.money import money_text, round_money
from portal.web.declarations import Rule
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Listing, Tab, links_to
from portal.web.paging import Sort, amount, day, words
from portal.web.papers import pdf_response
from portal.web.views.base import Refused, SectionDetailView, SectionListView
from projects.enums import InvoiceStatus
from projects.filters import ProjectInvoiceFilter
from projects.models import ProjectInvoice
from projects.papers.invoice_pdf import pdf_of
from projects.papers.invoices import due_text, facts_of, paper_of, state_of, title_of
from projects.queries import invoices as queries


def money_cell(field: str):
    """An amount of a row of the export, as a number; empty for those who do not see it."""
    return lambda each: round_money(getattr(each, field), each.currency) if each.sees_money else ""


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


class InvoiceList(SectionListView):
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

    @property
    def export_columns(self) -> tuple[Column, ...]:
        """Amounts for those only who see some."""
        return (*COLUMNS, *MONEY_COLUMNS) if self.sees_money else COLUMNS

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """The one by amount for those only who see some: an order tells much."""
        by_day = (
            Sort("date", _("Date"), "invoice_date", parse=day, is_descending=True),
            Sort("due", _("Due"), "due_date", parse=day),
            Sort("number", _("Number"), "number", parse=words),
        )
        by_amount = Sort("total", _("Total"), "seen_total", parse=amount, is_descending=True)
        return (*by_day, by_amount) if self.sees_money else by_day

    @property
    def sees_money(self) -> bool:
        """Whether the viewer sees the money of any account."""
        return self.viewer.may_see_money(Section.PROJECTS)

    def get_context(self, listing: Listing) -> dict:
        columns = [("number", _("Invoice")), ("date", _("Date")), ("due", _("Due")), ("", _("Status"))]
        columns += [("total", _("Total"))] if self.sees_money else []
        unsorted = {"sort_url": "", "direction": ""}
        return {
            "rows": rows_of(listing.page.rows, sees_money=self.sees_money),
            "columns": [
                {"label": label, "is_number": key == "total", **(listing.column_sort(key) if key else unsorted)}
                for key, label in columns
            ],
        }


class InvoiceDetail(SectionDetailView):
    """`/projects/invoices/ID/`."""

    section = Section.PROJECTS
    object_type = "projects.ProjectInvoice"
    query = staticmethod(queries.invoice_detail)
    keeps_query = True
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


class InvoicePrint(SectionDetailView):
    """`/projects/invoices/ID/print/`: the paper on a page of its own."""

    section = Section.PROJECTS
    object_type = "projects.ProjectInvoice"
    access_rule = Rule.POLICY
    query = staticmethod(queries.invoice_detail)
    template_name = "projects/invoices/print.html"

    def get_context(self, obj) -> dict:
        require_paper(self.viewer, obj)
        return {"paper": paper_of(obj, queries.lines_of(obj)), "state": state_of(obj, today())}


class InvoicePdf(SectionDetailView):
    """`/projects/invoices/ID/pdf/`."""

    section = Section.PROJECTS
    object_type = "projects.ProjectInvoice"
    access_rule = Rule.POLICY
    query = staticmethod(queries.invoice_detail)

    def get(self, request, *args, **kwargs):
        invoice = self.get_object()
        require_paper(self.viewer, invoice)
        return pdf_response(pdf_of(invoice, queries.lines_of(invoice)), invoice.number)


def require_paper(viewer, invoice: ProjectInvoice) -> None:
    """403 with the reason for those who see the invoice without its amounts."""
    verdict = can_download(viewer, invoice)
    if not verdict:
        raise Refused(verdict.reason)


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
