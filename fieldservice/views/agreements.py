"""Agreements: active, expired, all; the detail with what comes of it (FS-1, FS-7).

Lists and their export hold no money. On the page the prices of invoice setups and the amounts of invoices stand for those who see the
payer's money; everybody else reads what is charged and when.
"""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.enums import AgreementStatus, WorkOrderStatus
from fieldservice.filters import AgreementFilter
from fieldservice.models import Agreement
from fieldservice.papers.invoices import amount_text, signed, state_of
from fieldservice.queries import agreements as queries
from fieldservice.views.agreement_parts import (
    TONES,
    charges_of,
    date_text,
    next_visit,
    term_of,
    term_text,
    visit_of,
)
from fieldservice.views.work_orders import TONES as WORK_ORDER_TONES
from portal.access.money import sees_money_of
from portal.accounts.enums import Section
from portal.tenancy.days import today
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Listing, Tab, links_to
from portal.web.paging import Sort, day, words
from portal.web.times import short_date
from portal.web.views.base import SectionDetailView, SectionListView


def next_of(agreement: Agreement):
    """The day of the next visit; an agreement that ended has none."""
    return agreement.next_date if agreement.status == AgreementStatus.ACTIVE else None


class AgreementList(SectionListView):
    """`/field-service/agreements/`."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.Agreement"
    query = staticmethod(queries.agreement_list)
    template_name = "fieldservice/agreements/list.html"
    tabs = (
        Tab("active", gettext_lazy("Active"), queries.ACTIVE),
        Tab("expired", gettext_lazy("Expired"), queries.EXPIRED),
        Tab("all", gettext_lazy("All"), queries.EVERY),
    )
    sorts = (
        Sort("ends", gettext_lazy("End"), "end_date", parse=day),
        Sort("starts", gettext_lazy("Start"), "start_date", parse=day, is_descending=True),
        Sort("number", gettext_lazy("Number"), "number", parse=words),
        Sort("name", gettext_lazy("Name"), "name", parse=words),
    )
    search = staticmethod(queries.agreement_matches)
    filterset_class = AgreementFilter
    export_name = "agreements"
    export_columns = (
        Column(gettext_lazy("Number"), lambda each: each.number),
        Column(gettext_lazy("Name"), lambda each: each.name),
        Column(gettext_lazy("Account"), lambda each: each.account.name),
        Column(gettext_lazy("Status"), lambda each: AgreementStatus(each.status).label),
        Column(gettext_lazy("Start"), lambda each: each.start_date),
        Column(gettext_lazy("End"), lambda each: each.end_date),
        Column(gettext_lazy("Next visit"), next_of),
    )

    def get_context(self, listing: Listing) -> dict:
        return {
            "rows": rows_of(listing.page.rows),
            "columns": [
                {"label": _("Agreement"), **listing.column_sort("name")},
                {"label": _("Account"), "sort_url": "", "direction": ""},
                {"label": _("Status"), "sort_url": "", "direction": ""},
                {"label": _("Term"), **listing.column_sort("ends")},
                {"label": _("Next visit"), "sort_url": "", "direction": ""},
            ],
        }


def rows_of(agreements) -> list[Line]:
    """The lines of a page."""
    statuses = {value: str(label) for value, label in AgreementStatus.choices}
    link, now = links_to("fieldservice:agreement_detail"), today()
    return [
        Line(
            link(each.pk),
            each.name,
            each.number,
            cells=(
                Cell(each.account.name),
                Cell(statuses[each.status], tone=TONES.get(each.status, "neutral"), kind="state"),
                Cell(term_text(each), note=term_of(each, now).note if each.status == AgreementStatus.ACTIVE else ""),
                Cell(date_text(next_of(each))),
            ),
        )
        for each in agreements
    ]


class AgreementDetail(SectionDetailView):
    """`/field-service/agreements/ID/`."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.Agreement"
    query = staticmethod(queries.agreement_detail)
    keeps_query = True
    template_name = "fieldservice/agreements/detail.html"

    def get_context(self, obj) -> dict:
        now, sees_money = today(), sees_money_of(self.viewer, obj)
        setups = queries.booking_setups_of(obj, self.viewer) if obj.has_visits else []
        lines = queries.invoice_lines_of(obj) if obj.has_charges else []
        term = term_of(obj, now)
        return {
            "crumbs": [
                {"label": _("Agreements"), "url": reverse("fieldservice:agreement_list")},
                {"label": obj.number},
            ],
            "status_label": obj.get_status_display(),
            "tone": TONES.get(obj.status, "neutral"),
            "term": term,
            "figures": figures_of(obj, setups, term),
            "facts": facts_of(obj, self.viewer),
            "assets": [asset_node(each) for each in obj.assets[: queries.ASSETS_SHOWN]],
            "has_more_assets": len(obj.assets) > queries.ASSETS_SHOWN,
            "visits": [visit_of(each, obj) for each in setups],
            "charges": charges_of(lines, obj, now, sees_money=sees_money),
            **self.records_of(obj),
        }

    def records_of(self, obj) -> dict:
        """The latest work orders and invoices that came of it, and where all of them are."""
        found = urlencode({"tab": "all", "q": obj.number})
        invoices = queries.invoices_of(obj, self.viewer)
        has_amounts = any(each.sees_money for each in invoices)
        return {
            "work_order_columns": [
                {"label": each} for each in (_("Work order"), _("Summary"), _("Visit"), _("Status"))
            ],
            "work_orders": [work_order_row(each) for each in queries.work_orders_of(obj, self.viewer)],
            "work_orders_url": f"{reverse('fieldservice:work_order_list')}?{found}",
            "invoice_columns": [
                *({"label": each} for each in (_("Invoice"), _("Date"), _("Status"))),
                *([{"label": _("Total"), "is_number": True}] if has_amounts else []),
            ],
            "invoices": [invoice_row(each, has_amount=has_amounts) for each in invoices],
            "invoices_url": f"{reverse('fieldservice:invoice_list')}?{found}",
        }


def figures_of(agreement: Agreement, setups, term) -> list[dict]:
    """What one wants to know first."""
    coming = next_visit(setups) if agreement.status == AgreementStatus.ACTIVE else None
    return [
        {"label": _("Next visit"), "value": date_text(coming)},
        {"label": _("Term"), "value": term.note},
    ]


def facts_of(agreement: Agreement, viewer) -> list[dict]:
    """Who is served, who pays where that is within reach, and what was agreed."""
    payer = agreement.billing_account
    is_known = payer is not None and payer.pk in viewer.reach(Section.FIELD_SERVICE)
    return [
        {"label": _("Number"), "value": agreement.number},
        {"label": _("Account"), "value": agreement.account.name},
        {"label": _("Billed to"), "value": payer.name if is_known else ""},
        {"label": _("Term"), "value": term_text(agreement)},
    ]


def asset_node(asset: dict) -> dict:
    """A covered asset that the viewer sees, as a node of the component "tree"."""
    note = " · ".join(each for each in (asset["serial_number"], asset["location"]) if each)
    url = reverse("fieldservice:asset_detail", args=[asset["id"]])
    return {"label": asset["name"], "url": url, "note": note, "icon": "cube"}


def work_order_row(work_order) -> dict:
    """A work order as a row of the component "table"."""
    status = WorkOrderStatus(work_order.system_status)
    return {
        "url": reverse("fieldservice:work_order_detail", args=[work_order.pk]),
        "cells": [
            {"value": work_order.number},
            {"value": work_order.summary, "note": work_order.seen_asset},
            {"value": window_days(work_order)},
            {"value": status.label, "kind": "badge", "tone": WORK_ORDER_TONES.get(status, "neutral")},
        ],
    }


def window_days(work_order) -> str:
    """The day or days in which the visit is due, by the site's calendar."""
    if work_order.window_starts_at is None:
        return ""
    zone = work_order.place.time_zone
    first, last = (short_date(each, zone) for each in (work_order.window_starts_at, last_moment(work_order)))
    return first if first == last else f"{first} – {last}"


def last_moment(work_order):
    """Just before the window ends: a day that ends at midnight is not the next one."""
    return work_order.window_ends_at - (work_order.window_ends_at - work_order.window_starts_at) / 1000


def invoice_row(invoice, *, has_amount: bool) -> dict:
    """An invoice as a row of the component "table"; its amount for those who see the payer's money, with `has_amount`."""
    state = state_of(invoice, today())
    amount = amount_text(invoice, signed(invoice, invoice.total)) if invoice.sees_money else ""
    return {
        "url": reverse("fieldservice:invoice_detail", args=[invoice.pk]),
        "cells": [
            {"value": invoice.number},
            {"value": date_text(invoice.invoice_date)},
            {"value": state.label, "kind": "badge", "tone": state.tone, "note": state.due},
            *([{"value": amount, "kind": "money"}] if has_amount else []),
        ],
    }
