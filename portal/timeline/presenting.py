"""Entries and files in the words of whoever reads them (FS-4, UX-4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import Contact, User
from portal.kit.ids import uuid7
from portal.tenancy.scope import current_tenant
from portal.timeline.enums import Audience, EntryKind
from portal.timeline.models import Attachment, Entry
from portal.timeline.queries import files_of, page_of_entries
from portal.timeline.registry import event_of
from portal.web.paging import Page
from portal.web.times import describe

AFTER, BEFORE = "timeline_after", "timeline_before"
PICTURE = "image/"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: customers get links into the portal, staff those of the admin, by `file_url(id)`."""

    zone: str
    viewer_zone: str = ""
    is_staff: bool = False
    file_url: object = field(default=lambda pk: reverse("timeline:file", args=[pk]))

    def when(self, instant) -> str:
        told = describe(instant, self.zone, viewer_zone=self.viewer_zone)
        return f"{told.site} · {told.viewer}" if told.viewer else told.site

    def who(self, contact: Contact | None, author: User | None) -> str:
        """Who wrote it. Customers read the company's name, not that of one of its people."""
        if contact is not None:
            return contact.full_name
        if author is None:
            return ""
        return author.email if self.is_staff else current_tenant().name


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as `components/attachment-list.html` shows it."""

    name: str
    url: str
    kind: str
    size: str
    who: str = ""
    when: str = ""
    note: str = ""
    tone: str = "neutral"
    pk: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry as `timeline/_entries.html` shows it."""

    title: str
    when: str
    who: str
    text: str
    icon: str
    tone: str
    is_internal: bool
    files: list[FileLine]


@dataclass(frozen=True, slots=True)
class Panel:
    """A page of a record's timeline with its newest files; the links are empty where there is nothing further."""

    entries: list[EntryLine]
    files: list[FileLine]
    older_url: str
    newer_url: str

    @property
    def is_first(self) -> bool:
        return not self.newer_url


def read_panel(obj, params, reader: Reader) -> Panel:
    """What the page's address asks for, by two queries. Raises BadRequest for a cursor that is not ours."""
    after, before = params.get(AFTER, ""), params.get(BEFORE, "")
    page = page_of_entries(obj, is_staff=reader.is_staff, after=after, before=before)
    return Panel(
        entries=[entry_line(each, reader) for each in page.rows],
        files=[file_line(each, reader) for each in files_of(obj, is_staff=reader.is_staff)],
        **links(page, params),
    )


def links(page: Page, params) -> dict[str, str]:
    """The addresses of older and newer entries; what else the address says stays."""

    def link(name: str, cursor: str) -> str:
        kept = params.copy()
        kept.pop(AFTER, None)
        kept.pop(BEFORE, None)
        kept[name] = cursor
        return f"?{kept.urlencode()}#timeline"

    return {
        "older_url": link(AFTER, page.after) if page.after else "",
        "newer_url": link(BEFORE, page.before) if page.before else "",
    }


def entry_line(entry: Entry, reader: Reader) -> EntryLine:
    is_internal = entry.audience == Audience.STAFF
    common = {
        "when": reader.when(entry.created_at),
        "who": reader.who(entry.contact, entry.author),
        "is_internal": is_internal,
        "files": inner_files(entry, reader),
    }
    if entry.kind == EntryKind.EVENT:
        event = event_of(entry.code)
        return EntryLine(title=str(event.text(entry.payload)), text="", icon=event.icon, tone="neutral", **common)
    title = _("Internal comment") if is_internal else _("Comment")
    if not entry.text:
        title = _("Files added") if common["files"] else _("Files were removed")
    icon = "chat-bubble-left" if entry.text else "paper-clip"
    return EntryLine(title=title, text=entry.text, icon=icon, tone="warn" if is_internal else "info", **common)


def inner_files(entry: Entry, reader: Reader) -> list[FileLine]:
    return [
        FileLine(each["name"], reader.file_url(each["id"]), kind_of(each["content_type"]), size_of(each["size"]))
        for each in entry.files
    ]


def file_line(file: Attachment, reader: Reader) -> FileLine:
    is_internal = file.audience == Audience.STAFF
    return FileLine(
        name=file.name,
        url=reader.file_url(file.pk),
        kind=kind_of(file.content_type),
        size=size_of(file.size),
        who=reader.who(file.contact, file.author),
        when=reader.when(file.created_at),
        note=str(Audience.STAFF.label) if is_internal else "",
        tone="warn",
        pk=str(file.pk),
    )


def kind_of(content_type: str) -> str:
    return "image" if content_type.startswith(PICTURE) else "document"


def size_of(size: int) -> str:
    return filesizeformat(size)


def new_request_key():
    """A key for a form, so that sending it twice writes one comment."""
    return uuid7()


def files_in(entries: Iterable[EntryLine]) -> int:
    return sum(len(each.files) for each in entries)
