"""The door for files: which kind a file is by its content, and what is kept of it (SECURITY 33)."""

from dataclasses import dataclass
from typing import BinaryIO

from portal.timeline.engine import archives, papers
from portal.timeline.engine.archives import document_kind
from portal.timeline.engine.images import rewritten
from portal.timeline.engine.names import clean_name
from portal.timeline.engine.papers import check_pdf
from portal.timeline.engine.texts import as_text, text_kind
from portal.timeline.engine.types import JPEG, PDF, PNG, WEBP, Kind, Unfit, Why

HEAD = 16
LARGEST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its content as it is kept, which is not always what was sent. Size in bytes."""

    name: str
    kind: Kind
    content: BinaryIO
    size: int


def check(file: BinaryIO, name: str) -> Checked:
    """Look at a file of any origin. Its name and the type that its sender states decide nothing. Raises Unfit."""
    size = length_of(file)
    if size == 0:
        raise Unfit(Why.EMPTY)
    if size > LARGEST_BYTES:
        raise Unfit(Why.TOO_LARGE)
    file.seek(0)
    head = file.read(HEAD)
    picture = picture_kind(head)
    if picture is not None:
        kind, content = picture, rewritten(file, picture)
    elif head.startswith(papers.MAGIC):
        check_pdf(file)
        kind, content = PDF, file
    elif head.startswith(archives.MAGIC):
        kind, content = document_kind(file, size), file
    else:
        kind, content = text_kind(name), as_text(file, size)
    kept = length_of(content)
    if kept > LARGEST_BYTES:
        raise Unfit(Why.TOO_LARGE)
    return Checked(clean_name(name, kind), kind, content, kept)


def picture_kind(head: bytes) -> Kind | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    return WEBP if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else None


def length_of(file: BinaryIO) -> int:
    file.seek(0, 2)
    return file.tell()
