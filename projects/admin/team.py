"""Project roles, team members with their bookings and tasks (PSA-5)."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.admin import ExposedModelAdmin
from portal.access.admin.record_actions import RecordActions
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm
from portal.web.times import format_duration
from projects.admin.choices import OwnChoicesFormSet, OwnChoicesInline
from projects.admin.project_actions import is_open
from projects.admin.team_actions import BOOKING_ACTIONS, MEMBER_ACTIONS
from projects.domain.team import add_member
from projects.models import ProjectRole, ProjectTask, TaskAssignment, TeamBooking, TeamMember

FIXED = ("project", "resource", "role", "created_at", "hard_text", "soft_text")


@admin.register(ProjectRole, site=portal_admin)
class ProjectRoleAdmin(TenantModelAdmin):
    """What people do on projects. A role that was given is switched off, not deleted."""

    position = 60
    allows_deleting = False
    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "is_active")


class TeamMemberForm(TenantForm):
    """Somebody who still works, on a project that is open, in a role in use."""

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if (project := data.get("project")) is not None and not is_open(project):
            self.add_error("project", _("This project is closed. Nothing is changed in it any more."))
        if (resource := data.get("resource")) is not None and not resource.is_active:
            self.add_error("resource", _("This resource is no longer active."))
        if (role := data.get("role")) is not None and not role.is_active:
            self.add_error("role", _("This role is no longer in use."))
        return data


class BookingInline(TenantInline):
    """The bookings; each is changed by the actions of its own page."""

    model = TeamBooking
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = readonly_fields = ("starts_date", "ends_date", "status", "minutes_text", "note")
    ordering = ("-starts_date", "-pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("member__resource", "member__role")

    @admin.display(description=gettext_lazy("time"))
    def minutes_text(self, booking):
        return format_duration(booking.minutes)


class AssignmentFormSet(OwnChoicesFormSet):
    """Tasks of the member's project; only who is booked gets any."""

    chosen = "task"

    def offered(self):
        return ProjectTask.objects.filter(project=self.instance.project_id).order_by("position", "pk")

    def clean(self):
        super().clean()
        member = self.instance
        is_new = any(form.has_changed() for form in self.extra_forms)
        if is_new and not (member.booked_minutes or member.soft_minutes):
            self._non_form_errors.append(_("Book the member first: who is only proposed gets no tasks."))


class AssignmentInline(OwnChoicesInline):
    """The tasks of a member."""

    model = TaskAssignment
    formset = AssignmentFormSet
    own_choices = ("task",)
    fields = ("task", "minutes")
    ordering = ("task__position", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("task")

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and (obj is None or is_open(obj.project))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or is_open(obj.project))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or is_open(obj.project))


@admin.register(TeamMember, site=portal_admin)
class TeamMemberAdmin(RecordActions, ExposedModelAdmin):
    """Who works on which project in which role; booked by the action, given tasks here."""

    position = 20
    form = TeamMemberForm
    allows_deleting = False
    record_actions = MEMBER_ACTIONS
    list_display = ("resource", "role", "project", "hard_text", "soft_text", "is_exposed")
    list_filter = ("is_exposed",)
    list_select_related = ("resource", "role", "project")
    search_fields = ("resource__name", "role__name", "project__name", "project__number")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("project", "resource", "role")
    inlines = (BookingInline, AssignmentInline)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("resource", "role", "project")

    def get_inlines(self, request, obj):
        """A new member is booked on its own page."""
        return super().get_inlines(request, obj) if obj is not None else []

    def get_fields(self, request, obj=None):
        return ("project", "resource", "role", "is_exposed") if obj is None else (*FIXED[:3], "is_exposed", *FIXED[3:])

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None else FIXED

    def get_changeform_initial_data(self, request):
        """Customers see who is booked firmly on their project, unless staff say otherwise."""
        return {"is_exposed": True, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        made = add_member(obj.project, obj.resource, obj.role, is_exposed=obj.is_exposed, by=request.user)
        obj.pk = made.pk
        obj.refresh_from_db()

    def log_addition(self, request, obj, message):
        """`add_member` wrote the audit."""

    def response_add(self, request, obj, post_url_continue=None):
        """To the member's own page, where it is booked."""
        answer = super().response_add(request, obj, post_url_continue)
        return answer if "_popup" in request.POST else redirect("admin:projects_teammember_change", obj.pk)

    @admin.display(description=gettext_lazy("hard booked"), ordering="booked_minutes")
    def hard_text(self, member):
        return format_duration(member.booked_minutes)

    @admin.display(description=gettext_lazy("soft booked"), ordering="soft_minutes")
    def soft_text(self, member):
        return format_duration(member.soft_minutes)


@admin.register(TeamBooking, site=portal_admin)
class TeamBookingAdmin(RecordActions, TenantModelAdmin):
    """Made on the member's page, changed by actions. What was booked stays as it was."""

    position = 30
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    record_actions = BOOKING_ACTIONS
    list_display = ("member", "status", "starts_date", "ends_date", "minutes_text")
    list_filter = ("status",)
    list_select_related = ("member__resource", "member__role", "member__project")
    search_fields = ("member__resource__name", "member__project__name", "member__project__number")
    ordering = ("-starts_date", "-pk")
    fields = (
        "member_text",
        "status",
        "starts_date",
        "ends_date",
        "minutes_a_day",
        "minutes_text",
        "note",
        "created_at",
        "canceled_at",
    )
    readonly_fields = ("member_text", "minutes_text")

    def get_queryset(self, request):
        found = super().get_queryset(request)
        return found.select_related("member__resource", "member__role", "member__project")

    @admin.display(description=gettext_lazy("team member"))
    def member_text(self, booking):
        url = reverse("admin:projects_teammember_change", args=[booking.member_id])
        return format_html('<a href="{}">{}</a> ({})', url, booking.member, booking.member.project)

    @admin.display(description=gettext_lazy("time"), ordering="minutes")
    def minutes_text(self, booking):
        return format_duration(booking.minutes)
