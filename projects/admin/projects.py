"""Projects with their phases, tasks and team; taken on and closed by the domain's verbs (PSA-1)."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.admin import ExposedModelAdmin
from portal.access.admin.record_actions import RecordActions
from portal.tenancy.admin import TenantInline, portal_admin
from portal.tenancy.forms import TenantForm
from portal.timeline.admin import TimelineMixin
from portal.web.times import format_duration
from projects.admin.choices import OwnChoicesFormSet, OwnChoicesInline
from projects.admin.project_actions import PROJECT_ACTIONS, is_open
from projects.domain.projects import create_project, lock_project
from projects.domain.tasks import recalculate
from projects.models import Project, ProjectPhase, ProjectTask, TeamMember

WRITTEN = ("name", "place", "manager", "starts_date", "ends_date", "description")
HEALTH = ("health", "health_comment", "health_at")
PAST = ("created_at", "closed_at")


class ProjectForm(TenantForm):
    """A project of an account that is served."""

    def clean(self):
        super().clean()
        account = self.cleaned_data.get("account")
        if account is not None and not account.is_active:
            self.add_error("account", _("This account is no longer served."))
        return self.cleaned_data


class OpenProjectInline(TenantInline):
    """Rows that are written as long as their project is open."""

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and (obj is None or is_open(obj))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or is_open(obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or is_open(obj))


class PhaseInline(OpenProjectInline):
    """The phases, in order."""

    model = ProjectPhase
    fields = ("position", "name", "starts_date", "ends_date")
    ordering = ("position", "name", "pk")


class TaskFormSet(OwnChoicesFormSet):
    """Tasks of the project's own phases."""

    chosen = "phase"

    def offered(self):
        return ProjectPhase.objects.filter(project=self.instance).order_by("position", "name", "pk")


class TaskInline(OpenProjectInline, OwnChoicesInline):
    """Tasks and milestones; the project's progress follows from them."""

    model = ProjectTask
    formset = TaskFormSet
    own_choices = ("phase",)
    fields = (
        "position",
        "phase",
        "kind",
        "name",
        "starts_date",
        "ends_date",
        "effort_minutes",
        "progress_percent",
        "is_shown",
        "description",
        "internal_notes",
    )
    ordering = ("position", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("phase")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"description", "internal_notes"}:
            field.widget.attrs["rows"] = 2
        return field


class TeamInline(TenantInline):
    """Who is on the team; each has a page of its own, where it is booked."""

    model = TeamMember
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = readonly_fields = ("resource", "role", "hard_text", "soft_text", "is_exposed")
    ordering = ("role__name", "resource__name", "pk")
    verbose_name_plural = gettext_lazy("Team")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("resource", "role")

    @admin.display(description=gettext_lazy("hard booked"))
    def hard_text(self, member):
        return format_duration(member.booked_minutes)

    @admin.display(description=gettext_lazy("soft booked"))
    def soft_text(self, member):
        return format_duration(member.soft_minutes)


@admin.register(Project, site=portal_admin)
class ProjectAdmin(RecordActions, TimelineMixin, ExposedModelAdmin):
    """Created by the domain; stage, status and end are actions. Tasks are written here, people booked on their own pages."""

    position = 10
    form = ProjectForm
    allows_deleting = False
    record_actions = PROJECT_ACTIONS
    list_display = ("number", "name", "account", "stage", "health", "progress_percent", "is_exposed")
    list_filter = ("stage", "health", "is_exposed")
    list_select_related = ("account",)
    search_fields = ("number", "external_number", "name", "account__name")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("account", "place", "manager")
    inlines = (PhaseInline, TaskInline, TeamInline)

    def get_inlines(self, request, obj):
        """A new project is planned on its own page."""
        return super().get_inlines(request, obj) if obj is not None else []

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else (("number", "stage", "progress_percent"),)
        return (
            (None, {"fields": (*head, "account", "name", "place", "manager", ("starts_date", "ends_date"))}),
            *(() if obj is None else ((_("Overall status"), {"fields": HEALTH}),)),
            (_("For the customer"), {"fields": ("is_exposed", "description")}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
            *(() if obj is None else ((_("Record"), {"fields": PAST}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        fixed = ("number", "stage", "progress_percent", "account", *HEALTH, *PAST)
        return fixed if is_open(obj) else (*fixed, *WRITTEN)

    def tools(self, obj) -> list[dict]:
        """The actions, and where somebody is put on the team."""
        about = urlencode({"project": obj.pk})
        member = {"label": _("Add to the team"), "url": f"{reverse('admin:projects_teammember_add')}?{about}"}
        return [*super().tools(obj), *([member] if is_open(obj) else [])]

    # Saving, by the domain's verbs.

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        written = {name: getattr(obj, name) for name in (*WRITTEN, "internal_notes", "is_exposed")}
        made = create_project(obj.account, **written, by=request.user)
        made.external_number = obj.external_number
        made.save(update_fields=["external_number"])
        obj.pk = made.pk
        obj.refresh_from_db()

    def save_related(self, request, form, formsets, change):
        if change:
            lock_project(form.instance)
        super().save_related(request, form, formsets, change)
        if change:
            recalculate(form.instance)

    def log_addition(self, request, obj, message):
        """`create_project` wrote the audit."""

    def response_add(self, request, obj, post_url_continue=None):
        """To the project's own page, where it is planned."""
        answer = super().response_add(request, obj, post_url_continue)
        return answer if "_popup" in request.POST else redirect("admin:projects_project_change", obj.pk)
