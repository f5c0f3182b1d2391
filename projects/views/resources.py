"""Customer resources: who is booked, on what, in which role, for how long (PSA-5, FS-7)."""

import datetime as dt
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Section
from portal.tenancy.days import today
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Listing, Tab, links_to
from portal.web.paging import Sort, small_number, words
from portal.web.views.base import SectionDetailView, SectionListView
from projects.filters import resource_filter
from projects.models import TeamBooking, TeamMember
from projects.queries import resources as queries
from projects.queries.resources import BookedSpan
from projects.views.periods import picture_of
from projects.views.project_parts import task_line
from projects.views.words import hours_text, more_text, span_text

MINUTES_AN_HOUR = 60


def project_name(member) -> str:
    """The project, where the viewer sees it."""
    return member.project.name if member.sees_project else ""


def project_number(member) -> str:
    return member.project.number if member.sees_project else ""


class ResourceList(SectionListView):
    """`/projects/resources/`."""

    section = Section.PROJECTS
    object_type = "projects.TeamMember"
    query = staticmethod(queries.resource_list)
    keeps_query = True
    template_name = "projects/resources/list.html"
    tabs = (
        Tab("active", gettext_lazy("Active projects"), queries.ACTIVE),
        Tab("closed", gettext_lazy("Closed projects"), queries.CLOSED),
        Tab("all", gettext_lazy("All"), queries.EVERY),
    )
    sorts = (
        Sort("project", gettext_lazy("Project and role"), queries.by_project(), parse=words),
        Sort("name", gettext_lazy("Name"), "resource__name", parse=words),
        Sort("booked", gettext_lazy("Booked hours"), "booked_minutes", parse=small_number, is_descending=True),
    )
    search = staticmethod(queries.resource_matches)
    export_name = "resources"
    export_columns = (
        Column(gettext_lazy("Project number"), project_number),
        Column(gettext_lazy("Project"), project_name),
        Column(gettext_lazy("Role"), lambda each: each.role.name),
        Column(gettext_lazy("Name"), lambda each: each.resource.name),
        Column(gettext_lazy("Booked hours"), lambda each: round(each.booked_minutes / MINUTES_AN_HOUR, 2)),
        Column(gettext_lazy("First day"), lambda each: each.first_date or ""),
        Column(gettext_lazy("Last day"), lambda each: each.last_date or ""),
    )

    @cached_property
    def filterset_class(self):
        """Its choices are the roles of those whom the viewer sees."""
        return resource_filter(self.viewer)

    def get_context(self, listing: Listing) -> dict:
        plain = {"sort_url": "", "direction": ""}
        members = listing.page.rows
        return {
            "rows": rows_of(members),
            "picture": picture_of(map(lane_of, members), today()),
            "columns": [
                {"label": _("Name"), **listing.column_sort("name")},
                {"label": _("Role"), **plain},
                {"label": _("Project"), **listing.column_sort("project")},
                {"label": _("Booked days"), **plain},
                {"label": _("Booked"), **listing.column_sort("booked"), "is_number": True},
            ],
        }


def lane_of(member) -> tuple:
    """A member as `picture_of` takes it."""
    spans = [BookedSpan(*map(dt.date.fromisoformat, (each["first"], each["last"]))) for each in member.spans]
    note = " · ".join(each for each in (member.role.name, project_name(member)) if each)
    return member.resource.name, note, spans


def rows_of(members) -> list[Line]:
    """The lines of a page."""
    link = links_to("projects:resource_detail")
    return [
        Line(
            link(each.pk),
            each.resource.name,
            cells=(
                Cell(each.role.name),
                Cell(project_name(each), note=project_number(each)),
                Cell(span_text(each.first_date, each.last_date)),
                Cell(hours_text(each.booked_minutes), kind="money"),
            ),
        )
        for each in members
    ]


class ResourceDetail(SectionDetailView):
    """`/projects/resources/ID/`."""

    section = Section.PROJECTS
    object_type = "projects.TeamMember"
    query = staticmethod(queries.resource_detail)
    keeps_query = True
    template_name = "projects/resources/detail.html"

    def get_context(self, obj) -> dict:
        bookings = queries.bookings_of(obj)
        tasks = queries.tasks_of(obj)
        spans = [BookedSpan(each.starts_date, each.ends_date) for each in bookings]
        return {
            "crumbs": [
                {"label": _("Resources"), "url": reverse("projects:resource_list")},
                {"label": obj.resource.name},
            ],
            "facts": facts_of(obj),
            "picture": picture_of([("", "", spans)], today()),
            "booking_columns": [
                {"label": _("Days")},
                {"label": _("Booked"), "is_number": True},
            ],
            "bookings": [booking_row(each) for each in bookings],
            "more_bookings": more_text(bookings[0].total, len(bookings)) if bookings else "",
            "tasks": [task_line(each) for each in tasks],
            "more_tasks": more_text(tasks[0].total, len(tasks)) if tasks else "",
            "other_columns": [{"label": _("Project")}, {"label": _("Role")}, {"label": _("Booked"), "is_number": True}],
            "others": [other_row(each) for each in queries.others_of(obj, self.viewer)],
        }


def facts_of(member) -> list[dict]:
    """What the member does, on what, for how long."""
    url = reverse("projects:project_detail", args=[member.project_id])
    project = {"label": _("Project"), "value": member.project.name, "url": url, "note": member.project.number}
    return [
        {"label": _("Role"), "value": member.role.name},
        *([project] if member.sees_project else []),
        {"label": _("Booked"), "value": hours_text(member.booked_minutes)},
    ]


def booking_row(booking: TeamBooking) -> dict:
    """A booking as a row of the component "table"."""
    return {
        "cells": [
            {"value": span_text(booking.starts_date, booking.ends_date)},
            {"value": hours_text(booking.minutes), "kind": "number"},
        ]
    }


def other_row(member: TeamMember) -> dict:
    """The same resource on another project."""
    return {
        "url": reverse("projects:resource_detail", args=[member.pk]),
        "cells": [
            {"value": member.project.name},
            {"value": member.role.name},
            {"value": hours_text(member.booked_minutes), "kind": "number"},
        ],
    }
