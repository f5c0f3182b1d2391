"""Quotes, contracts and invoices as short tables on the pages of what they belong to; each viewer reads what they may see."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.papers.documents import State, day_text
from portal.kit.money import money_text
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from projects.models import Contract, ProjectInvoice, Quote
from projects.papers.contracts import state_of as contract_state
from projects.papers.invoices import state_of as invoice_state
from projects.papers.quotes import state_of as quote_state
from projects.queries.documents import RECORDS_SHOWN


def contract_table(contracts: Sequence[Contract], word: str) -> dict:
    """`columns` and `rows` of the component "table", and `all_url` where there are more, found by this word."""
    has_amounts = any(each.sees_money for each in contracts)
    rows = [
        row_of("contract", each, each.name, each.starts_date, contract_state(each), has_amounts=has_amounts)
        for each in contracts[:RECORDS_SHOWN]
    ]
    return table_of((_("Contract"), _("Begins"), _("Status")), rows, has_amounts=has_amounts) | {
        "all_url": all_url("contract", word) if len(contracts) > RECORDS_SHOWN else ""
    }


def invoice_table(invoices: Sequence[ProjectInvoice], word: str) -> dict:
    """`columns` and `rows` of the component "table", and `all_url` where there are more, found by this word."""
    has_amounts, now = any(each.sees_money for each in invoices), today()
    rows = [
        row_of("invoice", each, each.number, each.invoice_date, invoice_state(each, now), has_amounts=has_amounts)
        for each in invoices[:RECORDS_SHOWN]
    ]
    return table_of((_("Invoice"), _("Date"), _("Status")), rows, has_amounts=has_amounts) | {
        "all_url": all_url("invoice", word) if len(invoices) > RECORDS_SHOWN else ""
    }


def quote_table(quotes: Sequence[Quote], word: str) -> dict:
    """`columns` and `rows` of the component "table", and `all_url` where there are more, found by this word."""
    has_amounts, now = any(each.sees_money for each in quotes), today()
    zone = current_tenant().zone
    rows = [
        row_of(
            "quote",
            each,
            f"{each.full_number} {each.name}",
            each.sent_at.astimezone(zone).date(),
            quote_state(each, now),
            has_amounts=has_amounts,
        )
        for each in quotes[:RECORDS_SHOWN]
    ]
    return table_of((_("Quote"), _("Sent"), _("Status")), rows, has_amounts=has_amounts) | {
        "all_url": all_url("quote", word) if len(quotes) > RECORDS_SHOWN else ""
    }


def table_of(labels: Sequence[str], rows: list[dict], *, has_amounts: bool) -> dict:
    """The heads over the rows."""
    columns: list[dict] = [{"label": each} for each in labels]
    return {"columns": [*columns, {"label": _("Total"), "is_number": True}] if has_amounts else columns, "rows": rows}


def row_of(noun: str, record: Any, name: str, day: dt.date, state: State, *, has_amounts: bool) -> dict:
    """A record with its name, day and state; its total for those who see the payer's money."""
    total = money_text(record.total, record.currency, get_language()) if record.sees_money else ""
    return {
        "url": reverse(f"projects:{noun}_detail", args=[record.pk]),
        "cells": [
            {"value": name},
            {"value": day_text(day)},
            {"value": state.label, "kind": "badge", "tone": state.tone, "note": state.due},
            *([{"value": total, "kind": "money"}] if has_amounts else []),
        ],
    }


def all_url(noun: str, word: str) -> str:
    """The list of all of them that have this word."""
    return f"{reverse(f'projects:{noun}_list')}?{urlencode({'tab': 'all', 'q': word})}"
