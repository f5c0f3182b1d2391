"""Records in the exchange: where each stands, why it does not go on, its story on both sides (INT-2)."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from integrations.admin.network import asking
from integrations.admin.overview import name_rows
from integrations.domain.remote import connect
from integrations.domain.rows import retry, send_again
from integrations.domain.sides import OurSide, both_sides, our_side
from integrations.engine.values import as_text, unpack
from integrations.entities.base import UnknownEntityError, entity_named
from integrations.enums import RowState
from integrations.models import IntegrationTask, SyncRow
from integrations.queries import rows_of_record, story
from portal.access.admin.record_actions import Action, RecordActions
from portal.kit.errors import DomainError
from portal.tenancy.admin import ReadOnlyAdmin, portal_admin

TASKS_OFFERED = 100
RETRIED_AT_ONCE = 200


class TaskFilter(admin.SimpleListFilter):
    """One of the tasks."""

    title = gettext_lazy("task")
    parameter_name = "task__id__exact"

    def lookups(self, request, model_admin):
        tasks = IntegrationTask.objects.select_related("project").order_by("project__name", "position", "pk")
        return [(str(each.pk), str(each)) for each in tasks[:TASKS_OFFERED]]

    def queryset(self, request, queryset):
        return queryset.filter(task=self.value()) if self.value() else queryset


class NamedRows(ChangeList):
    """A list in which rows that no run has looked at yet are called by their records."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = name_rows(list(self.result_list))


RETRY = Action(
    key="retry",
    label=gettext_lazy("Try again"),
    explanation=gettext_lazy("The record is tried with the next run, at once."),
    is_offered=lambda row: row.state in {RowState.PARKED, RowState.WAITING},
    perform=lambda row, data, by: retry(row, by=by),
    done=gettext_lazy("%(name)s is tried again with the next run."),
    consequences=lambda row: [row.problem] if row.problem else [],
)
AGAIN = Action(
    key="again",
    label=gettext_lazy("Compare and send again"),
    explanation=gettext_lazy(
        "With the next run the record is read on the other side, and what differs is exchanged again."
    ),
    is_offered=lambda row: row.state == RowState.DONE,
    perform=lambda row, data, by: send_again(row, by=by),
    done=gettext_lazy("%(name)s is compared with the next run."),
)


@admin.register(SyncRow, site=portal_admin)
class SyncRowAdmin(RecordActions, ReadOnlyAdmin):
    """Written by runs only; staff try again what is parked or waits."""

    position = 20
    record_actions = (RETRY, AGAIN)
    actions = ("retry_chosen",)
    list_display = ("name", "task", "state", "reason", "attempts", "changed_at")
    list_filter = ("state", TaskFilter)
    list_select_related = ("task__project",)
    search_fields = ("record_key", "external_key")
    search_help_text = gettext_lazy("Our key or theirs, from its beginning")
    ordering = ("-changed_at", "-pk")
    fields = (
        "task",
        "record",
        "external_key",
        "state",
        "reason",
        "attempts",
        "due_at",
        "changed_at",
        "values_table",
        "story_table",
    )
    readonly_fields = ("record", "reason", "values_table", "story_table")

    def get_urls(self):
        own = path(
            "<path:object_id>/sides/", asking(self, our_side, asked, self.sides_view), name="integrations_syncrow_sides"
        )
        return [own, *super().get_urls()]

    def tools(self, obj):
        url = reverse("admin:integrations_syncrow_sides", args=[obj.pk])
        return [*super().tools(obj), {"label": _("Both sides now"), "url": url}]

    def sides_view(self, request, row, found):
        """The record here, as agreed on last, and there: read now."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Both sides of %(name)s") % {"name": row},
            "opts": self.opts,
            "row": row,
            "problem": found.problem,
            "lines": [
                (each.name, as_text(each.here), as_text(each.agreed), as_text(each.there), each.is_same)
                for each in found.answer or []
            ],
        }
        return TemplateResponse(request, "admin/integrations/sides.html", context)

    def get_changelist(self, request, **kwargs):
        return NamedRows

    def get_search_fields(self, request):
        return ("record_key__startswith", "external_key__startswith")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("task__project__connection")

    @admin.display(description=gettext_lazy("record"))
    def name(self, row):
        return str(row)

    @admin.display(description=gettext_lazy("reason"))
    def reason(self, row):
        return row.problem or "–"

    @admin.display(description=gettext_lazy("our record"))
    def record(self, row):
        url = url_of(row)
        return format_html('<a href="{}">{}</a>', url, row) if url else str(row)

    @admin.display(description=gettext_lazy("both sides"))
    def values_table(self, row):
        return render_to_string("admin/integrations/_values.html", {"row": row, "lines": sides_of(row)})

    @admin.display(description=gettext_lazy("story"))
    def story_table(self, row):
        chapters = story(row.record_id) if row.record_id else []
        others = rows_of_record(row.record_id).exclude(pk=row.pk)[:20] if row.record_id else []
        return render_to_string("admin/integrations/_story.html", {"row": row, "chapters": chapters, "others": others})

    def has_retry_permission(self, request):
        return self.is_open_to(request)

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def retry_chosen(self, request, queryset):
        """Put the chosen ones back; those that are fine or under way stay as they are."""
        done = 0
        for row in queryset.order_by("pk")[:RETRIED_AT_ONCE]:
            try:
                retry(row, by=request.user)
            except DomainError:
                continue
            done += 1
        words = ngettext("%(count)d record is tried again.", "%(count)d records are tried again.", done)
        self.message_user(request, words % {"count": done}, messages.SUCCESS if done else messages.WARNING)


def asked(ours: OurSide):
    """Theirs beside ours."""
    with connect(ours.connection) as service:
        return both_sides(ours, service)


def url_of(row: SyncRow) -> str:
    """The admin's page of our record, where it has one."""
    if row.record_id is None:
        return ""
    try:
        model = entity_named(row.task.entity).model
    except UnknownEntityError:
        return ""
    if model not in portal_admin._registry:  # noqa: SLF001  Django offers no other way to ask
        return ""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.record_id])


def sides_of(row: SyncRow) -> list[tuple[str, str]]:
    """What both sides agreed on last, key first."""
    agreed = {**unpack(row.key), **unpack(row.values)}
    return [(name, as_text(value) or _("nothing")) for name, value in agreed.items()]
