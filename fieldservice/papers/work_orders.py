"""A work order in words and figures of the reader's language: for its page, its print and its PDF alike (FS-4).

Whoever does not see the payer's money gets the same without prices, taxes and totals.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.engine.totals import Totals, totals
from fieldservice.enums import ACTIVE_STATUSES
from fieldservice.models import WorkOrder
from fieldservice.papers.quantities import quantity_text
from fieldservice.queries.work_order_lines import Line
from portal.geo.addresses import address_lines
from portal.kit.money import ZERO, money_text, percent_text, price_text
from portal.tenancy.scope import current_tenant
from portal.web.times import describe, format_duration

DONE = 100


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A product or service, all of it text; price and amount are empty for those who see no money."""

    description: str
    note: str
    quantity: str
    price: str = ""
    discount: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class PaperTask:
    """A service task; `percent` is how far it is."""

    name: str
    percent: int
    progress: str
    note: str
    result: str


@dataclass(frozen=True, slots=True)
class Charges:
    """Lines of one kind with what they come to; `totals` are rows of the component of that name."""

    lines: list[PaperLine] = field(default_factory=list)
    totals: list[dict] = field(default_factory=list)
    has_discounts: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """What a work order says."""

    title: str
    facts: list[dict]
    address: list[str]
    tasks: list[PaperTask]
    used: Charges
    planned: Charges
    sees_money: bool
    signature: str

    @property
    def progress(self) -> int:
        """How far all tasks are together, in percent."""
        return sum(each.percent for each in self.tasks) // len(self.tasks) if self.tasks else 0


def paper_of(work_order: WorkOrder, lines: list[Line], *, sees_money: bool, viewer_zone: str = "") -> Paper:
    """The whole paper; `work_order` comes from `queries.work_orders.work_order_detail`.

    What is only planned stands there until the work is done.
    """
    used = [each for each in lines if each.is_used and each.to_bill]
    is_active = work_order.system_status in ACTIVE_STATUSES
    planned = [each for each in lines if not each.is_used and each.planned] if is_active else []
    return Paper(
        title=title_of(work_order),
        facts=facts_of(work_order, viewer_zone),
        address=site_of(work_order),
        tasks=[task_of(each, work_order) for each in work_order.task_rows],
        used=charges_of(work_order, used, _("Total"), sees_money=sees_money),
        planned=charges_of(work_order, planned, _("Estimated total"), sees_money=sees_money),
        sees_money=sees_money,
        signature=signature_of(work_order, viewer_zone),
    )


def title_of(work_order: WorkOrder) -> str:
    """What the document is called."""
    return _("Work order %(number)s") % {"number": work_order.number}


def service_of(work_order: WorkOrder) -> str:
    """The service by the name that customers know."""
    return work_order.incident_type.display_name or work_order.incident_type.name


def services_of(work_order: WorkOrder) -> str:
    """All services of the visit, a line each, with their asset where the viewer sees it."""
    further = [" · ".join(filter(None, (each["name"], each["asset"]))) for each in work_order.further_rows]
    return "\n".join([service_of(work_order), *further])


def site_of(work_order: WorkOrder) -> list[str]:
    """Where the work is done, line by line."""
    place = work_order.place
    return [each for each in (place.name, *address_lines(place)) if each]


def status_of(work_order: WorkOrder) -> str:
    """The status with the company's own word for it."""
    finer = work_order.sub_status.name if work_order.sub_status else ""
    return " · ".join(filter(None, (work_order.get_system_status_display(), finer)))


def facts_of(work_order: WorkOrder, viewer_zone: str = "") -> list[dict]:
    """What a customer reads of a work order, line by line."""
    zone = work_order.place.time_zone

    def moment(label, instant, ends=None) -> dict:
        when = describe(instant, zone, viewer_zone=viewer_zone, ends=ends) if instant else None
        return {"label": label, "value": when.site if when else "", "note": when.viewer if when else ""}

    return [
        {"label": _("Status"), "value": status_of(work_order)},
        {"label": _("Service"), "value": services_of(work_order)},
        linked(_("Asset"), work_order.seen_asset, "asset", work_order.asset_id),
        {"label": _("Priority"), "value": work_order.get_priority_display()},
        {"label": _("Account"), "value": work_order.account.name},
        {"label": _("Site"), "value": "\n".join(site_of(work_order))},
        linked(_("Agreement"), work_order.seen_agreement, "agreement", work_order.agreement_id),
        window_fact(work_order, viewer_zone),
        moment(_("Created"), work_order.created_at),
        moment(_("First arrival"), work_order.first_arrived_at),
        moment(_("Completed"), work_order.completed_at),
        *(linked(_("Invoice"), each["number"], "invoice", each["pk"]) for each in work_order.bill_rows),
    ]


def linked(label: str, text: str, noun: str, pk) -> dict:
    """A fact that leads to a record; without a text the viewer does not see it."""
    return {"label": label, "value": text, "url": text and reverse(f"fieldservice:{noun}_detail", args=[pk])}


def window_fact(work_order: WorkOrder, viewer_zone: str) -> dict:
    """When the visit is due, which may be many days."""
    starts, ends = work_order.window_starts_at, work_order.window_ends_at
    if starts is None or ends is None:
        return {"label": _("Visit due"), "value": ""}
    zone = work_order.place.zone
    if starts.astimezone(zone).date() == ends.astimezone(zone).date():
        when = describe(starts, zone, viewer_zone=viewer_zone, ends=ends)
        return {"label": _("Visit due"), "value": when.site, "note": when.viewer}
    span = {"starts": describe(starts, zone).site, "ends": describe(ends, zone).site}
    return {"label": _("Visit due"), "value": _("%(starts)s – %(ends)s") % span}


def task_of(row: dict, work_order: WorkOrder) -> PaperTask:
    """A task in words; its asset is named where it is not the work order's."""
    asset = row["asset"] if row["asset"] != work_order.seen_asset else ""
    planned = format_duration(row["minutes"]) if row["minutes"] else ""
    if row["percent"] == DONE:
        progress = _("Done")
    elif row["percent"]:
        progress = percent_text(Decimal(row["percent"]), get_language())
    else:
        progress = _("Not begun")
    note = " · ".join(filter(None, (asset, planned)))
    return PaperTask(row["name"], row["percent"], progress, note, row["result"])


def charges_of(work_order: WorkOrder, lines: list[Line], label: str, *, sees_money: bool) -> Charges:
    """The lines as text, and their sums under this label."""
    if not sees_money:
        return Charges([line_of(each, work_order) for each in lines])
    currency = current_tenant().currency
    charges = [each.charge(currency, is_taxed=work_order.is_taxed) for each in lines]
    return Charges(
        lines=[
            priced_line_of(each, charge.net, work_order, currency) for each, charge in zip(lines, charges, strict=True)
        ],
        totals=totals_of(totals(charges), currency, label) if lines else [],
        has_discounts=any(each.discount_percent for each in lines),
    )


def line_of(line: Line, work_order: WorkOrder, **priced: str) -> PaperLine:
    """A line without money; its asset is named where it is not the work order's."""
    asset = line.seen_asset if line.asset_id != work_order.asset_id else ""
    covered = _("Covered by the agreement") if line.is_covered else ""
    return PaperLine(
        description=line.description or line.product_name,
        note=" · ".join(filter(None, (asset, covered))),
        quantity=quantity_of(line),
        **priced,
    )


def priced_line_of(line: Line, net: Decimal, work_order: WorkOrder, currency: str) -> PaperLine:
    """A line with its price for each unit or hour, and what it comes to."""
    language = get_language()
    price = price_text(line.unit_price, currency, language)
    if line.is_service and not line.is_flat_fee:
        price = _("%(price)s an hour") % {"price": price}
    return line_of(
        line,
        work_order,
        price="" if line.is_covered else price,
        discount=percent_text(line.discount_percent, language) if line.discount_percent else "",
        amount=money_text(net, currency, language),
    )


def quantity_of(line: Line) -> str:
    """How much of it is charged: time in words, a quantity with its unit."""
    if line.is_service:
        return _("Flat fee") if line.is_flat_fee else format_duration(int(line.amount))
    return quantity_text(line.amount, line.unit)


def totals_of(sums: Totals, currency: str, label: str) -> list[dict]:
    """Net, each tax, and the total under its label."""
    language = get_language()
    rows = [{"label": _("Net"), "value": money_text(sums.net, currency, language)}]
    rows += [
        {
            "label": f"{each.name or _('Tax')} {percent_text(each.rate, language)}",
            "value": money_text(each.tax, currency, language),
        }
        for each in sums.taxes
        if each.net != ZERO
    ]
    rows.append({"label": label, "value": money_text(sums.total, currency, language), "is_total": True})
    return rows


def signature_of(work_order: WorkOrder, viewer_zone: str = "") -> str:
    """Who signed, and when; empty without a signature."""
    if not work_order.signed_name:
        return ""
    when = describe(work_order.signed_at, work_order.place.time_zone, viewer_zone=viewer_zone)
    return _("Signed by %(name)s, %(when)s") % {"name": work_order.signed_name, "when": when.site}
