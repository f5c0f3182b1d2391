"""Reads of timelines, as far as the reader may (FS-4): a bounded page of entries, the newest files, one file."""

from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Sum
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from portal.access.clauses import seen_whole
from portal.access.models import ExposedModel
from portal.access.viewer import Viewer
from portal.accounts.models import Account
from portal.tenancy.compiled import Compiled
from portal.timeline.enums import Audience
from portal.timeline.models import Attachment, Entry
from portal.timeline.registry import timeline_named
from portal.web.paging import Order, Page, Sort, moment, page_from, page_rows

FILES_SHOWN = 20
ENTRIES_A_PAGE = 10
NEWEST_FIRST = Order(Sort("written", _("Written"), "created_at", parse=moment, is_descending=True), is_descending=True)
FILE_FIELDS = ("name", "size", "content_type")


def records_of(model: type[ExposedModel]):
    """The query of a view over records of this kind."""
    return lambda viewer: model.objects.all()


def seen_by(rows: QuerySet, *, is_staff: bool) -> QuerySet:
    """Rows for the company's staff, or those that customers may read too."""
    return rows if is_staff else rows.filter(audience=Audience.CUSTOMER)


def entries_of(obj: ExposedModel, *, is_staff: bool) -> QuerySet:
    """The entries of a record with their files as `files`: [{id, name, size, content_type}]. Pages of them are cut by key."""
    return entries_at(obj.pk, obj._meta.label_lower, is_staff=is_staff)


def entries_at(object_id, object_type, *, is_staff: bool) -> QuerySet:
    files = seen_by(Attachment.objects.filter(entry=OuterRef("pk")), is_staff=is_staff).order_by("pk")
    listed = ArraySubquery(files.values(json=JSONObject(id="id", **{name: name for name in FILE_FIELDS})))
    entries = Entry.objects.filter(object_id=object_id, object_type=object_type)
    return seen_by(entries, is_staff=is_staff).select_related("contact", "author").annotate(files=listed)


def newest_entries(*, is_staff: bool) -> Compiled:
    return Compiled(
        lambda object_id, object_type: page_rows(
            entries_at(object_id, object_type, is_staff=is_staff),
            NEWEST_FIRST,
            None,
            backwards=False,
            size=ENTRIES_A_PAGE,
        )
    )


def newest_files(*, is_staff: bool) -> Compiled:
    return Compiled(
        lambda object_id, object_type: (
            seen_by(Attachment.objects.filter(object_id=object_id, object_type=object_type), is_staff=is_staff)
            .select_related("contact", "author")
            .order_by("-created_at", "-pk")[:FILES_SHOWN]
        )
    )


compiled_entries = {is_staff: newest_entries(is_staff=is_staff) for is_staff in (True, False)}
compiled_files = {is_staff: newest_files(is_staff=is_staff) for is_staff in (True, False)}


def page_of_entries(obj: ExposedModel, *, is_staff: bool, after: str = "", before: str = "") -> Page:
    """A page of the entries of a record, the newest first."""

    def fetch(position, *, backwards: bool) -> list:
        if position is None:
            return compiled_entries[is_staff](obj.pk, obj._meta.label_lower)
        rows = entries_of(obj, is_staff=is_staff)
        return list(page_rows(rows, NEWEST_FIRST, position, backwards=backwards, size=ENTRIES_A_PAGE))

    return page_from(fetch, NEWEST_FIRST, after=after, before=before, size=ENTRIES_A_PAGE)


def files_of(obj: ExposedModel, *, is_staff: bool) -> list[Attachment]:
    """The newest files of a record, at most FILES_SHOWN; the others stand beside their entries."""
    return compiled_files[is_staff](obj.pk, obj._meta.label_lower)


def file_seen_by(viewer: Viewer, pk: UUID) -> Attachment | None:
    """The file, if it is for customers and the viewer may see its whole record now; two queries."""
    file = Attachment.objects.filter(pk=pk, audience=Audience.CUSTOMER).order_by("pk").first()
    timeline = timeline_named(file.object_type) if file else None
    if timeline is None:
        return None
    model = timeline.model
    seen = model.objects.visible_to(viewer).filter(seen_whole(viewer, model))
    return file if seen.filter(pk=file.object_id).exists() else None


def file_of_record(obj: ExposedModel, pk: str) -> Attachment | None:
    """One file of a record, for staff."""
    files = Attachment.objects.filter(pk=pk, object_id=obj.pk, object_type=obj._meta.label_lower)
    return files.order_by("pk").first()


def bytes_of(account: Account) -> int:
    """How much the files of an account's records take."""
    return Attachment.objects.filter(account=account).aggregate(bytes=Sum("size"))["bytes"] or 0
