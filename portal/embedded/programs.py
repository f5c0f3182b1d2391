"""The processes of `make run` and how each is started and ended."""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.servers import Servers, module_command

WORKER_STOP = ((signal.SIGTERM, 8.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0))
PLAIN_STOP = ((signal.SIGTERM, 8.0), (signal.SIGKILL, 2.0))
SETTINGS = "portal.settings.development"
# Who asks is read by the application, which knows how many proxies are ours: uvicorn would believe any caller here.
WEB_OPTIONS = ("--no-proxy-headers", "--no-access-log", "--no-server-header", "--lifespan", "off")
WEB_PATIENCE = ("--timeout-graceful-shutdown", "5")


@dataclass(frozen=True)
class Program:
    """One process under the supervisor."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    stop: tuple[tuple[int, float], ...] = PLAIN_STOP


def application_environment(servers: Servers, *, port: int, smtp_port: int, run_id: str) -> dict[str, str]:
    """For web, worker and scheduler: the web role's address only, the owner's stays with the migration."""
    environment = os.environ | servers.environment(smtp_port=smtp_port)
    environment |= {"PORT": str(port), "CALLOUT_RUN_ID": run_id, "PYTHONUNBUFFERED": "1"}
    environment.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    del environment["DATABASE_OWNER_URL"]
    return environment


def programs(environment: dict[str, str], *, port: int, smtp_port: int, var: Path) -> list[Program]:
    """Everything that stays up, in the order of starting."""
    celery = (sys.executable, "-W", "ignore::RuntimeWarning", "-m", "celery", "--app", "portal.celery")
    web = (sys.executable, "-m", "uvicorn", "portal.asgi:application", "--host", "127.0.0.1", "--port", str(port))
    web_options = ("--workers", _number("WEB_WORKERS"), *WEB_OPTIONS, *WEB_PATIENCE)
    worker = ("worker", "--loglevel", "info", "--concurrency", _number("WORKER_CONCURRENCY"))
    quiet = ("--without-gossip", "--without-mingle", "--hostname", "worker@callout")
    schedule = ("beat", "--loglevel", "info", "--schedule", str(var / "schedule"), "--pidfile", "")
    return [
        Program("mail", tuple(module_command("mail", "--port", str(smtp_port))), environment),
        Program("web", web + web_options, environment),
        Program("worker", celery + worker + quiet, environment, WORKER_STOP),
        Program("beat", celery + schedule, environment),
        # Mails go out without Celery and Redis too (D5).
        Program("sweep", (sys.executable, "manage.py", "sweep_outbox", "--every", "15"), environment),
    ]


def migration(servers: Servers, environment: dict[str, str]) -> Program:
    """The schema, by its owner."""
    owner = environment | {"DATABASE_URL": servers.database_url("callout_owner")}
    return Program("migrate", (sys.executable, "manage.py", "migrate", "--no-input"), owner)


def seeding(environment: dict[str, str]) -> Program:
    """The demo tenants, by the web role; finds nothing to do where they are complete."""
    verb = "seed_demo" if demo_is_wanted() else "check"
    return Program("seed", (sys.executable, "manage.py", verb), environment)


def demo_is_wanted() -> bool:
    """CALLOUT_DEMO=0 leaves the demo out."""
    return os.environ.get("CALLOUT_DEMO", "1") != "0"


def _number(name: str, default: str = "2") -> str:
    value = os.environ.get(name, default)
    return value if value.isdecimal() and int(value) else default
