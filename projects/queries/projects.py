"""Projects: what lists and pages show of them, to customers whole and to partners their part (PSA-1, DYNAMICS 6.1).

A partner, whose people work on a customer's project, reads what the project is called, where and when it is, and the tasks and
members that are its own. How the project stands, whose it is and who else works on it is the customer's.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Extract, Greatest, Least

from portal.access.clauses import seen_whole
from portal.access.kept import KeptQuery
from portal.tenancy.compiled import Compiled
from projects.enums import ProjectStage, TaskKind
from projects.models import Project, ProjectPhase, ProjectTask, TeamMember
from projects.queries.contracts import contracts_of
from projects.queries.invoices import invoices_of
from projects.queries.quotes import quotes_of

ACTIVE = ~Q(stage=ProjectStage.CLOSED)
CLOSED = Q(stage=ProjectStage.CLOSED)
EVERY = Q(stage__in=ProjectStage.values)
# What a line of the list and of its export is made of; nothing else is read.
LIST_FIELDS = ("number", "name", "stage", "starts_date", "ends_date", "created_at")
NEVER = dt.date(9999, 12, 31)
# A page shows so many of each and says how many more there are.
PHASES_SHOWN = 50
TASKS_SHOWN = 100
TEAM_SHOWN = 50
NAMES_SHOWN = 3
FOUND = 10


def project_list(viewer) -> QuerySet:
    """Projects as the list shows them: `seen_account`, `seen_health` and `seen_progress` are empty for partners."""
    whole = seen_whole(viewer, Project)
    return Project.objects.annotate(
        seen_account=Case(When(whole, then=F("account__name")), default=Value(""), output_field=CharField()),
        seen_health=Case(When(whole, then=F("health")), default=Value(""), output_field=CharField()),
        seen_progress=Case(When(whole, then=F("progress_percent")), default=None),
    ).only(*LIST_FIELDS)


def project_detail(viewer) -> QuerySet:
    """A project as its page shows it, with its latest papers; `is_whole` where it is shown as to its customer, not the part of a partner."""
    whole = ExpressionWrapper(seen_whole(viewer, Project), output_field=BooleanField())
    found = Project.objects.annotate(
        is_whole=whole,
        seen_quotes=quotes_of(viewer, OuterRef("pk")),
        seen_contracts=contracts_of(viewer, OuterRef("pk")),
        seen_invoices=invoices_of(viewer, project=OuterRef("pk")),
    ).select_related("account", "place", "manager")
    return found.defer("internal_notes", "external_number")


def end_date() -> Coalesce:
    """When it ends, far away where nobody said."""
    return Coalesce("ends_date", Value(NEVER))


def project_matches(viewer, word: str) -> Q:
    """What a search looks at: number, name, and the account where it is known."""
    return Q(number__icontains=word) | Q(name__icontains=word) | Q(seen_account__icontains=word)


def find_projects(viewer, text: str) -> QuerySet:
    """For the portal's search: visible projects by number or name, the newest first."""
    found = Project.objects.visible_to(viewer).filter(Q(number__icontains=text) | Q(name__icontains=text))
    return found.order_by("-created_at", "-pk")[:FOUND]


# What a page shows beside the project.


def team_of(project: Project, viewer) -> list[TeamMember]:
    """The members whom the viewer sees, by role, at most TEAM_SHOWN; `total` says how many there are."""
    return TEAM(viewer, project.pk)


def team_query(viewer, project) -> QuerySet:
    found = TeamMember.objects.visible_to(viewer).filter(project=project).select_related("resource", "role")
    return found.annotate(total=Window(Count("pk"))).order_by("role__name", "resource__name", "pk")[:TEAM_SHOWN]


TEAM = KeptQuery(team_query)


def tasks_of(project, viewer) -> list[ProjectTask]:
    """The tasks that the viewer sees, phase by phase, at most TASKS_SHOWN: to partners those of their people.

    `names` are the members whom the viewer sees on it, one more than is shown where there are more; `total` says how many tasks
    there are.
    """
    return (TASKS if project.is_whole else TASKS_OF_PARTNERS)(viewer, project.pk)


def tasks_query(viewer, project) -> QuerySet:
    return tasks_listed(viewer, ProjectTask.objects.filter(project=project, is_shown=True))


def tasks_of_partners_query(viewer, project) -> QuerySet:
    team = TeamMember.objects.visible_to(viewer).filter(project=project)
    shown = ProjectTask.objects.filter(project=project, is_shown=True)
    return tasks_listed(viewer, shown.filter(assignments__member__in=team.values("pk")).distinct())


def tasks_listed(viewer, shown: QuerySet) -> QuerySet:
    own = (
        TeamMember.objects.visible_to(viewer).filter(assignments__task=OuterRef("pk")).order_by("resource__name", "pk")
    )
    names = ArraySubquery(own.values("resource__name")[: NAMES_SHOWN + 1])
    listed = ProjectTask.objects.filter(pk__in=shown.values("pk")).annotate(names=names, total=Window(Count("pk")))
    first = F("phase__position").asc(nulls_last=True)
    ordered = listed.select_related("phase").defer("internal_notes")
    return ordered.order_by(first, "phase__name", "phase", "position", "pk")[:TASKS_SHOWN]


TASKS, TASKS_OF_PARTNERS = KeptQuery(tasks_query), KeptQuery(tasks_of_partners_query)


def phases_of(project: Project) -> list[ProjectPhase]:
    """The phases of a project that is seen whole, with the effort of their shown tasks and how much of it is done."""
    return PHASES(project.pk)


def phases_query(project) -> QuerySet:
    counted = Q(tasks__is_shown=True) & ~Q(tasks__kind=TaskKind.MILESTONE)
    effort = Cast("tasks__effort_minutes", BigIntegerField())
    found = ProjectPhase.objects.filter(project=project).annotate(
        effort=Coalesce(Sum(effort, filter=counted), 0, output_field=BigIntegerField()),
        done=Coalesce(Sum(effort * F("tasks__progress_percent"), filter=counted), 0, output_field=BigIntegerField()),
    )
    return found.order_by("position", "name", "pk")[:PHASES_SHOWN]


PHASES = Compiled(phases_query)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What was to be done by a day and what was done, each in percent of all effort."""

    planned: int
    done: int


def schedule_of(project: Project, day: dt.date) -> Schedule | None:
    """How the tasks with dates and effort stand on a day; None where there are none. A task is done evenly over its days."""
    effort, length = F("effort_minutes"), days_between(F("starts_date"), F("ends_date"))
    passed = Least(Greatest(days_between(F("starts_date"), Value(day)), 0.0), length)
    dated = ProjectTask.objects.filter(project=project, starts_date__isnull=False, ends_date__isnull=False)
    sums = dated.exclude(kind=TaskKind.MILESTONE).aggregate(
        effort=Sum("effort_minutes"),
        planned=Sum(Cast(effort, FloatField()) * passed / length),
        done=Sum(Cast(effort, FloatField()) * F("progress_percent") / 100.0),
    )
    if not sums["effort"]:
        return None
    planned, done = (round(100 * sums[name] / sums["effort"]) for name in ("planned", "done"))
    return Schedule(planned, done)


def days_between(first, last) -> Cast:
    """How many days these are, both counted."""
    span = ExpressionWrapper(last - first, output_field=DurationField())
    return Cast(Extract(span, "day") + 1, FloatField())
