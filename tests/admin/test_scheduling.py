"""Resources, and why a booking got its resource (SCH-2, SCH-13)."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from portal.web.times import zone_name
from scheduling.engine.types import Reason
from scheduling.models import BookableResource, TimeOff
from scheduling.reasons import SENTENCES, sentence
from tests.admin.rows import make_search
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_booking, make_characteristic, make_resource

INLINES = ("characteristics", "territories", "hours", "time_off", "reservations", "preferences")


def why_page(booking):
    return reverse("admin:scheduling_booking_why", args=[booking.pk])


def candidate(name, *, fits=False, reason=Reason.SKILL, metres=None, rank=None, **fields):
    row = {"resource_id": str(uuid.uuid4()), "name": name, "fits": fits, "reason": str(reason)}
    seconds = None if metres is None else metres // 10
    return {**row, "metres": metres, "next_metres": None, "seconds": seconds, "rank": rank, **fields}


@pytest.fixture
def decided(tenant):
    rows = [
        candidate("Far", fits=True, reason=Reason.FITS, metres=42_300, rank=2),
        candidate("Unskilled"),
        candidate("Near", fits=True, reason=Reason.FITS, metres=1240, rank=1, next_metres=5000),
        candidate("Busy", reason=Reason.BUSY, metres=900),
    ]
    why = {
        "method": "great_circle",
        "notice": "The routing service did not answer.",
        "decided_at": "2026-11-20T15:00:00+00:00",
        "candidates": rows,
        "winner": rows[2]["resource_id"],
        "omitted": 3,
    }
    with tenant_scope(tenant):
        return make_booking(why=why)


def test_every_candidate_is_read_with_the_winner_first(browser, decided):
    page = browser.get(why_page(decided))
    rows = page.context["page"].object_list
    assert [row.name for row in rows] == ["Near", "Far", "Unskilled", "Busy"]
    assert [row.won for row in rows] == [True, False, False, False]
    assert (rows[0].kilometres, rows[0].minutes, rows[0].next_kilometres) == ("1.2", "3", "5.0")
    for text in (
        "Does not have a characteristic that the service needs.",
        "Has another visit at that time.",
        "The routing service did not answer.",
        "3 further resources were considered.",
        "42.3",
    ):
        assert text in page.text


def test_a_booking_without_a_search_says_so(browser, tenant):
    with tenant_scope(tenant):
        booking = make_booking()
    assert "No search was kept for this booking" in browser.get(why_page(booking)).text


def test_why_of_another_companys_booking_is_not_there(browser, other_tenant):
    with tenant_scope(other_tenant):
        booking = make_booking()
    assert browser.get(why_page(booking)).status_code == 404


def test_bookings_are_not_edited_here(browser, tenant):
    with tenant_scope(tenant):
        booking = make_booking()
    page = reverse("admin:scheduling_booking_change", args=[booking.pk])
    assert browser.post(page, {"status": "canceled"}).status_code == 403
    text = browser.get(page).text
    assert why_page(booking) in text
    assert zone_name(booking.arrives_at, "America/New_York") in text
    assert "Who can see this and why" in text


def test_a_work_order_shows_its_bookings(browser, tenant):
    with tenant_scope(tenant):
        booking = make_booking()
    page = browser.get(reverse("admin:fieldservice_workorder_change", args=[booking.work_order_id]))
    assert why_page(booking) in page.text


def test_every_reason_has_a_sentence():
    assert set(SENTENCES) == set(Reason)
    assert sentence("of a later version") == "of a later version"


def management(**counts):
    return {f"{name}-{key}": "0" for name in INLINES for key in ("TOTAL_FORMS", "INITIAL_FORMS")} | counts


def test_a_resource_with_skills_and_hours(browser, tenant):
    with tenant_scope(tenant):
        skill = make_characteristic()
    fields = {
        "name": "Rita Ramos",
        "resource_type": "user",
        "login_email": "Rita@acme.example",
        "time_zone": "America/New_York",
        "is_active": "on",
        "is_self_schedulable": "on",
        **management(),
        "characteristics-TOTAL_FORMS": "1",
        "characteristics-0-characteristic": skill.pk,
        "characteristics-0-rating": "7",
        "hours-TOTAL_FORMS": "1",
        "hours-0-weekday": "0",
        "hours-0-starts": "08:00",
        "hours-0-ends": "17:00",
    }
    answer = browser.post(reverse("admin:scheduling_bookableresource_add"), fields)
    assert answer.status_code == 302, answer.context["errors"]
    with tenant_scope(tenant):
        resource = BookableResource.objects.get(name="Rita Ramos")
        assert resource.user == User.objects.get(email="rita@acme.example")
        assert resource.characteristics.get().rating == 7
        assert resource.hours.get().starts == dt.time(8)
    fields["name"] = "Second"
    assert (
        "Another resource has this login."
        in browser.post(reverse("admin:scheduling_bookableresource_add"), fields).text
    )


def test_times_are_read_in_the_companys_zone(browser, tenant):
    with tenant_scope(tenant):
        resource = make_resource(hours=None)
    fields = {
        "name": resource.name,
        "resource_type": "user",
        "time_zone": resource.time_zone,
        "start_place": resource.start_place_id,
        "is_active": "on",
        **management(),
        "time_off-TOTAL_FORMS": "1",
        "time_off-0-starts_at": "2027-01-04T08:00",
        "time_off-0-ends_at": "2027-01-05T08:00",
    }
    page = reverse("admin:scheduling_bookableresource_change", args=[resource.pk])
    answer = browser.post(page, fields)
    assert answer.status_code == 302, answer.context["errors"]
    with tenant_scope(tenant):
        assert TimeOff.objects.get().starts_at == dt.datetime(2027, 1, 4, 13, tzinfo=dt.UTC)
    assert 'value="2027-01-04T08:00"' in browser.get(page).text


def test_past_time_off_is_out_of_the_way(browser, tenant):
    with tenant_scope(tenant):
        resource = make_resource()
        past = clock.now() - dt.timedelta(days=9)
        TimeOff.objects.create(
            resource=resource, starts_at=past, ends_at=past + dt.timedelta(days=1), reason="Flu last week"
        )
    page = reverse("admin:scheduling_bookableresource_change", args=[resource.pk])
    assert "Flu last week" not in browser.get(page).text


def test_an_incident_type_requires_characteristics(browser, tenant):
    with tenant_scope(tenant):
        kind, skill = make_incident_type(), make_characteristic()
    fields = {
        "name": kind.name,
        "display_name": kind.display_name,
        "work_order_type": kind.work_order_type_id,
        "duration_minutes": "60",
        "is_active": "on",
        "requiredcharacteristic-TOTAL_FORMS": "1",
        "requiredcharacteristic-INITIAL_FORMS": "0",
        "requiredcharacteristic-0-characteristic": skill.pk,
        "requiredcharacteristic-0-minimum_rating": "11",
    }
    page = reverse("admin:fieldservice_incidenttype_change", args=[kind.pk])
    assert "A rating is a number from 1 to 10." in browser.post(page, fields).text


def test_searches_that_found_nothing(browser, tenant):
    with tenant_scope(tenant):
        nothing, something = make_search(), make_search(found=3)
    page = browser.get(reverse("admin:scheduling_slotsearch_changelist"), {"found": "nothing"})
    assert [row.pk for row in page.context["cl"].result_list] == [nothing.pk]
    page = browser.get(reverse("admin:scheduling_slotsearch_changelist"), {"found": "times"})
    assert [row.pk for row in page.context["cl"].result_list] == [something.pk]
