"""Timelines in the portal: the panel, the form, the files (FS-4, SECURITY 33)."""

import asyncio
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from portal.access.viewer import viewer_for
from portal.kit.ids import uuid7
from portal.tenancy.scope import tenant_scope
from portal.timeline.domain.comments import add_attachment, add_comment
from portal.timeline.domain.uploads import check_upload
from portal.timeline.enums import Audience
from portal.timeline.models import Attachment, Entry
from portal.timeline.serving import AsyncPieces
from portal.web.context import Brand
from tests.factories.accounts import make_approver, make_contact
from tests.factories.fieldservice import make_work_order
from tests.timeline.corpus import SVG, located, pdf

CUSTOMER, STAFF = Audience.CUSTOMER, Audience.STAFF


@pytest.fixture
def panel(tenant, work_order):
    """The panel as the record's page shows it to a contact."""

    def show(contact, **params):
        request = RequestFactory().get("/", params)
        request.viewer = viewer_for(contact)
        template = Template("{% load timeline %}{% timeline record %}")
        return template.render(Context({"request": request, "record": work_order, "brand": Brand(tenant)}))

    return show


def path_of(work_order):
    return reverse("fieldservice:work_order_comment", args=[work_order.pk])


def send(browser, work_order, **data):
    return browser.post(path_of(work_order), {"text": "", "request_key": uuid7(), **data})


def file_path(file):
    return reverse("timeline:file", args=[file.pk])


# The panel.


def test_customers_read_what_is_theirs_and_nothing_internal(panel, work_order, people, checked):
    approver, reviewer, staff = people.approver, people.reviewer, people.staff
    add_comment(
        work_order,
        "Cold since Monday.",
        by=approver.user,
        contact=approver,
        audience=CUSTOMER,
        files=[checked("gauge.txt")],
    )
    add_comment(work_order, "We come on Friday.", by=staff, audience=CUSTOMER)
    add_comment(work_order, "Difficult customer.", by=staff, audience=STAFF, files=[checked("margin.txt")])

    for contact in (approver, reviewer):
        page = panel(contact)
        for text in ("Cold since Monday.", "Ana Approver", "gauge.txt", "We come on Friday.", "Acme Service"):
            assert text in page, text
        for text in ("Difficult", "margin.txt", staff.email, approver.email):
            assert text not in page, text


def test_reviewers_read_why_they_cannot_write(panel, approver, reviewer):
    assert "<textarea" in panel(approver)
    page = panel(reviewer)
    assert "<textarea" not in page
    assert "lets you read here, not write" in page


def test_older_entries_stand_on_further_pages(panel, work_order, approver):
    for number in range(23):
        add_comment(work_order, f"Comment {number:02}.", by=approver.user, contact=approver, audience=CUSTOMER)

    def texts(page):
        return re.findall(r"Comment \d\d", page)

    def link(page, rel):
        found = re.search(rf'rel="{rel}" href="\?(timeline_\w+)=([^#"]+)#timeline"', page)
        return {found[1]: found[2]} if found else None

    first = panel(approver)
    second = panel(approver, **link(first, "next"))
    third = panel(approver, **link(second, "next"))
    assert texts(first) + texts(second) + texts(third) == [f"Comment {n:02}" for n in range(22, -1, -1)]
    assert (link(first, "prev"), link(third, "next")) == (None, None)
    assert texts(panel(approver, **link(third, "prev"))) == texts(second)


@pytest.mark.parametrize("count", [1, 3])
def test_the_panel_takes_the_same_queries_however_long_it_is(
    panel, work_order, people, django_assert_num_queries, count
):
    approver, staff = people.approver, people.staff
    for _ in range(count):
        add_comment(
            work_order,
            "Cold.",
            by=approver.user,
            contact=approver,
            audience=CUSTOMER,
            files=[check_upload(SimpleUploadedFile("a.txt", b"a"))] * count,
        )
        add_comment(work_order, "Soon.", by=staff, audience=CUSTOMER)

    # The viewer's grants; entries with their files; the newest files.
    with django_assert_num_queries(3):
        panel(approver)


# The form.


@pytest.fixture
def browser(client_for, approver, tenant):
    return client_for(approver.user, tenant)


def test_a_comment_is_written_and_leads_back(browser, work_order, approver):
    answer = send(
        browser,
        work_order,
        text=" Cold. ",
        files=[SimpleUploadedFile("a.pdf", pdf()), SimpleUploadedFile("b.jpg", located())],
    )

    assert answer.status_code == 302
    assert answer["Location"] == f"/field-service/work-orders/{work_order.pk}/#timeline"
    entry = Entry.objects.get()
    assert (entry.text, entry.contact, entry.audience) == ("Cold.", approver, CUSTOMER)
    assert set(Attachment.objects.values_list("name", flat=True)) == {"a.pdf", "b.jpg"}


def test_each_bad_file_is_told_and_nothing_typed_is_lost(browser, work_order):
    files = [
        SimpleUploadedFile(name, content) for name, content in (("a.svg", SVG), ("b.pdf", pdf()), ("c.exe", b"MZ\0"))
    ]

    answer = send(browser, work_order, text="What I <b>typed</b>.", files=files)

    assert answer.status_code == 422
    page = answer.text
    assert "“a.svg” is a web page" in page
    assert "“c.exe” is of no kind" in page
    assert "b.pdf" not in page
    assert "What I &lt;b&gt;typed&lt;/b&gt;." in page
    assert "Choose the files again" in page
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"text": "  "}, "Write something or choose a file."),
        ({"text": "x" * 4001}, "at most 4000"),
        ({"text": "a\0b"}, "Null characters"),
        ({"text": "x", "request_key": "none"}, "Open the page again."),
        ({"text": "x", "files": "no file"}, ""),
    ],
)
def test_bad_input_is_told(browser, work_order, data, told):
    answer = send(browser, work_order, **data)

    assert answer.status_code == (422 if told else 302)
    assert told in answer.text


@pytest.mark.parametrize(("lines", "status"), [(2000, 302), (2001, 422)])
def test_as_many_signs_fit_as_the_page_counts(browser, work_order, lines, status):
    """A browser counts a line's end as one sign, and sends two."""
    answer = send(browser, work_order, text="a\r\n" * (lines - 1) + "ab")
    assert answer.status_code == status
    assert ("at most 4000" in answer.text) == (status == 422)


def test_who_may_not_write_is_refused(client_for, tenant, work_order, approver, reviewer):
    for contact, status in ((reviewer, 403), (make_approver(), 404), (make_contact(account=approver.account), 404)):
        browser = client_for(contact.user, tenant)
        assert browser.get(path_of(work_order)).status_code == status
        assert send(browser, work_order, text="Let me in.").status_code == status
    assert not Entry.objects.exists()


def test_a_hidden_record_takes_no_comment(browser, approver):
    hidden = make_work_order(account=approver.account, is_exposed=False)

    assert send(browser, hidden, text="Hello?").status_code == 404
    assert not Entry.objects.exists()


# Files.


@pytest.fixture
def file(work_order, approver, checked):
    return add_attachment(
        work_order, checked("Plan: 1.pdf", pdf()), by=approver.user, contact=approver, audience=CUSTOMER
    )


def test_a_file_is_a_download_that_no_browser_runs(browser, file):
    answer = browser.get(file_path(file))

    assert answer.getvalue() == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="Plan_ 1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Content-Length"] == str(len(pdf()))
    assert "no-store" in answer["Cache-Control"]


def test_a_file_is_seen_with_its_record(client_for, tenant, file, work_order, people):
    browser = client_for(people.approver.user, tenant)
    assert client_for(people.reviewer.user, tenant).get(file_path(file)).getvalue() == pdf()
    assert client_for(make_approver().user, tenant).get(file_path(file)).status_code == 404
    work_order.is_exposed = False
    work_order.save()
    assert browser.get(file_path(file)).status_code == 404


def test_a_file_for_staff_reaches_no_customer(browser, work_order, staff, checked):
    internal = add_attachment(work_order, checked(), by=staff, audience=STAFF)

    assert browser.get(file_path(internal)).status_code == 404


def test_a_file_of_another_company_does_not_exist(browser, other_tenant, checked):
    with tenant_scope(other_tenant):
        stranger = make_approver()
        record = make_work_order(account=stranger.account)
        foreign = add_attachment(record, checked(), by=stranger.user, audience=CUSTOMER)

    assert browser.get(file_path(foreign)).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_missing(browser, file, disk):
    for each in disk.rglob("*"):
        if each.is_file():
            each.unlink()

    assert browser.get(file_path(file)).status_code == 404


async def read_through(pieces):
    return [piece async for piece in pieces]


def test_a_server_of_events_streams_it_too(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100_000)
    pieces = AsyncPieces(path.open("rb"))

    read = asyncio.run(read_through(pieces))
    pieces.close()

    assert [len(each) for each in read] == [65_536, 34_464]
    assert pieces.content.closed


# Staff.


@pytest.fixture
def desk(client_for, staff, tenant):
    return client_for(staff, tenant)


def admin_path(work_order, page="timeline", *args):
    return reverse(f"admin:fieldservice_workorder_{page}", args=[work_order.pk, *args])


def test_staff_say_who_reads_what_they_write(desk, work_order, staff):
    for audience in (STAFF, CUSTOMER):
        data = {"text": f"For {audience}.", "audience": audience, "request_key": uuid7()}
        assert desk.post(admin_path(work_order), data).status_code == 302

    assert set(Entry.objects.values_list("text", "audience", "author")) == {
        ("For staff.", "staff", staff.pk),
        ("For customer.", "customer", staff.pk),
    }
    page = desk.get(admin_path(work_order)).text
    assert "Internal comment" in page
    assert "For staff." in page


@pytest.mark.parametrize("data", [{"text": "Hello"}, {"audience": "everybody", "text": "Hello"}, {"audience": "staff"}])
def test_staff_are_told_what_is_missing(desk, work_order, data):
    answer = desk.post(admin_path(work_order), {"request_key": uuid7(), **data})

    assert answer.status_code == 422
    assert not Entry.objects.exists()


def test_staff_open_and_remove_files(desk, work_order, staff, checked, disk):
    internal = add_attachment(work_order, checked("margin.txt", b"42 %"), by=staff, audience=STAFF)

    assert desk.get(admin_path(work_order, "file", internal.pk)).getvalue() == b"42 %"
    assert "Remove “margin.txt” for good?" in desk.get(admin_path(work_order), {"remove": internal.pk}).text
    assert Attachment.objects.exists(), "a question removes nothing"
    assert desk.post(admin_path(work_order), {"remove": internal.pk}).status_code == 302
    assert not Attachment.objects.exists()


def test_a_file_belongs_to_its_record(desk, work_order, staff, checked):
    other = make_work_order()
    file = add_attachment(other, checked(), by=staff, audience=STAFF)

    assert desk.get(admin_path(work_order, "file", file.pk)).status_code == 404
    assert desk.post(admin_path(work_order), {"remove": file.pk}).status_code == 404
    assert desk.post(admin_path(work_order), {"remove": "none"}).status_code == 400
    assert Attachment.objects.exists()


def test_the_record_leads_to_its_comments(desk, work_order):
    change = reverse("admin:fieldservice_workorder_change", args=[work_order.pk])

    assert f'href="{admin_path(work_order)}"' in desk.get(change).text


def test_staff_find_what_customers_wrote(desk, work_order, approver):
    add_comment(work_order, "Cold since Monday.", by=approver.user, contact=approver, audience=CUSTOMER)

    page = desk.get(reverse("admin:timeline_entry_changelist")).text

    assert "Cold since Monday." in page
    assert "Ana Approver" in page
    assert f'href="{admin_path(work_order)}"' in page
