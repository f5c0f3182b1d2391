"""Debian's or the system's browser, without a screen."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Browser, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds, for a slow machine: every wait ends with what it waits for.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """The program; none is downloaded."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("No Chromium found. On Debian: apt-get install chromium")
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser for a module of tests, not for longer: Playwright's loop may not meet those of other tests."""
    with pytest.MonkeyPatch.context() as patch:
        # The tests' own queries are synchronous all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS, timeout=PATIENCE)
            yield running
            running.close()
            # Beside the loop Django keeps connections of their own; they would hold the test database.
            connections.close_all()
