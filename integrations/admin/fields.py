"""The fields of a task: source, steps, target; further ones from what both sides have, fields of the company's own included (INT-1)."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.admin.network import kept_type
from integrations.domain.setting_up import next_position, send_again, write_steps
from integrations.entities.base import entity_named
from integrations.enums import Direction
from integrations.forms import STEP_FORMS, words_of
from integrations.models import IntegrationTask, MappedField
from portal.kit.errors import DomainError
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm

NOTHING = ""


class FieldForm(TenantForm):
    """Chosen from the fields of both sides where they are known."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        task = self.instance.task
        ours, theirs = our_choices(task), their_choices(task)
        source, target = (ours, theirs) if task.direction == Direction.OUT else (theirs, ours)
        if "source" in self.fields:
            self.choose("source", source, empty=_("Nothing: only what the steps say"))
            self.choose("target", target)

    def choose(self, name: str, choices: list[tuple[str, str]], *, empty: str | None = None) -> None:
        """Offer these; a field whose choices nobody knows is typed."""
        field = self.fields[name]
        now = getattr(self.instance, name)
        if not choices:
            field.help_text = _("Test the connection once, and its fields are offered here.")
            return
        known = {value for value, _label in choices}
        kept = [(now, now)] if now and now not in known else []
        first = [(NOTHING, empty if empty is not None else "–")]
        self.fields[name] = forms.ChoiceField(
            label=field.label, choices=[*first, *kept, *choices], required=empty is None
        )


def our_choices(task: IntegrationTask) -> list[tuple[str, str]]:
    """The fields of our entity: all that are read going out, all that may be written coming in."""
    fields = entity_named(task.entity).fields
    return [
        (each.name, f"{each.label} ({each.name})")
        for each in fields
        if task.direction == Direction.OUT or each.is_writable
    ]


def their_choices(task: IntegrationTask) -> list[tuple[str, str]]:
    """The fields of their set, as the service told them last."""
    known = kept_type(task.project.connection, task.entity_set)
    if known is None:
        return []
    return [(name, name) for name in sorted(known.properties) if name != task.company_field]


@admin.register(MappedField, site=portal_admin)
class MappedFieldAdmin(TenantModelAdmin):
    """Reached from its task; the menu leaves it out."""

    form = FieldForm
    # Only for a task that the address names.
    allows_adding = False
    change_form_template = "admin/integrations/mappedfield/change_form.html"
    delete_confirmation_template = None
    list_display = ("target", "source", "task", "is_key", "is_required")
    list_select_related = ("task__project",)
    search_fields = ("target", "source", "task__name")
    ordering = ("task__name", "position", "pk")
    fields = ("task_link", "source", "target", "is_key", "is_required", "position")
    readonly_fields = ("task_link",)

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request, obj=None):
        """A field belongs to a task, which the address names."""
        return self.is_open_to(request) and self.task_of(request) is not None

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("task__project__connection")

    @admin.display(description=gettext_lazy("task"))
    def task_link(self, field):
        return str(field.task)

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/step/<str:kind>/", view(self.step_view), name="integrations_mappedfield_step"),
            path("<path:object_id>/steps/", view(self.steps_view), name="integrations_mappedfield_steps"),
        ]
        return [*own, *super().get_urls()]

    def task_of(self, request) -> IntegrationTask | None:
        """The task that a new field is for."""
        asked = request.GET.get("task", "")
        return (
            IntegrationTask.objects.select_related("project__connection").filter(pk=asked).order_by("pk").first()
            if asked
            else None
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        made = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            return made
        task = self.task_of(request)

        class NewFieldForm(made):  # type: ignore[misc, valid-type]
            """The form of a field of this task."""

            def __init__(self, *args, **more):
                instance = more.get("instance") or MappedField(task=task, position=next_position(task) if task else 1)
                super().__init__(*args, **{**more, "instance": instance})

        return NewFieldForm

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        send_again(obj.task)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        send_again(obj.task)

    def response_add(self, request, obj, post_url_continue=None):
        self.message_user(request, _("%(name)s was added.") % {"name": obj}, messages.SUCCESS)
        return redirect("admin:integrations_mappedfield_change", obj.pk)

    def response_post_save_change(self, request, obj):
        return redirect("admin:integrations_integrationtask_change", obj.task_id)

    def response_delete(self, request, obj_display, obj_id):
        self.message_user(request, _("%(name)s was deleted.") % {"name": obj_display}, messages.SUCCESS)
        return redirect("admin:integrations_integrationtask_changelist")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= {
                "steps": [(number, step["kind"], *words_of(step)) for number, step in enumerate(obj.transforms)],
                "kinds": [(kind, form.label) for kind, form in STEP_FORMS.items()],
                "tools": [
                    {
                        "label": _("Task"),
                        "url": reverse("admin:integrations_integrationtask_change", args=[obj.task_id]),
                    }
                ],
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def found(self, request, object_id) -> MappedField:
        """The field of the path; 404 where there is none."""
        field = self.get_object(request, unquote(object_id))
        if field is None:
            raise Http404
        return field

    def step_view(self, request, object_id, kind):
        """The form of one step: a new one, or that of the number which the address names."""
        field, form_class = self.found(request, object_id), STEP_FORMS.get(kind)
        if form_class is None:
            raise Http404
        number = number_of(request.GET.get("number", ""), field)
        step = field.transforms[number] if number is not None else None
        if step is not None and step["kind"] != kind:
            raise Http404
        initial = form_class.initial_of(step.get("options", {})) if step else None
        form = form_class(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            steps = list(field.transforms)
            steps[len(steps) if number is None else number : len(steps) if number is None else number + 1] = [
                {"kind": kind, "options": form.options()}
            ]
            try:
                write_steps(field, steps, by=request.user)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("admin:integrations_mappedfield_change", field.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(step)s: %(field)s") % {"step": form_class.label, "field": field},
            "opts": self.opts,
            "field": field,
            "form": form,
            "about": form_class.about,
        }
        return TemplateResponse(
            request, "admin/integrations/mappedfield/step.html", context, status=422 if form.errors else 200
        )

    def steps_view(self, request, object_id):
        """Take a step away, or put it before the one above."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        field = self.found(request, object_id)
        number = number_of(request.POST.get("number", ""), field)
        if number is None:
            raise BadRequest
        steps = list(field.transforms)
        step = steps.pop(number)
        if request.POST.get("verb") == "up":
            steps.insert(max(number - 1, 0), step)
        write_steps(field, steps, by=request.user)
        return redirect("admin:integrations_mappedfield_change", field.pk)


def number_of(text: str, field: MappedField) -> int | None:
    """The number of a step; None where none is named. Raises Http404 for one that the field does not have."""
    if not text:
        return None
    if not text.isdecimal() or int(text) >= len(field.transforms):
        raise Http404
    return int(text)
