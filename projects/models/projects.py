"""Projects with their phases, tasks and milestones (PSA-1, DYNAMICS 6.2)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.models import ExposedModel
from portal.accounts.enums import Section
from portal.tenancy.models import TenantModel
from projects.enums import Health, ProjectStage, TaskKind
from scheduling.models import BookableResource

IN_ORDER = Q(starts_date__isnull=True) | Q(ends_date__isnull=True) | Q(ends_date__gte=F("starts_date"))


class Project(ExposedModel):
    """What is built or changed for an account. `progress_percent` follows from the tasks, weighed by their effort."""

    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    place = models.ForeignKey(
        "geo.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    manager = models.ForeignKey(
        BookableResource,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("project manager"),
    )
    stage = models.CharField(_("stage"), max_length=20, choices=ProjectStage.choices, default=ProjectStage.NEW)
    health = models.CharField(_("overall status"), max_length=10, choices=Health.choices, default=Health.GREEN)
    health_comment = models.CharField(
        _("comment on the status"), max_length=400, blank=True, help_text=_("Shown to customers.")
    )
    health_at = models.DateTimeField(_("status updated"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=4000, help_text=_("Shown to customers."))
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=4000, help_text=_("Never shown to customers.")
    )
    starts_date = models.DateField(_("begins"), null=True, blank=True)
    ends_date = models.DateField(_("ends"), null=True, blank=True)
    progress_percent = models.PositiveSmallIntegerField(_("progress in percent"), default=0, editable=False)
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Access:
        section = Section.PROJECTS
        account = "account"
        page = "projects:project_detail"
        partner = "members__resource__account"
        partner_when = Q(members__booked_minutes__gt=0)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="project_number_once",
                violation_error_message=_("Another project has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="project_external_once",
                violation_error_message=_("Another project has this number in the other system."),
            ),
            models.CheckConstraint(
                name="project_dates",
                condition=IN_ORDER,
                violation_error_message=_("A project ends after it begins."),
            ),
            models.CheckConstraint(name="project_progress", condition=Q(progress_percent__lte=100)),
            models.CheckConstraint(
                name="project_closed_since",
                condition=Q(stage=ProjectStage.CLOSED, closed_at__isnull=False)
                | (~Q(stage=ProjectStage.CLOSED) & Q(closed_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "-created_at", "-id"],
                condition=Q(is_exposed=True),
                name="project_exposed_recent",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="project_recent"),
        ]

    def __str__(self):
        return f"{self.number} {self.name}"


class ProjectPhase(TenantModel):
    """A part of a project, in order."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="phases", verbose_name=_("project"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=160)
    starts_date = models.DateField(_("begins"), null=True, blank=True)
    ends_date = models.DateField(_("ends"), null=True, blank=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "project", "name"],
                name="phase_name_once",
                violation_error_message=_("The project has a phase of this name."),
            ),
            models.CheckConstraint(
                name="phase_dates", condition=IN_ORDER, violation_error_message=_("A phase ends after it begins.")
            ),
        ]

    def __str__(self):
        return self.name


class ProjectTask(TenantModel):
    """Work, or a milestone, which takes no effort and is reached or not."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("project"))
    phase = models.ForeignKey(
        ProjectPhase, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("phase")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=TaskKind.choices, default=TaskKind.TASK)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=2000, help_text=_("Shown to customers."))
    internal_notes = models.TextField(
        _("internal notes"), blank=True, max_length=2000, help_text=_("Never shown to customers.")
    )
    is_shown = models.BooleanField(_("shown to customers and partners"), default=True)
    starts_date = models.DateField(_("begins"), null=True, blank=True)
    ends_date = models.DateField(_("due"), null=True, blank=True)
    effort_minutes = models.PositiveIntegerField(_("effort in minutes"), default=0)
    progress_percent = models.PositiveSmallIntegerField(_("progress in percent"), default=0)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(
                name="task_dates", condition=IN_ORDER, violation_error_message=_("A task is due after it begins.")
            ),
            models.CheckConstraint(
                name="task_progress",
                condition=Q(progress_percent__lte=100),
                violation_error_message=_("Progress is between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                name="milestone_reached_or_not",
                condition=~Q(kind=TaskKind.MILESTONE) | Q(effort_minutes=0, progress_percent__in=[0, 100]),
                violation_error_message=_("A milestone takes no effort; its progress is 0 or 100."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "project", "position", "id"], name="task_of_project")]

    def __str__(self):
        return self.name
