"""Both sides compared once a day (INT-2): what is missing on one of them, and what differs, field by field. Nothing is changed."""

from collections.abc import Mapping, Sequence

from integrations.domain.claims import Settlement, add_counts
from integrations.domain.course import Away, Course, Stopped
from integrations.domain.incoming import key_sources, selected, where
from integrations.domain.journal import fill, take_notes
from integrations.engine.differences import differences
from integrations.engine.values import pack_one
from integrations.enums import Direction, DiscrepancyKind, RowState
from integrations.models import Discrepancy, SyncRow, TaskPosition, TaskRun
from integrations.odata.client import Page
from integrations.odata.errors import RemoteError, Temporary
from integrations.odata.query import Expression, F
from integrations.odata.wire import Row
from portal.kit import clock
from portal.tenancy.scope import current_tenant, tenant_scope

# Discrepancies listed of a task; more of them say the same.
MOST_LISTED = 1_000
AT_END = "end"


def compare(course: Course) -> bool:
    """List every record on which both sides disagree; whether it came to the end. Raises Away, Stopped."""
    task, task_run = course.plan.task, course.task_run
    if task.direction == Direction.OUT and not task_run.position:
        take_notes(task)
        fill(task)
    try:
        if task_run.position != AT_END and not read_theirs(course):
            return False
    except Temporary as error:
        raise Away(str(error), error.retry_after) from error
    except RemoteError as error:
        raise Stopped(str(error)) from error
    with tenant_scope(current_tenant()):
        list_missing(course)
    return True


def read_theirs(course: Course) -> bool:
    """Compare their records page by page, noting how far that is; whether the end was reached."""
    is_out = course.plan.task.direction == Direction.OUT
    pages = course.remote.pages(
        course.plan.task.entity_set,
        select=course.plan.mapping.targets if is_out else selected(course),
        where=company_only(course) if is_out else where(course, TaskPosition()),
        order_by=sorted(key_names(course)),
        position=course.task_run.position or None,
        page_size=course.plan.task.batch_size,
    )
    for page in pages:
        with tenant_scope(current_tenant()):
            compare_page(course, page)
            course.task_run.position = AT_END if page.is_last else page.position or ""
            TaskRun.objects.filter(pk=course.task_run.pk).update(position=course.task_run.position)
        course.succeed()
        if not page.is_last and not course.go_on():
            return False
    return True


def company_only(course: Course) -> Expression | None:
    """Of what goes out: the records of the legal entity, whoever made them."""
    company = course.plan.task.project.connection.company
    return F.eq(course.plan.task.company_field, company) if course.plan.task.company_field and company else None


def key_names(course: Course) -> Sequence[str]:
    """The fields of their key."""
    return course.plan.mapping.key_targets if course.plan.task.direction == Direction.OUT else key_sources(course)


def compare_page(course: Course, page: Page) -> None:
    """Compare the records of a page with what we say of them."""
    plan, names = course.plan, key_names(course)
    theirs = {plan.key_text({name: each.values.get(name) for name in names}): each for each in page.rows}
    rows = SyncRow.objects.filter(task=plan.task, external_key__in=theirs).order_by("pk")
    known = {each.external_key: each for each in rows}
    SyncRow.objects.filter(pk__in=[each.pk for each in known.values()]).update(compared_at=clock.now())
    is_out = plan.task.direction == Direction.OUT
    found = out_of_step(course, theirs, known) if is_out else not_taken_in(course, theirs, known)
    keep(course, found, agreed=len(theirs) - len(found))


def is_settled(row: SyncRow) -> bool:
    """Whether nothing of it is on its way: what waits differs by right."""
    return row.is_linked and row.state in (RowState.DONE, RowState.SKIPPED) and row.sent_version == row.version


def out_of_step(course: Course, theirs: Mapping[str, Row], known: Mapping[str, SyncRow]) -> list[Discrepancy]:
    """Records of ours that the other side says differently. What others made there is none of our business."""
    plan = course.plan
    settled = {key: row for key, row in known.items() if is_settled(row)}
    records = plan.entity.read([each.record_id for each in settled.values()], plan.names)
    mapped = plan.map_all(
        {row.external_key: records[row.record_id] for row in settled.values() if row.record_id in records}
    )
    found = []
    for key, ours in mapped.items():
        said = {name: theirs[key].values.get(name) for name in ours.values}
        if not ours.problems and (different := differences(ours.values, said)):
            found.append(discrepancy(course, DiscrepancyKind.DIFFERENT, settled[key], different))
    return found


def not_taken_in(course: Course, theirs: Mapping[str, Row], known: Mapping[str, SyncRow]) -> list[Discrepancy]:
    """Records of theirs that are not here, or that say something else here by now."""
    plan = course.plan
    mapped = plan.map_all({key: each.values for key, each in theirs.items()})
    linked = {key: row for key, row in known.items() if row.is_linked and row.record_id}
    names = [name for name in plan.mapping.targets if name in plan.entity.by_name]
    records = plan.entity.read([each.record_id for each in linked.values()], names)
    found = []
    for key, said in mapped.items():
        row = linked.get(key)
        if row is None or row.record_id not in records:
            row = known.get(key) or SyncRow(external_key=key)
            found.append(discrepancy(course, DiscrepancyKind.MISSING_HERE, row))
            continue
        wanted = {name: value for name, value in said.row.items() if name in records[row.record_id]}
        if different := differences(records[row.record_id], wanted):
            found.append(discrepancy(course, DiscrepancyKind.DIFFERENT, row, different))
    return found


def discrepancy(course: Course, kind: DiscrepancyKind, row: SyncRow, different=()) -> Discrepancy:
    """A record on which both sides disagree; ours before theirs."""
    return Discrepancy(
        tenant=current_tenant(),
        run_id=course.task_run.run_id,
        task=course.plan.task,
        kind=kind,
        record_id=row.record_id,
        record_key=row.record_key,
        external_key=row.external_key,
        differences=[[each.field, pack_one(each.before), pack_one(each.after)] for each in different],
    )


def list_missing(course: Course) -> None:
    """Records that both sides had and that were not found there."""
    run = course.task_run.run
    rows = SyncRow.objects.filter(task=course.plan.task, is_linked=True).exclude(compared_at__gte=run.started_at)
    lost = [each for each in rows.order_by("pk")[:MOST_LISTED] if is_settled(each)]
    keep(course, [discrepancy(course, DiscrepancyKind.MISSING_THERE, each) for each in lost], agreed=0)


def keep(course: Course, found: list[Discrepancy], *, agreed: int) -> None:
    """List discrepancies, as far as there is room, and count all of them."""
    listed = Discrepancy.objects.filter(run_id=course.task_run.run_id, task=course.plan.task).count()
    Discrepancy.objects.bulk_create(found[: max(0, MOST_LISTED - listed)])
    settlement = Settlement()
    settlement.counts.update({"failed": len(found), "unchanged": agreed})
    add_counts(settlement, course.task_run)
