"""Mails of the section. What they tell is read when they are sent, through the recipient's own eyes."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Message, register
from portal.access.money import sees_money_of
from portal.access.viewer import viewer_for
from portal.kit.money import money_text
from portal.tenancy.scope import current_tenant
from projects.enums import Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteQuestion


def visible_quote(row: OutboxMessage, pk) -> Quote | None:
    """The quote, as far as the recipient may see it now."""
    if row.contact is None:
        return None
    return Quote.objects.filter(pk=pk).visible_to(viewer_for(row.contact)).order_by("pk").first()


def page_of(quote: Quote) -> str:
    """The address of its page."""
    return absolute(reverse("projects:quote_detail", args=[quote.pk]), current_tenant())


@register
class QuoteSent(Message):
    """A quote awaits the customer's decision: which, until when, and where (NOT-1). Its amount only for those who see money."""

    name = "quote_sent"
    title = gettext_lazy("New quote")
    app = "projects"
    is_editable = True

    def still_true(self, row: OutboxMessage) -> bool:
        quote = visible_quote(row, row.payload.get("quote"))
        return quote is not None and quote.status == QuoteStatus.SENT

    def context(self, row: OutboxMessage) -> dict:
        quote = visible_quote(row, row.payload["quote"])
        if quote is None:
            raise LookupError(row.payload["quote"])
        sees_money = sees_money_of(viewer_for(row.contact), quote)
        return {
            "number": quote.full_number,
            "name": quote.name,
            "amount": money_text(quote.total, quote.currency, get_language()) if sees_money else "",
            "valid_until": date_format(quote.valid_until, "DATE_FORMAT"),
            "quote_url": page_of(quote),
        }

    def sample(self) -> dict:
        return {
            "number": "Q-1042",
            "name": _("Modernisation of lift 2"),
            "amount": "",
            "valid_until": _("31 December"),
            "quote_url": absolute(reverse("home"), current_tenant()),
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


def decision_of(row: OutboxMessage) -> QuoteDecision | None:
    """The decision that the row is about."""
    found = QuoteDecision.objects.filter(pk=row.payload.get("decision"))
    return found.select_related("quote__account").order_by("pk").first()


def question_of(row: OutboxMessage) -> QuoteQuestion | None:
    """The question that the row is about."""
    found = QuoteQuestion.objects.filter(pk=row.payload.get("question"))
    return found.select_related("quote__account", "contact", "line").order_by("pk").first()
