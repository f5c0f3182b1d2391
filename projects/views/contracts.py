"""Contracts and order forms: active, closed, all; the detail and its print (PSA-3, FS-7).

Whoever does not see the payer's money reads what was agreed, how it is billed and when: no amount on the page, none in the CSV nor in
the order of a list, and no paper at all (403 with the reason).
"""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.papers.documents import day_text
from fieldservice.papers.quantities import quantity_text
from fieldservice.policies import can_download_invoice as can_download
from portal.accounts.enums import Section
from portal.kit.money import money_text
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Tab, links_to
from portal.web.paging import Sort, amount, day, words
from portal.web.views.base import SectionDetailView
from portal.web.views.papers import PaperView, PdfView
from portal.web.views.priced import PricedListView, money_cell
from projects.enums import ContractKind, ContractStatus, MilestoneStatus
from projects.filters import ContractFilter
from projects.models import Contract, ProjectInvoice
from projects.papers.contract_pdf import pdf_of
from projects.papers.contracts import (
    billing_text,
    facts_of,
    milestone_columns,
    milestone_rows,
    paper_of,
    state_of,
    term_text,
    title_of,
)
from projects.papers.records import invoice_table
from projects.queries import contracts as queries
from projects.queries.documents import unpacked

COLUMNS = (
    Column(gettext_lazy("Number"), lambda each: each.number),
    Column(gettext_lazy("Kind"), lambda each: ContractKind(each.kind).label),
    Column(gettext_lazy("Name"), lambda each: each.name),
    Column(gettext_lazy("Account"), lambda each: each.account.name),
    Column(gettext_lazy("Project"), lambda each: each.seen_project),
    Column(gettext_lazy("Status"), lambda each: ContractStatus(each.status).label),
    Column(gettext_lazy("Begins"), lambda each: each.starts_date),
    Column(gettext_lazy("Ends"), lambda each: each.ends_date or ""),
)
MONEY_COLUMNS = (
    Column(gettext_lazy("Currency"), lambda each: each.currency if each.sees_money else ""),
    Column(gettext_lazy("Net"), money_cell("net")),
    Column(gettext_lazy("Tax"), money_cell("tax")),
    Column(gettext_lazy("Total"), money_cell("total")),
)


class ContractList(PricedListView):
    """`/projects/contracts/`."""

    section = Section.PROJECTS
    object_type = "projects.Contract"
    query = staticmethod(queries.contract_list)
    keeps_query = True
    template_name = "projects/contracts/list.html"
    tabs = (
        Tab("active", gettext_lazy("Active"), queries.ACTIVE),
        Tab("closed", gettext_lazy("Closed"), queries.CLOSED),
        Tab("all", gettext_lazy("All"), queries.EVERY),
    )
    search = staticmethod(queries.contract_matches)
    filterset_class = ContractFilter
    export_name = "contracts"

    columns = COLUMNS
    money_columns = MONEY_COLUMNS
    plain_sorts = (
        Sort("starts", gettext_lazy("Beginning"), "starts_date", parse=day, is_descending=True),
        Sort("number", gettext_lazy("Number"), "number", parse=words),
        Sort("name", gettext_lazy("Name"), "name", parse=words),
    )
    money_sorts = (Sort("total", gettext_lazy("Total"), "seen_total", parse=amount, is_descending=True),)
    heads = (
        ("name", gettext_lazy("Contract")),
        ("", gettext_lazy("Account")),
        ("starts", gettext_lazy("Term")),
        ("", gettext_lazy("Status")),
    )
    money_heads = (("total", gettext_lazy("Total")),)

    @staticmethod
    def lines(documents, *, sees_money: bool) -> list[Line]:
        return rows_of(documents, sees_money=sees_money)


class ContractPage:
    """What the pages of one contract share."""

    section = Section.PROJECTS
    object_type = "projects.Contract"
    query = staticmethod(queries.contract_detail)
    keeps_query = True
    policy = staticmethod(can_download)


class ContractDetail(ContractPage, SectionDetailView):
    """`/projects/contracts/ID/`."""

    template_name = "projects/contracts/detail.html"

    def get_context(self, obj) -> dict:
        lines, milestones = queries.lines_of(obj), queries.milestones_of(obj)
        lists = {"label": _("Contracts"), "url": reverse("projects:contract_list")}
        invoices = unpacked(ProjectInvoice, obj.seen_invoices)
        return {
            "title": title_of(obj),
            "crumbs": [lists, {"label": obj.number}],
            "state": state_of(obj),
            "facts": [{"label": _("Account"), "value": obj.account.name}, *facts_of(obj)],
            "figures": figures_of(obj, milestones),
            "milestone_columns": milestone_columns(milestones, sees_money=obj.sees_money),
            "milestones": milestone_rows(obj, milestones, sees_money=obj.sees_money),
            "invoices": invoice_table(invoices, obj.number) if invoices else None,
            "paper_verdict": can_download(self.viewer, obj),
            **({"paper": paper_of(obj, lines)} if obj.sees_money else plain_lines(obj, lines)),
        }


class ContractPrint(ContractPage, PaperView):
    """`/projects/contracts/ID/print/`: the paper on a page of its own."""

    template_name = "projects/contracts/print.html"

    def get_context(self, obj) -> dict:
        milestones = queries.milestones_of(obj)
        return {
            "paper": paper_of(obj, queries.lines_of(obj)),
            "milestone_columns": milestone_columns(milestones, sees_money=True),
            "milestones": milestone_rows(obj, milestones, sees_money=True),
        }


class ContractPdf(ContractPage, PdfView):
    """`/projects/contracts/ID/pdf/`."""

    def paper(self, obj):
        return pdf_of(obj, queries.lines_of(obj), queries.milestones_of(obj))


def rows_of(contracts, *, sees_money: bool) -> list[Line]:
    """The lines of a page; amounts only where the viewer sees any, and empty where they do not see this payer's."""
    link = links_to("projects:contract_detail")
    return [line_of(each, link(each.pk), sees_money=sees_money) for each in contracts]


def line_of(contract: Contract, url: str, *, sees_money: bool) -> Line:
    state = state_of(contract)
    cells = [
        Cell(contract.account.name),
        Cell(term_text(contract)),
        Cell(state.label, tone=state.tone, kind="state"),
    ]
    if sees_money:
        total = money_text(contract.total, contract.currency, get_language()) if contract.sees_money else ""
        cells.append(Cell(total, kind="money"))
    note = " · ".join(each for each in (contract.number, contract.seen_project) if each)
    badge = ContractKind.ORDER_FORM.label if contract.kind == ContractKind.ORDER_FORM else ""
    return Line(url, contract.name, note=note, badge=str(badge), cells=tuple(cells))


def figures_of(contract: Contract, milestones) -> list[dict]:
    """What one wants to know first."""
    figures = []
    if contract.sees_money:
        total = money_text(contract.total, contract.currency, get_language())
        figures.append({"label": _("Total"), "value": total})
    coming = next((each for each in milestones if each.status == MilestoneStatus.NOT_READY and each.due_date), None)
    if coming is not None:
        figures.append({"label": _("Next milestone"), "value": coming.name, "note": day_text(coming.due_date)})
    return figures


def plain_lines(contract: Contract, lines) -> dict:
    """The lines for those who see no money."""
    return {
        "line_columns": [
            {"label": _("Description")},
            {"label": _("Quantity"), "is_number": True},
            {"label": _("Billing")},
        ],
        "lines": [
            {
                "url": "",
                "cells": [
                    {"value": each.description},
                    {"value": quantity_text(each.quantity, each.unit), "kind": "number"},
                    {"value": billing_text(each, contract.currency, sees_money=False)},
                ],
            }
            for each in lines
        ],
    }
