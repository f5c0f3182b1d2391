"""What the demo's technicians do, and the moments at which they do it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from fieldservice.domain.lines import use_line
from fieldservice.domain.tasks import change_task
from fieldservice.models import WorkOrder, WorkOrderProduct, WorkOrderService, WorkOrderTask
from portal.kit import clock

DONE = 100


def do(work_order: WorkOrder) -> None:
    """Every task was done, and everything that was planned was used."""
    for task in WorkOrderTask.objects.filter(work_order=work_order).order_by("position", "pk"):
        change_task(task, percent_done=DONE, actual_minutes=task.estimated_minutes)
    for model in (WorkOrderProduct, WorkOrderService):
        for line in model.objects.filter(work_order=work_order).order_by("position", "pk"):
            use_line(line, is_confirmed=True)


@contextmanager
def pretend(moment: dt.datetime) -> Iterator[None]:
    """Let our own clock stand at another moment: the demo's past was lived in the past."""
    with mock.patch.object(clock, "now", return_value=moment):
        yield
