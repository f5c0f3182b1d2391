"""The asset pages as a customer meets them (FS-3, FS-6, FS-7)."""

import csv
import datetime as dt
import io
import re

import pytest
import time_machine

from fieldservice.models import Agreement, AgreementAsset, WorkOrderIncident
from portal.access.domain.sharing import share
from portal.access.viewer import viewer_for
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from portal.web.registry import searches
from tests.factories.accounts import make_account, make_approver, make_contact, make_staff, make_web_role
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_asset, make_incident_type, make_location, make_work_order
from tests.factories.geo import make_place

LIST = "/field-service/assets/"
DAY = dt.datetime(2026, 3, 1, 2, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 7, 1, 16, tzinfo=dt.UTC)
ANY_ID = "[0-9a-f-]{36}"


@pytest.fixture
def approver(reviewer):
    return make_approver(account=reviewer.account)


@pytest.fixture
def own(reviewer):
    """Makes an asset of the reviewer's account."""
    location = make_location(account=reviewer.account)
    return lambda name, **fields: make_asset(
        **{"account": reviewer.account, "location": location, "name": name, **fields}
    )


def names(response):
    """The assets on a page of the list, in order."""
    return re.findall(rf'rowheader" scope="row"><a href="{LIST}{ANY_ID}/">([^<]+)<', response.text)


def detail(asset):
    return f"{LIST}{asset.pk}/"


def tree(page):
    """The names of the tree as (name, whether it is a link), from top to bottom."""
    card = re.search(r'<section class="card" id="tree">.*?</section>', page.text, re.DOTALL)
    found = re.findall(r'<span class="tree-text">(<a href="[^"]+">|<span[^>]*>)([^<]+)<', card[0]) if card else []
    return [(name, mark.startswith("<a")) for mark, name in found]


# The list.


def test_list_shows_the_accounts_exposed_active_assets(own, browser):
    own("Shown", serial_number="SN-77", manufacturer="Viessmann", model_name="Vitocrossal")
    own("Hidden", is_exposed=False)
    own("Retired", is_active=False)
    make_asset(name="Foreign")

    page = browser.get(LIST)

    assert names(page) == ["Shown"]
    assert "SN-77" in page.text
    assert "Viessmann Vitocrossal" in page.text
    assert names(browser.get(LIST, {"tab": "inactive"})) == ["Retired"]
    assert names(browser.get(LIST, {"tab": "all"})) == ["Retired", "Shown"]
    for name in ("Hidden", "Foreign"):
        assert name not in browser.get(LIST, {"tab": "all"}).text


def test_search_looks_at_what_is_shown(own, browser, reviewer):
    cellar = make_location(account=reviewer.account, name="Cellar east")
    fields = {"serial_number": "HX-2209", "category": "Heating", "manufacturer": "Viessmann", "location": cellar}
    own("Boiler", **fields, model_name="Vitocrossal", internal_notes="Leaks", description="Gas")
    own("Lift")

    for text in ("boil", "hx-2209", "HEAT", "viess", "vitocr", "cellar boiler"):
        assert names(browser.get(LIST, {"q": text})) == ["Boiler"], text
    assert names(browser.get(LIST, {"q": "leaks"})) == []


def test_filters_offer_what_is_seen_and_stay_in_the_url(own, browser, reviewer):
    cellar = make_location(account=reviewer.account, name="Cellar")
    own("Boiler", category="Heating", location=cellar)
    own("Lift", category="Lifts")
    own(
        "Hidden",
        category="Secret plant",
        is_exposed=False,
        location=make_location(account=reviewer.account, name="Vault"),
    )
    make_asset(category="Neighbour's kind")

    page = browser.get(LIST, {"category": "Heating", "location": cellar.pk, "sort": "-name"})

    assert names(page) == ["Boiler"]
    assert "Category: Heating" in page.text
    assert "Location: Cellar" in page.text
    assert f'<option value="{cellar.pk}" selected>Cellar</option>' in page.text
    assert '<option value="Lifts">Lifts</option>' in page.text
    for text in ("Secret plant", "Vault", "Neighbour"):
        assert text not in page.text
    assert "Select a valid choice" in browser.get(LIST, {"category": "Secret plant"}).text


@time_machine.travel(NOON)
def test_warranty_is_said_and_filtered_by_the_companys_day(own, browser):
    today = NOON.date()
    own("A", warranty_ends_date=today)
    own("B", warranty_ends_date=today + dt.timedelta(days=12))
    own("C", warranty_starts_date=today + dt.timedelta(days=1), warranty_ends_date=today + dt.timedelta(days=400))
    own("D", warranty_ends_date=today - dt.timedelta(days=1))
    own("E")

    page = browser.get(LIST).text
    for text in ("Ends today", "Ends in 12 days, on July 13, 2026", "Begins on July 2, 2026", "Ended on June 30, 2026"):
        assert text in page, text
    assert names(browser.get(LIST, {"warranty": "holds"})) == ["A", "B"]
    assert names(browser.get(LIST, {"warranty": "over"})) == ["D"]
    assert names(browser.get(LIST, {"warranty": "none"})) == ["E"]
    assert names(browser.get(LIST, {"sort": "warranty"})) == ["D", "A", "B", "C", "E"]
    with time_machine.travel(NOON + dt.timedelta(hours=13)):
        assert names(browser.get(LIST, {"warranty": "over"})) == ["A", "D"]


def test_pages_follow_each_other(own, browser):
    for number in range(30):
        own(f"Boiler {number:02}")

    first = browser.get(LIST, {"sort": "warranty"})
    link = re.search(r'rel="next" href="([^"]+)"', first.text).group(1).replace("&amp;", "&")
    found = names(first) + names(browser.get(LIST + link))

    assert sorted(found) == [f"Boiler {number:02}" for number in range(30)]


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "sort=-warranty&after=" + "A" * 999,
        "category=%ff&location=none&warranty=x",
        "sort=internal_notes",
        "q=%27%25_",
    ],
)
def test_hostile_parameters_never_break_the_list(own, browser, query):
    own("Boiler")

    assert browser.get(f"{LIST}?{query}").status_code in {200, 400}


def test_export_is_what_is_seen(own, browser):
    product = make_product(name="Condensing boiler")
    own("=Boiler", product=product, category="Heating", warranty_ends_date=dt.date(2027, 5, 3), internal_notes="Leaks")
    own("Hidden", is_exposed=False)

    text = browser.get(LIST, {"export": "csv"}).getvalue().decode()
    (row,) = csv.DictReader(io.StringIO(text[1:], newline=""))

    assert row["Name"] == "'=Boiler"
    assert (row["Product"], row["Warranty until"], row["Active"]) == ("Condensing boiler", "2027-05-03", "Yes")
    assert "Leaks" not in text


def test_empty_lists_say_why(own, browser, tenant):
    page = browser.get(LIST).text
    assert "No assets have been shared with you" in page
    assert tenant.name in page
    own("Retired", is_active=False)
    assert "Active: nothing at the moment" in browser.get(LIST).text
    assert "Nothing matches" in browser.get(LIST, {"q": "elephant"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_however_long_it_is(own, browser, django_assert_num_queries, count):
    for number in range(count):
        own(f"Boiler {number}", product=make_product(), category=f"Kind {number}")

    # Savepoint, tenant's host, its setting, session, user, contact with roles, the choices of the filters, the page, release.
    with django_assert_num_queries(9):
        browser.get(LIST)


# The page of one.


def test_detail_shows_what_the_customer_may_read(own, browser, reviewer):
    site = make_location(account=reviewer.account, name="Harbour House", place=make_place(line1="353 West Street"))
    room = make_location(account=reviewer.account, name="Boiler room", parent=site, place=site.place)
    asset = own(
        "Boiler",
        location=room,
        serial_number="HX-2209",
        category="Heating",
        product=make_product(name="Condensing boiler", code="ERP-1"),
        manufacturer="Viessmann",
        model_name="Vitocrossal",
        installed_date=dt.date(2020, 2, 3),
        warranty_ends_date=dt.date(2021, 2, 3),
        warranty_terms="Parts only",
        description="Two burners",
        internal_notes="Leaks",
    )

    page = browser.get(detail(asset)).text

    for text in (
        *("HX-2209", "Heating", "Condensing boiler", "Viessmann", "Vitocrossal", "February 3, 2020", "Parts only"),
        *("Ended on February 3, 2021", "Two burners", "Harbour House › Boiler room", "353 West Street"),
        reviewer.account.name,
    ):
        assert text in page, text
    assert "Leaks" not in page
    assert "ERP-1" not in page


def test_a_location_of_another_account_is_no_part_of_the_way(own, browser, reviewer):
    foreign = make_location(name="Neighbour's tower")
    room = make_location(account=reviewer.account, name="Boiler room", parent=foreign)

    page = browser.get(detail(own("Boiler", location=room))).text

    assert "Boiler room" in page
    assert "Neighbour" not in page


def test_the_tree_shows_what_hangs_together(own, browser):
    plant = own("Plant")
    boiler = own("Boiler", parent=plant)
    burner = own("Burner", parent=boiler)
    own("Pump", parent=plant)
    own("Hidden", parent=boiler, is_exposed=False)

    for asset in (plant, boiler, burner):
        found = tree(browser.get(detail(asset)))
        assert [name for name, _link in found] == ["Plant", "Boiler", "Burner", "Pump"]
        assert [name for name, is_link in found if not is_link] == [asset.name]


def test_a_parent_in_reach_is_named_only_and_one_out_of_reach_leaves_no_trace(own, browser, reviewer):
    top = own("Plant")
    hidden = own("Hidden plant", parent=top, is_exposed=False)
    foreign = make_asset(name="Neighbour's plant", parent=hidden)
    leaf = own("Burner", parent=foreign)

    page = browser.get(detail(leaf))

    assert tree(page) == [("Plant", True), ("Hidden plant", False), ("Burner", False)]
    assert "Neighbour" not in page.text
    assert str(hidden.pk) not in page.text
    assert str(foreign.pk) not in page.text
    assert hidden.serial_number not in page.text
    assert browser.get(detail(hidden)).status_code == 404
    assert tree(browser.get(detail(top))) == [("Plant", False), ("Hidden plant", False), ("Burner", True)]


def test_an_asset_whose_parent_does_not_show_stands_alone(own, browser):
    asset = own("Burner", parent=make_asset(name="Neighbour's plant"))

    page = browser.get(detail(asset))

    assert tree(page) == []
    assert "What it is part of" not in page.text


def test_a_shared_asset_brings_nothing_of_its_account_along(browser, reviewer):
    stranger = make_account()
    parent = make_asset(account=stranger, name="Stranger's plant")
    asset = make_asset(account=stranger, name="Shared boiler", parent=parent, is_exposed=False)
    make_asset(account=stranger, name="Stranger's pump", parent=asset)
    share(asset, reviewer, by=make_staff())

    page = browser.get(detail(asset))

    assert page.status_code == 200
    assert tree(page) == []
    assert "Stranger's" not in page.text


def test_a_large_tree_is_shown_around_the_asset(own, browser):
    plant = own("Plant")
    parts = [own(f"Part {number:03}", parent=plant) for number in range(101)]

    first = browser.get(detail(plant))
    more = re.search(r'href="(\?parts_after=[^"]+)#tree"', first.text).group(1)
    second = browser.get(detail(plant) + more)

    assert [name for name, _link in tree(first)] == ["Plant", *(f"Part {number:03}" for number in range(25))]
    assert [name for name, _link in tree(second)][1:3] == ["Part 025", "Part 026"]
    assert tree(browser.get(detail(parts[7]))) == [("Plant", True), ("Part 007", False)]


def test_history_holds_every_visible_job_on_the_asset(own, browser, reviewer):
    asset = own("Boiler")
    account = reviewer.account
    direct = make_work_order(account=account, asset=asset, created_at=DAY)
    further = make_work_order(account=account, created_at=DAY + dt.timedelta(days=1))
    WorkOrderIncident.objects.create(work_order=further, incident_type=make_incident_type(), asset=asset)
    hidden = make_work_order(account=account, asset=asset, is_exposed=False)
    foreign = make_work_order(asset=asset)
    unrelated = make_work_order(account=account)

    page = browser.get(detail(asset)).text

    assert re.findall(r"work-orders/[^/]+/\">([^<]+)<", page) == [further.number, direct.number]
    for other in (hidden, foreign, unrelated):
        assert other.number not in page


def test_a_long_history_has_pages(own, browser, reviewer):
    asset = own("Boiler")
    made = [
        make_work_order(account=reviewer.account, asset=asset, created_at=DAY + dt.timedelta(days=n)) for n in range(12)
    ]

    def numbers(page):
        return re.findall(r"work-orders/[^/]+/\">([^<]+)<", page.text)

    first = browser.get(detail(asset))
    older = re.search(r'rel="next" href="(\?history_after=[^"]+)#history"', first.text).group(1)
    second = browser.get(detail(asset) + older)
    assert numbers(first) + numbers(second) == [each.number for each in reversed(made)]
    newer = re.search(r'rel="prev" href="(\?history_before=[^"]+)#history"', second.text).group(1)
    assert numbers(browser.get(detail(asset) + newer)) == numbers(first)


def test_agreements_that_cover_it_are_named_where_they_are_seen(own, browser, reviewer, make_agreement):
    asset = own("Boiler")
    shown, hidden, foreign = make_agreement(), make_agreement(is_exposed=False), make_agreement(account=make_account())
    for agreement in (shown, hidden, foreign):
        AgreementAsset.objects.create(agreement=agreement, asset=asset)

    page = browser.get(detail(asset)).text

    assert f'/field-service/agreements/{shown.pk}/">{shown.name}<' in page
    assert hidden.name not in page
    assert foreign.name not in page


@pytest.fixture
def make_agreement(reviewer):
    def make(**fields):
        number = Agreement.objects.count()
        values = {
            "number": f"AG-{number}",
            "name": f"Care plan {number}",
            "account": reviewer.account,
            "status": "active",
            "start_date": dt.date(2026, 1, 1),
            "end_date": dt.date(2026, 12, 31),
            "is_exposed": True,
            "created_at": clock.now(),
            "activated_at": clock.now(),
        }
        return Agreement.objects.create(**{**values, **fields})

    return make


def test_foreign_hidden_and_missing_look_alike(own, browser, other_tenant):
    with tenant_scope(other_tenant):
        elsewhere = make_asset()
    missing = f"{LIST}01890000-0000-7000-8000-000000000000/"
    paths = (detail(own("Hidden", is_exposed=False)), detail(elsewhere), missing)

    answers = [browser.get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_user_text_is_text(own, browser):
    asset = own("<script>alert(1)</script>", description="<img src=x onerror=alert(1)>", category="<b>")

    for path in (LIST, detail(asset)):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_detail_takes_the_same_queries_whatever_stands_beside_it(
    own, browser, make_agreement, django_assert_num_queries, count
):
    top = own("Plant", is_exposed=False)
    asset = own("Boiler", parent=top)
    for number in range(count):
        own(f"Part {number}", parent=asset)
        make_work_order(account=asset.account, asset=asset)
        AgreementAsset.objects.create(agreement=make_agreement(), asset=asset)

    # Seven around every page (see the list); the asset with its agreements, the tree, parents not seen, history, timeline, files.
    with django_assert_num_queries(13):
        browser.get(detail(asset))


def test_the_search_of_the_portal_and_the_menu_know_assets(own, browser, reviewer):
    asset = own("Boiler", serial_number="HX-2209")
    own("Hidden HX-2209", is_exposed=False)
    (source,) = [each for each in searches(viewer_for(reviewer)) if each.url_name == "fieldservice:asset_detail"]

    assert list(source.find(viewer_for(reviewer), "hx-22")) == [asset]
    assert f'href="{LIST}"' in browser.get("/").text


# Request service.


def test_service_is_asked_for_with_everything_filled_in(own, client_for, tenant, approver):
    make_incident_type(display_name="Boiler repair")
    asset = own("Boiler")
    browser = client_for(approver.user, tenant)

    page = browser.get(detail(asset))
    href = re.search(r'href="(/appointments/book/\?[^"]+)"', page.text).group(1)
    booking = browser.get(href.replace("&amp;", "&")).text

    assert f'<option value="{asset.pk}" selected>' in booking
    assert f'<option value="{asset.location_id}" selected>' in booking


def test_service_on_an_asset_without_a_location_is_asked_for_at_the_accounts_address(own, client_for, tenant, approver):
    asset = own("Boiler", location=None)
    browser = client_for(approver.user, tenant)

    href = re.search(r'href="(/appointments/book/\?[^"]+)"', browser.get(detail(asset)).text).group(1)

    assert f'<option value="{asset.account_id}" selected>' in browser.get(href.replace("&amp;", "&")).text


def test_who_may_not_ask_reads_why(own, browser, client_for, tenant, approver):
    asset, retired = own("Boiler"), own("Old boiler", is_active=False)

    page = browser.get(detail(asset)).text
    assert "Request service" in page
    assert "lets you see visits, not book them" in page
    assert "/appointments/book/?" not in page
    assert "This asset is out of service." in client_for(approver.user, tenant).get(detail(retired)).text


def test_without_visits_there_is_nothing_to_ask_for(own, client_for, tenant, reviewer):
    contact = make_contact(account=reviewer.account)
    role = make_web_role(("field_service", "read"))
    role.holders.create(contact=contact)

    page = client_for(contact.user, tenant).get(detail(own("Boiler"))).text

    assert "Boiler" in page
    assert "Request service" not in page
