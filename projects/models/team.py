"""Who works on a project: roles, members, bookings, assignments (PSA-5, DYNAMICS 6.3)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.tenancy.models import TenantModel
from projects.enums import TeamBookingStatus
from projects.models.projects import Project, ProjectTask
from scheduling.models import BookableResource


class ProjectRole(TenantModel):
    """What somebody does on a project, as lift engineer."""

    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("project role")
        verbose_name_plural = _("project roles")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="project_role_once",
                violation_error_message=_("This role exists already."),
            )
        ]

    def __str__(self):
        return self.name


class TeamMember(ExposedModel):
    """A resource in a role on a project. `booked_minutes` adds up its hard bookings, `soft_minutes` its soft ones.

    Customers see it once hard hours are booked and while the project is exposed to them; partners see their own people.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members", verbose_name=_("project"))
    resource = models.ForeignKey(
        BookableResource, on_delete=models.PROTECT, related_name="+", verbose_name=_("resource")
    )
    role = models.ForeignKey(ProjectRole, on_delete=models.PROTECT, related_name="+", verbose_name=_("role"))
    booked_minutes = models.PositiveIntegerField(_("hard booked minutes"), default=0, editable=False)
    soft_minutes = models.PositiveIntegerField(_("soft booked minutes"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"))

    class Access:
        section = Section.PROJECTS
        account = "project__account"
        page = "projects:resource_detail"
        partner = "resource__account"
        open_when = Q(booked_minutes__gt=0, project__is_exposed=True)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "project", "resource", "role"],
                name="team_member_once",
                violation_error_message=_("The resource has this role on the project already."),
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "resource"], name="team_member_of_resource"),
            models.Index(fields=["tenant", "-created_at", "-id"], name="team_member_recent"),
        ]

    def __str__(self):
        return f"{self.resource}: {self.role}"


class TeamBooking(TenantModel):
    """Time of a member from one day to another, so many minutes on each of its working days.

    `minutes` is what comes together. A hard booking takes that time from the resource's calendar.
    """

    member = models.ForeignKey(
        TeamMember, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("team member")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=TeamBookingStatus.choices, default=TeamBookingStatus.PROPOSED
    )
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("to"))
    minutes_a_day = models.PositiveSmallIntegerField(_("minutes a day"), default=480)
    minutes = models.PositiveIntegerField(_("minutes in all"), default=0, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Never shown to customers."))
    created_at = models.DateTimeField(_("created"))
    canceled_at = models.DateTimeField(_("canceled"), null=True, blank=True)

    class Meta:
        verbose_name = _("booking on a project")
        verbose_name_plural = _("bookings on projects")
        constraints = [
            models.CheckConstraint(
                name="team_booking_dates",
                condition=Q(ends_date__gte=F("starts_date")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                name="team_booking_day",
                condition=Q(minutes_a_day__gte=15, minutes_a_day__lte=1440),
                violation_error_message=_("Between 15 minutes and 24 hours a day."),
            ),
            models.CheckConstraint(
                name="team_booking_canceled_since",
                condition=Q(status=TeamBookingStatus.CANCELED, canceled_at__isnull=False)
                | (~Q(status=TeamBookingStatus.CANCELED) & Q(canceled_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "member", "starts_date", "id"], name="team_booking_of_member")]

    def __str__(self):
        return f"{self.member} {self.starts_date:%Y-%m-%d}"


class TaskAssignment(TenantModel):
    """A member's share of a task."""

    task = models.ForeignKey(ProjectTask, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("task"))
    member = models.ForeignKey(
        TeamMember, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("team member")
    )
    minutes = models.PositiveIntegerField(_("effort in minutes"), default=0)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "task", "member"],
                name="assignment_once",
                violation_error_message=_("The member has this task already."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "member"], name="assignment_of_member")]

    def __str__(self):
        return f"{self.task}: {self.member}"
