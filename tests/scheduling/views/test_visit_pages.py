"""The technician's pages: a visit, its steps, tasks, notes, signature, position (SCH-8)."""

import datetime as dt
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fieldservice.models import WorkOrderSignature, WorkOrderTask
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from portal.timeline.models import Attachment, Entry
from scheduling.enums import BookingStatus
from scheduling.models import BookableResource, Booking, BookingTimestamp, TechnicianPosition
from tests.factories.accounts import make_approver, make_user
from tests.factories.fieldservice import make_task
from tests.factories.scheduling import make_booking, make_resource, make_settings

pytestmark = pytest.mark.django_db
HERE = {"lat": 40.75, "lon": -74.0, "accuracy": 9.6}


@pytest.fixture
def visit(tenant):
    with tenant_scope(tenant):
        make_settings()
        resource = make_resource(user=make_user(), name="Maria Lopez", shares_position=True)
        contact = make_approver(phone="+1 555 0100")
        return make_booking(
            resource=resource,
            account=contact.account,
            contact=contact,
            comments="Ring twice.",
            starts_at=clock.now() + dt.timedelta(minutes=30),
        )


@pytest.fixture
def phone(client_for, tenant, visit):
    return client_for(visit.resource.user, tenant)


def path(visit, end="") -> str:
    return f"/tech/visits/{visit.pk}/{end}"


def now_text() -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def take(phone, visit, step, **fields):
    return phone.post(path(visit, "step/"), {"step": step, "key": str(uuid.uuid4()), **fields})


def status_of(tenant, visit) -> str:
    with tenant_scope(tenant):
        return Booking.objects.get(pk=visit.pk).status


def send_position(phone, booking, **fields):
    body = {"booking": str(booking), "at": now_text(), **HERE, **fields}
    return phone.post("/tech/position/", json.dumps(body), content_type="application/json")


def test_the_page_says_all_that_is_needed_there(phone, tenant, visit):
    with tenant_scope(tenant):
        make_task(visit.work_order, name="Clean the burner")
    page = phone.get(path(visit)).content.decode()

    for words in ("Ring twice.", "Clean the burner", "tel:+1 555 0100", "Directions", "Set off", visit.account.name):
        assert words in page
    assert 'action="' + path(visit, "step/") in page
    assert path(visit) in phone.get("/tech/").content.decode()


def test_the_page_costs_the_same_however_much_it_holds(phone, tenant, visit, django_assert_max_num_queries):
    for _each in range(2):
        with tenant_scope(tenant):
            for _task in range(3):
                make_task(visit.work_order)
        phone.post(path(visit, "note/"), {"text": "Again.", "request_key": str(uuid.uuid4())})
        with django_assert_max_num_queries(18):
            phone.get(path(visit))


def test_a_whole_visit_by_plain_forms(phone, tenant, visit):
    for step, status in [
        ("set_off", BookingStatus.TRAVELING),
        ("start", BookingStatus.IN_PROGRESS),
        ("pause", BookingStatus.ON_BREAK),
        ("resume", BookingStatus.IN_PROGRESS),
    ]:
        assert take(phone, visit, step).status_code == 302
        assert status_of(tenant, visit) == status
    take(phone, visit, "finish", resolution="Burner cleaned.", note="Order a valve.")
    assert status_of(tenant, visit) == BookingStatus.COMPLETED

    page = phone.post(path(visit, "sign/"), {"name": "Ada Lane"}, follow=True).content.decode()
    assert "Signed by Ada Lane." in page
    with tenant_scope(tenant):
        assert WorkOrderSignature.objects.get().contact == visit.contact


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"step": "follow_up"}, "Say what is left to do"),
        ({"step": "follow_up", "note": "x" * 2001}, "at most 2000"),
        ({"step": "finish", "note": "Order\x00a valve."}, "Null characters"),
    ],
)
def test_what_was_typed_stays_beside_the_reason(phone, tenant, visit, fields, sentence):
    take(phone, visit, "start")
    refused = phone.post(path(visit, "step/"), {"resolution": "Burner cleaned.", **fields})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert "Burner cleaned." in refused.text
    assert status_of(tenant, visit) == BookingStatus.IN_PROGRESS
    told = phone.post(path(visit, "step/"), fields, headers={"accept": "application/json"})
    assert told.status_code == 400
    assert sentence in told.json()["message"]


def test_a_step_that_does_not_follow_says_so_and_changes_nothing(phone, tenant, visit):
    page = phone.post(path(visit, "step/"), {"step": "pause", "key": str(uuid.uuid4())}, follow=True).content.decode()
    assert "cannot become" in page
    assert status_of(tenant, visit) == BookingStatus.SCHEDULED


def test_a_script_gets_the_reason_as_json(phone, tenant, visit):
    key = str(uuid.uuid4())
    fields = {"step": "set_off", "key": key, "at": now_text()}
    accept = {"accept": "application/json"}
    first = phone.post(path(visit, "step/"), fields, headers=accept)
    second = phone.post(path(visit, "step/"), fields, headers=accept)
    wrong = phone.post(path(visit, "step/"), {**fields, "key": str(uuid.uuid4())}, headers=accept)

    assert [each.status_code for each in (first, second, wrong)] == [200, 200, 409]
    assert wrong.json()["message"]
    with tenant_scope(tenant):
        assert BookingTimestamp.objects.filter(booking=visit).count() == 1


@pytest.mark.parametrize("data", [{}, {"step": "fly"}, {"step": "set_off", "key": "x"}, {"step": "set_off", "at": "?"}])
def test_nonsense_is_refused(phone, tenant, visit, data):
    answer = phone.post(path(visit, "step/"), data, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert status_of(tenant, visit) == BookingStatus.SCHEDULED


def test_tasks_are_ticked_and_unticked(phone, tenant, visit):
    with tenant_scope(tenant):
        task, foreign = make_task(visit.work_order), make_task(make_booking().work_order)
    for data, percent in [({"done": "on"}, 100), ({}, 0)]:
        phone.post(path(visit, "task/"), {"task": str(task.pk), **data})
        with tenant_scope(tenant):
            assert WorkOrderTask.objects.get(pk=task.pk).percent_done == percent
    phone.post(path(visit, "task/"), {"task": str(foreign.pk), "done": "on"})
    with tenant_scope(tenant):
        assert WorkOrderTask.objects.get(pk=foreign.pk).percent_done == 0


@pytest.mark.parametrize(("data", "audience"), [({}, "staff"), ({"for_customer": "on"}, "customer")])
def test_a_note_with_a_photo_is_kept_once(phone, tenant, visit, data, audience):
    fields = {"text": "The valve drips.", "request_key": str(uuid.uuid4()), **data}
    for _again in range(2):
        photo = SimpleUploadedFile("valve.txt", b"A drawing in words.", content_type="text/plain")
        assert phone.post(path(visit, "note/"), {**fields, "files": photo}).status_code == 302
    assert "valve.txt" in phone.get(path(visit)).content.decode()
    with tenant_scope(tenant):
        entry = Entry.objects.get(text="The valve drips.")
        assert entry.audience == audience
        assert Attachment.objects.filter(entry=entry).count() == 1
    assert phone.post(path(visit, "note/"), {"request_key": str(uuid.uuid4())}).status_code == 422


def test_nobody_but_the_visits_technician_gets_in(client_for, tenant, other_tenant, visit):
    with tenant_scope(tenant):
        colleague = make_resource(user=make_user()).user
    people = [(colleague, tenant), (visit.contact.user, tenant), (visit.resource.user, other_tenant)]
    for user, host in people:
        browser = client_for(user, host)
        assert browser.get(path(visit)).status_code == 404
        for end in ("step/", "task/", "note/", "sign/"):
            assert browser.post(path(visit, end), {"step": "set_off"}).status_code == 404
    assert status_of(tenant, visit) == BookingStatus.SCHEDULED


def test_positions_come_in_on_the_way_only(phone, client_for, tenant, visit):
    assert send_position(phone, visit.pk).status_code == 409
    take(phone, visit, "set_off")
    assert send_position(phone, visit.pk).status_code == 204
    for wrong in ({"lat": 91}, {"lat": "x"}, {"at": "now"}, {"lon": None}, {"lat": "NaN"}):
        assert send_position(phone, visit.pk, **wrong).status_code == 400
    assert send_position(phone, uuid.uuid4()).status_code == 409
    with tenant_scope(tenant):
        colleague = make_resource(user=make_user(), shares_position=True).user
    assert send_position(client_for(colleague, tenant), visit.pk).status_code == 409
    assert send_position(client_for(visit.contact.user, tenant), visit.pk).status_code == 404
    take(phone, visit, "start")
    assert send_position(phone, visit.pk).status_code == 409
    with tenant_scope(tenant):
        assert TechnicianPosition.objects.get().accuracy_metres == 10


@pytest.mark.parametrize("fields", [{"at": 5}, {"at": ["x"]}, {"at": True}, {"lat": 10**400}])
def test_a_position_of_wrong_kinds_is_refused(phone, visit, fields):
    assert send_position(phone, visit.pk, **fields).status_code == 400


@pytest.mark.parametrize("body", ["[" * 1999, '{"a":' * 390, '{"booking": {"a": 1}}', "[]", "5", "\x00", "{" * 2001])
def test_a_position_that_is_no_object_is_refused(phone, body):
    assert phone.post("/tech/position/", body, content_type="application/json").status_code == 400


def test_sharing_is_the_technicians_switch(phone, tenant, visit):
    take(phone, visit, "set_off")
    send_position(phone, visit.pk)
    phone.post("/tech/sharing/", {"on": "0"})
    with tenant_scope(tenant):
        assert not BookableResource.objects.get(pk=visit.resource_id).shares_position
        assert not TechnicianPosition.objects.exists()
    assert send_position(phone, visit.pk).status_code == 409
    phone.post("/tech/sharing/", {"on": "1"})
    with tenant_scope(tenant):
        assert BookableResource.objects.get(pk=visit.resource_id).shares_position


def test_it_installs_as_an_app(phone, visit):
    manifest = phone.get("/tech/app.webmanifest").json()
    worker = phone.get("/tech/sw.js")
    assert manifest["scope"] == manifest["start_url"] == "/tech/"
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert b"addEventListener" in worker.content
    assert "app.webmanifest" in phone.get("/tech/").content.decode()
