"""Surveys, what a customer gave, and the ratings of many (SCH-9)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from portal.kit import clock
from scheduling.enums import QuestionKind
from scheduling.models import Booking, Feedback, Survey, SurveyQuestion

QUESTIONS = 50
GOOD_FROM = 4
WEEKS = 26
TECHNICIANS = SERVICES = 50


def survey_in(language: str) -> Survey | None:
    """The survey in use for this language, else for the language it belongs to, else the one without a language."""
    wanted = [language, language.partition("-")[0], ""]
    found = {each.language: each for each in Survey.objects.filter(is_active=True, language__in=wanted).order_by("pk")}
    return next((found[each] for each in wanted if each in found), None)


def questions_of(survey: Survey | None) -> list[SurveyQuestion]:
    """The questions in their order."""
    if survey is None:
        return []
    return list(SurveyQuestion.objects.filter(survey=survey).order_by("position", "pk")[:QUESTIONS])


def options_of(question: SurveyQuestion) -> list[str]:
    """What may be answered, as it is kept; empty for own words."""
    return {
        QuestionKind.RATING: ["1", "2", "3", "4", "5"],
        QuestionKind.YES_NO: ["yes", "no"],
        QuestionKind.CHOICE: [line.strip() for line in question.choices.splitlines() if line.strip()],
    }.get(QuestionKind(question.kind), [])


def feedback_of(booking: Booking) -> Feedback | None:
    """What was given on the visit, with its answers."""
    return (
        Feedback.objects.filter(booking=booking)
        .select_related("contact", "survey")
        .prefetch_related("answers__question")
        .order_by("pk")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Rated:
    """How many ratings somebody or something has, and their average."""

    label: str
    count: int
    average: float


@dataclass(frozen=True, slots=True)
class Week:
    """The ratings of one week, by its Monday; without any, the average is None."""

    monday: date
    count: int
    average: float | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """The ratings of the last weeks: all together, week by week, by technician and by service."""

    count: int
    average: float | None
    good: int
    weeks: list[Week]
    technicians: list[Rated]
    services: list[Rated]


def ratings(zone: ZoneInfo) -> Ratings:
    """The last WEEKS weeks in the tenant's zone; four queries, however many ratings there are."""
    first = monday_of(clock.now(), zone) - timedelta(weeks=WEEKS - 1)
    recent = Feedback.objects.filter(created_at__gte=datetime.combine(first, datetime.min.time(), zone))
    total = recent.aggregate(
        count=Count("pk"), average=Avg("rating"), good=Count("pk", filter=Q(rating__gte=GOOD_FROM))
    )
    return Ratings(
        total["count"],
        total["average"],
        total["good"],
        weeks_of(recent, first, zone),
        rated_by(recent, "booking__resource", TECHNICIANS),
        rated_by(recent, "booking__incident_type", SERVICES),
    )


def monday_of(instant: datetime, zone: ZoneInfo) -> date:
    day = instant.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def weeks_of(recent: QuerySet, first: date, zone: ZoneInfo) -> list[Week]:
    """Each week from the first on, those without ratings too."""
    rows = recent.annotate(week=TruncWeek("created_at", tzinfo=zone)).values("week")
    found = {
        row["week"].date(): row for row in rows.annotate(count=Count("pk"), average=Avg("rating")).order_by("week")
    }
    mondays = [first + timedelta(weeks=each) for each in range(WEEKS)]
    return [
        Week(day, found[day]["count"], float(found[day]["average"])) if day in found else Week(day, 0, None)
        for day in mondays
    ]


def rated_by(recent: QuerySet, path: str, limit: int) -> list[Rated]:
    """Those with the most ratings, the best first."""
    rows = recent.values(f"{path}_id", f"{path}__name").annotate(count=Count("pk"), average=Avg("rating"))
    most = rows.order_by("-count", f"{path}__name", f"{path}_id")[:limit]
    found = [Rated(row[f"{path}__name"], row["count"], float(row["average"])) for row in most]
    return sorted(found, key=lambda each: (-each.average, each.label))
