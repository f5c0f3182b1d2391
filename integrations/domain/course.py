"""What the steps of a run share: who runs it, over which way, and why it may have to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from integrations.domain.claims import Settlement, event
from integrations.domain.mapped import MappedTask
from integrations.domain.remote import Remote
from integrations.engine.mapping import Problem
from integrations.engine.values import as_text
from integrations.enums import EventKind, RowState
from integrations.models import SyncRow, TaskRun
from integrations.odata.errors import NotConnected, Refused, RemoteError, Temporary, Unknown
from integrations.words import sentence
from notifications.domain.backoff import pause_after
from portal.kit import clock

# A row that failed so often is put aside for staff.
MOST_ATTEMPTS = 8
# As many failures of whole requests in a row mean that the other side is away, not that one row is bad: bad ones are alone after four.
MOST_FAILURES = 6
LONGEST_PAUSE = timedelta(minutes=30)
BLOCKED_PAUSE = timedelta(hours=1)


class Away(Exception):
    """The other side asks for patience or does not answer: the run goes on after `seconds`, None for as we think fit."""

    def __init__(self, message: str, seconds: float | None = None):
        super().__init__(message)
        self.seconds = seconds


class Stopped(Exception):
    """Nothing will work before somebody changes something: the run ends."""


@dataclass
class Course:
    """One task in one run. `go_on` says whether there is time for another batch; `failures` counts whole requests that failed in a row."""

    plan: MappedTask
    remote: Remote
    task_run: TaskRun
    go_on: Callable[[], bool]
    failures: int = 0
    has_succeeded: bool = False

    def succeed(self) -> None:
        """The other side did something: it is there."""
        self.failures = 0
        self.has_succeeded = True

    def fail(self, error: RemoteError) -> None:
        """A whole request failed. Raises Away when too many did so in a row."""
        self.failures += 1
        if self.failures >= MOST_FAILURES:
            raise Away(str(error)) from error


def park(settlement: Settlement, row: SyncRow, course: Course, why: str) -> None:
    """Put a row aside with its reason, for staff or for a change of the record."""
    is_new = (row.state, row.problem) != (RowState.PARKED, why[:500])
    row.state, row.problem = RowState.PARKED, why[:500]
    row.waits_table = row.waits_key = ""
    settlement.rows.append(row)
    settlement.counts["failed"] += 1
    if is_new:
        settlement.events.append(event(row, course.task_run, EventKind.PARKED, message=why))


def put_off(
    settlement: Settlement,
    row: SyncRow,
    course: Course,
    why: str,
    *,
    seconds: float | None = None,
    at_once: bool = False,
) -> None:
    """Try a row again later, `at_once` with the next batch; one that failed too often is parked."""
    row.attempts += 1
    # While nothing at all gets through, the row is hardly to blame.
    if row.attempts >= MOST_ATTEMPTS * (1 if course.has_succeeded else 3):
        park(settlement, row, course, _("Failed %(count)s times: %(why)s") % {"count": row.attempts, "why": why})
        return
    pause = (
        timedelta()
        if at_once
        else max(pause_after(row.attempts, longest=LONGEST_PAUSE), timedelta(seconds=seconds or 0))
    )
    row.state, row.problem, row.due_at = RowState.WAITING, why[:500], clock.now() + pause
    settlement.rows.append(row)
    settlement.events.append(
        event(row, course.task_run, EventKind.UNCERTAIN if row.is_uncertain else EventKind.DELAYED, message=why)
    )


def hold_back(settlement: Settlement, row: SyncRow, course: Course, problems: tuple[Problem, ...]) -> None:
    """Park what cannot be mapped; a row that only lacks partners waits for the first of them, by name."""
    why = " ".join(map(sentence, problems))
    waiting = problems[0]
    if not all(each.is_waiting for each in problems):
        park(settlement, row, course, why)
        return
    is_new = (row.waits_table, row.problem) != (waiting.arguments["table"], why[:500])
    row.state, row.problem, row.due_at = RowState.WAITING, why[:500], clock.now() + BLOCKED_PAUSE
    row.waits_table, row.waits_key = str(waiting.arguments["table"]), as_text(waiting.arguments["value"])[:200]
    settlement.rows.append(row)
    settlement.counts["blocked"] += 1
    if is_new:
        settlement.events.append(event(row, course.task_run, EventKind.BLOCKED, message=why))


def give_back(settlement: Settlement, rows: list[SyncRow]) -> None:
    """Rows that nothing happened to wait as before."""
    for row in rows:
        row.state, row.due_at = RowState.WAITING, clock.now()
        settlement.rows.append(row)


def finish(row: SyncRow) -> None:
    """Exchanged, until something changes."""
    row.state, row.sent_version, row.attempts = RowState.DONE, row.version, 0
    row.is_uncertain, row.problem, row.waits_table, row.waits_key = False, "", "", ""


def refusal(error: Refused) -> str:
    """The service's own words, with the field that it means."""
    return f"{error.target}: {error.message}" if error.target else error.message


def fail(course: Course, rows: list[SyncRow], settlement: Settlement, error: RemoteError) -> None:
    """A request failed for all rows that it was for. Raises Away or Stopped where the next one would fare the same."""
    match error:
        case NotConnected():
            give_back(settlement, rows)
            raise Stopped(str(error)) from error
        case Temporary():
            give_back(settlement, rows)
            raise Away(str(error), error.retry_after) from error
        case Unknown():
            for row in rows:
                row.is_uncertain = True
                put_off(settlement, row, course, str(error), at_once=True)
        case Refused() if len(rows) == 1:
            park(settlement, rows[0], course, refusal(error))
        case _:
            for row in rows:
                put_off(settlement, row, course, str(error), at_once=True)
    course.fail(error)
