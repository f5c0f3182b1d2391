"""Messages about quotes: to those who see a new one, to staff about decisions and questions, to whoever asked (NOT-1, PSA-2)."""

from notifications.domain.outbox import publish
from portal.access.viewer import Viewer, viewers_for
from portal.accounts.enums import Section
from portal.accounts.models import Contact, StaffMember
from portal.accounts.queries import accounts_above
from portal.tenancy.scope import current_tenant
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteQuestion

# So many people of the company are told at most, where it has no address for all of them.
STAFF_TOLD = 10


def tell_of_quote(quote: Quote) -> int:
    """Tell each contact who sees a quote that was sent, once; called when it was sent or exposed. How many they are."""
    if quote.status != QuoteStatus.SENT or not quote.is_exposed:
        return 0
    told = [each for each in readers(quote) if Quote.objects.filter(pk=quote.pk).visible_to(each).exists()]
    for viewer in told:
        key = f"quote-sent:{quote.pk}:{viewer.contact_id}"
        publish("quote_sent", key=key, contact=viewer.contact, objects={"quote": str(quote.pk)})
    return len(told)


def readers(quote: Quote) -> list[Viewer]:
    """Those who may have it within their reach: with a login, a web role, in the account or above it."""
    contacts = (
        Contact.objects.filter(
            account__in=accounts_above({quote.account_id}),
            account__is_active=True,
            is_active=True,
            user__isnull=False,
        )
        .exclude(email="")
        .select_related("account")
        .order_by("pk")
    )
    return [each for each in viewers_for(list(contacts)) if each.may_read(Section.PROJECTS)]


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
