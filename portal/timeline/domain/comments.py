"""Write on the timeline of a record: comments, files, events (FS-4)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.access.models import ExposedModel
from portal.accounts.models import Contact, User
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.texts import is_blank, plain_ends
from portal.timeline.domain.files import keep_files
from portal.timeline.domain.uploads import CheckedFile
from portal.timeline.enums import Audience, EntryKind
from portal.timeline.models import Attachment, Entry
from portal.timeline.registry import is_event

LONGEST_TEXT = 4000
REQUEST_CONSTRAINT = "entry_request_once"


def add_comment(
    obj: ExposedModel,
    text: str,
    *,
    by: User,
    audience: str,
    contact: Contact | None = None,
    files: Sequence[CheckedFile] = (),
    request_key: UUID | None = None,
) -> Entry:
    """Write a comment with its files, in one transaction; audited. `contact` is the customer's contact who writes, None for staff.

    A repeat with the same request key returns the first comment. Raises DomainError without a text and a file, for a
    text that is too long and as `keep_files` does; Conflict when the key was used for another comment.
    """
    text = plain_ends(text).strip()
    if is_blank(text) and not files:
        raise DomainError(_("Write something or choose a file."), field="text")
    if len(text) > LONGEST_TEXT:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": LONGEST_TEXT}, field="text")
    former = find_repeat(obj, text, by, request_key)
    if former is not None:
        return former
    try:
        with transaction.atomic():
            return write_comment(
                Entry(text=text, author=by, audience=audience, contact=contact, request_key=request_key), obj, files
            )
    except IntegrityError as error:
        # The same form, sent twice at the same time: the other one is committed by now.
        if REQUEST_CONSTRAINT not in str(error):
            raise
        return find_repeat(obj, text, by, request_key)


def write_comment(entry: Entry, obj: ExposedModel, files: Sequence[CheckedFile]) -> Entry:
    written = write(entry, obj)
    keep_files(obj, written, files)
    record(entry.author, "comment.add", obj, after={"seen by": entry.audience, "files": len(files)})
    return written


def find_repeat(obj: ExposedModel, text: str, by: User, request_key: UUID | None) -> Entry | None:
    """The comment that this request wrote before."""
    if request_key is None:
        return None
    former = Entry.objects.filter(author=by, request_key=request_key).order_by("pk").first()
    if former is not None and (former.object_id, former.text) != (obj.pk, text):
        raise Conflict(_("This page was used for another comment. Open it again and send the comment from there."))
    return former


@transaction.atomic
def add_attachment(
    obj: ExposedModel, file: CheckedFile, *, by: User, audience: str, contact: Contact | None = None
) -> Attachment:
    """Add one file without words; it gets an entry of its own on the timeline. Audited. Raises DomainError as `keep_files` does."""
    entry = write(Entry(author=by, audience=audience, contact=contact), obj)
    return keep_files(obj, entry, [file])[0]


def note_event(
    obj: ExposedModel,
    code: str,
    payload: dict[str, Any] | None = None,
    *,
    audience: str = Audience.CUSTOMER,
    by: User | None = None,
    contact: Contact | None = None,
) -> Entry:
    """Note that something happened, in the caller's transaction. The code must be registered: it is read in words.

    `payload` holds plain values that whoever may read the entry may read.
    """
    if not is_event(code):
        raise LookupError(f"The event {code} is not registered.")
    entry = Entry(kind=EntryKind.EVENT, code=code, payload=payload or {}, audience=audience, author=by, contact=contact)
    return write(entry, obj)


def write(entry: Entry, obj: ExposedModel) -> Entry:
    entry.object_type = obj._meta.label_lower
    entry.object_id = obj.pk
    entry.created_at = clock.now()
    entry.save(force_insert=True)
    return entry
