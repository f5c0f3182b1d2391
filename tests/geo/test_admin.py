import pytest
from django.urls import reverse

from portal.accounts.models import StaffMember, User
from portal.audit.models import AuditEntry
from portal.geo.enums import GeocodedBy
from portal.geo.models import Place, Territory, TerritoryArea, TerritoryShape
from portal.tenancy.scope import tenant_scope

PLACE = {
    "name": "Head office",
    "line1": "350 5th Ave",
    "line2": "",
    "city": "New York",
    "region": "NY",
    "postal_code": "10118",
    "country": "US",
    "latitude": "",
    "longitude": "",
    "time_zone": "",
    "territory": "",
}


@pytest.fixture
def staff(tenant):
    user = User.objects.create_user("staff@acme.example", "a-long-password-2026")
    with tenant_scope(tenant):
        StaffMember.objects.create(user=user)
    return user


@pytest.fixture
def browser(client_for, staff, tenant):
    return client_for(staff, tenant)


def place_of(tenant):
    with tenant_scope(tenant):
        return Place.objects.select_related("territory").get()


def test_staff_add_a_place_and_it_is_found(browser, tenant, staff):
    assert b"United Arab Emirates" in browser.get(reverse("admin:geo_place_add")).content
    answer = browser.post(reverse("admin:geo_place_add"), PLACE)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    place = place_of(tenant)
    assert (place.geocoded_by, place.time_zone) == (GeocodedBy.GAZETTEER, "America/New_York")
    with tenant_scope(tenant):
        assert [(entry.action, entry.actor) for entry in AuditEntry.objects.filter(object_id=place.pk)] == [
            ("place.add", staff)
        ]


def test_staff_correct_a_position_and_have_it_looked_up_again(browser, tenant):
    browser.post(reverse("admin:geo_place_add"), PLACE)
    place = place_of(tenant)
    change = reverse("admin:geo_place_change", args=[place.pk])
    assert browser.get(change).status_code == 200
    fields = {**PLACE, "latitude": "40.75", "longitude": "-73.98", "time_zone": "America/New_York"}
    assert browser.post(change, fields).status_code == 302
    assert place_of(tenant).geocoded_by == GeocodedBy.MANUAL
    answer = browser.post(
        reverse("admin:geo_place_changelist"),
        {"action": "look_up_again", "_selected_action": [str(place.pk)]},
        follow=True,
    )
    assert "1 of 1 place has a position now." in answer.content.decode()
    assert place_of(tenant).geocoded_by == GeocodedBy.GAZETTEER


def test_half_a_position_is_refused_with_a_sentence(browser):
    answer = browser.post(reverse("admin:geo_place_add"), {**PLACE, "latitude": "1"})
    assert answer.status_code == 200
    assert "Enter both latitude and longitude, or neither." in answer.content.decode()


def territory_form(**rows):
    form = {
        "name": "Midtown",
        "areas-TOTAL_FORMS": "2",
        "areas-INITIAL_FORMS": "0",
        "areas-0-country": "GB",
        "areas-0-postal_prefix": "sw1",
        "areas-1-country": "US",
        "areas-1-postal_prefix": "101",
    }
    return {**form, **rows}


def test_staff_draw_a_territory_and_it_adopts_places(browser, tenant):
    browser.post(reverse("admin:geo_place_add"), PLACE)
    answer = browser.post(reverse("admin:geo_territory_add"), territory_form())
    assert answer.status_code == 302, answer.context["errors"]
    with tenant_scope(tenant):
        territory = Territory.objects.get()
        assert {str(area) for area in TerritoryArea.objects.all()} == {"GB SW1", "US 101"}
    answer = browser.post(
        reverse("admin:geo_territory_changelist"),
        {"action": "adopt", "_selected_action": [str(territory.pk)]},
        follow=True,
    )
    assert "1 place was assigned." in answer.content.decode()
    assert place_of(tenant).territory == territory


def test_an_area_that_is_taken_is_refused_with_a_sentence(browser):
    browser.post(reverse("admin:geo_territory_add"), territory_form())
    answer = browser.post(reverse("admin:geo_territory_add"), territory_form(name="Another"))
    assert answer.status_code == 200
    assert "These postal codes belong to a territory already." in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(browser, tenant, count, django_assert_num_queries):
    with tenant_scope(tenant):
        territory = Territory.objects.create(name="City")
        for number in range(count):
            Place.objects.create(name=f"Place {number}", country="US", territory=territory)
    browser.get(reverse("admin:geo_place_changelist"))
    with django_assert_num_queries(14):
        assert browser.get(reverse("admin:geo_place_changelist")).status_code == 200


SQUARE = (
    '{"type": "Polygon", "coordinates": [[[-74.5, 40.2], [-73.5, 40.2], [-73.5, 41.2], [-74.5, 41.2], [-74.5, 40.2]]]}'
)


def test_staff_paste_what_a_map_program_drew_and_see_it(browser, tenant, staff):
    no_areas = {"areas-TOTAL_FORMS": "0"}
    answer = browser.post(reverse("admin:geo_territory_add"), territory_form(**no_areas, shape=SQUARE))
    assert answer.status_code == 302, answer.context["errors"]
    with tenant_scope(tenant):
        shape = TerritoryShape.objects.select_related("territory").get()
        assert len(shape.corners) == 4
    change = reverse("admin:geo_territory_change", args=[shape.territory_id])
    page = browser.get(change).content.decode()
    assert '<path class="drawn-area" d="M' in page
    assert "1 area between latitude 40.200 and 41.200" in page
    assert browser.post(change, territory_form(**no_areas, shape="")).status_code == 302
    assert "drawn-area" not in browser.get(change).content.decode()
    with tenant_scope(tenant):
        assert not TerritoryShape.objects.exists()
        drawn = AuditEntry.objects.filter(action="territory.draw").order_by("pk")
        assert [(entry.actor, entry.after["areas"]) for entry in drawn] == [(staff, 1), (staff, 0)]


def test_what_cannot_be_drawn_is_refused_beside_the_field(browser, tenant):
    answer = browser.post(reverse("admin:geo_territory_add"), territory_form(shape=SQUARE.replace("40.2", "140.2")))
    assert answer.status_code == 200
    assert "GeoJSON writes the longitude first" in str(answer.context["adminform"].form.errors["shape"])
    with tenant_scope(tenant):
        assert not Territory.objects.exists()
