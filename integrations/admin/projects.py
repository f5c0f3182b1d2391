"""Integration projects: made of a template, run by schedule or by hand; and the cockpit over all of them (INT-1, INT-2)."""

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from integrations.admin.overview import cockpit, last_run_words, parked_count, projects_with_counts
from integrations.domain.rows import retry_all
from integrations.domain.runs import start
from integrations.domain.setting_up import follow, make_project
from integrations.enums import Occasion
from integrations.models import IntegrationProject, IntegrationTask
from integrations.templates.known import TEMPLATES, template_named
from portal.access.admin.record_actions import Action, RecordActions
from portal.tenancy.admin import TenantInline, TenantModelAdmin, Waiting, portal_admin
from portal.tenancy.forms import TenantForm


class ProjectForm(TenantForm):
    """When it runs and who is told."""

    alert_addresses = SimpleArrayField(
        forms.EmailField(),
        label=gettext_lazy("Told of warnings and errors"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("E-mail addresses with commas between."),
    )


class NewProjectForm(TenantForm):
    """A template with its tasks and fields, over a connection."""

    template = forms.ChoiceField(
        label=gettext_lazy("Template"),
        choices=lambda: [(each.name, each.label) for each in TEMPLATES],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [(each.name, choice_words(each)) for each in TEMPLATES]  # type: ignore[attr-defined]


def choice_words(template):
    """What the template is called, what it does, and what it needs first."""
    needed = [str(found.label) for name in template.needs if (found := template_named(name))]
    first = _("First: %(templates)s.") % {"templates": ", ".join(needed)} if needed else ""
    return format_html("<strong>{}</strong> {} {}", template.label, template.about, first)


def retried(project: IntegrationProject, data: dict, by) -> IntegrationProject:
    retry_all(project, by=by)
    return project


RUN = Action(
    key="run",
    label=gettext_lazy("Run now"),
    explanation=gettext_lazy("All tasks in their order, at once. What is the same on both sides is not sent."),
    is_offered=lambda project: project.is_active,
    perform=lambda project, data, by: start(project, occasion=Occasion.HAND, by=by),
    done=gettext_lazy("%(name)s runs."),
)
COMPARE = Action(
    key="compare",
    label=gettext_lazy("Compare both sides"),
    explanation=gettext_lazy("Reads what is exchanged on both sides and lists what differs. Nothing is changed."),
    is_offered=lambda project: project.is_active,
    perform=lambda project, data, by: start(project, occasion=Occasion.RECONCILIATION, by=by),
    done=gettext_lazy("%(name)s is being compared."),
)
RETRY_ALL = Action(
    key="retry",
    label=gettext_lazy("Try all parked records again"),
    explanation=gettext_lazy("Every parked record of the project is tried with the next run."),
    is_offered=lambda project: project.parked_count > 0,
    perform=retried,
    done=gettext_lazy("The parked records of %(name)s are tried again."),
)


class TaskInline(TenantInline):
    """The steps in their order; each has a page of its own."""

    model = IntegrationTask
    allows_adding = False
    allows_deleting = False
    show_change_link = True
    fields = ("position", "name", "direction", "entity_set", "is_active")
    readonly_fields = ("direction", "entity_set")
    ordering = ("position", "pk")


@admin.register(IntegrationProject, site=portal_admin)
class IntegrationProjectAdmin(RecordActions, TenantModelAdmin):
    """The list says how each project stands; the cockpit what waits and what failed over all of them."""

    position = 10
    record_actions = (RUN, COMPARE, RETRY_ALL)
    form = ProjectForm
    allows_deleting = False
    change_list_template = "admin/integrations/integrationproject/change_list.html"
    list_display = ("name", "connection", "is_active", "waiting", "parked", "last_run", "next_run_at")
    list_filter = ("is_active",)
    list_select_related = ("connection",)
    search_fields = ("name", "connection__name")
    ordering = ("name", "pk")
    autocomplete_fields = ("connection",)
    inlines = (TaskInline,)

    def get_queryset(self, request):
        return projects_with_counts(super().get_queryset(request))

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **({} if obj else {"form": NewProjectForm}), **kwargs)

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return ((None, {"fields": ("name", "connection", "template")}),)
        return (
            (None, {"fields": ("name", "connection", "template_label")}),
            (_("When it runs"), {"fields": ("is_active", "every_minutes", "next_run_at", "is_reconciled")}),
            (_("Who is told"), {"fields": ("alert_addresses",)}),
        )

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None else ("connection", "template_label", "next_run_at")

    @admin.display(description=gettext_lazy("template"))
    def template_label(self, project):
        found = template_named(project.template)
        return found.label if found else "–"

    @admin.display(description=gettext_lazy("waiting"))
    def waiting(self, project):
        return project.waiting_count

    @admin.display(description=gettext_lazy("parked"))
    def parked(self, project):
        return project.parked_count

    @admin.display(description=gettext_lazy("last run"))
    def last_run(self, project):
        return last_run_words(project)

    def get_urls(self):
        view = self.admin_site.admin_view(self.cockpit_view)
        return [path("cockpit/", view, name="integrations_cockpit"), *super().get_urls()]

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            follow(obj)
            return
        made = make_project(
            template_named(form.cleaned_data["template"]),
            connection=form.cleaned_data["connection"],
            name=form.cleaned_data["name"],
            by=request.user,
        )
        obj.pk, obj._state.adding = made.pk, False  # noqa: SLF001  the page goes on with what was made

    def log_addition(self, request, obj, message):
        """The verb wrote it down."""

    def tools(self, obj):
        rows = reverse("admin:integrations_syncrow_changelist")
        runs = reverse("admin:integrations_syncrun_changelist")
        return [
            *super().tools(obj),
            {"label": _("Cockpit"), "url": reverse("admin:integrations_cockpit")},
            {"label": _("Runs"), "url": f"{runs}?project__id__exact={obj.pk}"},
            {"label": _("Records"), "url": f"{rows}?task__project__id__exact={obj.pk}"},
        ]

    def cockpit_view(self, request):
        """What waits, what failed, what ran, what differs: the latest of each, in a constant number of queries."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cockpit"),
            "opts": self.opts,
            **cockpit(),
        }
        return TemplateResponse(request, "admin/integrations/cockpit.html", context)


def to_look_at() -> Waiting:
    """Rows that nobody tries any more."""
    count = parked_count()
    words = ngettext(
        "%(count)d record is parked in the exchange", "%(count)d records are parked in the exchange", count
    )
    url = reverse("admin:integrations_syncrow_changelist")
    return Waiting(count, words % {"count": count}, f"{url}?state__exact=parked")


portal_admin.add_waiting(to_look_at)
