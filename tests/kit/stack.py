"""The whole portal as its users meet it: web server, worker and mail catcher as processes on the test's database."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from email import message_from_string
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings
from django.db import connection

# Seconds, for a slow machine: every wait ends with what it waits for.
PATIENCE = 120
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def redis_of_stack() -> str:
    """A Redis number beside that of this test process."""
    parts = urlsplit(settings.REDIS_URL)
    return urlunsplit(parts._replace(path=f"/{int(parts.path.lstrip('/') or 0) + 16}"))


def database_url() -> str:
    """The address of the test database, as the web role."""
    details = connection.settings_dict
    host = details["HOST"]
    place = f"{details['USER']}:{details['PASSWORD']}@/{details['NAME']}?host={host}&port={details['PORT'] or 5432}"
    return f"postgresql://{place}"


class Stack:
    """Processes that end with the `with` block."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port, self.smtp_port = free_port(), free_port()
        self.mailbox = folder / "mailbox"
        self.mailbox.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": redis_of_stack(),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "CALLOUT_VAR": str(folder),
            "CALLOUT_EMBEDDED": "1",
            "PORT": str(self.port),
            "DATABASE_POOL": "8",
            "DJANGO_SETTINGS_MODULE": "portal.settings.development",
            "PYTHONUNBUFFERED": "1",
        }
        self.processes: dict[str, subprocess.Popen] = {}

    def __enter__(self):
        self.start_mail()
        self.start_worker()
        self.start_web()
        return self

    def __exit__(self, *_error):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            if process.poll() is None:
                process.kill()

    def begin(self):
        """Ready for another test: all processes are up, and no mail of another one lies in the mailbox."""
        for name, process in self.processes.items():
            assert process.poll() is None, f"{name} ended:\n{self.log(name)}"
        for each in self.mailbox.glob("*.eml"):
            each.unlink(missing_ok=True)

    def start(self, name: str, *command: str) -> subprocess.Popen:
        """Start a Python module as a process of the stack; its output goes to a file."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *command],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.processes[name]

    def start_mail(self):
        self.start("mail", "portal.embedded", "mail", "--port", str(self.smtp_port))
        self.wait_for(self.smtp_port, "mail")

    def start_worker(self):
        self.start(
            "worker", "celery", "--app", "portal.celery", "worker", "--concurrency", "1", "--pool", "prefork",
            "--without-gossip", "--without-mingle", "--loglevel", "info",
        )  # fmt: skip

    def start_web(self):
        self.start(
            "web", "uvicorn", "portal.asgi:application", "--host", "127.0.0.1", "--port", str(self.port),
            "--lifespan", "off", "--no-access-log",
        )  # fmt: skip
        self.wait_for(self.port, "web")

    def kill(self, name: str):
        """kill -9 the process with all its children."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait(PATIENCE)

    def wait_for(self, port: int, name: str):
        """Wait until something answers at the port; fails with the process's own words."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            if self.processes[name].poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{name} does not answer:\n{self.log(name)}")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-6000:]

    def address(self, tenant, path: str = "/") -> str:
        return f"http://{tenant.slug}.localhost:{self.port}{path}"

    def get(self, path: str) -> httpx.Response:
        """A request on the platform's host."""
        return httpx.get(f"http://localhost:{self.port}{path}", timeout=PATIENCE)

    def mails(self, address: str) -> list[str]:
        """Wait for mail to this address; each as it was received."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = [each.read_text(errors="replace") for each in sorted(self.mailbox.glob("*.eml"))]
            wanted = [each for each in found if address in message_from_string(each)["To"]]
            if wanted:
                return wanted
            time.sleep(0.1)
        raise AssertionError(f"No mail came for {address}:\n{self.log('worker')}")
