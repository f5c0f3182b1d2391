"""Questions of customers about a quote, and the company's answers (PSA-2)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Contact, User
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.texts import is_blank, plain_ends
from projects.domain.documents import lock
from projects.domain.quote_notices import tell_of_answer, tell_staff_of_question
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteLine, QuoteQuestion

MOST_QUESTIONS = 50
LONGEST_QUESTION, LONGEST_ANSWER = 2000, 4000


@transaction.atomic
def ask(
    quote: Quote,
    text: str,
    *,
    contact: Contact,
    user: User,
    line: UUID | None = None,
    request_key: UUID | None = None,
) -> QuoteQuestion:
    """Ask about a quote, or about one of its lines; staff are told, audited.

    A repeat with the same request key gives the first question. Raises DomainError without a text, about a line of another quote,
    when the quote is closed, and after MOST_QUESTIONS; Conflict when the key was used for another question.
    """
    text = plain_ends(text).strip()
    if is_blank(text):
        raise DomainError(_("Write your question."), field="question")
    if len(text) > LONGEST_QUESTION:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": LONGEST_QUESTION}, field="question")
    locked = lock(quote)
    if request_key is not None:
        former = QuoteQuestion.objects.filter(contact=contact, request_key=request_key).order_by("pk").first()
        if former is not None:
            if (former.quote_id, former.question, former.line_id) != (locked.pk, text, line):
                raise Conflict(
                    _("You sent this form before, with another question. Send it again to ask this one too.")
                )
            return former
    if locked.status != QuoteStatus.SENT:
        raise DomainError(_("This quote is closed."))
    if QuoteQuestion.objects.filter(quote=locked).count() >= MOST_QUESTIONS:
        raise DomainError(_("There are %(count)d questions already. Please call us.") % {"count": MOST_QUESTIONS})
    about = QuoteLine.objects.filter(quote=locked, pk=line).order_by("pk").first() if line else None
    if line and about is None:
        raise DomainError(_("This line is not of this quote."), field="line")
    made = QuoteQuestion.objects.create(
        quote=locked, line=about, contact=contact, question=text, request_key=request_key, asked_at=clock.now()
    )
    record(user, "quote.question", locked, after={"question": text[:200]})
    tell_staff_of_question(made)
    return made


@transaction.atomic
def answer(question: QuoteQuestion, text: str, *, by: User) -> QuoteQuestion:
    """Answer a question, or write its answer anew; whoever asked is told the first time. Audited.

    Raises DomainError without a text.
    """
    text = plain_ends(text).strip()
    if is_blank(text):
        raise DomainError(_("Write an answer."), field="answer")
    if len(text) > LONGEST_ANSWER:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": LONGEST_ANSWER}, field="answer")
    locked = QuoteQuestion.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    before = locked.answer
    locked.answer, locked.answered_by, locked.answered_at = text, by, clock.now()
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    record(by, "quote.answer", locked.quote, before={"answer": before[:200]}, after={"answer": text[:200]})
    tell_of_answer(locked)
    return locked
