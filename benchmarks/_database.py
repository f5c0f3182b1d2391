"""A database of its own for measurements: made and migrated by the owner, used by the web role, dropped afterwards."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = "portal.settings.development"
# Seconds in which the sessions of a benchmark have to end.
PATIENCE = 30


def renamed(address: str, name: str) -> str:
    """The same server and role, another database."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"


@contextmanager
def benchmark_database(name: str) -> Iterator[dict[str, str]]:
    """Make `name`, migrate it, set this process's environment to it; yields the environment for others. Not for Django yet."""
    owner = os.environ["DATABASE_OWNER_URL"]
    drop(owner, name)
    with psycopg.connect(renamed(owner, "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_OWNER_URL"] = renamed(owner, name)
    os.environ["DATABASE_URL"] = renamed(os.environ["DATABASE_URL"], name)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    sys.path.insert(0, str(ROOT))
    as_owner = os.environ | {"DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=as_owner, check=True)
        yield dict(os.environ)
    finally:
        drop(owner, name)


def drop(owner: str, name: str) -> None:
    """Drop the database once its last session is gone; the owner may not end sessions of the web role."""
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(renamed(owner, "postgres"), autocommit=True) as server:
        while True:
            try:
                server.execute(f"DROP DATABASE IF EXISTS {name}")
            except psycopg.errors.ObjectInUse:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


def analyze() -> None:
    """Let the planner know the tables, as autovacuum would."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
