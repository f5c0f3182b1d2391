"""Pictures are decoded and written anew: nothing but pixels is left, no position, no second file inside (SECURITY 33)."""

import io
import struct
import threading
import zlib
from typing import BinaryIO

from PIL import Image, ImageOps

from portal.timeline.engine.types import JPEG, PNG, WEBP, Kind, Unfit, Why

# A phone's largest picture; decoded it takes 200 MB at most.
MOST_PIXELS = 50_000_000
QUALITY = 90
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
# One picture at a time in a process: the memory that decoding takes is bounded, whoever uploads.
_ONE_AT_A_TIME = threading.Lock()


def rewritten(file: BinaryIO, kind: Kind) -> io.BytesIO:
    """The picture alone, upright, in the same format; an animation's first frame. Raises Unfit."""
    with _ONE_AT_A_TIME:
        try:
            with Image.open(file, formats=[FORMATS[kind]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Unfit(Why.PIXELS)
                return encoded(upright(picture), kind)
        except BOMB as error:
            raise Unfit(Why.PIXELS) from error
        except BROKEN as error:
            raise Unfit(Why.DAMAGED) from error


def upright(picture: Image.Image) -> Image.Image:
    """Turned as its metadata says, in a mode that every format knows, without any metadata."""
    picture.load()
    if picture.getexif().get(0x0112, 1) != 1:
        picture = ImageOps.exif_transpose(picture)
    if picture.mode not in {"L", "RGB", "RGBA"}:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.info = {}
    return picture


def encoded(picture: Image.Image, kind: Kind) -> io.BytesIO:
    if kind is JPEG and picture.mode == "RGBA":
        picture = picture.convert("RGB")
    content = io.BytesIO()
    options = {} if kind is PNG else {"quality": QUALITY}
    picture.save(content, FORMATS[kind], **options)
    return content
