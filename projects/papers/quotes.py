"""A quote in words and figures of the reader's language: for its page, its print and its PDF alike (PSA-2)."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fieldservice.engine.totals import totals
from fieldservice.papers.invoices import Paper, State, amount_text, day_text, line_of
from portal.geo.addresses import address_lines
from portal.kit.money import percent_text
from portal.tenancy.scope import current_tenant
from portal.web.times import format_instant
from projects.enums import Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine


@dataclass(frozen=True, slots=True)
class QuotePaper(Paper):
    """What a quote says. `options` are lines like `lines`, with their ids; `evidence` are facts of the decision."""

    options: list[dict]
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
    chosen = set(decision.options) if decision else set()
    return QuotePaper(
        title=title_of(quote),
        facts=facts_of(quote),
        address=[quote.account.name, *(address_lines(quote.account.place) if quote.account.place else ())],
        lines=[line_of(quote, each) for each in lines if not each.is_optional],
        totals=totals_of(quote, lines, decision),
        has_discounts=any(each.discount_percent for each in lines),
        options=[
            {
                "pk": str(each.pk),
                "line": line_of(quote, each),
                "is_chosen": str(each.pk) in chosen,
                "total": amount_text(quote, each.net + each.tax),
            }
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
        {"label": _("Name"), "value": quote.name},
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
    counted = [each for each in lines if not each.is_optional]
    rows = [{"label": _("Net"), "value": amount_text(quote, quote.net)}]
    rows += [
        {
            "label": f"{each.name or _('Tax')} {percent_text(each.rate, get_language())}",
            "value": amount_text(quote, each.tax),
        }
        for each in totals(counted).taxes
    ]
    is_more = decision is not None and decision.total != quote.total
    rows.append({"label": _("Total"), "value": amount_text(quote, quote.total), "is_total": not is_more})
    if is_more:
        label = _("Approved, with the chosen options")
        rows.append({"label": label, "value": amount_text(quote, decision.total), "is_total": True})
    return rows


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
