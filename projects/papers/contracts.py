"""A contract in words and figures of the reader's language: for its page, its print and its PDF alike (PSA-3)."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.papers.documents import Paper, State, address_of, day_text, paper_line, sums_of
from portal.kit.money import money_text
from projects.enums import BillingMethod, ContractKind, ContractStatus, MilestoneStatus
from projects.models import Contract, ContractLine, ContractMilestone


def title_of(contract: Contract) -> str:
    """What the document is called, with its number."""
    number = {"number": contract.number}
    if contract.kind == ContractKind.ORDER_FORM:
        return _("Order form %(number)s") % number
    return _("Contract %(number)s") % number


def state_of(contract: Contract) -> State:
    """The state as customers read it."""
    tones = {ContractStatus.ACTIVE: "ok", ContractStatus.CLOSED: "neutral"}
    return State(ContractStatus(contract.status).label, tones.get(ContractStatus(contract.status), "neutral"))


def term_text(contract: Contract) -> str:
    """From when to when, as far as that was agreed."""
    if contract.ends_date is None:
        return _("from %(date)s") % {"date": day_text(contract.starts_date)}
    return f"{day_text(contract.starts_date)} – {day_text(contract.ends_date)}"


def billing_text(line: ContractLine, currency: str, *, sees_money: bool) -> str:
    """How a line is billed, with its limit for those who see money."""
    if line.billing_method == BillingMethod.FIXED_PRICE:
        return _("Fixed price")
    if line.limit_amount is None or not sees_money:
        return _("Time and material")
    limit = money_text(line.limit_amount, currency, get_language())
    return _("Time and material, at most %(amount)s before tax") % {"amount": limit}


def milestone_state(milestone: ContractMilestone) -> State:
    """The state as customers read it: of an invoice they hear once it was confirmed."""
    if milestone.status == MilestoneStatus.POSTED:
        return State(_("Invoiced"), "ok")
    if milestone.status == MilestoneStatus.NOT_READY:
        return State(_("To come"), "neutral")
    return State(_("Reached"), "info")


def facts_of(contract: Contract) -> list[dict]:
    """Number, kind and term, and what it belongs to as far as the viewer sees that, with the ways there."""

    def origin(label, name: str, noun: str, pk) -> dict:
        return {"label": label, "value": name, "url": name and reverse(f"projects:{noun}_detail", args=[pk])}

    return [
        {"label": _("Number"), "value": contract.number},
        {"label": _("Kind"), "value": ContractKind(contract.kind).label},
        {"label": _("Term"), "value": term_text(contract)},
        origin(_("Project"), contract.seen_project, "project", contract.project_id),
        origin(_("Quote"), contract.seen_quote, "quote", contract.quote_id),
    ]


def paper_of(contract: Contract, lines: list[ContractLine]) -> Paper:
    """The whole paper; for those only who see the payer's money."""
    currency = contract.currency
    return Paper(
        title=title_of(contract),
        facts=[{"label": _("Name"), "value": contract.name}, *facts_of(contract)],
        address=address_of(contract.account),
        lines=[paper_line(each, currency, note=billing_text(each, currency, sees_money=True)) for each in lines],
        totals=sums_of(contract, lines),
        has_discounts=any(each.discount_percent for each in lines),
    )


def names_lines(milestones: list[ContractMilestone]) -> bool:
    """Whether it needs saying what each milestone is for."""
    return len({each.line_id for each in milestones}) > 1


def milestone_rows(contract: Contract, milestones: list[ContractMilestone], *, sees_money: bool) -> list[dict]:
    """Milestones as rows of the component "table", with amounts for those who see money."""
    has_lines, language = names_lines(milestones), get_language()
    rows = []
    for each in milestones:
        state = milestone_state(each)
        line = each.line.description if each.line.description != each.name else ""
        amount = money_text(each.amount, contract.currency, language) if sees_money else ""
        cells = [
            {"value": each.name},
            *([{"value": line}] if has_lines else []),
            {"value": day_text(each.due_date) if each.due_date else ""},
            {"value": state.label, "kind": "badge", "tone": state.tone},
            *([{"value": amount, "kind": "money"}] if sees_money else []),
        ]
        rows.append({"url": "", "cells": cells})
    return rows


def milestone_columns(milestones: list[ContractMilestone], *, sees_money: bool) -> list[dict]:
    """The heads over `milestone_rows`."""
    return [
        {"label": _("Milestone")},
        *([{"label": _("Belongs to")}] if names_lines(milestones) else []),
        {"label": _("Due")},
        {"label": _("Status")},
        *([{"label": _("Before tax"), "is_number": True}] if sees_money else []),
    ]
