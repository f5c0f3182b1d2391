"""Customer resources: who is booked on which project in which role (PSA-5). Hard bookings alone are shown (DYNAMICS 6.3)."""

import datetime as dt
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Concat, JSONObject

from portal.access.kept import KeptQuery
from portal.tenancy.compiled import Compiled
from projects.enums import ProjectStage, TeamBookingStatus
from projects.models import Project, ProjectRole, ProjectTask, TeamBooking, TeamMember

ACTIVE = ~Q(project__stage=ProjectStage.CLOSED)
CLOSED = Q(project__stage=ProjectStage.CLOSED)
EVERY = Q(project__stage__in=ProjectStage.values)
LIST_FIELDS = ("booked_minutes", "created_at", "resource__name", "role__name", "project__name", "project__number")
# So many booked periods of a member are drawn, and so many bookings, tasks and other projects stand on its page.
SPANS_SHOWN = 24
BOOKINGS_SHOWN = 50
TASKS_SHOWN = 50
OTHERS_SHOWN = 10
ROLE_CHOICES = 300
FOUND = 10


class BookedSpan(NamedTuple):
    """A booked period, both days counted."""

    first: dt.date
    last: dt.date


def resource_list(viewer) -> QuerySet:
    """Members of teams as the list shows them, with their booked periods and whether their project is seen."""
    hard = hard_bookings().filter(member=OuterRef("pk"))
    return (
        TeamMember.objects.annotate(
            sees_project=sees_project(viewer),
            first_date=Subquery(hard.order_by("starts_date").values("starts_date")[:1]),
            last_date=Subquery(hard.order_by("-ends_date").values("ends_date")[:1]),
            spans=ArraySubquery(hard.order_by("starts_date", "pk").values(span=SPAN)[:SPANS_SHOWN]),
        )
        .select_related("resource", "role", "project")
        .only(*LIST_FIELDS)
    )


SPAN = JSONObject(first="starts_date", last="ends_date")


def resource_detail(viewer) -> QuerySet:
    """A member of a team as its page shows it, and whether its project is seen."""
    return (
        TeamMember.objects.annotate(sees_project=sees_project(viewer))
        .select_related("resource", "role", "project")
        .only("booked_minutes", "resource__name", "role__name", "project__name", "project__number", "project__stage")
    )


def hard_bookings() -> QuerySet:
    return TeamBooking.objects.filter(status=TeamBookingStatus.HARD)


def sees_project(viewer) -> Exists:
    """A member may be shared with somebody who does not see its project (SECURITY 2)."""
    return Exists(Project.objects.visible_to(viewer).filter(pk=OuterRef("project")))


def by_project() -> Concat:
    """What puts members of a project side by side, role by role."""
    parts = ("project__name", "project__number", "role__name", "resource__name")
    return Concat(*(part for name in parts for part in (F(name), Value(" "))))


def resource_matches(viewer, word: str) -> Q:
    """What a search looks at: the resource, its role, and the project where it is seen."""
    named = Q(project__name__icontains=word) | Q(project__number__icontains=word)
    return Q(resource__name__icontains=word) | Q(role__name__icontains=word) | (Q(sees_project=True) & named)


def find_resources(viewer, text: str) -> QuerySet:
    """For the portal's search: visible members by name, the newest first."""
    found = TeamMember.objects.visible_to(viewer).filter(resource__name__icontains=text)
    return found.select_related("resource", "role").order_by("-created_at", "-pk")[:FOUND]


def roles_of(viewer) -> list[tuple[str, str]]:
    """The roles of the members whom the viewer sees, as choices."""
    return [(str(pk), name) for pk, name in ROLES(viewer)]


def roles_query(viewer) -> QuerySet:
    seen = TeamMember.objects.visible_to(viewer).values("role")
    return ProjectRole.objects.filter(pk__in=seen).order_by("name", "pk").values_list("pk", "name")[:ROLE_CHOICES]


ROLES = KeptQuery(roles_query)


# What a page shows beside the member.


def bookings_of(member: TeamMember) -> list[TeamBooking]:
    """The hard bookings, the latest first, at most BOOKINGS_SHOWN; `total` says how many there are."""
    return BOOKINGS(member.pk)


def bookings_query(member) -> QuerySet:
    found = hard_bookings().filter(member=member).defer("note").annotate(total=Window(Count("pk")))
    return found.order_by("-starts_date", "-pk")[:BOOKINGS_SHOWN]


BOOKINGS = Compiled(bookings_query)


def tasks_of(member) -> list[ProjectTask]:
    """The shown tasks that the member is assigned to, where its project is seen; at most TASKS_SHOWN, with `total`."""
    return TASKS(member.pk) if member.sees_project else []


def tasks_query(member) -> QuerySet:
    tasks = ProjectTask.objects.filter(is_shown=True, assignments__member=member).select_related("phase")
    ordered = tasks.defer("internal_notes").annotate(total=Window(Count("pk")))
    return ordered.order_by(F("ends_date").asc(nulls_last=True), "position", "pk")[:TASKS_SHOWN]


TASKS = Compiled(tasks_query)


def others_of(member: TeamMember, viewer) -> list[TeamMember]:
    """Where else the viewer sees the same resource, the newest first."""
    return OTHERS(viewer, member.resource_id, member.pk)


def others_query(viewer, resource, member) -> QuerySet:
    found = TeamMember.objects.visible_to(viewer).annotate(sees_project=sees_project(viewer))
    elsewhere = found.filter(resource=resource, sees_project=True).exclude(pk=member)
    related = elsewhere.select_related("resource", "role", "project").only(*LIST_FIELDS)
    return related.order_by("-created_at", "-pk")[:OTHERS_SHOWN]


OTHERS = KeptQuery(others_query)
