"""Messages around a quote: to staff about decisions and questions, to whoever asked about the answer (NOT-1, PSA-2)."""

from notifications.domain.outbox import publish
from portal.accounts.models import StaffMember
from portal.tenancy.scope import current_tenant
from projects.models import Quote, QuoteDecision, QuoteQuestion

# So many people of the company are told at most, where it has no address for all of them.
STAFF_TOLD = 10


def tell_staff_of_decision(quote: Quote, decision: QuoteDecision) -> None:
    """Tell the company what was decided."""
    for address in staff_addresses():
        publish(
            "quote_decided",
            key=f"quote-decided:{decision.pk}:{address}",
            address=address,
            objects={"decision": str(decision.pk)},
            language=current_tenant().languages[0],
        )


def tell_staff_of_question(question: QuoteQuestion) -> None:
    """Tell the company what is asked."""
    for address in staff_addresses():
        publish(
            "quote_question",
            key=f"quote-question:{question.pk}:{address}",
            address=address,
            objects={"question": str(question.pk)},
            language=current_tenant().languages[0],
        )


def tell_of_answer(question: QuoteQuestion) -> None:
    """Tell whoever asked; once, however often the answer is written anew."""
    publish(
        "quote_answered",
        key=f"quote-answered:{question.pk}",
        contact=question.contact,
        objects={"question": str(question.pk)},
    )


def staff_addresses() -> list[str]:
    """Where the company reads what customers decide: its support address, else its people."""
    if address := current_tenant().support_email:
        return [address]
    members = StaffMember.objects.filter(is_active=True, user__is_active=True).select_related("user").order_by("pk")
    return [each.user.email for each in members[:STAFF_TOLD]]
