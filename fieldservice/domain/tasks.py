"""Service tasks of a job, the incidents behind them, and how long all of it takes (FS-4, DYNAMICS 3.4)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from fieldservice.domain.contents import Incident, copy_contents, next_position
from fieldservice.domain.lines import check_asset, check_room, open_work_order
from fieldservice.models import Asset, IncidentTask, IncidentType, WorkOrder, WorkOrderIncident, WorkOrderTask
from portal.audit.domain import record
from portal.kit.errors import DomainError

TASK_FIELDS = ("asset", "name", "estimated_minutes", "actual_minutes", "percent_done", "result", "position")
DONE = 100
SHORTEST_VISIT, LONGEST_VISIT = 5, 24 * 60


@transaction.atomic
def add_task(work_order: WorkOrder, name: str, *, by=None, **given: Any) -> WorkOrderTask:
    """Add a task; `given` are further fields of `TASK_FIELDS`. Raises DomainError where the work order is closed or full."""
    locked = open_work_order(work_order)
    check_room(locked, WorkOrderTask)
    task = WorkOrderTask(work_order=locked, position=next_position(locked, WorkOrderTask))
    _write(task, locked, {"name": name, **given})
    task.save(force_insert=True)
    record(by, "work_order.add_task", locked, after={"task": task.name})
    return task


@transaction.atomic
def change_task(task: WorkOrderTask, *, by=None, **changes: Any) -> WorkOrderTask:
    """Change a task or say how far it is; audited with what changed. Raises DomainError once the work order is closed."""
    work_order = open_work_order(task.work_order)
    locked = WorkOrderTask.objects.select_for_update(of=("self",), no_key=True).get(pk=task.pk)
    before = {name: getattr(locked, locked._meta.get_field(name).attname) for name in changes}
    _write(locked, work_order, changes)
    after = {name: getattr(locked, locked._meta.get_field(name).attname) for name in changes}
    changed = [name for name in changes if before[name] != after[name]]
    if changed:
        locked.save(update_fields=changed)
        told = {"task": locked.name, **{name: str(before[name]) for name in changed}}
        record(
            by, "work_order.change_task", work_order, before=told, after={name: str(after[name]) for name in changed}
        )
    for name in changes:
        setattr(task, name, getattr(locked, name))
    return task


@transaction.atomic
def remove_task(task: WorkOrderTask, *, by=None) -> None:
    """Take a task away; audited. Raises DomainError once the work order is closed."""
    work_order = open_work_order(task.work_order)
    record(by, "work_order.remove_task", work_order, before={"task": task.name})
    WorkOrderTask.objects.filter(pk=task.pk).delete()


@transaction.atomic
def add_incident(
    work_order: WorkOrder, incident_type: IncidentType, *, asset: Asset | None = None, by=None
) -> WorkOrderIncident:
    """Add a further thing to do, with the products, services and tasks it brings; what is there already may come twice.

    Raises DomainError where the work order is closed or full, and for another account's asset.
    """
    locked = open_work_order(work_order)
    check_asset(locked, asset)
    check_room(locked, WorkOrderIncident)
    incident = WorkOrderIncident.objects.create(work_order=locked, incident_type=incident_type, asset=asset)
    copy_contents(locked, [Incident(incident_type, asset)])
    record(by, "work_order.add_incident", locked, after={"incident_type": str(incident_type)})
    return incident


@transaction.atomic
def remove_incident(incident: WorkOrderIncident, *, by=None) -> None:
    """Take a further incident away; what it brought stays, as somebody may have worked on it. Audited."""
    work_order = open_work_order(incident.work_order)
    record(by, "work_order.remove_incident", work_order, before={"incident_type": str(incident)})
    WorkOrderIncident.objects.filter(pk=incident.pk).delete()


def minutes_of(work_order: WorkOrder) -> int:
    """How long the work takes: the sum of its tasks where any has a time, else of its incident types."""
    tasks = WorkOrderTask.objects.filter(work_order=work_order).aggregate(minutes=Sum("estimated_minutes"))
    if tasks["minutes"]:
        return tasks["minutes"]
    further = WorkOrderIncident.objects.filter(work_order=work_order)
    return work_order.incident_type.duration_minutes + sum(
        further.values_list("incident_type__duration_minutes", flat=True)
    )


def duration_from(estimates: Iterable[int]) -> int | None:
    """The duration that the tasks of an incident type give it; None where none of them has a time.

    Raises DomainError for a visit too short or too long to be planned.
    """
    minutes = sum(estimates)
    if not minutes:
        return None
    if not SHORTEST_VISIT <= minutes <= LONGEST_VISIT:
        raise DomainError(
            _("Together the tasks take %(minutes)d minutes; a visit takes from 5 minutes to 24 hours.")
            % {"minutes": minutes}
        )
    return minutes


@transaction.atomic
def keep_duration(incident_type: IncidentType) -> None:
    """Bring the duration that visits are planned by in line with the tasks of the incident type (DYNAMICS 3.4).

    Raises DomainError for a visit too short or too long to be planned.
    """
    locked = IncidentType.objects.select_for_update(of=("self",), no_key=True).get(pk=incident_type.pk)
    minutes = duration_from(
        IncidentTask.objects.filter(incident_type=locked).values_list("estimated_minutes", flat=True)
    )
    if minutes is not None and minutes != locked.duration_minutes:
        locked.duration_minutes = minutes
        locked.save(update_fields=["duration_minutes"])
    incident_type.duration_minutes = locked.duration_minutes


def _write(task: WorkOrderTask, work_order: WorkOrder, values: dict) -> None:
    unknown = set(values) - set(TASK_FIELDS)
    if unknown:
        raise TypeError(f"A task has no {', '.join(sorted(unknown))}.")
    check_asset(work_order, values.get("asset"))
    if not 0 <= values.get("percent_done", 0) <= DONE:
        raise DomainError(_("A task is done from 0 to 100 percent."), field="percent_done")
    for name, value in values.items():
        setattr(task, name, value)
