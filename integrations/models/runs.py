"""What ran, how it went, and what happened to each row (INT-2). Kept for 45 days."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.enums import DiscrepancyKind, EventKind, Occasion, RunState
from integrations.models.projects import IntegrationProject
from integrations.models.rows import SyncRow
from integrations.models.tasks import IntegrationTask
from portal.tenancy.models import TenantModel


class SyncRun(TenantModel):
    """One run of a project, worked on in slices.

    While it runs, `lease_until` says how long whoever works on it may be silent, or until when the other side asked to be
    left alone; then anybody goes on with it. `pauses` counts how often in a row that happened without anything exchanged.
    """

    project = models.ForeignKey(
        IntegrationProject, on_delete=models.CASCADE, related_name="runs", verbose_name=_("project")
    )
    occasion = models.CharField(_("occasion"), max_length=15, choices=Occasion.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    lease_until = models.DateTimeField(_("goes on at"))
    pauses = models.PositiveSmallIntegerField(_("pauses"), default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "project"],
                condition=Q(state=RunState.RUNNING),
                name="sync_run_one_at_a_time",
                violation_error_message=_("The project is running."),
            ),
            models.CheckConstraint(
                name="sync_run_finished",
                condition=Q(state=RunState.RUNNING, finished_at__isnull=True)
                | (~Q(state=RunState.RUNNING) & Q(finished_at__isnull=False)),
                violation_error_message=_("A run is finished when it has an outcome."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "project", "-started_at", "-id"], name="sync_run_recent")]

    def __str__(self):
        return f"{self.project} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def duration(self):
        """How long it took, as timedelta; None while it runs."""
        return self.finished_at - self.started_at if self.finished_at else None


class TaskRun(TenantModel):
    """A task of a run with its counts, in rows. `position` is how far a reconciliation has read."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("run"))
    task = models.ForeignKey(IntegrationTask, on_delete=models.CASCADE, related_name="+", verbose_name=_("task"))
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    inserted = models.PositiveIntegerField(_("inserted"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    deleted = models.PositiveIntegerField(_("deleted"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    skipped = models.PositiveIntegerField(_("left out"), default=0)
    blocked = models.PositiveIntegerField(_("waiting for others"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    position = models.TextField(_("position"), blank=True)
    message = models.CharField(_("message"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("task of a run")
        verbose_name_plural = _("tasks of runs")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "task"], name="task_run_once"),
        ]

    def __str__(self):
        return f"{self.run} {self.task.name}"


class RowEvent(TenantModel):
    """Something that happened to a row. `differences` are a list of `[field, before, after]` of what was written."""

    row = models.ForeignKey(SyncRow, on_delete=models.CASCADE, related_name="events", verbose_name=_("record"))
    run = models.ForeignKey(
        SyncRun, on_delete=models.CASCADE, null=True, blank=True, related_name="events", verbose_name=_("run")
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=EventKind.choices)
    at = models.DateTimeField(_("at"))
    message = models.CharField(_("message"), max_length=500, blank=True)
    differences = models.JSONField(_("differences"), default=list, blank=True)

    class Meta:
        verbose_name = _("event of a record")
        verbose_name_plural = _("events of records")
        indexes = [
            models.Index(fields=["tenant", "row", "-at", "-id"], name="row_event_of_row"),
            models.Index(fields=["tenant", "run", "at", "id"], name="row_event_of_run"),
        ]

    def __str__(self):
        return f"{self.row} {self.get_kind_display()}"


class Discrepancy(TenantModel):
    """A record on which both sides disagree, found by a reconciliation. `differences` as of RowEvent, ours before theirs."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="discrepancies", verbose_name=_("run"))
    task = models.ForeignKey(IntegrationTask, on_delete=models.CASCADE, related_name="+", verbose_name=_("task"))
    kind = models.CharField(_("kind"), max_length=15, choices=DiscrepancyKind.choices)
    record_id = models.UUIDField(_("record"), null=True, blank=True)
    record_key = models.CharField(_("our key"), max_length=200, blank=True)
    external_key = models.CharField(_("their key"), max_length=400, blank=True)
    differences = models.JSONField(_("differences"), default=list, blank=True)

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        indexes = [models.Index(fields=["tenant", "run", "id"], name="discrepancy_of_run")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.record_key or self.external_key}"
