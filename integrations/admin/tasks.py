"""A task: what it takes, its fields, how it says real records, and what a run would do (INT-1, INT-2)."""

from django import forms
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.admin.network import asking
from integrations.domain.journal import watch
from integrations.domain.planning import dry_run, preview
from integrations.domain.remote import connect
from integrations.domain.setting_up import send_again
from integrations.engine.values import as_text, pack_one, unpack_one
from integrations.entities.base import entity_named
from integrations.enums import Direction
from integrations.forms import value_of, words_of
from integrations.models import IntegrationTask, MappedField
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm

MOST_CONDITIONS = 10
NOT = "!"
SHOWN_FIELDS = 200
KINDS = {
    "insert": gettext_lazy("New over there"),
    "update": gettext_lazy("Changed"),
    "same": gettext_lazy("The same"),
    "left_out": gettext_lazy("Left out"),
    "waits": gettext_lazy("Waits"),
    "fails": gettext_lazy("Refused"),
}
# How each is shown: what is new or changed stands out, what is refused warns.
TONES = {
    "insert": "accent",
    "update": "info",
    "same": "neutral",
    "left_out": "neutral",
    "waits": "warn",
    "fails": "danger",
}


class TaskForm(TenantForm):
    """Conditions are typed a line each, as “field = value, value”."""

    condition_lines = forms.CharField(
        label=gettext_lazy("Takes only records where"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "A line each: “status = issued, paid” takes these, “status != draft” leaves that out. Yes and no are true and false."
            " What was sent once is followed whatever it says later."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["condition_lines"] = "\n".join(line_of(each) for each in self.instance.conditions)

    def clean_condition_lines(self):
        lines = [line.strip() for line in self.cleaned_data["condition_lines"].splitlines() if line.strip()]
        if len(lines) > MOST_CONDITIONS or any("=" not in line for line in lines):
            words = {"count": MOST_CONDITIONS}
            raise forms.ValidationError(_("Write up to %(count)d lines as “field = value, value”.") % words)
        found = [condition_of(line) for line in lines]
        if self.instance.direction == Direction.OUT:
            known = entity_named(self.instance.entity).by_name
            unknown = [each["field"] for each in found if each["field"] not in known]
            if unknown:
                raise forms.ValidationError(_("There is no field “%(name)s”.") % {"name": unknown[0]})
        self.instance.conditions = found
        return "\n".join(lines)


def line_of(condition: dict) -> str:
    """A condition as it is typed."""
    values = ", ".join(as_text(unpack_one(each)) for each in condition["values"])
    return f"{condition['field']} {NOT if condition.get('is_not') else ''}= {values}"


def condition_of(line: str) -> dict:
    """The reverse."""
    name, _sign, values = line.partition("=")
    is_not = name.rstrip().endswith(NOT)
    said = [pack_one(value_of(each.strip())) for each in values.split(",")]
    return {"field": name.rstrip().removesuffix(NOT).rstrip(), "values": said, "is_not": is_not}


@admin.register(IntegrationTask, site=portal_admin)
class IntegrationTaskAdmin(TenantModelAdmin):
    """Reached from its project; the menu leaves it out."""

    form = TaskForm
    allows_adding = False
    allows_deleting = False
    change_form_template = "admin/integrations/integrationtask/change_form.html"
    list_display = ("name", "project", "position", "direction", "entity_set", "is_active")
    list_filter = ("direction", "is_active")
    list_select_related = ("project",)
    search_fields = ("name", "entity_set", "project__name")
    ordering = ("project__name", "position", "pk")
    fieldsets = (
        (None, {"fields": ("project", "name", "position", "is_active")}),
        (gettext_lazy("What goes where"), {"fields": ("direction", "entity_label", "entity_set", "condition_lines")}),
        (
            gettext_lazy("How"),
            {"fields": ("when_gone", "company_field", "since_field", "batch_size"), "classes": ("collapse",)},
        ),
    )
    readonly_fields = ("project", "direction", "entity_label")

    def has_module_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("project__connection")

    @admin.display(description=gettext_lazy("entity of ours"))
    def entity_label(self, task):
        return entity_named(task.entity).label

    def get_urls(self):
        own = [
            path(
                "<path:object_id>/preview/",
                self.admin_site.admin_view(self.preview_view),
                name="integrations_integrationtask_preview",
            ),
            path(
                "<path:object_id>/dry-run/",
                asking(self, lambda task: task, tried, self.dry_view),
                name="integrations_integrationtask_dry_run",
            ),
        ]
        return [*own, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.changed_data:
            if obj.project.is_active:
                watch(obj)
            send_again(obj)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            rows = reverse("admin:integrations_syncrow_changelist")
            context |= {
                "tools": [
                    {
                        "label": _("Preview"),
                        "url": reverse("admin:integrations_integrationtask_preview", args=[obj.pk]),
                    },
                    {
                        "label": _("Dry run"),
                        "url": reverse("admin:integrations_integrationtask_dry_run", args=[obj.pk]),
                    },
                    {"label": _("Records"), "url": f"{rows}?task__id__exact={obj.pk}"},
                ],
                "mapping": lines_of(obj),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def preview_view(self, request, object_id):
        """The first records of ours as the other side would get them; of theirs only a dry run tells."""
        task = self.get_object(request, object_id)
        if task is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        found = preview(task, most=5) if task.direction == Direction.OUT else []
        return self.plan_page(request, task, found, "", is_dry=False)

    def dry_view(self, request, task, found):
        return self.plan_page(request, task, found.answer or [], found.problem, is_dry=True)

    def plan_page(self, request, task, found, problem, *, is_dry: bool):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Dry run of %(name)s") % {"name": task.name}
            if is_dry
            else _("Preview of %(name)s") % {"name": task.name},
            "opts": self.opts,
            "task": task,
            "is_dry": is_dry,
            "problem": problem,
            "found": [(each, KINDS[each.kind], TONES[each.kind], rows_in(each)) for each in found],
            "counts": [
                (label, number) for kind, label in KINDS.items() if (number := sum(each.kind == kind for each in found))
            ],
        }
        return TemplateResponse(request, "admin/integrations/integrationtask/plan.html", context)


def tried(task: IntegrationTask):
    """What a run would do, asked of the other side."""
    with connect(task.project.connection) as service:
        return dry_run(task, service)


def rows_in(planned) -> list[tuple]:
    """The values field by field, and whether each differs."""
    changed = {each.field: each for each in planned.differences}
    return [
        (name, as_text(changed[name].before) if name in changed else as_text(value), as_text(value), name in changed)
        for name, value in planned.values.items()
    ]


def lines_of(task: IntegrationTask) -> list[tuple]:
    """The mapped fields with the words of our side and their steps."""
    entity = entity_named(task.entity).by_name
    fields = MappedField.objects.filter(task=task).order_by("position", "pk")[:SHOWN_FIELDS]
    found = []
    for each in fields:
        ours = each.source if task.direction == Direction.OUT else each.target
        label = entity[ours].label if ours in entity else ours
        found.append((each, label, [words_of(step) for step in each.transforms]))
    return found
