"""Records of theirs on their way in (INT-2): read page by page, applied by the verbs of the domain.

A page's effects and the position after it are one transaction (SECURITY 35): a worker that dies has done both or neither.
What a row said last is kept, so that a row that comes twice is applied once. A row that cannot be applied is parked with its
reason, and the rest goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from integrations.domain.claims import Settlement, add_counts, claim, event, note_linked, settle, write
from integrations.domain.course import Away, Course, Stopped, fail, finish, hold_back, park
from integrations.engine.conditions import Condition
from integrations.engine.differences import differences
from integrations.engine.mapping import Mapped
from integrations.engine.values import Value, as_text, digest, pack, pack_one, unpack
from integrations.entities.base import Written
from integrations.enums import EventKind, RowState
from integrations.models import RowEvent, SyncRow, TaskPosition, TaskRun
from integrations.odata.client import Page
from integrations.odata.errors import Gone, RemoteError, Temporary
from integrations.odata.query import Expression, F
from integrations.odata.wire import Row
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant, tenant_scope

COUNTS = {"inserted": EventKind.INSERTED, "updated": EventKind.UPDATED, "unchanged": EventKind.CONFIRMED}


@dataclass
class Arrival:
    """A row of theirs: how it is mapped, and what is known of it."""

    key: dict[str, Value]
    etag: str
    mapped: Mapped
    row: SyncRow


def take_in_all(course: Course) -> bool:
    """Read what is new, and try again what is due; whether everything was read. Raises Away or Stopped."""
    retry_due(course)
    try:
        return read_pages(course)
    except Gone:
        # The place in the list is not known there any more: read it from the beginning; what is the same changes nothing.
        with tenant_scope(current_tenant()):
            save_position(position_of(course), "")
        raise Away(
            _("The other system has forgotten how far we had read; it is read again from the beginning."), 0
        ) from None
    except Temporary as error:
        raise Away(str(error), error.retry_after) from error
    except RemoteError as error:
        raise Stopped(str(error)) from error


def read_pages(course: Course) -> bool:
    """Page by page from where the last run ended; whether the end was reached."""
    task = course.plan.task
    with tenant_scope(current_tenant()):
        place = position_of(course)
    pages = course.remote.pages(
        task.entity_set,
        select=selected(course),
        where=where(course, place),
        order_by=sorted(course.plan.their_key_sources),
        position=place.position or None,
        page_size=task.batch_size,
        track=not task.since_field,
    )
    for page in pages:
        with tenant_scope(current_tenant()):
            apply_page(course, page)
            advance(position_of(course), page, task.since_field)
        course.succeed()
        if not page.is_last and not course.go_on():
            return False
    return True


def position_of(course: Course) -> TaskPosition:
    """How far the task has read."""
    task = course.plan.task
    return TaskPosition.objects.get_or_create(
        task=task, defaults={"tenant": current_tenant(), "saved_at": clock.now()}
    )[0]


def advance(place: TaskPosition, page: Page, since_field: str) -> None:
    """Note where to go on: within the list, or after its end with what changes from then on."""
    if since_field:
        seen = [each.values.get(since_field) for each in page.rows]
        place.seen = max([each for each in [place.seen, *seen] if isinstance(each, datetime)], default=None)
    if page.is_last and since_field:
        place.since, place.seen = place.seen or place.since, None
    save_position(place, (page.position or "") if not page.is_last or not since_field else "")


def save_position(place: TaskPosition, position: str) -> None:
    """In the transaction of what was read."""
    place.position = position
    place.saved_at = clock.now()
    place.save()


def selected(course: Course) -> list[str]:
    """Their fields that are read."""
    task, mapping = course.plan.task, course.plan.mapping
    asked = [*mapping.sources, *course.plan.mentioned, *([task.company_field] if task.company_field else [])]
    return list(dict.fromkeys([*asked, *([task.since_field] if task.since_field else [])]))


def where(course: Course, place: TaskPosition) -> Expression | None:
    """Which of their records are read: those of the legal entity that meet the task's conditions and changed since."""
    task = course.plan.task
    parts = [comparison(each) for each in course.plan.conditions]
    company = task.project.connection.company
    if task.company_field and company:
        parts.append(F.eq(task.company_field, company))
    if task.since_field and place.since:
        parts.append(F.ge(task.since_field, place.since))
    found = None
    for each in parts:
        found = each if found is None else found & each
    return found


def comparison(condition: Condition) -> Expression:
    """The condition as the other side reads it."""
    first, *others = (F.eq(condition.field, each) for each in condition.values)
    for each in others:
        first = first | each
    return ~first if condition.is_not else first


def apply_page(course: Course, page: Page) -> None:
    """Apply the rows of a page, in the transaction in scope."""
    records = {theirs_of(course, each.values): each for each in page.rows}
    mapped = course.plan.map_all({name: each.values for name, each in records.items()})
    rows = rows_of(course, list(records))
    arrivals = []
    for name, record in records.items():
        key = {source: record.values.get(source) for source in key_sources(course)}
        arrivals.append(Arrival(key, record.etag or "", mapped[name], rows[name]))
    settlement = Settlement()
    for each in arrivals:
        take_in(course, each, settlement)
    note(settlement, course.task_run)


def key_sources(course: Course) -> tuple[str, ...]:
    """The fields of their key, the legal entity with them."""
    company = course.plan.task.company_field
    own = course.plan.their_key_sources
    return own if not company or company in own else (company, *own)


def theirs_of(course: Course, values: Mapping[str, Value]) -> str:
    """Their key of a record as text."""
    return course.plan.key_text({source: values.get(source) for source in key_sources(course)}) or "-"


def rows_of(course: Course, keys: Sequence[str]) -> dict[str, SyncRow]:
    """What is known of these records of theirs, new ones made."""
    task, now = course.plan.task, clock.now()
    known = SyncRow.objects.filter(task=task, external_key__in=keys).select_for_update(of=("self",), no_key=True)
    found = {each.external_key: each for each in known.order_by("pk")}
    for key in keys:
        if key not in found:
            found[key] = SyncRow(tenant=current_tenant(), task=task, external_key=key, due_at=now, changed_at=now)
    return found


def take_in(course: Course, arrival: Arrival, settlement: Settlement) -> None:
    """Apply one row, unless it says what it said last time."""
    row, mapped = arrival.row, arrival.mapped
    row.key = pack(arrival.key)
    if mapped.problems:
        hold_back(settlement, row, course, mapped.problems)
        return
    fingerprint = digest(mapped.row)
    if row.state == RowState.DONE and row.is_linked and row.digest == fingerprint:
        row.etag = arrival.etag
        settlement.rows.append(row)
        settlement.counts["unchanged"] += 1
        return
    written = applied(course, mapped, row, settlement)
    if written is None:
        return
    changed = [
        [each.field, pack_one(each.before), pack_one(each.after)]
        for each in differences(unpack(row.values), mapped.row)
    ]
    if not row.is_linked:
        settlement.linked.append(row)
    row.record_id, row.is_linked, row.etag = written.record_id, True, arrival.etag
    row.record_key = as_text(mapped.row.get(course.plan.entity.key))[:200]
    row.values, row.digest = pack(mapped.row), fingerprint
    finish(row)
    settlement.rows.append(row)
    settlement.counts[written.outcome] += 1
    kind = COUNTS[written.outcome]
    if kind is not EventKind.CONFIRMED:
        settlement.events.append(
            event(row, course.task_run, kind, differences=changed if kind is EventKind.UPDATED else None)
        )


def applied(course: Course, mapped: Mapped, row: SyncRow, settlement: Settlement) -> Written | None:
    """Write a record through the domain; None for one that was refused, which is parked."""
    try:
        with transaction.atomic():
            written = course.plan.entity.write(mapped.row)
            refuse_second(course, written, row, settlement)
            return written
    except DomainError as error:
        park(settlement, row, course, str(error.message))
    except ValidationError as error:
        park(settlement, row, course, " ".join(error.messages))
    except DatabaseError as error:
        park(settlement, row, course, _("The database refuses it: %(why)s") % {"why": str(error).splitlines()[0]})
    return None


def refuse_second(course: Course, written: Written, row: SyncRow, settlement: Settlement) -> None:
    """Raise DomainError where another record of theirs is this one of ours already."""
    if written.outcome == "inserted" or row.record_id == written.record_id:
        return
    others = SyncRow.objects.filter(task=course.plan.task, record_id=written.record_id).exclude(pk=row.pk)
    if others.exists() or any(each.record_id == written.record_id and each is not row for each in settlement.rows):
        raise DomainError(_("Another record of the other system is the same one here."))


def note(settlement: Settlement, task_run: TaskRun) -> None:
    """Write down what came of a page, in its transaction."""
    for each in settlement.rows:
        each.claim, each.changed_at = None, clock.now()
    fresh = [each for each in settlement.rows if each._state.adding]  # noqa: SLF001  new rows and known ones go different ways
    SyncRow.objects.bulk_create(fresh)
    write([each for each in settlement.rows if each not in fresh])
    RowEvent.objects.bulk_create(settlement.events)
    note_linked(task_run.task, settlement.linked)
    add_counts(settlement, task_run)


def retry_due(course: Course) -> None:
    """Ask again for rows that waited or were put back by staff, by their keys; each is applied in a transaction of its own."""
    while rows := claim(course.plan.task):
        settlement = Settlement()
        try:
            keys = [unpack(each.key) for each in rows]
            found = course.remote.get_many(course.plan.task.entity_set, keys, select=selected(course))
        except RemoteError as error:
            try:
                fail(course, rows, settlement, error)
            finally:
                settle(settlement, course.task_run)
        else:
            for row, record in zip(rows, found, strict=True):
                with tenant_scope(current_tenant()):
                    settle(retried(course, row, record), course.task_run)
        if not course.go_on():
            return


def retried(course: Course, row: SyncRow, found: Row | None) -> Settlement:
    """Apply a row as it is there now; one that is gone is left out."""
    settlement = Settlement()
    if found is None:
        row.state, row.problem, row.waits_table, row.waits_key = RowState.SKIPPED, _("Not there any more."), "", ""
        settlement.rows.append(row)
        settlement.counts["skipped"] += 1
        return settlement
    mapped = course.plan.map_all({row.pk: found.values})[row.pk]
    take_in(course, Arrival(unpack(row.key), found.etag or "", mapped, row), settlement)
    return settlement
