"""The customer's decision about a quote: once, about the revision that was shown, with who, when and from where (PSA-2, SECURITY 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.engine.totals import totals
from portal.accounts.models import Contact, User
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.texts import is_blank
from portal.tenancy.days import today
from portal.timeline.domain.comments import note_event
from projects.domain.documents import lock
from projects.domain.quote_notices import tell_staff_of_decision
from projects.domain.quotes import lines_in_order
from projects.enums import Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, and from where: what the evidence names besides the quote."""

    contact: Contact
    user: User
    address: str | None = None
    browser: str = ""


@transaction.atomic
def decide(
    quote: Quote,
    decision: Decision,
    *,
    digest: str,
    by: Deciding,
    reason: str = "",
    options: Sequence[UUID] = (),
) -> QuoteDecision:
    """Record the decision; audited, staff are told. The quote itself stays as it is: what follows, staff decide.

    `digest` is the fingerprint that the person was shown, `options` the optional lines chosen with an approval. The same
    person saying the same again gets the decision that was recorded. Raises Conflict when it was decided otherwise before, when the quote
    was revised, has expired or is closed; DomainError for a rejection without a reason.
    """
    reason = "" if is_blank(reason) else reason.strip()
    locked = lock(quote)
    former = QuoteDecision.objects.filter(quote=locked).order_by("pk").first()
    if former is not None:
        if former.contact_id == by.contact.pk and is_same(former, decision, reason, options):
            return former
        raise Conflict(decided_sentence(former))
    check_open(locked, digest)
    if decision == Decision.REJECTED and not reason:
        raise DomainError(_("Say why you reject the quote."), field="reason")
    chosen = chosen_lines(locked, options) if decision == Decision.APPROVED else []
    made = QuoteDecision.objects.create(
        quote=locked,
        decision=decision,
        reason=reason,
        contact=by.contact,
        user=by.user,
        name=by.contact.full_name[:120],
        email=by.user.email,
        address=by.address or None,
        browser=by.browser[:300],
        digest=locked.digest,
        options=[str(each.pk) for each in chosen if each.is_optional],
        total=total_of(chosen) if decision == Decision.APPROVED else locked.total,
        decided_at=clock.now(),
    )
    after = {"decision": decision, "digest": locked.digest, "total": str(made.total), "contact": str(by.contact.pk)}
    record(by.user, f"quote.{decision}", locked, after=after)
    note_event(locked, "quote.decided", {"decision": str(decision), "name": made.name}, by=by.user, contact=by.contact)
    tell_staff_of_decision(locked, made)
    return made


def is_same(former: QuoteDecision, decision: Decision, reason: str, options: Sequence[UUID]) -> bool:
    """Whether this says what was recorded, so that a form sent twice is no second decision."""
    chosen = {str(each) for each in options}
    return (former.decision, former.reason, set(former.options)) == (decision, reason, chosen)


def check_open(quote: Quote, digest: str) -> None:
    """Raise Conflict unless this very revision may be decided now."""
    if (sentence := closed_sentence(quote)) is not None:
        raise Conflict(sentence)
    if digest != quote.digest:
        raise Conflict(_("The quote has changed since you opened it. Read it again before you decide."))


def closed_sentence(quote: Quote) -> str | None:
    """Why nobody can decide this quote any more; None where it is open."""
    match QuoteStatus(quote.status):
        case QuoteStatus.SENT:
            if quote.valid_until < today():
                return _("This quote has expired. Ask for a new one.")
            return None
        case QuoteStatus.REVISED:
            return _("This quote was revised. Decide about the newest revision.")
        case QuoteStatus.CANCELED:
            return _("This quote was withdrawn.")
        case _:
            return _("This quote is closed.")


def decided_sentence(decision: QuoteDecision) -> str:
    """Who decided, and what."""
    name = {"name": decision.name}
    if decision.decision == Decision.APPROVED:
        return _("%(name)s has approved this quote already.") % name
    return _("%(name)s has rejected this quote already.") % name


def chosen_lines(quote: Quote, options: Sequence[UUID]) -> list[QuoteLine]:
    """All lines that count with these options; raises DomainError for an option that the quote does not have."""
    lines, wanted = lines_in_order(quote), set(options)
    offered = {each.pk for each in lines if each.is_optional}
    if wanted - offered:
        raise DomainError(_("Choose among the options of this quote."), field="options")
    return [each for each in lines if not each.is_optional or each.pk in wanted]


def total_of(lines: Sequence[QuoteLine]) -> Decimal:
    """What these lines come to, taxes included."""
    return totals(lines).total
