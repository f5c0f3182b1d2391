"""Runs as tests make them: begun, worked on, and gone on with as if time had passed."""

from integrations.domain.runs import start, work
from integrations.enums import Occasion, RowState, RunState
from integrations.models import SyncRow, SyncRun
from portal.kit import clock
from portal.tenancy.scope import tenant_scope


def always():
    return True


def run(project, *, occasion=Occasion.HAND, go_on=always) -> SyncRun:
    """A run, worked on once."""
    begun = start(project, occasion=occasion)
    work(begun.pk, go_on=go_on)
    begun.refresh_from_db()
    return begun


def go_on_with(begun: SyncRun) -> SyncRun:
    """The run as worked on after whatever everybody waited for."""
    pass_time(begun)
    work(begun.pk, go_on=always)
    begun.refresh_from_db()
    return begun


def pass_time(begun: SyncRun) -> None:
    """Leases have run out and what was put off is due."""
    now = clock.now()
    SyncRun.objects.filter(pk=begun.pk, state=RunState.RUNNING).update(lease_until=now)
    SyncRow.objects.filter(state__in=[RowState.WAITING, RowState.SENDING]).update(due_at=now)


def run_through(project) -> SyncRun:
    """A run to its end, whatever happens on the way."""
    begun = run(project)
    for _ in range(60):
        if begun.state != RunState.RUNNING:
            return begun
        go_on_with(begun)
    raise AssertionError("The run does not end.")


def rows(task) -> dict[str, SyncRow]:
    """The rows of a task by our key."""
    return {each.record_key: each for each in SyncRow.objects.filter(task=task).order_by("pk")}


def states(task) -> dict[str, str]:
    return {key: each.state for key, each in rows(task).items()}


def counts(begun: SyncRun) -> dict[str, int]:
    """The counts of a run that are not zero, all its tasks together."""
    names = ("inserted", "updated", "deleted", "unchanged", "skipped", "blocked", "failed")
    found = {name: sum(getattr(each, name) for each in begun.tasks.order_by("pk")) for name in names}
    return {name: count for name, count in found.items() if count}


def done(erp, name="ReleasedProductsV2") -> list[tuple[str, str]]:
    """What the other side really did, in order: action and record without the legal entity."""
    return [(each["action"], each["record"].partition("|")[2]) for each in erp.effects(name)]


def in_scope(tenant, function, *arguments):
    with tenant_scope(tenant):
        return function(*arguments)
