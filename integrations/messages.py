"""E-mails of the exchange."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from integrations.enums import RunState
from integrations.models import SyncRun
from notifications.links import absolute
from notifications.registry import Message, read_once, register
from portal.tenancy.scope import current_tenant


@register
class IntegrationRunFailed(Message):
    """A run of an integration project went wrong, wholly or in part (DYNAMICS 7.7)."""

    name = "integration_run_failed"
    title = gettext_lazy("Integration run with warnings or errors")
    app = "integrations"
    is_optional = False

    def still_true(self, row):
        return run_of(row) is not None

    def context(self, row):
        run = run_of(row)
        return {
            "is_error": run.state == RunState.ERROR,
            "project": run.project.name,
            "reason": run.message,
            "tasks": tasks_of(run),
            "admin_url": absolute(reverse("admin:index"), current_tenant()),
        }


def tasks_of(run: SyncRun) -> list[dict]:
    """The tasks that left something behind."""
    rows = [each for each in run.tasks.select_related("task").order_by("pk") if each.failed or each.message]
    return [{"name": each.task.name, "failed": each.failed, "message": each.message} for each in rows]


@read_once
def run_of(row):
    """The run that the message is about, None when its history is gone."""
    runs = SyncRun.objects.filter(pk=row.payload.get("run")).select_related("project")
    return runs.order_by("pk").first()
