"""One entity of ours against one of theirs, with its fields."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.enums import Direction, WhenGone
from integrations.models.projects import IntegrationProject
from portal.tenancy.models import TenantModel


class IntegrationTask(TenantModel):
    """A step of a project: `entity` of ours, `entity_set` of theirs. Steps run in the order of `position`.

    `conditions` are a list of `{"field", "values", "is_not"}`: on our fields for what goes out, on theirs for what comes in. A record that was
    sent once is followed even when it does not meet them any more. `company_field` is their field of the legal entity: part of the key
    going out, a filter coming in. `since_field` is their field of the last change, for sets that do not track changes. `filled_at` is when
    all records that existed before the task was switched on were noted.
    """

    project = models.ForeignKey(
        IntegrationProject, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("project")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=80)
    entity = models.CharField(_("entity of ours"), max_length=60)
    entity_set = models.CharField(_("entity of theirs"), max_length=128)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT)
    is_active = models.BooleanField(_("in use"), default=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    company_field = models.CharField(_("their field of the legal entity"), max_length=128, blank=True)
    since_field = models.CharField(_("their field of the last change"), max_length=128, blank=True)
    when_gone = models.CharField(
        _("when ours is deleted"), max_length=10, choices=WhenGone.choices, default=WhenGone.KEEP
    )
    batch_size = models.PositiveSmallIntegerField(_("rows a batch"), default=100)
    filled_at = models.DateTimeField(_("filled"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "project", "name"],
                name="integration_task_name_once",
                violation_error_message=_("The project has a task of this name."),
            ),
            models.CheckConstraint(
                name="integration_task_batch",
                condition=Q(batch_size__gte=1, batch_size__lte=500),
                violation_error_message=_("A batch has 1 to 500 rows."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "entity", "direction"], name="integration_task_of_entity")]

    def __str__(self):
        return f"{self.project}: {self.name}"


class MappedField(TenantModel):
    """A field of a task's target and where its value comes from; `transforms` are a list of `{"kind", "options"}` (INT-1)."""

    task = models.ForeignKey(IntegrationTask, on_delete=models.CASCADE, related_name="fields", verbose_name=_("task"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    source = models.CharField(_("source"), max_length=128, blank=True)
    target = models.CharField(_("target"), max_length=128)
    transforms = models.JSONField(_("steps between"), default=list, blank=True)
    is_key = models.BooleanField(_("key"), default=False)
    is_required = models.BooleanField(_("must not be empty"), default=False)

    class Meta:
        verbose_name = _("mapped field")
        verbose_name_plural = _("mapped fields")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "task", "target"],
                name="mapped_field_target_once",
                violation_error_message=_("This field is mapped already."),
            ),
        ]

    def __str__(self):
        return self.target


class TableWatch(TenantModel):
    """A table whose changes a task is told of: what its trigger asks (`integrations_note_changes`).

    `column_name` holds an id of the changed row; `path` leads from the task's records to what that id names, empty where it is the record's own.
    `since` is the transaction that began to watch.
    """

    task = models.ForeignKey(IntegrationTask, on_delete=models.CASCADE, related_name="watches", verbose_name=_("task"))
    table_name = models.CharField(_("table"), max_length=63)
    column_name = models.CharField(_("column"), max_length=63, default="id")
    path = models.CharField(_("path"), max_length=200, blank=True)
    since = models.BigIntegerField(_("since transaction"))

    class Meta:
        verbose_name = _("watched table")
        verbose_name_plural = _("watched tables")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "task", "table_name", "column_name", "path"], name="table_watch_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "table_name"], name="table_watch_of_table")]

    def __str__(self):
        return f"{self.table_name}.{self.column_name}"


class TaskPosition(TenantModel):
    """How far a task that comes in has read; saved in the transaction of what was read (SECURITY 35).

    `position` goes on within a list or from its end (empty: from the beginning); `since` is the last change seen of a list that was read to its
    end, `seen` the last one of the list that is being read.
    """

    task = models.OneToOneField(
        IntegrationTask, on_delete=models.CASCADE, related_name="reading", verbose_name=_("task")
    )
    position = models.TextField(_("position"), blank=True)
    since = models.DateTimeField(_("changes since"), null=True, blank=True)
    seen = models.DateTimeField(_("last change seen"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")

    def __str__(self):
        return f"{self.task} {self.saved_at:%Y-%m-%d %H:%M}"
