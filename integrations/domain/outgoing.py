"""Records of ours on their way out (INT-2, INT-3): claimed, mapped, sent in batches, settled.

No transaction is open while the other side is spoken to. What was sent without an answer is read back by its key before
anything is sent again, and what both sides agree on already is not sent at all: whatever happens in between, the other side
gets each effect once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.domain.claims import Settlement, claim, event, settle
from integrations.domain.course import Course, fail, finish, hold_back, park, put_off, refusal
from integrations.domain.journal import take_notes
from integrations.engine.differences import differences
from integrations.engine.mapping import Mapped
from integrations.engine.values import Value, as_text, digest, pack, pack_one, unpack
from integrations.enums import EventKind, RowState, WhenGone
from integrations.models import SyncRow
from integrations.odata.batch import Change, Kind, Outcome
from integrations.odata.errors import Conflict, Gone, Refused, RemoteError, Temporary, Unknown
from integrations.odata.wire import Row
from portal.tenancy.scope import current_tenant, tenant_scope

COUNTS = {
    EventKind.INSERTED: "inserted",
    EventKind.UPDATED: "updated",
    EventKind.DELETED: "deleted",
    EventKind.CONFIRMED: "unchanged",
}
DONE_BY = {Kind.INSERT: EventKind.INSERTED, Kind.UPDATE: EventKind.UPDATED, Kind.DELETE: EventKind.DELETED}


@dataclass
class Job:
    """A row to be sent: as it is to be over there (None: not at all), and as it was there when somebody looked."""

    row: SyncRow
    mapped: Mapped | None
    is_ready: bool = True
    seen: Row | None = None
    is_seen: bool = False

    @property
    def key(self) -> dict[str, Value]:
        return self.mapped.key if self.mapped else unpack(self.row.key)

    def known(self) -> dict[str, Value] | None:
        """What the other side says as far as we know; None when it has no such record."""
        if self.is_seen:
            return None if self.seen is None else {name: self.seen.values.get(name) for name in self.wanted}
        return unpack(self.row.values) if self.row.is_linked else None

    @property
    def wanted(self) -> dict[str, Value]:
        return self.mapped.values if self.mapped else {}

    def change(self, entity_set: str) -> Change | None:
        """What is to be sent; None when both sides agree."""
        etag = (self.seen.etag if self.seen else None) if self.is_seen else (self.row.etag or None)
        known = self.known()
        if self.mapped is None:
            return None if known is None else Change(Kind.DELETE, entity_set, key=self.key, etag=etag)
        if known is None:
            return Change(Kind.INSERT, entity_set, self.mapped.row) if self.is_ready else None
        changed = {each.field: each.after for each in differences(known, self.wanted) if each.field in self.wanted}
        return Change(Kind.UPDATE, entity_set, changed, self.key, etag) if changed else None


def send_all(course: Course) -> bool:
    """Send what is due; whether everything was tried. Raises Away or Stopped, with every row given back."""
    take_notes(course.plan.task)
    while rows := claim(course.plan.task):
        send(course, rows)
        if not course.go_on():
            return False
    return True


def send(course: Course, rows: list[SyncRow]) -> None:
    """Bring claimed rows over to the other side, as far as that goes."""
    settlement = Settlement()
    with tenant_scope(current_tenant()):
        jobs = prepare(course, rows, settlement)
    open_rows = {each.row.pk: each.row for each in jobs}
    try:
        exchange(course, jobs, settlement)
    except RemoteError as error:
        settled = {each.pk for each in settlement.rows}
        fail(course, [row for pk, row in open_rows.items() if pk not in settled], settlement, error)
    finally:
        settle(settlement, course.task_run)


def prepare(course: Course, rows: list[SyncRow], settlement: Settlement) -> list[Job]:
    """Read and map the records, reserve their keys, and settle all that needs nothing from the other side."""
    plan = course.plan
    records = plan.entity.read([each.record_id for each in rows], plan.names)
    unknown = [each.record_id for each in rows if not each.is_linked]
    ready = plan.ready([each for each in unknown if each in records and plan.unmet(records[each]) is None])
    taken = {row.record_id: records[row.record_id] for row in rows if row.record_id in records and is_taken(row, ready)}
    mapped = plan.map_all(taken)
    jobs = []
    for row in rows:
        if row.record_id in records:
            row.record_key = as_text(records[row.record_id].get(plan.entity.key))[:200]
        if row.record_id not in taken:
            jobs += leave_out(course, row, settlement, is_gone=row.record_id not in records)
        elif mapped[row.record_id].problems:
            hold_back(settlement, row, course, mapped[row.record_id].problems)
        else:
            is_ready = row.is_linked or row.record_id in ready
            jobs += to_send(course, Job(row, mapped[row.record_id], is_ready), settlement)
    return reserve(course, jobs, settlement)


def is_taken(row: SyncRow, ready: set) -> bool:
    """What was sent once, or may have been, is followed whatever it says now."""
    return row.is_linked or row.is_uncertain or row.record_id in ready


def leave_out(course: Course, row: SyncRow, settlement: Settlement, *, is_gone: bool) -> list[Job]:
    """A record that is not sent: not yet, or not any more."""
    may_be_there = row.is_linked or row.is_uncertain
    if is_gone and may_be_there and row.key and course.plan.task.when_gone == WhenGone.DELETE:
        return [Job(row, None)]
    row.state, row.sent_version = RowState.SKIPPED, row.version
    if is_gone:
        row.problem = _("Deleted here, and kept there.") if may_be_there else _("Deleted here before it was sent.")
    else:
        row.problem = _("Does not meet the conditions of the task.")
    row.waits_table = row.waits_key = ""
    settlement.rows.append(row)
    settlement.counts["skipped"] += 1
    return []


def to_send(course: Course, job: Job, settlement: Settlement) -> list[Job]:
    """The job, unless both sides agree already or its key is another one than before."""
    row, key = job.row, course.plan.key_text(job.mapped.key)
    if row.is_linked and row.external_key != key:
        park(
            settlement,
            row,
            course,
            _("The key changed: the other system has the record as “%(key)s”.") % {"key": row.external_key},
        )
        return []
    if row.is_linked and not row.is_uncertain and row.digest == digest(job.mapped.row):
        finish(row)
        settlement.rows.append(row)
        settlement.counts["unchanged"] += 1
        return []
    return [job]


def reserve(course: Course, jobs: list[Job], settlement: Settlement) -> list[Job]:
    """Write down under which keys these rows will be known, before anything is sent; of two with the same key one is parked."""
    task = course.plan.task
    wanted = {course.plan.key_text(each.key): each for each in reversed(jobs)}
    others = SyncRow.objects.filter(task=task, external_key__in=wanted).exclude(pk__in=[each.row.pk for each in jobs])
    taken = set(others.values_list("external_key", flat=True))
    kept, fresh = [], []
    for job in jobs:
        key = course.plan.key_text(job.key)
        if (
            key in taken
            or wanted[key] is not job
            or not key
            or len(key) > SyncRow._meta.get_field("external_key").max_length
        ):
            park(
                settlement,
                job.row,
                course,
                _("Another record has the key “%(key)s” on the other side.") % {"key": key[:100]},
            )
            continue
        kept.append(job)
        if job.row.external_key != key:
            job.row.external_key, job.row.key = key, pack(job.key)
            fresh.append(job.row)
    SyncRow.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["id"], update_fields=["external_key", "key", "record_key"]
    )
    return kept


def exchange(course: Course, jobs: list[Job], settlement: Settlement) -> None:
    """Send these jobs. What turns out to be different over there than we thought is looked at, and sent once more."""
    uncertain = [each for each in jobs if each.row.is_uncertain]
    try:
        look(course, uncertain)
    except Temporary as error:
        # One that cannot even be read must not keep the others from being sent: they come first after the pause.
        for job in uncertain:
            put_off(settlement, job.row, course, str(error), seconds=error.retry_after)
        raise
    again = hand_over(course, jobs, settlement)
    if again:
        look(course, again)
        for job in hand_over(course, again, settlement):
            put_off(settlement, job.row, course, _("It keeps changing on the other side."))


def look(course: Course, jobs: Sequence[Job]) -> None:
    """Read back what the other side has."""
    if not jobs:
        return
    keys = [each.key for each in jobs]
    found = course.remote.get_many(course.plan.task.entity_set, keys, select=course.plan.mapping.targets)
    for job, row in zip(jobs, found, strict=True):
        job.seen, job.is_seen = row, True


def hand_over(course: Course, jobs: list[Job], settlement: Settlement) -> list[Job]:
    """Send what differs, by one batch; the jobs that met another record than they expected."""
    changes = [(job, job.change(course.plan.task.entity_set)) for job in jobs]
    for job, change in changes:
        if change is None:
            agree(course, job, settlement)
    sent = [(job, change) for job, change in changes if change is not None]
    if not sent:
        return []
    outcomes = course.remote.batch([change for _job, change in sent])
    if any(each.error is None for each in outcomes):
        course.succeed()
    again = []
    for (job, change), outcome in zip(sent, outcomes, strict=True):
        if take_outcome(course, job, change, outcome, settlement):
            again.append(job)
    return again


def agree(course: Course, job: Job, settlement: Settlement) -> None:
    """Nothing to send: it arrived, or it is not to be there and is not."""
    if job.mapped is not None and job.known() is None:
        job.row.is_uncertain = False
        settlement.rows.append(job.row)
        job.row.state, job.row.problem = RowState.SKIPPED, _("Does not meet the conditions of the task.")
        settlement.counts["skipped"] += 1
        return
    succeed(course, job, settlement, EventKind.CONFIRMED, job.seen)


def take_outcome(course: Course, job: Job, change: Change, outcome: Outcome, settlement: Settlement) -> bool:
    """Settle a job by its outcome; whether it has to be looked at and sent again."""
    error = outcome.error
    match error:
        case None:
            succeed(course, job, settlement, DONE_BY[change.kind], outcome.row, changed=changed_by(job, change))
        case Gone() if change.kind is Kind.DELETE:
            succeed(course, job, settlement, EventKind.CONFIRMED, None)
        case Conflict() | Gone():
            return True
        case Refused():
            park(settlement, job.row, course, refusal(error))
        case Unknown():
            job.row.is_uncertain = True
            put_off(settlement, job.row, course, str(error), at_once=True)
        case _:
            put_off(settlement, job.row, course, str(error), seconds=getattr(error, "retry_after", None))
    return False


def changed_by(job: Job, change: Change) -> list:
    """Field by field what the change says anew; of a new record nothing, for all of it is new."""
    if change.kind is not Kind.UPDATE:
        return []
    known = job.known() or {}
    return [[name, pack_one(known.get(name)), pack_one(value)] for name, value in change.values.items()]


def succeed(
    course: Course, job: Job, settlement: Settlement, kind: EventKind, found: Row | None, *, changed: list | None = None
) -> None:
    """Both sides agree now: note on what."""
    row = job.row
    if job.mapped is None:
        row.is_linked, row.is_uncertain, row.values, row.digest, row.etag = False, False, {}, "", ""
        row.state, row.sent_version, row.problem = RowState.SKIPPED, row.version, _("Deleted on both sides.")
    else:
        if not row.is_linked:
            settlement.linked.append(row)
        row.is_linked, row.values, row.digest = True, pack(job.mapped.values), digest(job.mapped.row)
        row.etag = (found.etag if found else None) or ""
        finish(row)
    settlement.rows.append(row)
    settlement.counts[COUNTS[kind]] += 1
    settlement.events.append(event(row, course.task_run, kind, differences=changed))
