"""Agreements, their setups and dates in the admin (FS-1, FS-2)."""

import datetime as dt
import html

import pytest
import time_machine
from django.forms import modelform_factory
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from fieldservice.admin.recurrence_form import entered
from fieldservice.admin.setups import BookingSetupForm
from fieldservice.domain.agreements import activate, expire
from fieldservice.domain.generation import sweep
from fieldservice.enums import AgreementStatus, DateStatus
from fieldservice.models import (
    Agreement,
    AgreementAsset,
    BookingDate,
    BookingSetup,
    FieldServiceSettings,
    InvoiceSetup,
    WorkOrder,
)
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account
from tests.factories.agreements import cover, make_booking_setup, make_estimate, make_invoice_setup
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_asset, make_incident_type
from tests.fieldservice.engine.strategies import rules

NOW = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)
ADD = reverse("admin:fieldservice_agreement_add")
ADD_SETUP = reverse("admin:fieldservice_bookingsetup_add")
INLINES = ("coverage", "booking_setups", "invoice_setups")
EMPTY = {f"{inline}-{count}_FORMS": "0" for inline in INLINES for count in ("TOTAL", "INITIAL")}


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agreement(tenant):
    """An estimate for 2026 with a visit on the 15th of each month."""
    with tenant_scope(tenant):
        made = make_estimate(is_exposed=False)
        make_booking_setup(made, name="Visits")
        return made


@pytest.fixture
def active(tenant, agreement):
    with tenant_scope(tenant):
        return activate(agreement)


def page(name, obj):
    return reverse(f"admin:fieldservice_{obj._meta.model_name}_{name}", args=[obj.pk])


def errors(answer):
    return answer.context["adminform"].form.errors


def text_of(answer):
    return html.unescape(answer.text)


# Agreements.


def test_an_agreement_is_numbered_by_the_domain_and_leads_to_its_page(browser, tenant, staff):
    with tenant_scope(tenant):
        account = make_account()
        asset = make_asset(account=account)
    data = {
        "account": account.pk, "name": "Boiler care", "start_date": "2026-04-01", "end_date": "2027-03-31",
        "description": "All boilers.", "internal_notes": "Pays late", "external_number": "ERP-1",
        "coverage-TOTAL_FORMS": "1", "coverage-INITIAL_FORMS": "0", "coverage-0-asset": asset.pk,
    }  # fmt: skip

    answer = browser.post(ADD, data)

    with tenant_scope(tenant):
        made = Agreement.objects.get()
        assert answer.url == page("change", made)
        assert (made.number, made.status, made.external_number) == ("AG-1001", AgreementStatus.ESTIMATE, "ERP-1")
        assert AgreementAsset.objects.get().asset == asset
        entries = AuditEntry.objects.filter(object_id=made.pk).values_list("action", "actor_id")
        assert list(entries) == [("agreement.create", staff.pk)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_date": "2026-03-31"}, "end_date"),
        ({"end_date": "2126-03-31"}, "end_date"),
        ({"start_date": "soon"}, "start_date"),
        ({"name": ""}, "name"),
    ],
)
def test_a_term_that_is_none_is_told_beside_its_field(browser, tenant, changes, field):
    with tenant_scope(tenant):
        account = make_account()
    data = {"account": account.pk, "name": "Care", "start_date": "2026-04-01", "end_date": "2027-03-31", **EMPTY}

    answer = browser.post(ADD, data | changes)

    assert field in errors(answer)
    with tenant_scope(tenant):
        assert not Agreement.objects.exists()


def test_assets_of_another_account_are_not_covered(browser, tenant, agreement):
    with tenant_scope(tenant):
        foreign = make_asset()
    answer = browser.post(
        page("change", agreement),
        EMPTY
        | {"name": "Care", "start_date": "2026-01-01", "end_date": "2026-12-31"}
        | {"coverage-TOTAL_FORMS": "1", "coverage-0-asset": foreign.pk},
    )

    assert "This asset belongs to another account." in text_of(answer)
    with tenant_scope(tenant):
        assert not AgreementAsset.objects.exists()


def test_the_page_shows_setups_in_words_and_leads_to_more(browser, agreement):
    shown = text_of(browser.get(page("change", agreement)))

    assert "Every month on the 15th" in shown
    assert f"{ADD_SETUP}?agreement={agreement.pk}" in shown
    assert page("activate", agreement) in shown
    assert page("expire", agreement) not in shown


def test_a_new_end_moves_the_dates(browser, tenant, active):
    data = {"name": active.name, "end_date": "2026-05-31", **EMPTY}

    assert browser.post(page("change", active), data).status_code == 302

    with tenant_scope(tenant):
        assert [str(each) for each in BookingDate.objects.order_by("date").values_list("date", flat=True)] == [
            "2026-03-15", "2026-04-15", "2026-05-15",
        ]  # fmt: skip
        assert AuditEntry.objects.filter(action="agreement.extend").count() == 1


def test_a_new_time_of_generation_moves_the_dates(browser, tenant, active):
    data = {"name": active.name, "end_date": "2026-12-31", "generation_time": "05:00", **EMPTY}

    assert browser.post(page("change", active), data).status_code == 302

    with tenant_scope(tenant):
        assert BookingDate.objects.get(date="2026-04-15").due_at == dt.datetime(2026, 4, 8, 9, tzinfo=dt.UTC)


def test_what_is_over_is_not_typed_over(browser, tenant, active):
    with tenant_scope(tenant):
        expire(active)
    data = {"name": "New name", "start_date": "2020-01-01", "end_date": "2030-12-31", "status": "active", **EMPTY}

    assert browser.post(page("change", active), data).status_code == 302

    with tenant_scope(tenant):
        after = Agreement.objects.get()
    assert (after.name, str(after.start_date), str(after.end_date)) == ("New name", "2026-01-01", "2026-12-31")
    assert after.status == AgreementStatus.EXPIRED


# Actions.


def test_activating_says_what_begins_and_asks(browser, tenant, agreement):
    asked = text_of(browser.get(page("activate", agreement)))
    assert "Visits: Every month on the 15th. First dates: March 15, 2026, April 15, 2026, and May 15, 2026" in asked
    with tenant_scope(tenant):
        assert not BookingDate.objects.exists(), "GET changes nothing"

    assert browser.post(page("activate", agreement), {"first_date": "2026-02-01"}).status_code == 302

    with tenant_scope(tenant):
        assert Agreement.objects.get().status == AgreementStatus.ACTIVE
        assert str(BookingDate.objects.order_by("date").first().date) == "2026-02-15"


@pytest.mark.parametrize("first_date", ["", "soon", "2025-12-31", "2027-01-01"])
def test_activating_needs_a_day_of_the_term(browser, tenant, agreement, first_date):
    answer = browser.post(page("activate", agreement), {"first_date": first_date})

    assert answer.status_code == 422
    assert answer.context["form"].errors["first_date"]
    with tenant_scope(tenant):
        assert Agreement.objects.get().status == AgreementStatus.ESTIMATE


def test_canceling_says_what_goes_and_asks_why(browser, tenant, active):
    with tenant_scope(tenant):
        sweep(go_on=lambda: True)
    asked = text_of(browser.get(page("cancel", active)))
    assert "9 dates to come are left out." in asked
    assert "1 work order that nobody has planned is canceled." in asked
    assert browser.post(page("cancel", active), {"reason": " "}).status_code == 422

    assert browser.post(page("cancel", active), {"reason": "Moved away"}).status_code == 302

    with tenant_scope(tenant):
        assert Agreement.objects.get().cancel_reason == "Moved away"
        assert WorkOrder.objects.get().system_status == "canceled"


def test_ending_today(browser, tenant, active):
    assert browser.post(page("expire", active)).status_code == 302

    with tenant_scope(tenant):
        assert Agreement.objects.get().status == AgreementStatus.EXPIRED


def test_an_action_that_the_state_does_not_allow_changes_nothing(browser, tenant, agreement):
    assert "Its state does not allow that." in text_of(browser.get(page("expire", agreement)))
    answer = browser.post(page("expire", agreement))

    assert answer.status_code == 422
    assert "cannot become" in text_of(answer)


def test_a_copy_takes_the_chosen_parts(browser, tenant, agreement):
    with tenant_scope(tenant):
        setup = agreement.booking_setups.get()
        BookingSetup.objects.update(
            rule="FREQ=WEEKLY;UNTIL=20260630", starts_date=dt.date(2026, 2, 1), extra_dates=[dt.date(2026, 9, 1)]
        )
        make_invoice_setup(agreement, {"unit_price": 7}, {"unit_price": 8})
        cover(agreement, make_asset(account=agreement.account))
    data = {"name": "Next", "start_date": "2027-01-01", "end_date": "2027-12-31", "visits": "on", "invoices": "on"}

    answer = browser.post(page("copy", agreement), data)

    with tenant_scope(tenant):
        made = Agreement.objects.exclude(pk=agreement.pk).get()
        assert answer.url == page("change", made)
        assert (made.name, made.status, made.is_exposed) == ("Next", AgreementStatus.ESTIMATE, False)
        assert not made.coverage.exists()
        visits, fees = made.booking_setups.get(), made.invoice_setups.get()
        assert (visits.name, visits.rule, str(visits.starts_date)) == (
            setup.name, "FREQ=WEEKLY;UNTIL=20270630", "2027-02-01",
        )  # fmt: skip
        assert visits.extra_dates == []
        assert [line.unit_price for line in fees.lines.order_by("position")] == [7, 8]


def test_a_renewal_is_the_next_term_once(browser, tenant, active):
    assert browser.post(page("renew", active)).status_code == 302
    answer = browser.post(page("renew", active))

    assert answer.status_code == 422
    assert "The next term exists already." in text_of(answer)
    with tenant_scope(tenant):
        made = Agreement.objects.exclude(pk=active.pk).get()
    assert (str(made.start_date), str(made.end_date)) == ("2027-01-01", "2027-12-31")
    assert made.status == AgreementStatus.ESTIMATE


# Setups.


def setup_data(agreement, incident_type, **changes):
    return {
        "agreement": agreement.pk, "name": "Spring", "incident_type": incident_type.pk, "priority": "normal",
        "days_before": "0", "days_after": "3", "is_automatic": "on", "is_active": "on",
        "every": "1", "unit": "MONTHLY", "ends": "never",
        "incidents-TOTAL_FORMS": "0", "incidents-INITIAL_FORMS": "0", **changes,
    }  # fmt: skip


@pytest.fixture
def service(tenant):
    with tenant_scope(tenant):
        return make_incident_type()


@pytest.fixture
def entering(browser, agreement, service):
    """Sends the form of a new setup."""
    return lambda **fields: browser.post(ADD_SETUP, setup_data(agreement, service, **fields))


@pytest.mark.parametrize(
    ("entered_fields", "rule"),
    [
        ({"unit": "WEEKLY", "every": "2", "weekdays": ["0", "3"]}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"),
        ({"month_days": "31"}, "FREQ=MONTHLY;BYMONTHDAY=31,-1;BYSETPOS=1"),
        ({"month_days": "1, 15, last", "months": ["3", "9"]}, "FREQ=MONTHLY;BYMONTHDAY=1,15,-1;BYMONTH=3,9"),
        ({"weekdays": ["0"], "nths": ["1", "3"]}, "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ({"unit": "YEARLY", "months": ["5"], "weekdays": ["0"], "nths": ["-1"]}, "FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5"),
        ({"unit": "DAILY", "every": "10", "ends": "times", "times": "4"}, "FREQ=DAILY;INTERVAL=10;COUNT=4"),
        ({"ends": "until", "until": "2026-06-30", "times": "9"}, "FREQ=MONTHLY;UNTIL=20260630"),
        ({"unit": "", "extra_dates": "2026-05-01\n2026-06-01"}, ""),
    ],
)
def test_a_recurrence_is_entered_without_knowing_its_rule(entering, tenant, entered_fields, rule):
    answer = entering(**entered_fields)

    assert answer.status_code == 302, errors(answer)
    with tenant_scope(tenant):
        assert BookingSetup.objects.get(name="Spring").rule == rule


@pytest.mark.parametrize(
    ("entered_fields", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"every": "0"}, "every"),
        ({"every": "121"}, "every"),
        ({"unit": "WEEKLY", "nths": ["1"]}, "nths"),
        ({"weekdays": ["0"]}, "nths"),
        ({"unit": "WEEKLY", "month_days": "15"}, "month_days"),
        ({"month_days": "1, 31"}, "month_days"),
        ({"month_days": "first"}, "month_days"),
        ({"unit": "YEARLY", "months": ["3", "9"]}, "months"),
        ({"ends": "until"}, "until"),
        ({"ends": "times"}, "times"),
        ({"ends": "times", "times": "1001"}, "times"),
        ({"extra_dates": "tomorrow"}, "extra_dates"),
        ({"extra_dates": "2030-01-01"}, "extra_dates"),
        ({"starts_date": "2030-01-01"}, "starts_date"),
        ({"every": "12", "months": ["2"], "starts_date": "2026-03-01"}, "unit"),
        ({"window_starts": "08:00"}, "window_ends"),
        ({"window_starts": "12:00", "window_ends": "08:00"}, "__all__"),
        ({"days_before": "61"}, "__all__"),
    ],
)
def test_what_contradicts_itself_is_told_beside_its_field(entering, tenant, entered_fields, field):
    answer = entering(**entered_fields)

    assert answer.status_code == 200
    assert field in errors(answer)
    with tenant_scope(tenant):
        assert not BookingSetup.objects.filter(name="Spring").exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=rules())
def test_what_was_entered_is_shown_again(tenant, agreement, service, rule):
    """Opening and saving a setup's page leaves its rule as it was."""
    form_class = modelform_factory(BookingSetup, form=BookingSetupForm, fields="__all__")
    data = {name: value for name, value in entered(rule.text).items() if value not in (None, [])}
    with tenant_scope(tenant):
        form = form_class(setup_data(agreement, service, **data, extra_dates="2026-05-01"))
        assert form.is_valid(), form.errors

    assert form.instance.rule == rule.text


def test_saving_an_active_setup_rebuilds_its_dates_and_says_so(browser, tenant, active, service):
    with tenant_scope(tenant):
        setup = active.booking_setups.get()
    answer = browser.post(page("change", setup), setup_data(active, service, month_days="31"), follow=True)

    assert "Next dates: Tue, March 31, 2026, Thu, April 30, 2026" in text_of(answer)
    with tenant_scope(tenant):
        assert str(BookingDate.objects.order_by("date").first().date) == "2026-03-31"
    shown = text_of(browser.get(page("change", setup)))
    assert "Every month on the 31st, or the last day" in shown


def test_a_setup_of_an_ended_agreement_is_only_read(browser, tenant, active, service):
    with tenant_scope(tenant):
        setup = active.booking_setups.get()
        expire(active)

    shown = browser.get(page("change", setup))

    assert shown.status_code == 200
    assert 'name="unit"' not in shown.text
    assert browser.post(page("change", setup), setup_data(active, service)).status_code == 403
    assert "agreement" in errors(browser.post(ADD_SETUP, setup_data(active, service)))


def test_foreign_assets_are_refused_on_setups_and_their_incidents(browser, tenant, agreement, service):
    with tenant_scope(tenant):
        foreign = make_asset()
    assert "asset" in errors(browser.post(ADD_SETUP, setup_data(agreement, service, asset=foreign.pk)))
    further = {"incidents-TOTAL_FORMS": "1", "incidents-0-incident_type": service.pk, "incidents-0-asset": foreign.pk}
    answer = browser.post(ADD_SETUP, setup_data(agreement, service, **further))
    assert "This asset belongs to another account." in text_of(answer)


def test_an_invoice_setup_charges_products_and_something_at_all(browser, tenant, agreement):
    with tenant_scope(tenant):
        product, hour = make_product(), make_product(kind="service")
    add = reverse("admin:fieldservice_invoicesetup_add")
    data = {
        "agreement": agreement.pk, "name": "Fee", "every": "1", "unit": "MONTHLY", "ends": "never", "is_active": "on",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-position": "1", "lines-0-quantity": "1",
    }  # fmt: skip

    assert "Enter at least one line." in text_of(browser.post(add, data | {"lines-TOTAL_FORMS": "0"}))
    assert "belongs on a work order" in text_of(browser.post(add, data | {"lines-0-product": hour.pk}))
    assert browser.post(add, data | {"lines-0-product": product.pk}).status_code == 302
    with tenant_scope(tenant):
        assert InvoiceSetup.objects.get().lines.get().product == product


def test_only_a_setup_without_dates_is_deleted(browser, tenant, agreement):
    with tenant_scope(tenant):
        setup = agreement.booking_setups.get()
    assert browser.get(page("delete", setup)).status_code == 200
    with tenant_scope(tenant):
        activate(agreement)
    assert browser.get(page("delete", setup)).status_code == 403


def test_new_settings_have_the_dates_planned_anew(browser, tenant, active):
    data = {
        "generation_time": "06:00", "work_order_days_ahead": "3", "invoice_days_ahead": "0", "dates_months_ahead": "12",
        "payment_days": "30", "out_of_stock": "confirm",
    }  # fmt: skip
    assert browser.post(reverse("admin:fieldservice_fieldservicesettings_add"), data).status_code == 302

    with tenant_scope(tenant):
        assert FieldServiceSettings.objects.get().work_order_days_ahead == 3
        sweep(go_on=lambda: True)
        assert BookingDate.objects.get(date="2026-04-15").due_at == dt.datetime(2026, 4, 12, 10, tzinfo=dt.UTC)


# Dates.

DATES = reverse("admin:fieldservice_bookingdate_changelist")


def test_dates_are_listed_with_what_was_made_and_what_went_wrong(browser, tenant, active):
    with tenant_scope(tenant):
        sweep(go_on=lambda: True)
        BookingDate.objects.filter(date="2026-05-15").update(problem="No site", attempts=1)
        BookingDate.objects.filter(date="2026-06-15").update(date="2026-01-15")

    shown = text_of(browser.get(DATES))
    assert "WO-1001" in shown
    assert "No site" in shown
    assert "January 15, 2026" not in shown
    assert "January 15, 2026" in text_of(browser.get(DATES, {"when": "past"}))
    assert "April 15, 2026" not in text_of(browser.get(DATES, {"problem": "yes"}))
    assert "May 15, 2026" in text_of(browser.get(DATES, {"problem": "yes"}))


def test_a_date_is_generated_early_once(browser, tenant, active):
    with tenant_scope(tenant):
        date = BookingDate.objects.get(date="2026-06-15")
    assert "Generate now" in text_of(browser.get(page("change", date)))
    assert browser.get(page("generate", date)).status_code == 200

    for _ in range(2):
        browser.post(page("generate", date))

    with tenant_scope(tenant):
        assert WorkOrder.objects.count() == 1
        assert BookingDate.objects.get(pk=date.pk).status == DateStatus.PROCESSED


def test_a_date_that_cannot_be_generated_says_why(browser, tenant, active):
    with tenant_scope(tenant):
        type(active.account).objects.update(place=None)
        date = BookingDate.objects.get(date="2026-06-15")

    answer = browser.post(page("generate", date))

    assert answer.status_code == 422
    assert "There is no site to go to" in text_of(answer)


def test_dates_are_left_out_and_taken_back(browser, tenant, active):
    with tenant_scope(tenant):
        date = BookingDate.objects.get(date="2026-06-15")
    browser.post(page("leave_out", date))
    with tenant_scope(tenant):
        assert BookingDate.objects.get(pk=date.pk).status == DateStatus.CANCELED
    browser.post(page("take_back", date))
    with tenant_scope(tenant):
        assert BookingDate.objects.get(pk=date.pk).status == DateStatus.ACTIVE


@pytest.mark.parametrize(
    ("action", "status"), [("generate_all", DateStatus.PROCESSED), ("leave_out_all", DateStatus.CANCELED)]
)
def test_many_dates_at_once_after_a_confirmation(browser, tenant, active, action, status):
    with tenant_scope(tenant):
        chosen = list(BookingDate.objects.order_by("date").values_list("pk", flat=True)[2:4])
    data = {"action": action, "_selected_action": chosen}

    asked = browser.post(DATES, data)
    assert "2 dates, from 2026-05-15 to 2026-06-15." in text_of(asked)
    with tenant_scope(tenant):
        assert not BookingDate.objects.filter(status=status).exists()
    browser.post(DATES, data | {"confirmed": asked.context["seal"]})

    with tenant_scope(tenant):
        assert set(BookingDate.objects.filter(status=status).values_list("pk", flat=True)) == set(chosen)
        assert WorkOrder.objects.count() == (2 if status == DateStatus.PROCESSED else 0)


def test_a_setups_own_dates(browser, tenant, active):
    with tenant_scope(tenant):
        setup = active.booking_setups.get()
        activate(make_estimate_with_visits())

    shown = browser.get(DATES, {"setup__id__exact": setup.pk, "when": "all"})

    assert shown.context["cl"].result_count == 10


def make_estimate_with_visits():
    other = make_estimate()
    make_booking_setup(other)
    return other
