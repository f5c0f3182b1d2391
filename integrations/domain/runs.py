"""Runs of a project, one at a time, task after task (INT-1, INT-2).

A run is worked on in slices: whoever takes it holds it by a lease, and when the slice ends, the worker dies or the other side asks
for patience, anybody goes on with it from where it stands.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from integrations.domain.alerts import alert
from integrations.domain.course import Away, Course, Stopped
from integrations.domain.incoming import take_in_all
from integrations.domain.mapped import mapped_task
from integrations.domain.outgoing import send_all
from integrations.domain.reconciling import compare
from integrations.domain.remote import connect, keep_metadata
from integrations.entities.base import UnknownEntityError
from integrations.enums import Direction, Occasion, RowState, RunState
from integrations.models import Connection, IntegrationProject, SyncRow, SyncRun, TaskRun
from integrations.odata.client import Service
from integrations.odata.errors import RemoteError, Temporary
from notifications.domain.backoff import pause_after
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant, tenant_scope

logger = structlog.get_logger(__name__)

WORK = "integrations.work"
# Longer than two requests with all their time-outs: between two batches the lease is renewed.
LEASE = timedelta(seconds=180)
# Patience with a service that is away, all together about half an hour; then the run ends, and the next one tries again.
MOST_PAUSES = 10
LONGEST_PAUSE = timedelta(minutes=5)


@transaction.atomic
def start(project: IntegrationProject, *, occasion: Occasion, by=None) -> SyncRun:
    """Begin a run; a worker takes it. Raises Conflict while the project runs."""
    now = clock.now()
    try:
        with transaction.atomic():
            run = SyncRun.objects.create(project=project, occasion=occasion, user=by, started_at=now, lease_until=now)
    except IntegrityError:
        raise Conflict(_("The project is running already.")) from None
    project.next_run_at = next_time(project, now)
    project.save(update_fields=["next_run_at"])
    if by is not None:
        record(by, "integration.run", project, after={"occasion": occasion})
    after_commit(WORK, current_tenant().pk, run.pk)
    return run


def next_time(project: IntegrationProject, now: datetime) -> datetime | None:
    """When the schedule has the project run next."""
    return now + timedelta(minutes=project.every_minutes) if project.every_minutes else None


def work(run_id, *, go_on: Callable[[], bool]) -> bool:
    """Work on a run until it is finished or `go_on()` says to stop; whether there is more to do at once.

    Does nothing while somebody else is at it, or before the other side wants to hear from us.
    """
    run = take(run_id)
    if run is None:
        return False
    with translation.override(current_tenant().languages[0]):
        slice_ = Slice(run, go_on)
        try:
            with connect(run.project.connection) as service:
                introduce(run.project.connection, service)
                is_done = slice_.run_tasks(service)
        except Away as away:
            return pause(slice_, away)
        except Stopped as stopped:
            finish(slice_, str(stopped))
            return False
        if is_done:
            finish(slice_, "")
            return False
    hand_on(slice_, clock.now())
    return True


def introduce(connection: Connection, service: Service) -> None:
    """Ask what the service offers, before anything else. Raises Away, Stopped."""
    try:
        service.metadata()
    except Temporary as error:
        raise Away(str(error), error.retry_after) from error
    except RemoteError as error:
        raise Stopped(str(error)) from error
    keep_metadata(connection, service)


def take(run_id) -> SyncRun | None:
    """Hold a run that is to be worked on now and that nobody holds."""
    now = clock.now()
    with tenant_scope(current_tenant()):
        free = SyncRun.objects.filter(pk=run_id, state=RunState.RUNNING, lease_until__lte=now)
        run = free.select_for_update(skip_locked=True, of=("self",)).select_related("project__connection").first()
        if run is not None:
            run.lease_until = now + LEASE
            run.save(update_fields=["lease_until"])
    return run


class Slice:
    """A worker's hold on a run."""

    def __init__(self, run: SyncRun, go_on: Callable[[], bool]):
        self.run = run
        self.has_time = go_on
        self.is_ours = True
        self.has_succeeded = False

    def go_on(self) -> bool:
        """Whether there is time for more; renews the lease, and stops when somebody else has the run."""
        until = clock.now() + LEASE
        with tenant_scope(current_tenant()):
            ours = SyncRun.objects.filter(pk=self.run.pk, state=RunState.RUNNING, lease_until=self.run.lease_until)
            self.is_ours = bool(ours.update(lease_until=until))
        self.run.lease_until = until
        return self.is_ours and self.has_time()

    def run_tasks(self, service) -> bool:
        """The tasks in their order; whether all were done. Raises Away, Stopped."""
        with tenant_scope(current_tenant()):
            tasks = list(self.run.project.tasks.filter(is_active=True).order_by("position", "pk"))
        for task in tasks:
            task.project = self.run.project
            task_run = begin(self.run, task)
            if task_run.state == RunState.RUNNING and not self.run_task(task_run, service):
                return False
        return True

    def run_task(self, task_run: TaskRun, service) -> bool:
        """One task; whether it was done."""
        try:
            with tenant_scope(current_tenant()):
                plan = mapped_task(task_run.task)
        except (UnknownEntityError, ValueError, KeyError, TypeError) as error:
            end(task_run, _("The task is not set up: %(why)s") % {"why": error}, RunState.ERROR)
            return True
        course = Course(plan, service, task_run, self.go_on)
        try:
            is_done = self.step(course)
        except Stopped as stopped:
            end(task_run, str(stopped), RunState.ERROR)
            raise
        except (Away, SoftTimeLimitExceeded):
            raise
        except Exception as error:
            # A record that cannot even be read must not stop the other tasks; its rows come again when their lease runs out.
            logger.exception("integration_task_broke_off", task=str(task_run.task_id))
            end(task_run, type(error).__name__, RunState.ERROR)
            return True
        finally:
            self.has_succeeded = self.has_succeeded or course.has_succeeded
        if is_done:
            end(task_run, "")
        return is_done

    def step(self, course: Course) -> bool:
        """What this run does with a task."""
        if self.run.occasion == Occasion.RECONCILIATION:
            return compare(course)
        return send_all(course) if course.plan.task.direction == Direction.OUT else take_in_all(course)


def begin(run: SyncRun, task) -> TaskRun:
    """The task's line in the run; a second slice finds that of the first."""
    with tenant_scope(current_tenant()):
        defaults = {"tenant": current_tenant(), "started_at": clock.now()}
        task_run = TaskRun.objects.get_or_create(run=run, task=task, defaults=defaults)[0]
    task_run.task = task
    return task_run


def end(task_run: TaskRun, message: str, state: RunState | None = None) -> None:
    """Close a task's line: completed, warning where some rows failed, error where all did."""
    with tenant_scope(current_tenant()):
        row = TaskRun.objects.select_for_update(of=("self",), no_key=True).get(pk=task_run.pk)
        row.state = state or state_of(row)
        row.message, row.finished_at = message[:500], clock.now()
        row.save(update_fields=["state", "message", "finished_at"])


def state_of(row: TaskRun) -> RunState:
    """How a task went by its counts."""
    if not row.failed:
        return RunState.COMPLETED
    went = row.inserted + row.updated + row.deleted + row.unchanged
    return RunState.WARNING if went else RunState.ERROR


def pause(slice_: Slice, away: Away) -> bool:
    """Go on later, or give up after too many pauses in a row; never at once."""
    pauses = 1 if slice_.has_succeeded else slice_.run.pauses + 1
    if pauses > MOST_PAUSES:
        finish(slice_, str(away))
        return False
    shortest = timedelta() if away.seconds == 0 else pause_after(pauses, longest=LONGEST_PAUSE)
    seconds = max(shortest, timedelta(seconds=away.seconds or 0))
    hand_on(slice_, clock.now() + seconds, pauses=pauses, message=str(away)[:500])
    return False


def hand_on(slice_: Slice, at: datetime, **noted) -> None:
    """Let anybody go on with the run from `at` on."""
    with tenant_scope(current_tenant()):
        ours = SyncRun.objects.filter(pk=slice_.run.pk, state=RunState.RUNNING, lease_until=slice_.run.lease_until)
        ours.update(lease_until=at, **noted)


def finish(slice_: Slice, message: str) -> None:
    """End the run with what its tasks come to, and tell who wants to know; a run that somebody else has by now is theirs to end."""
    with tenant_scope(current_tenant()):
        held = SyncRun.objects.filter(pk=slice_.run.pk, state=RunState.RUNNING, lease_until=slice_.run.lease_until)
        run = held.select_for_update(of=("self",)).select_related("project").first()
        if run is None:
            return
        tasks = list(run.tasks.order_by("pk"))
        for each in tasks:
            if each.state == RunState.RUNNING:
                each.state, each.message, each.finished_at = RunState.ERROR, message[:500], clock.now()
                each.save(update_fields=["state", "message", "finished_at"])
        run.state = outcome_of(tasks, message)
        run.message, run.finished_at = message[:500], clock.now()
        run.save(update_fields=["state", "message", "finished_at"])
        schedule_retry(run)
        alert(run)
    logger.info("integration_run", run=str(run.pk), project=run.project.name, state=run.state, message=message)


def outcome_of(tasks: list[TaskRun], message: str) -> RunState:
    """Completed when everything went, error when nothing did, else a warning (DYNAMICS 7.7)."""
    went = sum(each.inserted + each.updated + each.deleted + each.unchanged for each in tasks)
    states = {each.state for each in tasks}
    if states <= {RunState.COMPLETED} and not message:
        return RunState.COMPLETED
    return RunState.WARNING if went or (RunState.COMPLETED in states and not message) else RunState.ERROR


def schedule_retry(run: SyncRun) -> None:
    """Have the project run again when the first row that was put off is due, if its schedule is not earlier."""
    project = IntegrationProject.objects.select_for_update(of=("self",), no_key=True).get(pk=run.project_id)
    waiting = SyncRow.objects.filter(
        task__project=project, task__is_active=True, state=RowState.WAITING, waits_table=""
    )
    due = waiting.order_by("due_at", "pk").values_list("due_at", flat=True).first()
    if due is not None and (project.next_run_at is None or due < project.next_run_at):
        project.next_run_at = due
        project.save(update_fields=["next_run_at"])
