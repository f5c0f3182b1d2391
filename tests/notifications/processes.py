"""Real workers and sweeps as processes of their own, on the test's database."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "celery", "--app", "portal.celery", "worker", "--pool", "solo", "--loglevel", "warning")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")
NO_REDIS = "redis://127.0.0.1:1/0"
# Seconds, for a slow machine: every wait ends with what it waits for.
PATIENCE = 240

_running: list[subprocess.Popen] = []


def database_url() -> str:
    """The address of the database that this test has committed to."""
    details = connection.settings_dict
    password = quote(details["PASSWORD"], safe="")
    return f"postgresql://{details['USER']}:{password}@/{details['NAME']}?host={details['HOST']}"


def environment(smtp_port: int, *, faults="", redis_url="") -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.notifications.worker_settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url or settings.REDIS_URL,
        # The address is this process's own already.
        "PYTEST_XDIST_WORKER": "gw0",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "CALLOUT_MAILBOX": "/nowhere",
        "CALLOUT_FAULTS": faults,
    }


def start(*arguments: str, **options) -> subprocess.Popen:
    """Start Python with these arguments; `end_all` ends it."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", *arguments],
        env=environment(**options),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    _running.append(process)
    return process


def start_worker(**options) -> subprocess.Popen:
    return start(*WORKER, *QUIET, **options)


def start_sweep(*arguments: str, **options) -> subprocess.Popen:
    return start("manage.py", "sweep_outbox", *arguments, **options)


def await_end(process: subprocess.Popen) -> int:
    """The exit code, negative for a signal; what the process complained of is shown when a test fails."""
    _, errors = process.communicate(timeout=PATIENCE)
    sys.stderr.write(errors)
    return process.returncode


def end_all() -> None:
    """Kill -9 what still runs."""
    while _running:
        process = _running.pop()
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=PATIENCE)
