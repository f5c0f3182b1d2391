"""Who is told of runs that did not go well (DYNAMICS 7.7)."""

from integrations.enums import RunState
from integrations.models import SyncRun
from notifications.domain.outbox import publish
from portal.tenancy.scope import current_tenant

MESSAGE = "integration_run_failed"


def alert(run: SyncRun) -> None:
    """Publish a warning or an error to the project's addresses, in the caller's transaction.

    Once for as long as it stays the same: a project that runs every minute does not tell the same each minute.
    """
    if run.state not in (RunState.WARNING, RunState.ERROR) or is_told(run):
        return
    for address in run.project.alert_addresses:
        publish(
            MESSAGE,
            key=f"integration-run:{run.pk}:{address}",
            address=address,
            objects={"run": run.pk},
            language=current_tenant().languages[0],
        )


def is_told(run: SyncRun) -> bool:
    """Whether the run before went the same way for the same reason."""
    others = SyncRun.objects.filter(project=run.project, occasion=run.occasion).exclude(pk=run.pk)
    before = others.exclude(state=RunState.RUNNING).order_by("-started_at", "-pk").first()
    return before is not None and (before.state, before.message) == (run.state, run.message)
