"""Quotes: what lists, pages and papers show (PSA-2)."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from projects.enums import QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine, QuoteQuestion
from projects.queries.documents import of_seen_projects, packed, with_money, with_project

FOR_STAFF = ("internal_notes", "external_number")
EVERY = Q(sent_at__isnull=False)
WEEK = dt.timedelta(days=7)
# Nobody reads more at once; as many may be asked.
QUESTIONS_SHOWN = 50


def pending(day: dt.date) -> Q:
    """Sent, valid on this day, and not decided."""
    return Q(status=QuoteStatus.SENT, valid_until__gte=day, decisions__isnull=True)


def recent(now: dt.datetime) -> Q:
    """Sent within the last 7 days."""
    return Q(sent_at__gte=now - WEEK)


def quote_list(viewer):
    """Quotes as the list shows them: with the decision, and `seen_total`, which is 0 where the viewer sees no money."""
    return (
        with_decision(with_money(Quote.objects.all(), viewer))
        .select_related("account")
        .defer("introduction", "terms", "digest", *FOR_STAFF)
    )


def quote_detail(viewer):
    """A quote as its page and its paper show it; `newer` is the revision after it, where the viewer sees that."""
    found = with_project(with_decision(with_money(Quote.objects.all(), viewer)), viewer)
    newer = Quote.objects.visible_to(viewer).filter(revises=OuterRef("pk")).values("pk")[:1]
    return found.annotate(newer=Subquery(newer)).select_related("account__place", "service", "asset").defer(*FOR_STAFF)


def quote_for_staff():
    """A quote as staff put it on paper: nothing that it names is hidden from them."""
    return (
        with_decision(Quote.objects.all())
        .annotate(seen_project=Coalesce(F("project__name"), Value("")), newer=Value(None, output_field=CharField()))
        .select_related("account__place", "service", "asset")
    )


def with_decision(quotes):
    """`decision`, `decided_at`, `decided_by`: None while nobody decided."""
    return quotes.annotate(
        decision=F("decisions__decision"), decided_at=F("decisions__decided_at"), decided_by=F("decisions__name")
    )


def quote_matches(viewer, word: str) -> Q:
    """What a search looks at: number, name, account, and projects that the viewer sees."""
    return (
        Q(number__icontains=word)
        | Q(name__icontains=word)
        | Q(account__name__icontains=word)
        | Q(project__in=of_seen_projects(viewer, word))
    )


def lines_of(quote: Quote) -> list[QuoteLine]:
    """What is offered, in order."""
    return list(QuoteLine.objects.filter(quote=quote).order_by("position", "pk"))


def decision_of(quote: Quote) -> QuoteDecision | None:
    """The customer's decision, None while there is none."""
    return QuoteDecision.objects.filter(quote=quote).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it."""

    question: str
    name: str
    about: str
    asked_at: dt.datetime
    answer: str
    answered_at: dt.datetime | None


def questions_of(quote: Quote) -> list[Asked]:
    """What was asked and answered, the oldest first."""
    rows = QuoteQuestion.objects.filter(quote=quote).select_related("contact", "line").order_by("asked_at", "pk")
    return [
        Asked(
            each.question,
            each.contact.full_name,
            each.line.description if each.line else "",
            each.asked_at,
            each.answer,
            each.answered_at,
        )
        for each in rows[:QUESTIONS_SHOWN]
    ]


def revisions_of(quote: Quote) -> list[Quote]:
    """All revisions with the number of this one, the first one first."""
    return list(Quote.objects.filter(number=quote.number).order_by("revision", "pk"))


def find_quotes(viewer, text: str):
    """For the portal's search: visible quotes by number or name, the newest first."""
    found = Quote.objects.visible_to(viewer).filter(Q(number__icontains=text) | Q(name__icontains=text))
    return found.order_by("-sent_at", "-pk")[:10]


def quotes_of(viewer, project) -> ArraySubquery:
    """The latest quotes of a project that the viewer sees, as `packed` has it."""
    seen = with_decision(with_money(Quote.objects.visible_to(viewer), viewer)).filter(project=project)
    names = ("number", "revision", "name", "status", "sent_at", "valid_until", "currency", "total")
    return packed(seen, (*names, "decision", "sees_money"), "-sent_at", "-pk")
