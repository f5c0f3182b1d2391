"""What staff do with single records: try again, compare and send again (INT-2)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from integrations.domain.claims import write
from integrations.enums import EventKind, RowState
from integrations.models import IntegrationProject, RowEvent, SyncRow
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant

# Rows put back by one statement.
MOST_AT_ONCE = 5_000


@transaction.atomic
def retry(row: SyncRow, *, by) -> SyncRow:
    """Have a parked or waiting row tried with the next run, at once; audited. Raises DomainError for one that is fine or under way."""
    locked = SyncRow.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if locked.state not in (RowState.PARKED, RowState.WAITING):
        raise DomainError(_("Only a record that is parked or waits can be tried again."))
    put_back([locked], by=by)
    record(by, "integration.retry", locked)
    return locked


@transaction.atomic
def retry_all(project: IntegrationProject, *, by) -> int:
    """Have every parked row of a project tried again; how many."""
    parked = SyncRow.objects.filter(task__project=project, state=RowState.PARKED).order_by("pk")
    rows = list(parked.select_for_update(of=("self",), no_key=True)[:MOST_AT_ONCE])
    put_back(rows, by=by)
    record(by, "integration.retry", project, after={"rows": len(rows)})
    return len(rows)


@transaction.atomic
def send_again(row: SyncRow, *, by) -> SyncRow:
    """Have a row that is exchanged compared with the other side, and what differs there sent or taken in again; audited.

    Raises DomainError for one that is not exchanged.
    """
    locked = SyncRow.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if locked.state != RowState.DONE:
        raise DomainError(_("Only a record that is exchanged can be compared and sent again."))
    locked.is_uncertain, locked.digest = True, ""
    put_back([locked], by=by)
    record(by, "integration.send_again", locked)
    return locked


def put_back(rows: Iterable[SyncRow], *, by) -> None:
    """Make these rows due, with a fresh count of attempts; their projects run soon."""
    rows, now = list(rows), clock.now()
    for row in rows:
        row.state, row.due_at, row.attempts, row.changed_at = RowState.WAITING, now, 0, now
        row.problem = row.waits_table = row.waits_key = ""
    write(rows)
    RowEvent.objects.bulk_create(
        RowEvent(tenant=current_tenant(), row=each, kind=EventKind.RETRIED, at=now, message=str(by)[:500])
        for each in rows
    )
    projects = IntegrationProject.objects.filter(tasks__rows__in=[each.pk for each in rows[:1]], is_active=True)
    IntegrationProject.objects.filter(pk__in=projects.values("pk")).update(next_run_at=now)
