"""PDF: whole, readable without a password, and without scripts, programs or files inside (SECURITY 33)."""

import re
import zlib
from typing import BinaryIO

from portal.timeline.engine.types import Unfit, Why

MAGIC = b"%PDF-"
END = b"%%EOF"
TAIL = 1024
# Long names only: a short one occurs by chance in a picture's bytes. An action with a script always says /JavaScript.
ACTIVE_NAMES = re.compile(rb"/(?:(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])|XFA\s*[\[\d])")
LOCK_NAME = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_ESCAPES = 100_000
# Objects may be packed in streams of their own.
PACKED = re.compile(rb"/ObjStm(?![A-Za-z0-9]).{0,400}?stream\r?\n", re.DOTALL)
PACKED_END = b"endstream"
MOST_PACKED_STREAMS = 5000
MOST_UNPACKED_BYTES = 50 * 1024 * 1024


def check_pdf(file: BinaryIO) -> None:
    """Raises Unfit. Looks at names in plain sight and in packed objects; a reader's own sandbox has the last word."""
    file.seek(0)
    content = file.read()
    end = content.rfind(END, max(len(content) - TAIL, 0))
    if not content.startswith(MAGIC) or end < 0 or content[end + len(END) :].strip(b"\r\n\t \0"):
        raise Unfit(Why.DAMAGED)
    if LOCK_NAME.search(content):
        raise Unfit(Why.LOCKED)
    look_for_activity(content)
    left = MOST_UNPACKED_BYTES
    for number, found in enumerate(PACKED.finditer(content)):
        if number >= MOST_PACKED_STREAMS:
            raise Unfit(Why.UNPACKED)
        stop = content.find(PACKED_END, found.end())
        unpacked = inflate(content[found.end() : stop if stop >= 0 else len(content)], left)
        left -= len(unpacked)
        look_for_activity(unpacked)


def inflate(packed: bytes, limit: int) -> bytes:
    """A stream as far as it can be read; Unfit when it is longer than `limit`."""
    reader = zlib.decompressobj()
    try:
        unpacked = reader.decompress(packed, limit + 1)
    except zlib.error:
        return b""
    if len(unpacked) > limit:
        raise Unfit(Why.UNPACKED)
    return unpacked


def look_for_activity(content: bytes) -> None:
    """Names may be written with escapes: /J#61vaScript."""
    plain, escapes = ESCAPE.subn(lambda found: bytes([int(found[1], 16)]), content, count=MOST_ESCAPES)
    if escapes == MOST_ESCAPES:
        raise Unfit(Why.DAMAGED)
    if ACTIVE_NAMES.search(plain):
        raise Unfit(Why.ACTIVE)
