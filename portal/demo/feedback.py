"""What the demo's customers said of past visits, and the questions that they were asked (SCH-9)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from portal.demo.work import pretend
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from scheduling.domain.feedback import give_feedback
from scheduling.enums import BookingStatus, QuestionKind
from scheduling.models import Booking, Feedback, Survey, SurveyQuestion
from scheduling.queries.feedback import questions_of, survey_in

LATER = dt.timedelta(hours=3)


@dataclass(frozen=True)
class Words:
    """A survey in one language, and what customers write in it, from the best rating to the worst."""

    language: str
    name: str
    introduction: str
    thanks: str
    rating: str
    yes_no: str
    choice: str
    choices: tuple[str, ...]
    text: str
    comments: tuple[str, ...]


ENGLISH = Words(
    "",
    "After a visit",
    "Two minutes of your time help us to get better.",
    "Thank you for telling us.",
    "How friendly was our technician?",
    "Did we come at the agreed time?",
    "How did you arrange the visit?",
    ("On this portal", "By telephone", "Through my property manager"),
    "What should we do better?",
    (
        "Quick, clean and friendly.",
        "All good, only parking took a while.",
        "It works, but a second visit was announced.",
    ),
)
GERMAN = Words(
    "de",
    "Nach einem Besuch",
    "Zwei Minuten helfen uns, besser zu werden.",
    "Danke für Ihre Rückmeldung.",
    "Wie freundlich war unser Techniker?",
    "Kamen wir zur vereinbarten Zeit?",
    "Wie haben Sie den Besuch vereinbart?",
    ("In diesem Portal", "Am Telefon", "Über die Hausverwaltung"),
    "Was sollen wir besser machen?",
    ("Schnell, sauber und freundlich.", "Alles gut, nur das Parken hat gedauert.", "Läuft wieder, aber es war laut."),
)
ARABIC = Words(
    "ar",
    "بعد الزيارة",
    "دقيقتان من وقتك تساعدنا على التحسن.",
    "شكرا لك على رأيك.",
    "كيف كان تعامل الفني؟",
    "هل وصلنا في الموعد المتفق عليه؟",
    "كيف حجزت الزيارة؟",
    ("عبر هذه البوابة", "عبر الهاتف"),
    "ما الذي يمكننا تحسينه؟",
    ("سريع ونظيف وودود.", "كل شيء جيد، لكن العثور على موقف استغرق وقتا.", "يعمل الآن، لكن التبريد ما زال ضعيفا."),
)
SURVEYS = {"harbor": (ENGLISH,), "meridian": (ENGLISH, GERMAN), "waha": (ENGLISH, ARABIC)}
RATINGS = (5, 4, 5, 5, 3, 5, 4, 5, 2, 5)


def collect_feedback(tenant: Tenant) -> int:
    """Surveys once; then what is over was rated, but for the latest visit of each account; how many were."""
    with tenant_scope(tenant):
        if not Survey.objects.exists():
            for words in SURVEYS[tenant.slug]:
                ask(words)
        waiting = Booking.objects.filter(status=BookingStatus.COMPLETED, contact__isnull=False).exclude(
            Exists(Feedback.objects.filter(booking=OuterRef("pk")))
        )
        rows = list(waiting.select_related("contact", "contact__user").order_by("arrives_at", "pk"))
        latest = {row.account_id: row.pk for row in rows}
        rated = [row for row in rows if latest[row.account_id] != row.pk]
        for number, booking in enumerate(rated):
            rate(booking, RATINGS[number % len(RATINGS)], number)
        return len(rated)


def ask(words: Words) -> None:
    """A survey with a question of each kind."""
    survey = Survey.objects.create(
        name=words.name, language=words.language, introduction=words.introduction, thanks=words.thanks
    )
    kinds = (
        (words.rating, QuestionKind.RATING, ""),
        (words.yes_no, QuestionKind.YES_NO, ""),
        (words.choice, QuestionKind.CHOICE, "\n".join(words.choices)),
        (words.text, QuestionKind.TEXT, ""),
    )
    for position, (text, kind, choices) in enumerate(kinds, start=1):
        SurveyQuestion.objects.create(
            survey=survey, position=position, text=text, kind=kind, choices=choices, is_required=position == 1
        )


def rate(booking: Booking, rating: int, number: int) -> None:
    """Some hours after the visit, in the contact's language."""
    contact = booking.contact
    words = next((each for each in SURVEYS["meridian"] + SURVEYS["waha"] if each.language == contact.language), ENGLISH)
    answers = {}
    for question in questions_of(survey_in(contact.language)):
        if question.kind == QuestionKind.RATING:
            answers[question.pk] = str(rating)
        elif question.kind == QuestionKind.YES_NO:
            answers[question.pk] = "yes" if rating > 2 else "no"  # noqa: PLR2004  the two worst ratings
        elif question.kind == QuestionKind.CHOICE:
            choices = question.choices.splitlines()
            answers[question.pk] = choices[number % len(choices)]
    comments = words.comments[min(5 - rating, len(words.comments) - 1)] if number % 2 == 0 else ""
    with pretend(booking.ends_at + LATER):
        give_feedback(booking, contact, rating=rating, answers=answers, comments=comments, by=contact.user)
