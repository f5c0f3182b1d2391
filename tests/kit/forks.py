"""Workers as processes of their own, which die by kill -9 after any of their statements to the database."""

import os
import signal
import traceback
from collections.abc import Callable
from itertools import count

from django.db import connection, connections

from portal.kit.errors import DomainError

DONE, REFUSED, FAILED, KILLED = 0, 3, 4, -signal.SIGKILL
# A worker with more statements than this goes round in circles.
STEPS = 1000


def fork(work: Callable[[], object], *, dies_after: int | None = None) -> int:
    """Start `work` in a process of its own, killed right after its statement of this number; the process's id."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        _live(work, dies_after)
    return pid


def kill(pid: int) -> None:
    """Kill -9 a process, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    ends(pid)


def ends(*pids: int) -> list[int]:
    """Wait for each; how it ended: DONE, REFUSED by a rule, FAILED otherwise, or KILLED."""
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


def at_once(*works: Callable[[], object]) -> list[int]:
    """Run them side by side; how each ended."""
    return ends(*[fork(work) for work in works])


def killed_at_each_step(work: Callable[[], object], check: Callable[[], None]) -> int:
    """Run `work` again and again, killed one statement later each time, until it comes through; how often it was killed.

    `check` looks at what each left behind.
    """
    for step in count(1):
        [end] = ends(fork(work, dies_after=step))
        check()
        if end != KILLED:
            assert end == DONE
            return step - 1
        assert step < STEPS
    raise AssertionError


def _live(work: Callable[[], object], dies_after: int | None) -> None:
    code = FAILED
    try:
        with connection.execute_wrapper(_Executioner(dies_after)):
            work()
        code = DONE
    except DomainError:
        code = REFUSED
    except BaseException:  # noqa: BLE001  the parent reads the code, and people what was wrong
        traceback.print_exc()
    finally:
        # Nothing of the parent's may be wound up here.
        os._exit(code)


class _Executioner:
    """Counts statements, and ends the process after the one of the number."""

    def __init__(self, number: int | None):
        self.number = number
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        self.count += 1
        if self.count == self.number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
