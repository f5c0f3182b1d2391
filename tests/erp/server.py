"""A real OData 4 server (SAP's CAP with SQLite) with the entities of a finance and operations system."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.request
from pathlib import Path

from tests.erp.install import SOURCE, installed

READY = re.compile(r"server listening on \{ url: '[^']*:(\d+)' \}")
PATIENCE_SECONDS = 60.0
OWN = ("package.json", "server.js", "srv")


class Server:
    """One server with a database of its own; what was committed is there again after a restart, on another port."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="callout-erp-"))
        for name in OWN:
            copy = shutil.copytree if (SOURCE / name).is_dir() else shutil.copyfile
            copy(SOURCE / name, self.folder / name)
        self.program = installed() / "node_modules"
        (self.folder / "node_modules").symlink_to(self.program)
        self.said: list[str] = []
        self.start()

    def start(self) -> None:
        self.ready = threading.Event()
        self.port = 0
        self.process = subprocess.Popen(
            ["node", str(self.program / "@sap/cds/bin/serve.js"), "all"],
            cwd=self.folder,
            env=os.environ | {"PORT": "0", "NODE_ENV": "development", "NO_COLOR": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self.listen, args=(self.process,), daemon=True)
        self.reader.start()
        if not self.ready.wait(PATIENCE_SECONDS) or not self.port:
            self.end(signal.SIGKILL)
            raise RuntimeError("The server of the tests does not come up:\n" + "\n".join(self.said[-40:]))

    def listen(self, process: subprocess.Popen) -> None:
        """Read what it says until its end, so that it never waits for us."""
        for line in process.stdout:
            self.said.append(line.rstrip()[:500])
            found = READY.search(line)
            if found:
                self.port = int(found[1])
                self.ready.set()
        self.ready.set()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(20)
        self.reader.join(20)
        self.process.stdin.close()
        self.process.stdout.close()

    def restart(self, how: signal.Signals = signal.SIGKILL) -> None:
        self.end(how)
        self.start()

    def close(self) -> None:
        self.end(signal.SIGKILL)
        shutil.rmtree(self.folder)

    def ask(self, path: str, body: bytes | None = None):
        """The side of it that is for the tests only."""
        url = f"http://127.0.0.1:{self.port}/control/{path}"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            found = answer.read()
        return json.loads(found)["value"] if found else None

    def empty(self) -> None:
        self.ask("empty", b"{}")

    def fill(self, name: str, company: str, count: int) -> None:
        """That many made-up records, without effects noted."""
        self.ask("fill", json.dumps({"name": name, "dataAreaId": company, "count": count}).encode())

    def effects(self, name: str = "") -> list[dict]:
        """What was really done, in order, each once: name, action, record (its key, joined by |), values."""
        found, skipped = [], 0
        where = f"&$filter=name%20eq%20'{name}'" if name else ""
        while rows := self.ask(f"Effects?$orderby=number&$top=1000&$skip={skipped}{where}"):
            found += rows
            skipped += len(rows)
        return [{**each, "values": json.loads(each["values"])} for each in found]
