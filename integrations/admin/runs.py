"""Runs with their counts and messages, and what a comparison of both sides found (INT-2)."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.engine.values import as_text, unpack_one
from integrations.models import Discrepancy, RowEvent, SyncRun, TaskRun
from portal.tenancy.admin import ReadOnlyAdmin, portal_admin

EVENTS_SHOWN = 200


def difference_lines(kept: list) -> list[tuple]:
    """Field, ours and theirs as texts."""
    return [(name, as_text(unpack_one(ours)), as_text(unpack_one(theirs))) for name, ours, theirs in kept]


@admin.register(SyncRun, site=portal_admin)
class SyncRunAdmin(ReadOnlyAdmin):
    """Kept for 45 days."""

    position = 30
    list_display = ("started_at", "project", "occasion", "state", "duration_text", "message")
    list_filter = ("state", "occasion", "started_at")
    list_select_related = ("project",)
    search_fields = ("project__name", "message")
    ordering = ("-started_at", "-pk")
    fields = (
        "project",
        "occasion",
        "user",
        "state",
        "started_at",
        "duration_text",
        "message",
        "tasks_table",
        "events_table",
    )
    readonly_fields = ("duration_text", "tasks_table", "events_table")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("project", "user")

    @admin.display(description=gettext_lazy("duration"))
    def duration_text(self, run):
        if run.duration is None:
            return _("still running")
        seconds = int(run.duration.total_seconds())
        return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}

    @admin.display(description=gettext_lazy("tasks"))
    def tasks_table(self, run):
        tasks = TaskRun.objects.filter(run=run).select_related("task").order_by("task__position", "pk")
        return render_to_string("admin/integrations/_tasks.html", {"tasks": tasks})

    @admin.display(description=gettext_lazy("what happened to records"))
    def events_table(self, run):
        events = RowEvent.objects.filter(run=run).select_related("row__task").order_by("at", "pk")[:EVENTS_SHOWN]
        return render_to_string("admin/integrations/_events.html", {"events": events, "most": EVENTS_SHOWN})


@admin.register(Discrepancy, site=portal_admin)
class DiscrepancyAdmin(ReadOnlyAdmin):
    """The report of the daily comparison: records on which both sides disagree."""

    position = 40
    list_display = ("name", "kind", "task", "found_at", "fields_text")
    list_filter = ("kind", "run__started_at")
    list_select_related = ("task__project", "run")
    search_fields = ("record_key", "external_key", "task__name")
    ordering = ("-run__started_at", "-pk")
    fields = ("run", "task", "kind", "record_key", "external_key", "differences_table")
    readonly_fields = ("differences_table",)

    @admin.display(description=gettext_lazy("record"))
    def name(self, found):
        return found.record_key or found.external_key or str(found.record_id)

    @admin.display(description=gettext_lazy("found"), ordering="run__started_at")
    def found_at(self, found):
        return found.run.started_at

    @admin.display(description=gettext_lazy("fields"))
    def fields_text(self, found):
        return ", ".join(str(each[0]) for each in found.differences[:6]) or "–"

    @admin.display(description=gettext_lazy("differences"))
    def differences_table(self, found):
        return render_to_string("admin/integrations/_differences.html", {"lines": difference_lines(found.differences)})
