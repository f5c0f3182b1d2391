"""The children of one `make run`: started, started again when they die, ended together."""

import os
import subprocess
import time
from dataclasses import dataclass, field

from portal.embedded import health, processes, records, servers
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import CHECKOUT, Folders
from portal.embedded.programs import Program

READY_SECONDS = 90
WATCH_SECONDS = 0.25
CALM_SECONDS = 60.0
LONGEST_PAUSE = 30.0
GIVE_UP_AFTER = 3


@dataclass
class Child:
    """A program that is to stay up: its process, its failures, when it may be tried again."""

    program: Program
    process: subprocess.Popen | None = None
    failures: int = 0
    started_at: float = 0.0
    not_before: float = 0.0


@dataclass
class Supervisor:
    """Holds the children of one `make run`."""

    folders: Folders
    port: int
    smtp_port: int
    run_id: str
    children: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> None:
        log = self.folders.log(child.program.name)
        processes.roll(log)
        command, environment = list(child.program.command), child.program.environment
        child.process = processes.spawn(command, log=log, env=environment, cwd=CHECKOUT)
        child.started_at = time.monotonic()
        self.record()

    def record(self) -> None:
        up = {child.program.name: processes.described(child.process.pid) for child in self.children if child.process}
        state = {"supervisor": processes.described(os.getpid()), "run_id": self.run_id, "children": up}
        records.write(self.folders.file(servers.RUN_STATE), state | {"port": self.port, "smtp_port": self.smtp_port})

    def revive(self) -> None:
        """Start again what died, each time after a longer pause."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self.note_death(child)
            if child.process is None and time.monotonic() >= child.not_before:
                self.start(child)

    def note_death(self, child: Child) -> None:
        name, code = child.program.name, child.process.returncode
        processes.end_child(child.process, ())
        child.process = None
        if time.monotonic() - child.started_at > CALM_SECONDS:
            child.failures = 0
        pause = min(LONGEST_PAUSE, 0.5 * 2**child.failures)
        child.failures += 1
        child.not_before = time.monotonic() + pause
        ended = processes.how_it_ended(code)
        print(f"{name} {ended}; starting it again in {pause:g} s. See {self.folders.log(name)}", flush=True)

    def restart(self, *names: str) -> None:
        """End and start again what runs but does not work."""
        for child in self.children:
            if child.program.name in names and child.process is not None:
                processes.end_child(child.process, child.program.stop)
                self.start(child)

    def wait_for_web(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        web = next(child for child in self.children if child.program.name == "web")
        while time.monotonic() < deadline:
            self.revive()
            if web.process and health.answers(self.port):
                return
            if web.failures >= GIVE_UP_AFTER:
                break
            time.sleep(WATCH_SECONDS)
        log = self.folders.log("web")
        raise EmbeddedError(f"The web server does not come up. The end of {log}:\n{processes.tail(log)}")

    def stop(self) -> None:
        """End all at once, then wait for each; what outlives its patience is killed."""
        running = [child for child in self.children if child.process and child.process.poll() is None]
        for child in running:
            child.process.terminate()
        for child in running:
            processes.end_child(child.process, child.program.stop)
        processes.end_marked(self.run_id)
        self.folders.file(servers.RUN_STATE).unlink(missing_ok=True)
