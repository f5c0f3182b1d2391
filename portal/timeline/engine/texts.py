"""Plain text: readable, without control signs, and no web page under another name (SECURITY 33)."""

import io
import re
from typing import BinaryIO

from portal.timeline.engine.types import CSV, TEXT, Kind, Unfit, Why

MOST_BYTES = 5 * 1024 * 1024
MARK = "\ufeff"
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
# What Windows programs write that do not write UTF-8.
OLD_ENCODING = "cp1252"


def as_text(file: BinaryIO, size: int) -> io.BytesIO:
    """The text in UTF-8. Raises Unfit for what is no text, and for markup, which a browser might take for a page."""
    if size > MOST_BYTES:
        raise Unfit(Why.UNKNOWN)
    file.seek(0)
    text = decoded(file.read())
    if CONTROL.search(text):
        raise Unfit(Why.UNKNOWN)
    if text.removeprefix(MARK).lstrip().startswith("<"):
        raise Unfit(Why.MARKUP)
    return io.BytesIO(text.encode())


def decoded(content: bytes) -> str:
    for encoding in ("utf-8", OLD_ENCODING):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unfit(Why.UNKNOWN)


def text_kind(name: str) -> Kind:
    return CSV if name.lower().endswith(CSV.endings) else TEXT
