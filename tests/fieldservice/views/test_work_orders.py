"""The work order pages as a customer meets them (FS-4, FS-7)."""

import csv
import datetime as dt
import io
import re

import pytest

from fieldservice.enums import Priority, WorkOrderStatus
from portal.accounts.domain.web_roles import withdraw_web_role
from portal.accounts.models import WebRole
from portal.tenancy.scope import tenant_scope
from portal.web import export
from tests.factories.accounts import make_account, make_contact
from tests.factories.fieldservice import make_asset, make_incident_type, make_sub_status, make_work_order
from tests.factories.geo import make_place

LIST = "/field-service/work-orders/"
DAY = dt.datetime(2026, 3, 1, 2, tzinfo=dt.UTC)


@pytest.fixture
def own(reviewer):
    """Makes a work order of the reviewer's account."""
    service = make_incident_type()
    return lambda **fields: make_work_order(account=reviewer.account, **{"incident_type": service, **fields})


def numbers(response):
    """The numbers on a page of the list, in order."""
    return re.findall(r'href="/field-service/work-orders/[0-9a-f-]{36}/">([^<]+)<', response.text)


def detail(work_order):
    return f"{LIST}{work_order.pk}/"


# The list.


def test_list_shows_the_accounts_exposed_active_work_orders(own, browser):
    shown = own()
    hidden, foreign, closed = own(is_exposed=False), make_work_order(), own(system_status=WorkOrderStatus.COMPLETED)

    page = browser.get(LIST)

    assert numbers(page) == [shown.number]
    assert shown.summary in page.text
    for other in (hidden, foreign, closed):
        assert other.number not in page.text
        assert other.summary not in page.text


def test_tabs_part_the_list(own, browser):
    by_status = {status: own(system_status=status).number for status in WorkOrderStatus}

    active = {by_status[each] for each in ("unscheduled", "scheduled", "in_progress")}
    assert set(numbers(browser.get(LIST))) == active
    assert set(numbers(browser.get(LIST, {"tab": "inactive"}))) == set(by_status.values()) - active
    assert set(numbers(browser.get(LIST, {"tab": "all"}))) == set(by_status.values())
    assert set(numbers(browser.get(LIST, {"tab": "nonsense"}))) == active


def test_search_looks_at_what_is_shown(reviewer, own, browser):
    asset = make_asset(account=reviewer.account, name="Vitocrossal", serial_number="HX-2209")
    place = make_place(line1="353 West Street", city="Hoboken")
    wanted = own(summary="Burner does not start", asset=asset, place=place)
    own(summary="Yearly maintenance")

    for text in (wanted.number, "burner", "VITO", "hx-2209", "west street", "Hoboken burner", wanted.summary):
        assert numbers(browser.get(LIST, {"q": text})) == [wanted.number], text
    assert numbers(browser.get(LIST, {"q": "burner Chelsea"})) == []


def test_search_does_not_look_at_internal_notes(own, browser):
    own(internal_notes="Customer is difficult")

    assert numbers(browser.get(LIST, {"q": "difficult"})) == []


def test_list_names_the_asset_only_where_the_asset_is_seen(reviewer, own, browser):
    own(asset=make_asset(account=reviewer.account, name="Seen boiler"))
    own(asset=make_asset(account=reviewer.account, name="Unseen boiler", is_exposed=False))

    assert "Seen boiler" in browser.get(LIST).text
    assert "Unseen boiler" not in browser.get(LIST).text
    assert numbers(browser.get(LIST, {"q": "Unseen"})) == []
    assert "Unseen boiler" not in browser.get(LIST, {"sort": "asset"}).text
    assert "Unseen boiler" not in browser.get(LIST, {"export": "csv"}).getvalue().decode()


def test_filters_stay_in_the_url(own, browser):
    wanted = own(priority=Priority.HIGH, system_status=WorkOrderStatus.SCHEDULED, created_at=DAY)
    own(priority=Priority.HIGH)
    own(priority=Priority.LOW, system_status=WorkOrderStatus.SCHEDULED)
    asked = {"priority": "high", "status": "scheduled", "since": "2026-02-01", "until": "2026-03-31", "sort": "number"}

    page = browser.get(LIST, asked)

    assert numbers(page) == [wanted.number]
    assert "Priority: High" in page.text
    assert 'name="priority" value="high"' in page.text, "the search keeps the filters"
    assert '<option value="high" selected>' in page.text


def test_filter_that_makes_no_sense_is_named_and_ignored(own, browser):
    shown = own()

    page = browser.get(LIST, {"since": "yesterday", "priority": "urgent"})

    assert numbers(page) == [shown.number]
    assert "Enter a valid date." in page.text


def test_list_sorts_by_listed_columns_only(own, browser):
    low = own(priority=Priority.LOW, created_at=DAY)
    emergency = own(priority=Priority.EMERGENCY, created_at=DAY + dt.timedelta(days=1))
    high = own(priority=Priority.HIGH, created_at=DAY + dt.timedelta(days=2))

    assert numbers(browser.get(LIST)) == [high.number, emergency.number, low.number]
    assert numbers(browser.get(LIST, {"sort": "created"})) == [low.number, emergency.number, high.number]
    assert numbers(browser.get(LIST, {"sort": "-priority"})) == [emergency.number, high.number, low.number]
    assert numbers(browser.get(LIST, {"sort": "internal_notes"})) == numbers(browser.get(LIST))
    assert 'aria-sort="descending"' in browser.get(LIST).text


def test_pages_follow_each_other(own, browser):
    made = [own(created_at=DAY + dt.timedelta(hours=n)).number for n in range(30)]

    first = browser.get(LIST)
    link = re.search(r'rel="next" href="([^"]+)"', first.text).group(1).replace("&amp;", "&")
    second = browser.get(LIST + link)

    assert numbers(first) + numbers(second) == made[::-1]
    assert "30 records" in browser.get(LIST, {"q": "heating"}).text
    assert 'rel="prev"' in second.text
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=AAAA&before=BBBB",
        "before=%00",
        "after=" + "A" * 9000,
        "q=%00%ff&tab=%00&sort=%00&since=%00&priority=%00",
        "q=" + "a+" * 400,
        "tab=all&tab=active&q=a&q=b",
        "export=xlsx",
        "since=99999-99-99&until=0000-00-00",
        "page=-1&page=1e999",
    ],
)
def test_hostile_parameters_never_break_the_list(own, browser, query):
    own()

    assert browser.get(f"{LIST}?{query}").status_code in {200, 400}


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_however_long_it_is(reviewer, own, browser, django_assert_num_queries, count):
    for _ in range(count):
        own(asset=make_asset(account=reviewer.account), sub_status=make_sub_status())

    # Savepoint, tenant's host, its setting, session, user, contact with roles, the page, release.
    with django_assert_num_queries(8):
        browser.get(LIST)


# Empty lists say why.


def test_nothing_shared_yet(browser, tenant):
    page = browser.get(LIST).text

    assert "No work orders have been shared with you" in page
    assert tenant.name in page


def test_nothing_in_this_view(own, browser):
    own(system_status=WorkOrderStatus.COMPLETED)

    page = browser.get(LIST).text

    assert "Active: nothing at the moment" in page
    assert 'href="?tab=all"' in page


def test_nothing_found(own, browser):
    own()

    page = browser.get(LIST, {"q": "elephant", "tab": "all"}).text

    assert "Nothing matches" in page
    assert 'href="?tab=all"' in page


# HTMX.


def test_partial_is_the_same_piece_of_the_page(own, browser):
    own()
    page = browser.get(LIST, {"q": "heating"})
    part = browser.get(LIST, {"q": "heating"}, headers={"HX-Request": "true", "HX-Target": "list"})

    section = re.search(r'<section id="list".*</section>', page.text, re.DOTALL).group(0)
    assert part.text.strip() == section
    assert "<html" not in part.text


@pytest.mark.parametrize(
    "headers",
    [{"HX-Boosted": "true"}, {"HX-History-Restore-Request": "true"}, {"HX-Boosted": "true", "HX-Target": "x"}],
)
def test_whole_page_for_boosted_links_and_history(own, browser, headers):
    own()

    assert "<html" in browser.get(LIST, headers={"HX-Request": "true", **headers}).text


def test_boosted_link_inside_the_list_swaps_the_list(own, browser):
    own()
    headers = {"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "list"}

    assert "<html" not in browser.get(LIST, {"tab": "all"}, headers=headers).text


# The export.


def exported(response):
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_export_is_what_is_seen(own, browser, monkeypatch):
    monkeypatch.setattr(export, "BATCH_SIZE", 2)
    made = [own(created_at=DAY + dt.timedelta(hours=n), priority=Priority.HIGH) for n in range(5)]
    own(is_exposed=False)
    own(priority=Priority.LOW)

    response = browser.get(LIST, {"export": "csv", "priority": "high", "sort": "created"})
    rows = exported(response)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="work-orders-')
    assert [row["Number"] for row in rows] == [each.number for each in made]
    assert rows[0]["Priority"] == "High"
    assert rows[0]["Created"] == "2026-02-28T21:00:00-05:00"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_export_runs_no_formula(own, browser, text):
    own(summary=text)

    (row,) = exported(browser.get(LIST, {"export": "csv"}))

    assert row["Summary"] == f"'{text}"


def test_export_stops_when_the_right_is_withdrawn(reviewer, own, browser, monkeypatch, tenant):
    monkeypatch.setattr(export, "BATCH_SIZE", 1)
    for _ in range(3):
        own()
    lines = iter(browser.get(LIST, {"export": "csv"}).streaming_content)
    read = [next(lines), next(lines)]
    with tenant_scope(tenant):
        withdraw_web_role(reviewer, WebRole.objects.get(key="fs-customer-reviewer"))

    assert len(read) == 2
    assert b"".join(lines) == b""


# The detail.


def test_detail_shows_what_the_customer_may_read(reviewer, own, browser):
    work_order = own(
        sub_status=make_sub_status(name="Waiting for parts"),
        asset=make_asset(account=reviewer.account, name="Vitocrossal"),
        place=make_place(line1="353 West Street", city="Hoboken"),
        customer_comments="The key is at the desk.",
        resolution="Burner replaced.",
        internal_notes="Customer is difficult",
        external_number="ERP-77",
    )

    page = browser.get(detail(work_order)).text

    for text in (
        work_order.number,
        work_order.summary,
        "Vitocrossal",
        "353 West Street",
        "The key is at the desk.",
        "Burner replaced.",
        "Waiting for parts",
        "Unscheduled",
        reviewer.account.name,
    ):
        assert text in page, text
    assert "difficult" not in page
    assert "ERP-77" not in page


def test_detail_does_not_name_an_asset_that_is_not_seen(reviewer, own, browser):
    elsewhere = make_asset(account=make_account(), name="Neighbour's boiler")
    hidden = make_asset(account=reviewer.account, name="Hidden boiler", is_exposed=False)

    assert "Hidden boiler" not in browser.get(detail(own(asset=hidden))).text
    assert "Neighbour" not in browser.get(detail(own(asset=elsewhere))).text


def test_foreign_hidden_and_missing_look_alike(own, browser, other_tenant):
    with tenant_scope(other_tenant):
        elsewhere = make_work_order()
    missing = f"{LIST}01890000-0000-7000-8000-000000000000/"
    answers = [browser.get(path) for path in (detail(own(is_exposed=False)), detail(elsewhere), missing)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (
        len({re.sub(r'[0-9a-f-]{36}|nonce-[^\']+|value="[^"]+"|content="[^"]+"', "", each.text) for each in answers})
        == 1
    )


def test_user_text_is_text(own, browser):
    work_order = own(summary="<script>alert(1)</script>", customer_comments="<img src=x onerror=alert(1)>")

    for path in (LIST, detail(work_order)):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_without_a_web_role_the_section_does_not_exist(in_tenant, client_for):
    browser = client_for(make_contact().user, in_tenant)

    assert browser.get(LIST).status_code == 404
