"""The test database: migrated once by the owner, then copied for every process that tests."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
# What the schema is made of: the migrations, and the modules that they import.
SOURCES = ("*/migrations/*.py", "portal/*/migrations/*.py", "portal/tenancy/rls.py", "portal/kit/ids.py")
# What the migration itself wrote stays when a test's rows go.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
# Processes that test side by side take turns: one migrates, the others copy.
TURN = 20_261_121
PATIENCE = 60
RETRY_SECONDS = 0.2


def owner_of(name: str) -> psycopg.Connection:
    """A connection of the owner to a database of the tests' server."""
    details = settings.DATABASE_OWNER
    return psycopg.connect(
        dbname=name,
        host=details["HOST"],
        port=details["PORT"] or None,
        user=details["USER"],
        password=details["PASSWORD"],
        autocommit=True,
    )


def make(name: str) -> None:
    """An empty, migrated database of this name, whatever stood there before."""
    with owner_of("postgres") as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [TURN])
        template = _template(owner)
        drop(owner, name, PATIENCE)
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop(owner: psycopg.Connection, name: str, patience: float) -> None:
    """Drop a database when the last of its connections has gone; what stays in use for longer is left to the next run."""
    deadline = time.monotonic() + patience
    while True:
        with suppress(psycopg.errors.ObjectInUse):
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            return
        if time.monotonic() > deadline:
            return
        time.sleep(RETRY_SECONDS)


def empty(name: str) -> None:
    """Take away what a test committed: by the owner, since the web role may not TRUNCATE."""
    with owner_of(name) as owner:
        found = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname <> ALL(%s) ORDER BY relname",
            [list(KEPT)],
        )
        tables = sql.SQL(", ").join(sql.Identifier(table) for (table,) in found)
        # A portal that serves several tests goes on sweeping: whoever waits for all tables at once may stand in its way.
        owner.execute("SET lock_timeout = '500ms'")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                owner.execute(sql.SQL("TRUNCATE {}").format(tables))
            except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                if time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_SECONDS)
            else:
                return


@contextmanager
def undone(blocker) -> Iterator[None]:
    """A transaction around the tests of a module, taken back after the last: each of them works in a savepoint of it."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _template(owner: psycopg.Connection) -> str:
    """The migrated database of these sources; older ones go."""
    name = f"template_{_digest()}"
    kept = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'").fetchall()
    if (name,) in kept:
        return name
    for (old,) in kept:
        drop(owner, old, 0)
    # Made beside its name: a start that was cut short leaves no half of a schema behind.
    drop(owner, "template_begun", PATIENCE)
    owner.execute("CREATE DATABASE template_begun")
    with _connected_to("template_begun"):
        call_command("migrate", verbosity=0, interactive=False)
    owner.execute(sql.SQL("ALTER DATABASE template_begun RENAME TO {}").format(sql.Identifier(name)))
    return name


def _digest() -> str:
    found = hashlib.sha256(django.__version__.encode())
    for path in sorted({path for pattern in SOURCES for path in ROOT.glob(pattern)}):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """Django's connection as the owner of another database."""
    connection = connections["default"]
    before = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD")}
    owner = {key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(owner, NAME=name)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
