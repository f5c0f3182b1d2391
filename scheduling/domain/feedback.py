"""Customers say once how a visit was (SCH-9)."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError, NotAllowed
from scheduling.domain.rules import load_settings
from scheduling.enums import BookingStatus
from scheduling.errors import FeedbackGiven
from scheduling.models import Booking, Feedback, FeedbackAnswer, Survey, SurveyQuestion
from scheduling.queries.feedback import options_of, questions_of, survey_in

RATINGS = range(1, 6)


@transaction.atomic
def give_feedback(
    booking: Booking,
    contact: Contact,
    *,
    rating: int,
    answers: Mapping[UUID, str] | None = None,
    comments: str = "",
    by: object = None,
) -> Feedback:
    """Keep the contact's rating of a completed visit, once; audited. `answers` by the question's id, as options_of says.

    Raises FeedbackGiven when somebody rated it before, NotAllowed when it cannot be rated, DomainError for a rating or an
    answer that is none, and for a question that must be answered and was not.
    """
    row = Booking.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.pk)
    if not load_settings().surveys_are_on or row.status != BookingStatus.COMPLETED:
        raise NotAllowed(_("Only visits that are completed can be rated."))
    if Feedback.objects.filter(booking=row).exists():
        raise FeedbackGiven
    if rating not in RATINGS:
        raise DomainError(_("Choose from one to five stars."), field="rating")
    survey = survey_in(contact.language)
    given = checked(questions_of(survey), answers or {})
    feedback = keep(row, contact, rating, survey, comments)
    FeedbackAnswer.objects.bulk_create(
        FeedbackAnswer(feedback=feedback, question=question, question_text=question.text, text=text)
        for question, text in given
    )
    record(by, "feedback.give", row, after={"rating": rating})
    return feedback


def checked(questions: list[SurveyQuestion], answers: Mapping[UUID, str]) -> list[tuple[SurveyQuestion, str]]:
    """The answers that were given, each with its question; raises DomainError for one that is missing or is none."""
    given = []
    for question in questions:
        text = answers.get(question.pk, "").strip()
        options = options_of(question)
        if question.is_required and not text:
            raise DomainError(_("Please answer: %(question)s") % {"question": question.text})
        if text and options and text not in options:
            raise DomainError(_("Choose one of the answers: %(question)s") % {"question": question.text})
        if text:
            given.append((question, text))
    return given


def keep(booking: Booking, contact: Contact, rating: int, survey: Survey | None, comments: str) -> Feedback:
    return Feedback.objects.create(
        booking=booking,
        contact=contact,
        survey=survey,
        rating=rating,
        comments=comments.strip(),
        created_at=clock.now(),
    )
