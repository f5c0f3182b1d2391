"""Mails about quotes. What they tell is read when they are sent, through the recipient's own eyes."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from notifications.exposures import RecordsExposed
from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Message, read_once, register
from portal.access.money import sees_money_of
from portal.access.viewer import Viewer, viewer_for
from portal.kit.money import money_text
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from projects.enums import Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteQuestion

NAMED = 10


def visible_quote(row: OutboxMessage, pk) -> Quote | None:
    """The quote, as far as the recipient may see it now."""
    if row.contact is None:
        return None
    return Quote.objects.filter(pk=pk).visible_to(viewer_for(row.contact)).order_by("pk").first()


def page_of(quote: Quote) -> str:
    """The address of its page."""
    return absolute(reverse("projects:quote_detail", args=[quote.pk]), current_tenant())


@dataclass(frozen=True, slots=True)
class NewQuote:
    """A quote as the mail names it; `amount` is empty for those who see no money."""

    number: str
    name: str
    amount: str
    valid_until: str


@register
class QuoteSent(RecordsExposed):
    """Quotes await the customer's decision: which, until when, and where (NOT-1)."""

    name = "quote_sent"
    title = gettext_lazy("New quote")
    app = "projects"
    model = Quote
    objects = "quotes"
    ordered = "sent_at"

    def counting(self, visible):
        """Those that can still be decided."""
        return visible.filter(status=QuoteStatus.SENT, decisions__isnull=True)

    def context(self, row: OutboxMessage) -> dict:
        quotes = self.records_of(row)
        viewer = viewer_for(row.contact)
        page = reverse("projects:quote_list")
        if len(quotes) == 1:
            page = reverse("projects:quote_detail", args=[quotes[0].pk])
        return quotes_context([as_named(each, viewer) for each in quotes[:NAMED]], len(quotes), page)

    def sample(self) -> dict:
        quote = NewQuote("Q-1042", _("Modernisation of lift 2"), "", date_format(today(), "DATE_FORMAT"))
        return quotes_context([quote], 1, reverse("home"))


def as_named(quote: Quote, viewer: Viewer) -> NewQuote:
    """What this recipient reads of one quote."""
    amount = money_text(quote.total, quote.currency, get_language()) if sees_money_of(viewer, quote) else ""
    return NewQuote(quote.full_number, quote.name, amount, date_format(quote.valid_until, "DATE_FORMAT"))


def quotes_context(named: list[NewQuote], count: int, page: str) -> dict:
    """What the templates of the mail read."""
    headline = ngettext("A quote awaits your decision.", "%(count)d quotes await your decision.", count)
    return {
        "count": count,
        "quotes": named,
        "unnamed": count - len(named),
        "headline": headline % {"count": count},
        "number": named[0].number,
        "quote_url": absolute(page, current_tenant()),
    }


@register
class QuoteAnswered(Message):
    """The company has answered the question that the contact asked about a quote."""

    name = "quote_answered"
    title = gettext_lazy("Answer to a question about a quote")
    app = "projects"

    def still_true(self, row: OutboxMessage) -> bool:
        question = question_of(row)
        return question is not None and visible_quote(row, question.quote_id) is not None

    def context(self, row: OutboxMessage) -> dict:
        question: Any = question_of(row)
        return {
            "number": question.quote.full_number,
            "question": question.question,
            "answer": question.answer,
            "quote_url": page_of(question.quote),
        }


class ToStaff(Message):
    """A message to the company itself; the link leads to the admin."""

    app = "projects"

    def admin_url(self, quote: Quote) -> str:
        return absolute(reverse("admin:projects_quote_change", args=[quote.pk]), current_tenant())


@register
class QuoteDecided(ToStaff):
    """The customer has approved or rejected a quote (PSA-2)."""

    name = "quote_decided"
    title = gettext_lazy("Decision about a quote")

    def still_true(self, row: OutboxMessage) -> bool:
        return decision_of(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        decision: Any = decision_of(row)
        quote = decision.quote
        return {
            "is_approved": decision.decision == Decision.APPROVED,
            "number": quote.full_number,
            "quote_name": quote.name,
            "account": quote.account.name,
            "name": decision.name,
            "reason": decision.reason,
            "amount": money_text(decision.total, quote.currency, get_language()),
            "quote_url": self.admin_url(quote),
        }


@register
class QuoteQuestionAsked(ToStaff):
    """A customer asks about a quote (PSA-2)."""

    name = "quote_question"
    title = gettext_lazy("Question about a quote")

    def still_true(self, row: OutboxMessage) -> bool:
        question = question_of(row)
        return question is not None and not question.answer

    def context(self, row: OutboxMessage) -> dict:
        question: Any = question_of(row)
        return {
            "number": question.quote.full_number,
            "account": question.quote.account.name,
            "name": question.contact.full_name,
            "about": question.line.description if question.line else "",
            "question": question.question,
            "quote_url": self.admin_url(question.quote),
        }


@read_once
def decision_of(row: OutboxMessage) -> QuoteDecision | None:
    """The decision that the row is about."""
    found = QuoteDecision.objects.filter(pk=row.payload.get("decision"))
    return found.select_related("quote__account").order_by("pk").first()


@read_once
def question_of(row: OutboxMessage) -> QuoteQuestion | None:
    """The question that the row is about."""
    found = QuoteQuestion.objects.filter(pk=row.payload.get("question"))
    return found.select_related("quote__account", "contact", "line").order_by("pk").first()
