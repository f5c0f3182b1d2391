"""Dates become work orders and invoices, ahead of time, once each (FS-2)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from fieldservice import tasks
from fieldservice.domain import generation, setups
from fieldservice.domain.agreements import activate, expire
from fieldservice.domain.generation import MOST_ATTEMPTS, generate_now, sweep
from fieldservice.enums import AgreementStatus, DateStatus
from fieldservice.models import (
    Agreement,
    FieldServiceSettings,
    IncidentProduct,
    IncidentTask,
    Invoice,
    SetupIncident,
    WorkOrder,
)
from portal.kit.errors import DomainError
from portal.tenancy.models import Tenant
from tests.factories.accounts import make_account
from tests.factories.agreements import make_booking_setup, make_estimate, make_invoice_setup
from tests.factories.catalog import make_billing_terms, make_price, make_price_list, make_product, make_tax_code
from tests.factories.fieldservice import make_asset, make_incident_type, make_location
from tests.factories.geo import make_place

UTC = dt.UTC
NOW = dt.datetime(2026, 3, 10, 16, tzinfo=UTC)
YEAR = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture(autouse=True)
def frozen(in_tenant):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def run():
    return sweep(go_on=lambda: True)


def active(*make, **fields):
    agreement = make_estimate(**fields)
    made = [each(agreement) for each in make]
    return activate(agreement), *made


def dates_of(setup, status=DateStatus.ACTIVE):
    return [str(each) for each in setup.dates.filter(status=status).order_by("date").values_list("date", flat=True)]


# What is made.


def test_a_work_order_comes_with_all_that_the_setup_says():
    account, payer = make_account(), make_account()
    site = make_place(time_zone="Europe/London")
    asset = make_asset(account=account, location=make_location(account=account, place=site))
    pump = make_asset(account=account)
    service, check = make_incident_type(), make_incident_type()
    prices = make_price_list()

    def visits(agreement):
        setup = make_booking_setup(
            agreement,
            incident_type=service,
            asset=asset,
            priority="high",
            summary="Spring service",
            days_before=2,
            days_after=3,
            window_starts=dt.time(8),
            window_ends=dt.time(12, 30),
        )
        SetupIncident.objects.create(setup=setup, incident_type=check, asset=pump)
        return setup

    agreement, setup = active(visits, account=account, billing_account=payer, price_list=prices)
    swept = run()

    work_order = WorkOrder.objects.get()
    assert (swept.made, swept.failed) == (1, 0)
    assert (work_order.account, work_order.billing_account, work_order.agreement) == (account, payer, agreement)
    assert (work_order.incident_type, work_order.asset, work_order.place) == (service, asset, site)
    assert (work_order.summary, work_order.priority, work_order.system_status) == (
        "Spring service",
        "high",
        "unscheduled",
    )
    assert (work_order.price_list, work_order.is_exposed) == (prices, True)
    # London is still on winter time: 13 March 8:00 to 18 March 12:30.
    assert work_order.window_starts_at == dt.datetime(2026, 3, 13, 8, tzinfo=UTC)
    assert work_order.window_ends_at == dt.datetime(2026, 3, 18, 12, 30, tzinfo=UTC)
    (further,) = work_order.incidents.all()
    assert (further.incident_type, further.asset) == (check, pump)
    date = setup.dates.get(date="2026-03-15")
    assert (date.status, date.work_order, date.problem) == (DateStatus.PROCESSED, work_order, "")


@pytest.mark.parametrize("has_fees", [True, False])
def test_lines_are_covered_where_the_agreement_has_invoices_of_its_own(has_fees):
    service = make_incident_type()
    IncidentProduct.objects.create(incident_type=service, product=make_product())
    IncidentTask.objects.create(incident_type=service, name="Clean the burner")
    fees = [lambda each: make_invoice_setup(each, is_active=has_fees)]
    active(lambda each: make_booking_setup(each, incident_type=service), *fees)
    run()

    work_order = WorkOrder.objects.get()
    assert [each.is_covered for each in work_order.products.all()] == [has_fees]
    assert [each.name for each in work_order.tasks.all()] == ["Clean the burner"]


@pytest.mark.parametrize("is_exposed", [True, False])
def test_what_is_made_is_exposed_where_the_agreement_is(is_exposed):
    active(make_booking_setup, lambda each: make_invoice_setup(each, rule="FREQ=DAILY"), is_exposed=is_exposed)
    run()

    assert WorkOrder.objects.get().is_exposed is is_exposed
    assert Invoice.objects.get().is_exposed is is_exposed


def test_the_site_is_the_setups_the_assets_or_the_accounts():
    account = make_account()
    own, asset = make_place(), make_asset(account=account)
    visits = [{"place": own, "asset": asset}, {"asset": asset}, {}]
    active(*[lambda each, fields=fields: make_booking_setup(each, **fields) for fields in visits], account=account)
    run()

    assert {each.place for each in WorkOrder.objects.all()} == {own, asset.location.place, account.place}


def test_without_times_the_window_is_the_whole_day_of_the_site():
    active(lambda each: make_booking_setup(each, rule="", extra_dates=[dt.date(2026, 3, 8)]), start_date=YEAR[0])
    with time_machine.travel(dt.datetime(2026, 3, 1, 16, tzinfo=UTC), tick=False):
        active(lambda each: make_booking_setup(each, rule="", extra_dates=[dt.date(2026, 3, 8)]))
        run()

    work_order = WorkOrder.objects.get()
    # The day on which New York's clocks jump has 23 hours.
    assert work_order.window_starts_at == dt.datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert work_order.window_ends_at == dt.datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_an_invoice_is_drafted_for_whoever_pays():
    account, payer = make_account(), make_account()
    tax = make_tax_code(name="Sales tax", rate=Decimal(10))
    listed, usual, own = (make_product(name=name, list_price=Decimal(30)) for name in ("Filter", "Salt", "Care plan"))
    prices, terms_prices = make_price_list(), make_price_list()
    make_price(price_list=prices, product=listed, price=Decimal(25))
    make_price(price_list=terms_prices, product=listed, price=Decimal(20))
    make_price(price_list=terms_prices, product=usual, price=Decimal(5))
    make_billing_terms(payer, price_list=terms_prices, payment_days=14)
    FieldServiceSettings.objects.create(tax_code=tax)
    lines = (
        {"product": own, "unit_price": Decimal("90.50"), "description": "Care plan, month"},
        {"product": listed, "quantity": 2},
        {"product": usual},
    )
    agreement, setup = active(
        lambda each: make_invoice_setup(each, *lines, rule="FREQ=MONTHLY;BYMONTHDAY=10"),
        account=account,
        billing_account=payer,
        price_list=prices,
    )
    run()

    invoice = Invoice.objects.get()
    assert (invoice.account, invoice.service_account, invoice.agreement) == (payer, account, agreement)
    assert (invoice.status, str(invoice.invoice_date), str(invoice.due_date)) == ("draft", "2026-03-10", "2026-03-24")
    rows = invoice.lines.order_by("position").values_list("description", "quantity", "unit_price", "tax_name")
    assert list(rows) == [
        ("Care plan, month", 1, Decimal("90.5"), "Sales tax"),
        ("Filter", 2, 25, "Sales tax"),
        ("Salt", 1, 5, "Sales tax"),
    ]
    assert (invoice.net, invoice.total) == (Decimal("145.50"), Decimal("160.05"))
    assert setup.dates.get(date="2026-03-10").invoice == invoice


# When.


def test_generated_so_many_days_ahead_at_the_time_of_the_tenant(frozen):
    _agreement, setup = active(lambda each: make_booking_setup(each, days_ahead=5), generation_time=dt.time(6))
    # The 15th less five days, at 6 in the morning in New York, by summer time.
    assert setup.dates.get(date="2026-04-15").due_at == dt.datetime(2026, 4, 10, 10, tzinfo=UTC)
    run()

    frozen.move_to(dt.datetime(2026, 4, 10, 9, 59, tzinfo=UTC))
    assert run().made == 0
    frozen.move_to(dt.datetime(2026, 4, 10, 10, tzinfo=UTC))
    assert run().made == 1


@pytest.mark.parametrize(
    ("time", "on", "expected"),
    [
        (dt.time(2, 30), "2026-03-08", dt.datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        (dt.time(1, 30), "2026-11-01", dt.datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_comes_once(frozen, time, on, expected):
    frozen.move_to(dt.datetime(2026, 3, 1, 16, tzinfo=UTC))
    day = dt.date.fromisoformat(on)
    _agreement, setup = active(
        lambda each: make_booking_setup(each, rule="", extra_dates=[day], days_ahead=0), generation_time=time
    )
    assert setup.dates.get().due_at == expected

    made = []
    for minutes in range(-180, 181, 15):
        frozen.move_to(expected + dt.timedelta(minutes=minutes))
        made.append(run().made)

    assert made == [0] * 12 + [1] + [0] * 12


def test_a_window_that_opens_early_is_generated_in_time():
    _agreement, setup = active(lambda each: make_booking_setup(each, days_before=10, days_ahead=1))

    assert setup.dates.get(date="2026-04-15").due_at == dt.datetime(2026, 4, 5, 6, tzinfo=UTC)


def test_a_year_of_sweeps_makes_each_once(frozen):
    """Month ends, a leap day, both changes of the clocks."""
    frozen.move_to(dt.datetime(2027, 11, 1, 16, tzinfo=UTC))
    _agreement, ends, leap = active(
        lambda each: make_booking_setup(each, rule="FREQ=MONTHLY;BYMONTHDAY=31"),
        lambda each: make_booking_setup(each, rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        start_date=dt.date(2027, 11, 1),
        end_date=dt.date(2029, 3, 31),
    )
    FieldServiceSettings.objects.create(dates_months_ahead=2)
    for _ in range(37):
        frozen.shift(dt.timedelta(days=14))
        run()

    assert dates_of(ends) == dates_of(leap) == []
    assert dates_of(ends, DateStatus.PROCESSED) == [
        "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31", "2028-06-30",
        "2028-07-31", "2028-08-31", "2028-09-30", "2028-10-31", "2028-11-30", "2028-12-31", "2029-01-31", "2029-02-28",
        "2029-03-31",
    ]  # fmt: skip
    assert dates_of(leap, DateStatus.PROCESSED) == ["2028-02-29", "2029-02-28"]
    assert WorkOrder.objects.count() == 19
    assert Agreement.objects.get().status == AgreementStatus.EXPIRED


def test_dates_are_planned_ahead_by_the_month(frozen):
    FieldServiceSettings.objects.create(dates_months_ahead=1)
    _agreement, setup = active(make_booking_setup)
    assert dates_of(setup) == ["2026-03-15", "2026-04-15"]

    frozen.move_to(dt.datetime(2026, 3, 31, 16, tzinfo=UTC))
    assert run().planned == 0
    frozen.move_to(dt.datetime(2026, 4, 1, 16, tzinfo=UTC))
    assert run().planned == 1
    assert dates_of(setup) == ["2026-04-15", "2026-05-15"]


def test_a_long_outage_loses_no_date(frozen):
    FieldServiceSettings.objects.create(dates_months_ahead=1)
    _agreement, setup = active(make_booking_setup)

    frozen.move_to(dt.datetime(2026, 9, 20, 16, tzinfo=UTC))
    run()

    assert dates_of(setup, DateStatus.PROCESSED) == [f"2026-{month:02}-15" for month in range(3, 10)]


def test_setups_by_hand_wait_for_staff():
    _agreement, setup = active(lambda each: make_booking_setup(each, is_automatic=False))

    assert run().made == 0
    first = generate_now(setup.dates.get(date="2026-06-15"), by=None)
    again = generate_now(setup.dates.get(date="2026-06-15"), by=None)

    assert first == again == WorkOrder.objects.get()


def test_nothing_is_made_by_hand_of_a_date_left_out_or_an_agreement_that_ended():
    agreement, setup = active(make_booking_setup)
    out, later = setup.dates.order_by("date")[2:4]
    setups.leave_out(out)
    with pytest.raises(DomainError, match="Take it back first"):
        generate_now(out, by=None)
    Agreement.objects.update(status=AgreementStatus.CANCELED)
    with pytest.raises(DomainError, match="not active"):
        generate_now(later, by=None)
    assert WorkOrder.objects.count() == 0
    assert agreement.number


# Trouble.


def test_a_date_that_fails_keeps_its_problem_and_holds_up_no_other(frozen):
    homeless = make_account(place=None)
    _agreement, bad = active(make_booking_setup, account=homeless)
    active(make_booking_setup)

    swept = run()
    assert (swept.made, swept.failed) == (1, 1)
    date = bad.dates.get(date="2026-03-15")
    assert (date.attempts, date.status) == (1, DateStatus.ACTIVE)
    assert date.problem == "There is no site to go to: give the setup a site or the account an address."
    assert date.due_at == NOW + dt.timedelta(minutes=15)
    assert run().failed == 0, "it rests"

    homeless.place = make_place()
    homeless.save()
    frozen.shift(dt.timedelta(minutes=15))
    assert run().made == 1


def test_what_nobody_foresaw_is_a_problem_too(monkeypatch):
    _agreement, setup = active(make_booking_setup)
    monkeypatch.setattr(
        generation, "MAKERS", {**generation.MAKERS, type(setup.dates.first()): ("work_order", lambda *_a, **_k: 1 / 0)}
    )

    assert run().failed == 1
    assert setup.dates.get(date="2026-03-15").problem == "Something went wrong here (ZeroDivisionError)."
    assert WorkOrder.objects.count() == 0


def test_a_date_is_given_up_after_some_days_and_tried_again_when_its_setup_changes(frozen):
    _agreement, setup = active(make_booking_setup, account=make_account(place=None))
    for _ in range(MOST_ATTEMPTS + 3):
        run()
        frozen.shift(dt.timedelta(days=1))
    date = setup.dates.get(date="2026-03-15")
    assert date.attempts == MOST_ATTEMPTS

    setup.place = make_place()
    setup.save()
    setups.rebuild(setup)
    run()

    assert WorkOrder.objects.filter(booking_dates=date).count() == 1


def test_a_setup_that_cannot_be_planned_stops_nothing(monkeypatch):
    FieldServiceSettings.objects.create(dates_months_ahead=1)
    active(make_booking_setup)
    monkeypatch.setattr(setups, "plan", lambda *_args: 1 / 0)
    type(make_booking_setup(make_estimate())).objects.update(planned_until=dt.date(2026, 3, 20))

    assert run().made == 1


def test_a_service_stands_on_no_invoice_of_an_agreement():
    service = make_product(kind="service")
    _agreement, setup = active(lambda each: make_invoice_setup(each, {"product": service}, rule="FREQ=DAILY"))

    assert run().failed == 1
    assert "belongs on a work order" in setup.dates.get(date="2026-03-10").problem


# Ends.


def test_agreements_expire_once_their_last_day_has_passed_in_the_tenants_zone(frozen):
    agreement, setup = active(
        lambda each: make_booking_setup(each, rule="FREQ=DAILY", days_ahead=0), end_date=dt.date(2026, 3, 12)
    )
    frozen.move_to(dt.datetime(2026, 3, 13, 3, 59, tzinfo=UTC))
    assert run().expired == 0
    frozen.move_to(dt.datetime(2026, 3, 13, 4, tzinfo=UTC))
    assert run().expired == 1

    agreement.refresh_from_db()
    assert agreement.status == AgreementStatus.EXPIRED
    assert dates_of(setup, DateStatus.PROCESSED) == ["2026-03-10", "2026-03-11", "2026-03-12"]


def test_what_fell_within_the_term_is_made_even_after_it():
    agreement, setup = active(lambda each: make_booking_setup(each, rule="FREQ=DAILY", days_ahead=0))
    expire(agreement)

    assert run().made == 1
    assert dates_of(setup, DateStatus.PROCESSED) == ["2026-03-10"]


# The task.


def test_the_task_opens_the_tenant_and_goes_on_when_there_is_much(tenant, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.jobs, "send", lambda *arguments: sent.append(arguments))
    active(lambda each: make_booking_setup(each, rule="FREQ=DAILY"))

    monkeypatch.setattr(tasks, "SWEEP_SECONDS", -1)
    tasks.generate(str(tenant.pk))
    assert sent == [("fieldservice.generate", str(tenant.pk))]

    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 60)
    tasks.generate(str(tenant.pk))
    assert len(sent) == 1
    assert WorkOrder.objects.count() == 8


def test_each_company_gets_its_own(tenant, other_tenant, settings):
    assert {
        "task": "portal.each_tenant",
        "args": ["fieldservice.generate"],
        "schedule": 900.0,
    } in settings.CELERY_BEAT_SCHEDULE.values()
    active(make_booking_setup)

    tasks.generate(str(other_tenant.pk))

    assert WorkOrder.objects.count() == 0
    assert Tenant.objects.count() == 2
    assert timezone.now() == NOW
