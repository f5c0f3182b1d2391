"""Keep and remove the files of records: first the file, then its row, and no file without a row (SECURITY 33)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.clauses import access_of
from portal.access.models import ExposedModel
from portal.access.money import account_id_at
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant, tenant_scope
from portal.tenancy.storage import discard_file, keep_file, kept_files
from portal.timeline.domain.uploads import CheckedFile
from portal.timeline.models import Attachment, Entry
from portal.timeline.queries import bytes_of

logger = structlog.get_logger(__name__)

FILES_AT_ONCE = 5
LARGEST_TOGETHER = 50 * 1024 * 1024
# A file whose row was not committed within a day never gets one.
ORPHAN_AGE = dt.timedelta(days=1)
SWEPT_DAYS = 30
BATCH = 500


def keep_files(obj: ExposedModel, entry: Entry, files: Sequence[CheckedFile]) -> list[Attachment]:
    """Write the files of an entry, inside its transaction. Audited.

    Raises DomainError for too many or too much at once, beyond the account's quota, and when the disk takes no more.
    """
    if not files:
        return []
    check_together([each.size for each in files])
    account = Account.objects.select_for_update(no_key=True).get(pk=account_of(obj))
    if bytes_of(account) + sum(each.size for each in files) > settings.FILE_QUOTA_BYTES:
        raise DomainError(
            _("The files of %(account)s take all the room they have. Ask us to remove some.")
            % {"account": account.name},
            field="files",
        )
    with written(files) as paths:
        kept = Attachment.objects.bulk_create(
            attachment(obj, entry, account, file, path) for file, path in zip(files, paths, strict=True)
        )
    for each in kept:
        record(
            entry.author, "attachment.add", obj, after={"name": each.name, "size": each.size, "seen by": each.audience}
        )
    return kept


def check_together(sizes: Sequence[int]) -> None:
    """Raise DomainError for more files, or larger ones together, than are taken at a time. Sizes in bytes."""
    if len(sizes) > FILES_AT_ONCE:
        raise DomainError(_("Send at most %(count)d files at a time.") % {"count": FILES_AT_ONCE}, field="files")
    if sum(sizes) > LARGEST_TOGETHER:
        raise DomainError(
            _("Send at most 50 MB at a time: some files now, the others in another comment."), field="files"
        )


def account_of(obj: ExposedModel):
    """The id of the account whose quota the record's files count for."""
    return account_id_at(obj, access_of(type(obj)).account)


def attachment(obj: ExposedModel, entry: Entry, account: Account, file: CheckedFile, path: str) -> Attachment:
    return Attachment(
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        entry=entry,
        audience=entry.audience,
        name=file.name,
        path=path,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        contact=entry.contact,
        author=entry.author,
        account=account,
        created_at=entry.created_at,
    )


@contextmanager
def written(files: Sequence[CheckedFile]) -> Iterator[list[str]]:
    """Write the files; when what is done with them fails, they are removed again."""
    paths: list[str] = []
    try:
        for file in files:
            paths.append(keep_file(file.content))  # noqa: PERF401  what was written before a failure must be known
        yield paths
    except BaseException as error:
        for path in paths:
            discard_file(path)
        if isinstance(error, OSError):
            logger.error("file_not_kept", error=str(error))
            raise DomainError(_("The file cannot be kept at the moment. Try again later."), field="files") from error
        raise


@transaction.atomic
def remove_attachment(attachment: Attachment, obj: ExposedModel, *, by) -> None:
    """Remove a file of the record for good; audited. The file itself goes once this is committed."""
    path = attachment.path
    record(by, "attachment.remove", obj, before={"name": attachment.name, "size": attachment.size})
    attachment.delete()
    transaction.on_commit(lambda: discard_file(path))


def sweep_orphans() -> int:
    """Remove the tenant's files that no row names, once they are a day old; returns how many.

    They are what a transaction left that was rolled back after its file was written. Safe to run twice and in parallel.
    """
    newest = clock.now() - ORPHAN_AGE
    removed = 0
    for age in range(1, SWEPT_DAYS + 1):
        paths_of_day = kept_files((newest - dt.timedelta(days=age)).date())
        while paths := list(islice(paths_of_day, BATCH)):
            with tenant_scope(current_tenant()):
                named = set(Attachment.objects.filter(path__in=paths).values_list("path", flat=True))
            for path in set(paths) - named:
                discard_file(path)
                removed += 1
    return removed
