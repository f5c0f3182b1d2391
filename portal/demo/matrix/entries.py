"""What stands on the timeline of a record: a comment with a file for the customer, and the same for staff."""

import hashlib

from django.core.files.base import ContentFile

from portal.accounts.models import Account
from portal.demo.matrix.canaries import For, Pen
from portal.kit import clock
from portal.tenancy.storage import keep_file
from portal.timeline.enums import Audience, EntryKind
from portal.timeline.models import Attachment, Entry


def write_entries(pen: Pen, account: Account, record) -> Attachment:
    """A comment with a file for the customer, returned, and the same for staff only."""
    inner = pen.to(For.STAFF)
    write_entry(inner, account, record, Audience.STAFF)
    return write_entry(pen, account, record, Audience.CUSTOMER)


def write_entry(pen: Pen, account: Account, record, audience: Audience) -> Attachment:
    common = {"object_type": record._meta.label_lower, "object_id": record.pk, "audience": audience}
    entry = pen.row(Entry, **common, kind=EntryKind.COMMENT, code="", created_at=clock.now())
    text = pen.word("text in a file").encode()
    return pen.row(
        Attachment,
        **common,
        entry=entry,
        account=account,
        path=keep_file(ContentFile(text)),
        content_type="text/plain; charset=utf-8",
        size=len(text),
        sha256=hashlib.sha256(text).hexdigest(),
        created_at=clock.now(),
    )
