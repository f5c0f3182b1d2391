"""The portal under uvicorn, and clients that cost next to nothing: what is measured is the server."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from _database import ROOT

WORKERS = os.environ.get("BENCH_WORKERS", "2")
# Seconds in which the server has to end, and to start.
PATIENCE, START_PATIENCE = 10, 60
# What uvicorn says in each process.
STARTED = b"Started server process"
COMMAND = ("-m", "uvicorn", "portal.asgi:application", "--no-access-log", "--no-server-header", "--lifespan", "off")
# Seconds from one visitor to the next.
BETWEEN_ARRIVALS = 0.005
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(environment: dict[str, str]) -> Iterator["Server"]:
    """The portal as `make run` serves it, with WORKERS processes, until the block ends."""
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *COMMAND, "--port", str(port), "--workers", WORKERS],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for_all(log)
            yield Server(process, port)
        finally:
            end(process)


def wait_for_all(log) -> None:
    """Until each of the processes serves: whoever comes before is served by the first one for good."""
    deadline = time.monotonic() + START_PATIENCE
    while os.pread(log.fileno(), 1_000_000, 0).count(STARTED) < int(WORKERS):
        if time.monotonic() > deadline:
            raise TimeoutError("The web processes did not start.")
        time.sleep(0.1)
    time.sleep(0.5)


def end(process: subprocess.Popen) -> None:
    """End uvicorn with its workers: they are a process group of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Server:
    """A server that listens or soon will."""

    def __init__(self, process: subprocess.Popen, port: int):
        self.process = process
        self.port = port

    def processor_seconds(self) -> float:
        """What its processes took of the processors so far; they are one process group."""
        seconds = 0.0
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = status.read_text().rsplit(")", 1)[1].split()
                if int(fields[2]) == self.process.pid:
                    seconds += (int(fields[11]) + int(fields[12])) / TICKS
        return seconds

    async def connect(self) -> "Connection":
        """A connection, once the server listens."""
        while True:
            try:
                return Connection(*await asyncio.open_connection("127.0.0.1", self.port))
            except OSError:
                await asyncio.sleep(0.2)

    async def visitors(self, requests: list[bytes]) -> list["Connection"]:
        """A connection for each first request, opened while the former ones are answered.

        Connections that come all at once are taken by one of the processes; those of people spread over all.
        """
        connections, answers = [], []
        for request in requests:
            connections.append(await self.connect())
            answers.append(asyncio.create_task(connections[-1].ask(request)))
            await asyncio.sleep(BETWEEN_ARRIVALS)
        await asyncio.gather(*answers)
        return connections


class Connection:
    """One client's connection, kept open. HTTP by hand: a library would take more of the processor than the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.reader, self.writer = reader, writer

    async def ask(self, request: bytes) -> tuple[int, float]:
        """Send a request; status and milliseconds until its answer was read."""
        begin = time.perf_counter()
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await self.reader.readexactly(int(length.group(1)))
        return int(head.split(None, 2)[1]), (time.perf_counter() - begin) * 1000


def request_text(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """An HTTP request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
