"""Starting, recognising and ending processes; nothing is ended that was not started from here."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.02
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(with_signal: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel ends the child when its parent is gone, kill -9 included (Linux)."""
    parent = os.getpid()

    def prepare() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def spawn(command: list[str], *, log: Path, death_signal: int = signal.SIGTERM, **options) -> subprocess.Popen:
    """A child of our own session that writes to `log` and ends with us."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=options.pop("stdin", subprocess.DEVNULL),
            start_new_session=True,
            preexec_fn=dies_with_parent(death_signal),  # noqa: PLW1509 - only one thread here
            **options,
        )


def identity(pid: int) -> str:
    """Tells this process from a later one with the same number; empty when there is none (or only a zombie)."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else f"{_boot()}:{fields[19]}"
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def arguments(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout


def described(pid: int) -> dict:
    """What to write down so that `is_alive` and `end_recorded` find exactly this process again."""
    return {"pid": pid, "identity": identity(pid)}


def is_alive(record: dict | None) -> bool:
    return bool(record and record["identity"] and identity(record["pid"]) == record["identity"])


def end_recorded(record: dict | None, signals: tuple[tuple[int, float], ...]) -> bool:
    """End a process known from its record only, by each signal in turn with its patience in seconds."""
    if not is_alive(record):
        return False
    for number, patience in signals:
        _send(record["pid"], number)
        if _wait_until(lambda: not is_alive(record), patience):
            return True
    return True


def end_marked(run_id: str) -> None:
    """End every process that carries CALLOUT_RUN_ID=`run_id` in its environment, wherever it was moved to (Linux)."""
    if not run_id or sys.platform != "linux":
        return
    mark = f"CALLOUT_RUN_ID={run_id}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        try:
            marked = mark in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if marked:
            _send(int(folder.name), signal.SIGKILL)


def end_child(child: subprocess.Popen, signals: tuple[tuple[int, float], ...]) -> None:
    """End our own child and whatever remained of its session."""
    for number, patience in signals:
        if child.poll() is not None:
            break
        _send(child.pid, number)
        _wait_until(lambda: child.poll() is not None, patience)
    _send_group(child.pid, signal.SIGKILL)
    child.wait()


def how_it_ended(code: int) -> str:
    """The end of a process in words, from its return code."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented, for messages."""
    if not log.exists():
        return ""
    with log.open("rb") as source:
        source.seek(max(0, log.stat().st_size - 8192))
        last = source.read().decode(errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in last)


def roll(log: Path, limit: int = 5_000_000) -> None:
    """Keep one older log, so that logs do not grow without end."""
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_suffix(".log.1"))


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except OSError:
        return ""


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _send_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _wait_until(done: Callable[[], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(POLL_SECONDS)
    return done()
