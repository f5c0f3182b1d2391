"""A quote in words and figures of the reader's language: for its page, its print and its PDF alike (PSA-2)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fieldservice.papers.documents import Paper, PaperLine, State, address_of, day_text, paper_line, sums_of
from portal.kit.money import money_text
from portal.tenancy.scope import current_tenant
from portal.web.times import format_instant
from projects.enums import Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine


@dataclass(frozen=True, slots=True)
class QuoteOption:
    """A line that counts when it is chosen; `total` is what it adds, taxes included."""

    line: PaperLine
    is_chosen: bool
    total: str


@dataclass(frozen=True, slots=True)
class QuotePaper(Paper):
    """What a quote says; `evidence` are facts of the decision."""

    options: list[QuoteOption]
    evidence: list[dict]


def title_of(quote: Quote) -> str:
    """What the document is called, with its number."""
    return _("Quote %(number)s") % {"number": quote.full_number}


def state_of(quote: Quote, today: dt.date) -> State:
    """The state as customers read it; `quote` carries its `decision`, `today` is the tenant's."""
    if quote.status in {QuoteStatus.REVISED, QuoteStatus.CANCELED}:
        return State(_("Revised") if quote.status == QuoteStatus.REVISED else _("Withdrawn"), "neutral")
    if quote.decision == Decision.APPROVED or quote.status == QuoteStatus.WON:
        return State(_("Approved"), "ok")
    if quote.decision == Decision.REJECTED:
        return State(_("Rejected"), "danger")
    if quote.status == QuoteStatus.LOST:
        return State(_("Closed"), "neutral")
    days = (quote.valid_until - today).days
    if days < 0:
        return State(_("Expired"), "neutral")
    left = ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days} if days else _("last day today")
    return State(_("Awaits your decision"), "warn", left)


def is_open(quote: Quote, today: dt.date) -> bool:
    """Whether somebody may still decide."""
    return quote.status == QuoteStatus.SENT and quote.decision is None and quote.valid_until >= today


def paper_of(quote: Quote, lines: list[QuoteLine], decision: QuoteDecision | None) -> QuotePaper:
    """The whole paper; for those only who see the payer's money."""
    chosen, currency = set(decision.options) if decision else set(), quote.currency
    return QuotePaper(
        title=title_of(quote),
        facts=[{"label": _("Name"), "value": quote.name}, *facts_of(quote)],
        address=address_of(quote.account),
        lines=[paper_line(each, currency) for each in lines if not each.is_optional],
        totals=totals_of(quote, lines, decision),
        has_discounts=any(each.discount_percent for each in lines),
        options=[
            QuoteOption(paper_line(each, currency), str(each.pk) in chosen, amount_text(quote, each.net + each.tax))
            for each in lines
            if each.is_optional
        ],
        evidence=evidence_of(quote, decision) if decision else [],
    )


def facts_of(quote: Quote) -> list[dict]:
    """Number, dates, and the project as far as the viewer sees it."""
    project = quote.seen_project
    return [
        {"label": _("Number"), "value": quote.full_number},
        {"label": _("Sent"), "value": format_instant(quote.sent_at, current_tenant().zone) if quote.sent_at else ""},
        {"label": _("Valid until"), "value": day_text(quote.valid_until)},
        {
            "label": _("Project"),
            "value": project,
            "url": project and reverse("projects:project_detail", args=[quote.project_id]),
        },
    ]


def totals_of(quote: Quote, lines: list[QuoteLine], decision: QuoteDecision | None) -> list[dict]:
    """Net, each tax, total; after an approval with options what was approved."""
    is_more = decision is not None and decision.total != quote.total
    rows = sums_of(quote, [each for each in lines if not each.is_optional], is_last=not is_more)
    if decision is not None and is_more:
        label = _("Approved, with the chosen options")
        rows.append({"label": label, "value": amount_text(quote, decision.total), "is_total": True})
    return rows


def amount_text(quote: Quote, amount: Decimal) -> str:
    """An amount of this quote as the language writes it."""
    return money_text(amount, quote.currency, get_language())


def evidence_of(quote: Quote, decision: QuoteDecision) -> list[dict]:
    """Who decided what, when and from where, and about which revision."""
    return [
        {"label": _("Decision"), "value": decision.get_decision_display()},
        {"label": _("By"), "value": f"{decision.name} ({decision.email})"},
        {"label": _("When"), "value": format_instant(decision.decided_at, current_tenant().zone)},
        {"label": _("From the address"), "value": decision.address or ""},
        {"label": _("Reason"), "value": decision.reason},
        {"label": _("Amount"), "value": amount_text(quote, decision.total)},
        {"label": _("Revision"), "value": quote.full_number},
        {"label": _("Fingerprint of the revision (SHA-256)"), "value": decision.digest, "is_code": True},
    ]
