"""Small JSON files, written whole or not at all, and the locks beside them."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.folders import Folders

SECRETS_FILE = "secrets.json"
SECRET_NAMES = ("secret_key", "owner_password", "app_password", "redis_password")


def read(path: Path) -> dict:
    """What was recorded; an absent or torn file is an empty record."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def write(path: Path, record: dict) -> None:
    passing = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as target:
        json.dump(record, target, indent=2)
        target.flush()
        os.fsync(target.fileno())
    passing.replace(path)


def own_secrets(folders: Folders) -> dict:
    """Passwords and the signing key of this folder, made at the first start and kept."""
    path = folders.file(SECRETS_FILE)
    kept = read(path)
    missing = {name: secrets.token_hex(32) for name in SECRET_NAMES if not kept.get(name)}
    if missing:
        kept |= missing
        write(path, kept)
    return kept


def lock(path: Path, *, shared: bool = False, wait: bool = True) -> int | None:
    """Hold a lock until the descriptor is closed or the process ends, however it ends. None: taken, and not waited."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    descriptor = lock(path)
    try:
        yield
    finally:
        os.close(descriptor)
