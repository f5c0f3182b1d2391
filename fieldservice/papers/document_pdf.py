"""A document with priced lines as PDF in the company's brand and the reader's language (FS-5, PSA-2 to PSA-4)."""

import datetime as dt
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.papers.documents import Paper, PaperLine
from portal.kit.pdf import Column, Sum
from portal.kit.pdf import Paper as Sheets
from portal.tenancy.scope import current_tenant
from portal.web.papers import letterhead_of


def sheets_of(
    said: Paper, account: Any, *, address_label: str, dated: dt.datetime, mark: str = "", introduction: str = ""
) -> Sheets:
    """Head, address, facts, lines and totals; the caller adds what follows. `account` decides the size of the paper."""
    sheets = Sheets(
        letterhead_of(current_tenant()),
        title=said.title,
        language=get_language(),
        dated=dated,
        country=account.place.country if account.place else "",
        mark=mark,
    )
    sheets.columns((address_label, said.address))
    sheets.facts((fact["label"], fact["value"]) for fact in said.facts)
    if introduction:
        sheets.paragraph(introduction)
    columns = [
        Column(_("Description"), 4),
        Column(_("Quantity"), 1.2, is_number=True),
        Column(_("Price"), 1.6, is_number=True),
        *([Column(_("Discount"), 1.1, is_number=True)] if said.has_discounts else []),
        Column(_("Tax"), 1.1, is_number=True),
        Column(_("Net"), 1.7, is_number=True),
    ]
    sheets.table(columns, (cells_of(line, has_discounts=said.has_discounts) for line in said.lines))
    sheets.sums(Sum(row["label"], row["value"], row.get("is_total", False)) for row in said.totals)
    return sheets


def cells_of(line: PaperLine, *, has_discounts: bool) -> list[str]:
    """A line of the table."""
    discount = [line.discount or "–"] if has_discounts else []
    text = f"{line.description}\n{line.note}" if line.note else line.description
    return [text, line.quantity, line.price, *discount, line.tax, line.net]
