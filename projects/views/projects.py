"""Projects: active, closed, all; the page of one with its phases, tasks and team (PSA-1, FS-7).

Customers read everything that is shown; partners, whose people work on it, their own part (queries/projects.py).
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Section
from portal.geo.addresses import address_lines
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Listing, Tab, label_of, links_to
from portal.web.paging import Sort, day, moment, words
from portal.web.times import format_instant
from portal.web.views.base import SectionDetailView, SectionListView
from projects.enums import Health, ProjectStage
from projects.filters import ProjectFilter
from projects.models import Project
from projects.queries import projects as queries
from projects.views.project_parts import groups_of, team_columns, team_row
from projects.views.words import (
    HEALTH_TONES,
    STAGE_TONES,
    day_text,
    more_text,
    schedule_words,
    span_text,
)

# Where the work is over there is no schedule to keep.
AT_WORK = (ProjectStage.NEW, ProjectStage.QUOTE, ProjectStage.PLAN, ProjectStage.DELIVER)


def progress_text(project) -> str:
    """How far it is, where the viewer reads that."""
    if project.seen_progress is None:
        return ""
    return _("%(percent)s %%") % {"percent": project.seen_progress}


def health_label(project) -> str:
    return label_of(Health, project.seen_health) if project.seen_health else ""


class ProjectList(SectionListView):
    """`/projects/projects/`."""

    section = Section.PROJECTS
    object_type = "projects.Project"
    query = staticmethod(queries.project_list)
    keeps_query = True
    template_name = "projects/projects/list.html"
    tabs = (
        Tab("active", gettext_lazy("Active"), queries.ACTIVE),
        Tab("closed", gettext_lazy("Closed"), queries.CLOSED),
        Tab("all", gettext_lazy("All"), queries.EVERY),
    )
    sorts = (
        Sort("created", gettext_lazy("Newest"), "created_at", parse=moment, is_descending=True),
        Sort("name", gettext_lazy("Name"), "name", parse=words),
        Sort("number", gettext_lazy("Number"), "number", parse=words),
        Sort("ends", gettext_lazy("End"), queries.end_date(), parse=day),
    )
    search = staticmethod(queries.project_matches)
    filterset_class = ProjectFilter
    export_name = "projects"
    export_columns = (
        Column(gettext_lazy("Number"), lambda each: each.number),
        Column(gettext_lazy("Name"), lambda each: each.name),
        Column(gettext_lazy("Account"), lambda each: each.seen_account),
        Column(gettext_lazy("Stage"), lambda each: label_of(ProjectStage, each.stage)),
        Column(gettext_lazy("Status"), health_label),
        Column(gettext_lazy("Progress"), progress_text),
        Column(gettext_lazy("Begins"), lambda each: each.starts_date or ""),
        Column(gettext_lazy("Ends"), lambda each: each.ends_date or ""),
    )

    def get_context(self, listing: Listing) -> dict:
        plain = {"sort_url": "", "direction": ""}
        return {
            "rows": rows_of(listing.page.rows),
            "columns": [
                {"label": _("Project"), **listing.column_sort("name")},
                {"label": _("Account"), **plain},
                {"label": _("Stage"), **plain},
                {"label": _("Status"), **plain},
                {"label": _("Progress"), **plain, "is_number": True},
                {"label": _("Ends"), **listing.column_sort("ends")},
            ],
        }


def rows_of(projects) -> list[Line]:
    """The lines of a page."""
    link = links_to("projects:project_detail")
    return [
        Line(
            link(each.pk),
            each.name,
            each.number,
            cells=(
                Cell(each.seen_account),
                Cell(label_of(ProjectStage, each.stage), tone=STAGE_TONES.get(each.stage, "neutral"), kind="state"),
                Cell(health_label(each), tone=HEALTH_TONES.get(each.seen_health, "")),
                Cell(progress_text(each), kind="money"),
                Cell(day_text(each.ends_date)),
            ),
        )
        for each in projects
    ]


class ProjectDetail(SectionDetailView):
    """`/projects/projects/ID/`."""

    section = Section.PROJECTS
    object_type = "projects.Project"
    query = staticmethod(queries.project_detail)
    keeps_query = True
    template_name = "projects/projects/detail.html"

    def get_context(self, obj) -> dict:
        team = queries.team_of(obj, self.viewer)
        tasks = queries.tasks_of(obj, self.viewer)
        phases = queries.phases_of(obj) if obj.is_whole else []
        return {
            "crumbs": [
                {"label": _("Projects"), "url": reverse("projects:project_list")},
                {"label": obj.number},
            ],
            "stage_label": obj.get_stage_display(),
            "tone": STAGE_TONES.get(obj.stage, "neutral"),
            "standing": standing_of(obj) if obj.is_whole else None,
            "facts": facts_of(obj),
            "groups": groups_of(tasks, phases),
            "more_tasks": more_text(tasks[0].total, len(tasks)) if tasks else "",
            "team_columns": team_columns(),
            "team": [team_row(each) for each in team],
            "more_team": more_text(team[0].total, len(team)) if team else "",
            "zone": obj.place.time_zone if obj.place else current_tenant().time_zone,
        }


def standing_of(project: Project) -> dict:
    """How the project stands overall and against its schedule, in words, and when its manager said so."""
    schedule = queries.schedule_of(project, today()) if project.stage in AT_WORK else None
    schedule_label, schedule_note, schedule_tone = schedule_words(schedule)
    reported = format_instant(project.health_at, current_tenant().zone) if project.health_at else ""
    return {
        "label": project.get_health_display(),
        "tone": HEALTH_TONES[Health(project.health)],
        "comment": project.health_comment,
        "reported": reported,
        "progress": project.progress_percent,
        "figures": [{"label": _("Schedule"), "value": schedule_label, "note": schedule_note, "tone": schedule_tone}]
        if schedule_label
        else [],
    }


def facts_of(project) -> list[dict]:
    """Where and when it is; for the customer whose it is and who leads it."""
    place = project.place
    facts = [
        {"label": _("Number"), "value": project.number},
        {"label": _("Site"), "value": "\n".join(address_lines(place)) if place else ""},
        {"label": _("Dates"), "value": span_text(project.starts_date, project.ends_date)},
    ]
    if not project.is_whole:
        return facts
    return [
        *facts[:1],
        {"label": _("Account"), "value": project.account.name},
        *facts[1:],
        {"label": _("Project manager"), "value": project.manager.name if project.manager else ""},
    ]
