"""Messages around a quote: to staff about decisions and questions, to whoever asked about the answer (NOT-1, PSA-2)."""

from notifications.domain.outbox import publish
from notifications.domain.staff import tell_staff
from projects.models import Quote, QuoteDecision, QuoteQuestion


def tell_staff_of_decision(quote: Quote, decision: QuoteDecision) -> None:
    """Tell the company what was decided."""
    tell_staff("quote_decided", key=f"quote-decided:{decision.pk}", objects={"decision": str(decision.pk)})


def tell_staff_of_question(question: QuoteQuestion) -> None:
    """Tell the company what is asked."""
    tell_staff("quote_question", key=f"quote-question:{question.pk}", objects={"question": str(question.pk)})


def tell_of_answer(question: QuoteQuestion) -> None:
    """Tell whoever asked; once, however often the answer is written anew."""
    publish(
        "quote_answered",
        key=f"quote-answered:{question.pk}",
        contact=question.contact,
        objects={"question": str(question.pk)},
    )
