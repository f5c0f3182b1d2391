"""Projects made of templates, and their mappings changed by staff (INT-1). Audited."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from integrations.domain.journal import watch
from integrations.engine.values import pack_one
from integrations.enums import Direction, RowState, WhenGone
from integrations.models import Connection, IntegrationProject, IntegrationTask, MappedField, SyncRow
from integrations.templates.base import TaskTemplate, Template
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError

MOST_STEPS = 10


@transaction.atomic
def make_project(template: Template, *, connection: Connection, name: str, by=None) -> IntegrationProject:
    """A project with the template's tasks and fields, not yet in use, so that staff look at it first.

    Raises DomainError for a name that another project has.
    """
    if IntegrationProject.objects.filter(name=name).exists():
        raise DomainError(_("There is a project of this name."), field="name")
    project = IntegrationProject.objects.create(name=name, connection=connection, template=template.name)
    for position, each in enumerate(template.tasks, start=1):
        add_task(project, each, position)
    record(by, "integration_project.create", project, after={"template": template.name, "tasks": len(template.tasks)})
    return project


def add_task(project: IntegrationProject, template: TaskTemplate, position: int) -> IntegrationTask:
    """One task with its fields."""
    task = IntegrationTask.objects.create(
        project=project,
        position=position,
        name=str(template.label),
        entity=template.entity,
        entity_set=template.entity_set,
        direction=template.direction,
        conditions=[
            {"field": each.field, "values": [pack_one(value) for value in each.values], "is_not": each.is_not}
            for each in template.conditions
        ],
        company_field=template.company_field,
        since_field=template.since_field,
        when_gone=WhenGone.DELETE if template.is_deleted_there else WhenGone.KEEP,
    )
    MappedField.objects.bulk_create(
        MappedField(
            task=task,
            position=number,
            source=each.source or "",
            target=each.target,
            transforms=[{"kind": step.kind, "options": dict(step.options)} for step in each.transforms],
            is_key=each.is_key,
            is_required=each.is_required,
        )
        for number, each in enumerate(template.fields, start=1)
    )
    return task


@transaction.atomic
def follow(project: IntegrationProject) -> None:
    """Have the database note what the project's tasks are to be told of, once it is in use."""
    if project.is_active:
        for task in IntegrationTask.objects.filter(project=project).order_by("position", "pk"):
            watch(task)


@transaction.atomic
def send_again(task: IntegrationTask) -> int:
    """Have every record of a task looked at again; how many. What is the same over there by now is not sent."""
    settled = SyncRow.objects.filter(task=task, state__in=[RowState.DONE, RowState.SKIPPED, RowState.PARKED])
    if task.direction == Direction.IN:
        # What comes in is asked for again by its key.
        settled = settled.filter(state=RowState.PARKED)
    now = clock.now()
    return settled.update(
        state=RowState.WAITING, version=F("version") + 1, attempts=0, due_at=now, changed_at=now, problem=""
    )


def next_position(task: IntegrationTask) -> int:
    """Where a further field goes."""
    return (MappedField.objects.filter(task=task).aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def write_steps(field: MappedField, steps: Sequence[Mapping[str, Any]], *, by=None) -> MappedField:
    """Replace the steps between a field's source and its target. Raises DomainError for more than a field holds."""
    if len(steps) > MOST_STEPS:
        raise DomainError(_("A field has at most %(count)d steps.") % {"count": MOST_STEPS})
    before = field.transforms
    field.transforms = [dict(each) for each in steps]
    if field.transforms != before:
        field.save(update_fields=["transforms"])
        record(by, "mapped_field.steps", field, before={"steps": before}, after={"steps": field.transforms})
        send_again(field.task)
    return field
