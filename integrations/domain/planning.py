"""What a run would do, on real rows, with nothing written on either side (INT-1, INT-2)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from integrations.domain.course import Course
from integrations.domain.incoming import key_sources, selected, theirs_of, where
from integrations.domain.mapped import MappedTask, mapped_task
from integrations.domain.remote import Remote
from integrations.engine.differences import Difference, differences
from integrations.engine.mapping import Mapped
from integrations.engine.values import Value, as_text
from integrations.entities.base import Written
from integrations.enums import Direction
from integrations.models import IntegrationTask, SyncRow, TaskPosition, TaskRun
from integrations.words import sentence
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant, tenant_scope

MOST_ROWS = 50
INSERT, UPDATE, SAME, LEFT_OUT, WAITS, FAILS = "insert", "update", "same", "left_out", "waits", "fails"


@dataclass(frozen=True)
class Planned:
    """What would become of a record: one of the words above, with every difference, or why not.

    `values` are as they would be written, `before` is the same on the other side of the way; `label` is our key, `key` theirs.
    """

    label: str
    key: str
    kind: str
    values: dict[str, Value] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    problems: tuple[str, ...] = ()


def preview(task: IntegrationTask, *, most: int = 5) -> list[Planned]:
    """How the mapping says the first few records of ours, without asking the other side."""
    with tenant_scope(current_tenant()):
        plan = mapped_task(task)
        records = first_records(plan, most)
        mapped = plan.map_all(records)
        return [planned(plan, records[pk], each, before=None) for pk, each in mapped.items()]


def dry_run(task: IntegrationTask, remote: Remote, *, most: int = MOST_ROWS) -> list[Planned]:
    """What a run would do with the first records of a task. Raises RemoteError when the other side does not answer."""
    if task.direction == Direction.OUT:
        return dry_out(task, remote, most)
    return dry_in(task, remote, most)


def dry_out(task: IntegrationTask, remote: Remote, most: int) -> list[Planned]:
    """Records of ours beside what the other side says of them now."""
    with tenant_scope(current_tenant()):
        plan = mapped_task(task)
        records = first_records(plan, most)
        mapped = plan.map_all(records)
        ready = plan.ready(list(records))
        linked = set(
            SyncRow.objects.filter(task=task, record_id__in=records, is_linked=True).values_list("record_id", flat=True)
        )
    found = []
    for pk, each in mapped.items():
        is_taken = pk in linked or (pk in ready and plan.unmet(records[pk]) is None)
        label, key = as_text(records[pk].get(plan.entity.key)), plan.key_text(each.key)
        if not is_taken:
            found.append(Planned(label, key, LEFT_OUT, problems=(_("Does not meet the conditions of the task."),)))
            continue
        row = None if each.problems else remote.get(task.entity_set, each.key, select=plan.mapping.targets)
        found.append(planned(plan, records[pk], each, before=dict(row.values) if row else None))
    return found


def planned(plan: MappedTask, record: dict[str, Value], mapped: Mapped, *, before: dict[str, Value] | None) -> Planned:
    """What would become of a mapped record of ours, given what is there."""
    label, key = as_text(record.get(plan.entity.key)), plan.key_text(mapped.key)
    if mapped.problems:
        kind = WAITS if all(each.is_waiting for each in mapped.problems) else FAILS
        return Planned(label, key, kind, mapped.row, problems=tuple(map(sentence, mapped.problems)))
    if before is None:
        return Planned(label, key, INSERT, mapped.row, differences({}, mapped.row))
    changed = differences({name: before.get(name) for name in mapped.values}, mapped.values)
    return Planned(label, key, UPDATE if changed else SAME, mapped.row, changed)


def first_records(plan: MappedTask, most: int) -> dict:
    """The first records that would be sent, those that wait before the others, as values."""
    waiting = SyncRow.objects.filter(task=plan.task, state="waiting").order_by("due_at", "pk")
    ids = list(waiting.values_list("record_id", flat=True)[:most])
    if len(ids) < most:
        rows = plan.entity.query().exclude(pk__in=ids)
        if plan.entity.is_ready is not None:
            rows = rows.filter(plan.entity.is_ready)
        ids += list(rows.order_by("pk").values_list("pk", flat=True)[: most - len(ids)])
    return plan.entity.read(ids, plan.names)


def dry_in(task: IntegrationTask, remote: Remote, most: int) -> list[Planned]:
    """The first records of theirs, each really written and rolled back: what is refused is known before."""
    with tenant_scope(current_tenant()):
        plan = mapped_task(task)
        course = Course(plan, remote, TaskRun(task=task), lambda: True)
        place = TaskPosition.objects.filter(task=task).order_by("pk").first() or TaskPosition(task=task)
    pages = remote.pages(
        task.entity_set,
        select=selected(course),
        where=where(course, place),
        order_by=sorted(key_sources(course)),
        position=place.position or None,
    )
    rows = list(islice((row for page in pages for row in page.rows), most))
    with tenant_scope(current_tenant()):
        records = {theirs_of(course, each.values): each.values for each in rows}
        return [tried(plan, key, each) for key, each in plan.map_all(records).items()]


def tried(plan: MappedTask, key: str, mapped: Mapped) -> Planned:
    """What would become of a record of theirs."""
    label = as_text(mapped.row.get(plan.entity.key))
    if mapped.problems:
        kind = WAITS if all(each.is_waiting for each in mapped.problems) else FAILS
        return Planned(label, key, kind, mapped.row, problems=tuple(map(sentence, mapped.problems)))
    try:
        written = rolled_back(lambda: plan.entity.write(mapped.row))
    except DomainError as error:
        return Planned(label, key, FAILS, mapped.row, problems=(str(error.message),))
    except ValidationError as error:
        return Planned(label, key, FAILS, mapped.row, problems=tuple(error.messages))
    names = [name for name in mapped.row if name in plan.entity.by_name]
    before = plan.entity.read([written.record_id], names).get(written.record_id)
    if before is None:
        return Planned(label, key, INSERT, mapped.row, differences({}, mapped.row))
    changed = differences(before, {name: mapped.row[name] for name in names})
    return Planned(label, key, SAME if written.outcome == "unchanged" else UPDATE, mapped.row, changed)


def rolled_back(write: Callable[[], Written]) -> Written:
    """What writing comes to, undone."""
    with transaction.atomic():
        written = write()
        transaction.set_rollback(True)
    return written
