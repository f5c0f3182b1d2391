"""Comments, files and events by their verbs (FS-4)."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import translation

from portal.audit.models import AuditEntry
from portal.kit.errors import Conflict, DomainError
from portal.kit.ids import uuid7
from portal.tenancy.scope import tenant_scope
from portal.tenancy.storage import discard_file, keep_file, open_file
from portal.timeline.domain import files as files_module
from portal.timeline.domain.comments import add_attachment, add_comment, note_event
from portal.timeline.domain.files import remove_attachment, sweep_orphans
from portal.timeline.enums import Audience
from portal.timeline.models import Attachment, Entry
from portal.timeline.presenting import Reader, entry_line
from portal.timeline.queries import entries_of
from portal.timeline.registry import register_event
from portal.timeline.tasks import sweep_orphan_files
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_work_order

CUSTOMER = Audience.CUSTOMER


@pytest.fixture
def write(work_order, approver):
    def go(text="The boiler is cold.", **options):
        return add_comment(
            work_order, text, **{"by": approver.user, "contact": approver, "audience": CUSTOMER, **options}
        )

    return go


def on_disk(disk: Path) -> list[Path]:
    return sorted(each for each in disk.rglob("*") if each.is_file())


def content_of(file: Attachment) -> bytes:
    with open_file(file.path) as content:
        return content.read()


def test_a_comment_and_its_files_are_one_thing(write, checked, disk, tenant):
    entry = write(files=[checked("a.txt", b"one"), checked("b.txt", b"two")])

    first, second = Attachment.objects.order_by("name")
    assert (entry.text, entry.author) == ("The boiler is cold.", entry.contact.user)
    assert {each.entry_id for each in (first, second)} == {entry.pk}
    assert {each.audience for each in (first, second)} == {CUSTOMER}
    assert first.account == entry.contact.account
    assert content_of(first) == b"one"
    assert [each.relative_to(disk).parts[0] for each in on_disk(disk)] == [str(tenant.pk)] * 2
    assert {each.name for each in on_disk(disk)}.isdisjoint({"a.txt", "b.txt"})
    assert {oct(each.stat().st_mode & 0o777) for each in on_disk(disk)} == {"0o600"}
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"comment.add", "attachment.add"}


@pytest.mark.parametrize(
    ("text", "told"), [("  \n ", "Write something"), ("\u200b", "Write something"), ("x" * 4001, "at most 4000")]
)
def test_a_comment_says_something_and_not_too_much(write, text, told):
    with pytest.raises(DomainError, match=told) as error:
        write(text)
    assert error.value.field == "text"
    assert not Entry.objects.exists()


def test_a_line_s_end_counts_once_however_it_is_sent(write):
    assert write("line\r\n" * 799 + "a\rb").text == "line\n" * 799 + "a\nb"


def test_a_file_alone_is_enough(write, checked):
    assert write("", files=[checked()]).text == ""


def test_a_repeat_writes_once(write, checked, disk):
    key = uuid7()
    first = write(request_key=key, files=[checked()])
    second = write(request_key=key, files=[checked()])

    assert first == second
    assert (Entry.objects.count(), Attachment.objects.count(), len(on_disk(disk))) == (1, 1, 1)


def test_a_key_writes_one_comment_only(write):
    key = uuid7()
    write(request_key=key)

    with pytest.raises(Conflict):
        write("Something else.", request_key=key)
    assert Entry.objects.count() == 1


def test_too_many_files_are_refused(write, checked):
    with pytest.raises(DomainError, match="at most 5 files"):
        write(files=[checked()] * 6)
    assert not Entry.objects.exists()


def test_too_much_together_is_refused(write, checked, monkeypatch):
    monkeypatch.setattr(files_module, "LARGEST_TOGETHER", 5)
    with pytest.raises(DomainError, match="50 MB at a time"):
        write(files=[checked("a.txt", b"abc"), checked("b.txt", b"abc")])
    assert write(files=[checked("a.txt", b"abcde")])


def test_an_account_has_so_much_room(write, checked, settings, work_order, disk):
    settings.FILE_QUOTA_BYTES = 10
    write(files=[checked("a.txt", b"12345678")])

    with pytest.raises(DomainError, match=work_order.account.name) as error:
        write(files=[checked("b.txt", b"123")])
    assert error.value.field == "files"
    assert (Attachment.objects.count(), len(on_disk(disk))) == (1, 1)
    neighbour = make_approver()
    other = make_work_order(account=neighbour.account)
    add_attachment(other, checked("c.txt", b"12345678"), by=neighbour.user, audience=CUSTOMER)
    assert Attachment.objects.count() == 2


def test_what_fails_leaves_no_file(write, checked, monkeypatch, disk):
    monkeypatch.setattr(files_module, "record", lambda *args, **kwargs: 1 / 0)
    monkeypatch.setattr(Attachment.objects, "bulk_create", lambda rows: 1 / 0, raising=False)

    with pytest.raises(ZeroDivisionError):
        write(files=[checked(), checked()])
    assert on_disk(disk) == []
    assert not Entry.objects.exists()


def test_a_full_disk_is_said(write, checked, monkeypatch, disk):
    kept = iter([True, False])

    def failing(content):
        if next(kept):
            return keep_file(content)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files_module, "keep_file", failing)

    with pytest.raises(DomainError, match="cannot be kept at the moment"):
        write(files=[checked(), checked()])
    assert on_disk(disk) == []
    assert not Entry.objects.exists()


def test_what_a_rollback_leaves_is_swept_after_a_day(write, checked, tenant, disk):
    with transaction.atomic():
        write(files=[checked()])
        transaction.set_rollback(True)
    write(files=[checked()])
    assert len(on_disk(disk)) == 2

    assert sweep_orphans() == 0
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=2, hours=1)):
        sweep_orphan_files(str(tenant.pk))
        assert sweep_orphans() == 0
    assert len(on_disk(disk)) == 1
    assert content_of(Attachment.objects.get())


def test_a_removed_file_is_gone_with_the_commit(work_order, checked, staff, disk, django_capture_on_commit_callbacks):
    add_attachment(work_order, checked("secret.txt"), by=staff, audience=CUSTOMER)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(Attachment.objects.get(), work_order, by=staff)
        assert len(on_disk(disk)) == 1, "a rollback would bring the row back"

    assert (Attachment.objects.count(), on_disk(disk)) == (0, [])
    assert AuditEntry.objects.get(action="attachment.remove").before["name"] == "secret.txt"


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "2026-01-01/../../x"])
def test_no_path_leads_out_of_the_tenants_folder(in_tenant, path):
    for verb in (open_file, discard_file):
        with pytest.raises(ValueError, match=r"x|passwd"):
            verb(path)


def test_another_tenant_has_no_path_to_a_file(write, checked, other_tenant):
    write(files=[checked()])
    path = Attachment.objects.get().path

    with tenant_scope(other_tenant), pytest.raises(FileNotFoundError):
        open_file(path)


def test_an_event_is_read_in_the_language_of_its_reader(work_order):
    register_event("test.moved", lambda payload: f"{translation.gettext('Monday')} {payload['to']}", icon="truck")
    note_event(work_order, "test.moved", {"to": "there"})

    (entry,) = entries_of(work_order, is_staff=False)
    assert entry_line(entry, Reader(zone="UTC")).title == "Monday there"
    with translation.override("de"):
        assert entry_line(entry, Reader(zone="UTC")).title == "Montag there"


def test_an_event_must_be_known(work_order):
    with pytest.raises(LookupError, match=r"test\.unknown"):
        note_event(work_order, "test.unknown")
    Entry.objects.create(
        kind="event",
        code="test.gone",
        object_type="fieldservice.workorder",
        object_id=work_order.pk,
        created_at=dt.datetime.now(dt.UTC),
    )
    (entry,) = entries_of(work_order, is_staff=True)
    assert entry_line(entry, Reader(zone="UTC")).title == "Updated"


@pytest.mark.slow
def test_the_same_form_sent_at_once_writes_once(committed, checked, disk):
    with tenant_scope(committed):
        approver = make_approver()
        work_order = make_work_order(account=approver.account)
    key = uuid7()

    def send(_number):
        try:
            with tenant_scope(committed):
                return add_comment(
                    work_order, "Cold.", by=approver.user, audience=CUSTOMER, files=[checked()], request_key=key
                ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        written = set(pool.map(send, range(16)))

    with tenant_scope(committed):
        assert written == {Entry.objects.get().pk}
        assert (Attachment.objects.count(), len(on_disk(disk))) == (1, 1)
