"""Where a tenant's files lie: outside the web root, under generated names, in a folder of its own (SECURITY 33).

The place is Django's storage "files" (`STORAGES`), the disk by default; an object store serves as well.
"""

import datetime as dt
import secrets
from collections.abc import Iterator

from django.core.files import File
from django.core.files.storage import Storage, storages

from portal.kit import clock
from portal.tenancy.scope import current_tenant


def file_store() -> Storage:
    return storages["files"]


def full_name(path: str) -> str:
    """The name in the store of a path of the tenant in scope; another tenant's files have no path here."""
    if ".." in path or path.startswith("/"):
        raise ValueError(path)
    return f"{current_tenant().pk}/{path}"


def keep_file(content: File) -> str:
    """Write a file under a new name; returns its path, for `open_file` and `discard_file` in the same tenant's scope.

    The path begins with the day in UTC. Raises OSError when the disk is full or away.
    """
    path = f"{clock.now():%Y-%m-%d}/{secrets.token_hex(16)}"
    content.seek(0)
    file_store().save(full_name(path), content)
    return path


def open_file(path: str) -> File:
    """The file to read; FileNotFoundError when it is gone."""
    return file_store().open(full_name(path), "rb")


def discard_file(path: str) -> None:
    """Remove the file; one that is gone already is no error."""
    file_store().delete(full_name(path))


def kept_files(day: dt.date) -> Iterator[str]:
    """The paths of the tenant's files of one day (UTC)."""
    folder = f"{day:%Y-%m-%d}"
    try:
        _folders, names = file_store().listdir(full_name(folder))
    except FileNotFoundError:
        return
    for name in sorted(names):
        yield f"{folder}/{name}"
