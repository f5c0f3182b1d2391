"""What is due in the exchange, found by its rows (D5): runs to begin, runs to go on with, history to forget."""

from datetime import timedelta

from integrations.domain.runs import WORK, next_time, start
from integrations.enums import Occasion, RunState
from integrations.models import IntegrationProject, SyncRun
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.kit.jobs import after_commit
from portal.tenancy.days import day_of, today
from portal.tenancy.scope import current_tenant, tenant_scope

HISTORY = timedelta(days=45)
# Projects and runs looked at in one sweep, and runs forgotten; the next one finds the rest.
BATCH = 50


def sweep() -> None:
    """Begin what the schedule asks for, have somebody go on with what stands still, forget old history."""
    tenant = current_tenant()
    with tenant_scope(tenant):
        go_on_with_runs()
    with tenant_scope(tenant):
        projects = due_projects()
    for project in projects:
        begin(project, Occasion.SCHEDULE)
    with tenant_scope(tenant):
        projects = [each for each in uncompared_projects() if is_due_for_comparing(each)]
    for project in projects:
        begin(project, Occasion.RECONCILIATION)
    with tenant_scope(tenant):
        forget()


def begin(project: IntegrationProject, occasion: Occasion) -> None:
    """Begin a run of the project as it is now; one that runs is left alone, its next turn comes."""
    with tenant_scope(current_tenant()):
        rows = IntegrationProject.objects.filter(pk=project.pk, is_active=True)
        locked = rows.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
        if locked is None:
            return
        try:
            start(locked, occasion=occasion)
        except Conflict:
            return
        if occasion == Occasion.RECONCILIATION:
            locked.reconciled_at = clock.now()
            locked.save(update_fields=["reconciled_at"])


def go_on_with_runs() -> None:
    """Send workers to runs whose lease has run out."""
    free = SyncRun.objects.filter(state=RunState.RUNNING, lease_until__lte=clock.now()).order_by("lease_until", "pk")
    for run_id in free.values_list("pk", flat=True)[:BATCH]:
        after_commit(WORK, current_tenant().pk, run_id)


def due_projects() -> list[IntegrationProject]:
    """Projects in use whose time has come and that do not run."""
    rows = IntegrationProject.objects.filter(is_active=True, next_run_at__lte=clock.now())
    return list(rows.exclude(runs__state=RunState.RUNNING).order_by("next_run_at", "pk")[:BATCH])


def uncompared_projects() -> list[IntegrationProject]:
    """Projects in use that are to be compared and do not run."""
    rows = IntegrationProject.objects.filter(is_active=True, is_reconciled=True)
    return list(rows.exclude(runs__state=RunState.RUNNING).order_by("pk")[:BATCH])


def is_due_for_comparing(project: IntegrationProject) -> bool:
    """Whether it was not compared on this day of the company; a new project is first compared on its second day."""
    return day_of(project.reconciled_at or project.created_at) < today()


def forget() -> None:
    """Delete runs that are older than is kept, with what happened in them."""
    old = SyncRun.objects.filter(started_at__lt=clock.now() - HISTORY).exclude(state=RunState.RUNNING)
    SyncRun.objects.filter(pk__in=list(old.order_by("started_at", "pk").values_list("pk", flat=True)[:BATCH])).delete()


def schedule(project: IntegrationProject) -> None:
    """Have a project that was switched on or whose schedule changed run by it, in the caller's transaction."""
    project.next_run_at = clock.now() if project.is_active and next_time(project, clock.now()) else None
    project.save(update_fields=["next_run_at"])
