"""The agreement pages as a customer meets them (FS-1, FS-7)."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
import time_machine

from fieldservice.domain.agreements import activate, cancel, expire
from fieldservice.domain.generation import sweep
from fieldservice.domain.invoices import issue
from fieldservice.models import Asset, Invoice, SetupIncident, WorkOrder
from portal.access.viewer import viewer_for
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from portal.tenancy.scope import tenant_scope
from portal.web.registry import searches
from tests.factories.accounts import make_account, make_contact, make_reviewer, make_web_role
from tests.factories.agreements import cover, make_booking_setup, make_estimate, make_invoice_setup
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_asset, make_incident_type

LIST = "/field-service/agreements/"
NOW = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def payer_browser(reviewer, tenant, client_for):
    """A colleague whose web role includes money."""
    return client_for(make_reviewer(account=reviewer.account).user, tenant)


@pytest.fixture
def reviewer(in_tenant):
    """Somebody whose web role reads the section without its money."""
    contact = make_contact()
    ContactRole.objects.create(contact=contact, role=make_web_role((Section.FIELD_SERVICE, Level.READ)))
    return contact


@pytest.fixture
def own(reviewer):
    """Makes an active agreement of the reviewer's account, with what these functions add before it is activated."""

    def make(*prepare, **fields):
        agreement = make_estimate(**{"account": reviewer.account, **fields})
        for each in prepare:
            each(agreement)
        return activate(agreement)

    return make


def numbers(response):
    return re.findall(r'href="/field-service/agreements/[0-9a-f-]{36}/">[^<]+</a><span[^>]*>([^<]+)<', response.text)


def main(page):
    return re.search(r"<main.*</main>", page, re.DOTALL).group(0)


def detail(agreement):
    return f"{LIST}{agreement.pk}/"


def exported(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode()[1:], newline="")))


# The list.


def test_list_shows_what_is_the_accounts_exposed_and_in_force(reviewer, own, browser):
    shown = own(make_booking_setup, name="Boiler care")
    others = [own(is_exposed=False), make_estimate(account=reviewer.account), activate(make_estimate())]

    page = browser.get(LIST)

    assert numbers(page) == [shown.number]
    assert "Boiler care" in page.text
    assert "January 1, 2026 – December 31, 2026" in page.text
    assert "10 months left" in page.text
    assert "March 15, 2026" in page.text
    for other in others:
        assert other.number not in page.text
        assert other.name not in browser.get(LIST, {"tab": "all"}).text


def test_tabs_part_the_list(own, browser):
    active, expired, canceled = own(), expire(own()), cancel(own(), reason="Moved away")

    assert numbers(browser.get(LIST)) == [active.number]
    assert numbers(browser.get(LIST, {"tab": "expired"})) == [expired.number]
    assert set(numbers(browser.get(LIST, {"tab": "all"}))) == {each.number for each in (active, expired, canceled)}
    assert "Moved away" not in browser.get(LIST, {"tab": "all"}).text + browser.get(detail(canceled)).text


def test_a_canceled_estimate_stays_the_companys_own(reviewer, browser):
    withdrawn = cancel(make_estimate(account=reviewer.account), reason="Too dear")

    assert numbers(browser.get(LIST, {"tab": "all"})) == []
    assert browser.get(detail(withdrawn)).status_code == 404


def test_search_looks_at_what_is_shown(reviewer, own, browser):
    seen = make_asset(account=reviewer.account, name="Vitocrossal", serial_number="HX-2209")
    hidden = make_asset(account=reviewer.account, name="Secret pump", is_exposed=False)
    wanted = own(lambda each: cover(each, seen, hidden), name="Heating care", internal_notes="Pays late")
    own(name="Roof care")

    for text in (wanted.number, "heating", "VITO", "hx-2209"):
        assert numbers(browser.get(LIST, {"q": text})) == [wanted.number], text
    for text in ("Secret", "late"):
        assert numbers(browser.get(LIST, {"q": text})) == [], text


def test_filters_and_order_stay_in_the_url(own, browser):
    long = own(end_date=dt.date(2027, 6, 30))
    short = own(end_date=dt.date(2026, 4, 30))
    ended = expire(own(end_date=dt.date(2026, 5, 31)))

    assert numbers(browser.get(LIST)) == [short.number, long.number]
    assert numbers(browser.get(LIST, {"sort": "-ends"})) == [long.number, short.number]
    assert numbers(browser.get(LIST, {"ends_until": "2026-12-31"})) == [short.number]
    assert numbers(browser.get(LIST, {"tab": "all", "status": "expired"})) == [ended.number]
    assert "Estimate" not in browser.get(LIST).text
    assert set(numbers(browser.get(LIST, {"status": "estimate"}))) == {short.number, long.number}


def test_export_is_what_is_seen_and_runs_no_formula(own, browser):
    shown = own(make_booking_setup, name="=SUM(A1)")
    own(is_exposed=False)

    (row,) = exported(browser.get(LIST, {"export": "csv"}))

    assert row == {
        "Number": shown.number,
        "Name": "'=SUM(A1)",
        "Account": shown.account.name,
        "Status": "Active",
        "Start": "2026-01-01",
        "End": "2026-12-31",
        "Next visit": "2026-03-15",
    }


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_however_long_it_is(own, browser, django_assert_num_queries, count):
    for _ in range(count):
        own(make_booking_setup)

    # Savepoint, tenant's host, its setting, session, user, contact with roles, the page, release.
    with django_assert_num_queries(8):
        browser.get(LIST)


@pytest.mark.parametrize(
    "query",
    ["after=x", "q=%00%ff&tab=%00&sort=%00&ends_from=%00&status=%00", "ends_from=99999-99-99", "sort=name&after=AAAA"],
)
def test_hostile_parameters_never_break_the_list(own, browser, query):
    own()

    assert browser.get(f"{LIST}?{query}").status_code in {200, 400}


def test_partial_is_the_same_piece_of_the_page(own, browser):
    own()
    page = browser.get(LIST, {"q": "care"})
    part = browser.get(LIST, {"q": "care"}, headers={"HX-Request": "true", "HX-Target": "list"})

    assert part.text.strip() == re.search(r'<section id="list".*</section>', page.text, re.DOTALL).group(0)


def test_empty_lists_say_why(own, browser, tenant):
    assert tenant.name in browser.get(LIST).text
    expire(own())
    assert "Active: nothing at the moment" in browser.get(LIST).text
    assert "Nothing matches" in browser.get(LIST, {"q": "elephant"}).text


# The detail.


@pytest.fixture
def rich(reviewer, own):
    """An agreement with everything: two services on a visit, an unseen asset, fees."""
    seen = make_asset(account=reviewer.account, name="Vitocrossal")
    hidden = make_asset(account=reviewer.account, name="Secret pump", is_exposed=False)

    def visits(agreement):
        setup = make_booking_setup(
            agreement,
            name="internal name",
            summary="Spring service",
            incident_type=make_incident_type(display_name="Boiler service"),
            asset=seen,
            rule="FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31",
            days_after=5,
            window_starts=dt.time(8),
            window_ends=dt.time(12),
        )
        SetupIncident.objects.create(
            setup=setup, incident_type=make_incident_type(display_name="Pump check"), asset=hidden
        )

    def fees(agreement):
        product = make_product(name="Care plan", unit="month")
        make_invoice_setup(
            agreement, {"product": product, "quantity": 2, "unit_price": Decimal("45.50")}, name="Monthly fee"
        )

    return own(
        visits,
        fees,
        lambda each: cover(each, seen, hidden),
        name="Heating care",
        description="All boilers.\nSpare parts included.",
        internal_notes="Pays late",
        external_number="ERP-9",
    )


def test_detail_tells_the_whole_agreement(rich, browser):
    page = browser.get(detail(rich)).text

    for text in (
        rich.number, "Heating care", "Spare parts included.", "Active", "Day 69 of 365", "10 months left", rich.account.name,
        "Spring service", "Boiler service · Vitocrossal", "Pump check", "Every 3 months on the 31st, or the last day",
        "Up to 5 days after, 8:00 AM – 12:00 PM", "Thu, April 30, 2026", "Monthly fee", "Every month on the 1st", "Wed, April 1, 2026",
        "Care plan", "2 month",
    ):  # fmt: skip
        assert text in page, text
    for text in ("Secret pump", "Pays late", "ERP-9", "internal name"):
        assert text not in page, text


def test_covered_assets_lead_to_their_pages(rich, browser):
    linked = re.findall(r'href="(/field-service/assets/[0-9a-f-]{36}/)">([^<]+)<', browser.get(detail(rich)).text)

    assert [name for _url, name in linked] == ["Vitocrossal"]
    assert browser.get(linked[0][0]).status_code == 200


def test_a_visit_named_as_its_service_says_it_once(reviewer, own, browser):
    asset = make_asset(account=reviewer.account, name="Vitocrossal")
    service = make_incident_type(display_name="Boiler service")
    agreement = own(lambda each: make_booking_setup(each, summary="Boiler service", incident_type=service, asset=asset))

    page = browser.get(detail(agreement)).text

    assert page.count("Boiler service") == 1
    assert '<p class="quiet small">Vitocrossal</p>' in page


def test_prices_are_for_those_who_see_the_payers_money(rich, browser, payer_browser):
    run_all()
    invoice = issue(Invoice.objects.order_by("invoice_date").first())
    prices = ("$45.50", "$91.00")

    seen, unseen = payer_browser.get(detail(rich)).text, browser.get(detail(rich)).text

    for text in prices:
        assert text in seen
        assert text not in unseen
    assert invoice.number in seen
    assert invoice.number in unseen
    assert "45.5" not in unseen
    assert "$" not in main(unseen)


def test_another_payers_money_stays_hidden(own, payer_browser):
    agreement = own(make_invoice_setup, billing_account=make_account(name="The landlord"))

    page = payer_browser.get(detail(agreement)).text

    assert "$" not in main(page)
    assert "The landlord" not in page


def run_all():
    with time_machine.travel(dt.datetime(2026, 5, 2, 16, tzinfo=dt.UTC), tick=False):
        sweep(go_on=lambda: True)


def test_detail_lists_what_came_of_it_as_far_as_it_is_seen(rich, browser):
    run_all()
    (work_order,) = WorkOrder.objects.all()
    first, second = Invoice.objects.order_by("invoice_date")
    issue(first)

    asset = work_order.asset or make_asset(account=work_order.account)
    WorkOrder.objects.update(asset=asset)
    Asset.objects.filter(pk=asset.pk).update(name="Boiler of its own")

    page = browser.get(detail(rich)).text
    assert work_order.number in page
    assert page.partition("Latest work orders")[2].count("Boiler of its own") == 1
    assert "April 30, 2026 – May 5, 2026" in page
    assert first.number in page
    assert second.number not in page, "a draft is the company's own"
    link = re.search(r'href="(/field-service/work-orders/\?[^"]+)"', page).group(1).replace("&amp;", "&")
    assert work_order.number in browser.get(link).text
    link = re.search(r'href="(/field-service/invoices/\?[^"]+)"', page).group(1).replace("&amp;", "&")
    assert first.number in browser.get(link).text

    Asset.objects.filter(pk=asset.pk).update(is_exposed=False)
    assert "Boiler of its own" not in browser.get(detail(rich)).text
    WorkOrder.objects.update(is_exposed=False)
    assert work_order.number not in browser.get(detail(rich)).text


def test_an_ended_agreement_has_no_next_dates(rich, browser):
    expire(rich)

    page = browser.get(detail(rich)).text

    assert "Ended on March 10, 2026" in page
    assert "Next dates" not in page


def test_foreign_hidden_and_missing_look_alike(own, browser, other_tenant):
    with tenant_scope(other_tenant):
        elsewhere = activate(make_estimate())
    missing = f"{LIST}01890000-0000-7000-8000-000000000000/"

    for path in (detail(own(is_exposed=False)), detail(activate(make_estimate())), detail(elsewhere), missing):
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_detail_takes_the_same_queries_whatever_belongs_to_it(
    reviewer, own, payer_browser, django_assert_num_queries, count
):
    def more(agreement):
        for _ in range(count):
            setup = make_booking_setup(agreement, rule="FREQ=WEEKLY", asset=make_asset(account=reviewer.account))
            SetupIncident.objects.create(setup=setup, incident_type=make_incident_type())
            make_invoice_setup(agreement, rule="FREQ=WEEKLY")
            cover(agreement, make_asset(account=reviewer.account))

    agreement = own(more)
    run_all()
    for each in Invoice.objects.all():
        issue(each)

    # The page alone: the agreement, booking setups, lines of invoices, work orders, invoices, two for the timeline.
    with django_assert_num_queries(7 + 7):
        payer_browser.get(detail(agreement))


def test_the_menu_and_the_search_lead_here(own, browser, reviewer):
    agreement = own(name="Heating care")
    hidden = own(name="Heating of the pool", is_exposed=False)
    viewer = viewer_for(reviewer)

    assert f'href="{LIST}"' in browser.get("/", follow=True).text
    (source,) = [each for each in searches(viewer) if each.url_name == "fieldservice:agreement_detail"]
    assert list(source.find(viewer, "heating")) == [agreement]
    assert list(source.find(viewer, hidden.number)) == []
