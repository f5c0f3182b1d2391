"""Embedded servers of a test's own, in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from portal.embedded import keeper, processes, records
from portal.embedded.folders import CHECKOUT, prepare

INHERITED = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "PORT",
    "DJANGO_SETTINGS_MODULE",
)
KILL = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))


@pytest.fixture
def var():
    """A folder that the servers' user can reach, gone afterwards with whatever still runs in it."""
    folder = Path(tempfile.mkdtemp(prefix="callout-test-"))
    folder.chmod(0o755)
    yield folder
    processes.end_recorded(records.read(folder / keeper.STATE).get("keeper"), KILL)
    shutil.rmtree(folder)


@pytest.fixture
def folders(var):
    return prepare(var)


@pytest.fixture
def environment(var):
    kept = {
        name: value for name, value in os.environ.items() if name not in INHERITED and not name.startswith("PYTEST")
    }
    return kept | {"CALLOUT_VAR": str(var)}


@pytest.fixture
def embedded(environment):
    """`embedded("exec", "--", …)` runs the command line to its end; `wait=False` gives the running process."""
    started = []

    def call(*arguments, wait=True, **variables):
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.embedded", *arguments],
            env=environment | variables,
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        if not wait:
            return process
        output, _ = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, output)

    yield call
    for process in started:
        processes.end_child(process, KILL)
        process.stdout.close()
