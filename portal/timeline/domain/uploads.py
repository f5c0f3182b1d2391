"""From an upload to a file that may be kept, or to the sentence that says why not (SECURITY 33)."""

import hashlib
from dataclasses import dataclass

from django.core.files import File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kit.errors import DomainError
from portal.timeline.engine import checks
from portal.timeline.engine.types import Unfit, Why

STEP = 1024 * 1024
NAME_LENGTH = 60
SENTENCES: dict[Why, str | Promise] = {
    Why.EMPTY: _("“%(name)s” is empty."),
    Why.TOO_LARGE: _("“%(name)s” is too large. A file has at most 20 MB."),
    Why.UNKNOWN: _(
        "“%(name)s” is of no kind that can be kept. Send a PDF, a picture (JPEG, PNG, WebP), a text or an office document."
    ),
    Why.MARKUP: _("“%(name)s” is a web page or a drawing with code. Send it as a PDF or a picture."),
    Why.DAMAGED: _("“%(name)s” cannot be read. Save it again and send the new file."),
    Why.PIXELS: _("“%(name)s” has too many pixels. Send it at no more than 50 megapixels."),
    Why.UNPACKED: _("“%(name)s” is too large once unpacked."),
    Why.ACTIVE: _(
        "“%(name)s” holds macros, scripts or other files. Send it without them, for example printed to a PDF."
    ),
    Why.LOCKED: _("“%(name)s” is protected by a password. Send it without one."),
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed the checks: only such a one is kept. Size in bytes."""

    name: str
    content_type: str
    content: File
    size: int
    sha256: str


def check_upload(upload: File) -> CheckedFile:
    """What is kept of the file. Raises DomainError with a sentence that names it."""
    name = str(upload.name or "")
    try:
        found = checks.check(upload, name)
    except Unfit as error:
        raise DomainError(SENTENCES[error.why] % {"name": shown(name)}, field="files") from error
    return CheckedFile(
        name=found.name,
        content_type=found.kind.content_type,
        content=upload if found.content is upload else File(found.content, name=found.name),
        size=found.size,
        sha256=checksum(found.content),
    )


def shown(name: str) -> str:
    """The name as a message says it."""
    return name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}…"


def checksum(content) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    while piece := content.read(STEP):
        digest.update(piece)
    return digest.hexdigest()
