"""What the checks say to each other."""

from dataclasses import dataclass
from enum import Enum


class Why(Enum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    UNKNOWN = "no kind that is taken"
    MARKUP = "a web page or drawing"
    DAMAGED = "damaged, or not what it says"
    PIXELS = "too many pixels"
    UNPACKED = "too large once unpacked"
    ACTIVE = "holds macros, scripts or other files"
    LOCKED = "protected by a password"


class Unfit(Exception):
    """The file is not taken, and why."""

    def __init__(self, why: Why):
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: the type it is served as, the endings it may have (the first is given to it)."""

    content_type: str
    endings: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
PNG = Kind("image/png", (".png",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
WEBP = Kind("image/webp", (".webp",))
TEXT = Kind("text/plain; charset=utf-8", (".txt", ".log", ".md"))
CSV = Kind("text/csv; charset=utf-8", (".csv",))
WORD = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
EXCEL = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
POWERPOINT = Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",))
WRITER = Kind("application/vnd.oasis.opendocument.text", (".odt",))
CALC = Kind("application/vnd.oasis.opendocument.spreadsheet", (".ods",))
IMPRESS = Kind("application/vnd.oasis.opendocument.presentation", (".odp",))

KINDS = (PDF, PNG, JPEG, WEBP, TEXT, CSV, WORD, EXCEL, POWERPOINT, WRITER, CALC, IMPRESS)
