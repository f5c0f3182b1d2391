"""Agreements from estimate to their end (FS-1, FS-2)."""

import datetime as dt

import pytest
import time_machine

from fieldservice.domain import agreements, setups
from fieldservice.domain.generation import generate_now, sweep
from fieldservice.domain.invoices import issue
from fieldservice.domain.work_orders import change_status
from fieldservice.enums import AGREEMENT_TRANSITIONS, AgreementStatus, DateStatus
from fieldservice.models import Agreement, BookingDate, FieldServiceSettings, Invoice, WorkOrder
from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from tests.factories.accounts import make_account, make_staff
from tests.factories.agreements import make_booking_setup, make_estimate, make_invoice_setup

# Noon in New York, where the tenant is.
NOW = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)
TODAY = NOW.date()
STEPS = [(before, after) for before in AgreementStatus for after in AgreementStatus]


@pytest.fixture(autouse=True)
def frozen(in_tenant):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def planned(setup, status=DateStatus.ACTIVE):
    return [
        each.isoformat() for each in setup.dates.filter(status=status).order_by("date").values_list("date", flat=True)
    ]


def run():
    return sweep(go_on=lambda: True)


# Steps.


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_every_step_is_allowed_or_refused_by_the_table(before, after):
    agreement = make_estimate(status=before, activated_at=NOW)
    verbs = {
        AgreementStatus.ACTIVE: agreements.activate,
        AgreementStatus.EXPIRED: agreements.expire,
        AgreementStatus.CANCELED: lambda each: agreements.cancel(each, reason="Moved away"),
        AgreementStatus.ESTIMATE: lambda each: agreements.move(each, AgreementStatus.ESTIMATE, by=None),
    }
    is_repeat = after == before != AgreementStatus.ESTIMATE
    if is_repeat or after in AGREEMENT_TRANSITIONS[before]:
        assert verbs[after](agreement).status == after
    else:
        with pytest.raises(DomainError, match="cannot become"):
            verbs[after](agreement)
    expected = after if is_repeat or after in AGREEMENT_TRANSITIONS[before] else before
    assert Agreement.objects.get().status == expected


def test_an_estimate_is_numbered_audited_and_plans_nothing():
    staff = make_staff()
    agreement = make_estimate(is_exposed=False, by=staff)
    setup = make_booking_setup(agreement)

    run()

    assert (agreement.number, agreement.status) == ("AG-1001", AgreementStatus.ESTIMATE)
    assert planned(setup) == []
    entry = AuditEntry.objects.get(object_id=agreement.pk)
    assert (entry.action, entry.actor) == ("agreement.create", staff)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"end_date": dt.date(2025, 12, 31)}, "on or after its first day"),
        ({"end_date": dt.date(2126, 1, 1)}, "at most 50 years"),
    ],
)
def test_a_term_that_is_none_is_refused(fields, sentence):
    with pytest.raises(DomainError, match=sentence):
        make_estimate(**fields)


def test_an_account_that_left_gets_no_agreement():
    with pytest.raises(DomainError, match="no longer served"):
        make_estimate(account=make_account(is_active=False))


# Activating.


def test_activating_plans_from_today_to_the_end_of_the_term():
    agreement = make_estimate()
    setup = make_booking_setup(agreement, rule="FREQ=MONTHLY;BYMONTHDAY=31")

    agreements.activate(agreement)

    assert (agreement.status, agreement.activated_at) == (AgreementStatus.ACTIVE, NOW)
    assert planned(setup) == [
        "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30",
        "2026-10-31", "2026-11-30", "2026-12-31",
    ]  # fmt: skip
    setup.refresh_from_db()
    assert setup.planned_until is None, "nothing is left to plan"


def test_activating_may_make_up_for_what_has_passed():
    agreement = make_estimate()
    setup = make_invoice_setup(agreement)

    agreements.activate(agreement, first_date=dt.date(2026, 2, 1))

    assert planned(setup)[:3] == ["2026-02-01", "2026-03-01", "2026-04-01"]


def test_activating_again_plans_nothing_twice():
    agreement = make_estimate()
    setup = make_booking_setup(agreement)
    agreements.activate(agreement)
    first = planned(setup)

    agreements.activate(Agreement.objects.get())

    assert planned(setup) == first
    assert AuditEntry.objects.filter(action="agreement.status").count() == 1


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda each: make_booking_setup(each, rule="", name="Visits"), "“Visits” has no recurrence"),
        (lambda each: make_invoice_setup(each, name="Fees").lines.all().delete(), "“Fees” has no lines"),
        (lambda each: Agreement.objects.update(end_date="2026-03-09"), "The term is over"),
        (lambda each: type(each.account).objects.update(is_active=False), "no longer served"),
    ],
)
def test_what_would_come_to_nothing_is_not_activated(prepare, sentence):
    agreement = make_estimate()
    prepare(agreement)

    with pytest.raises(DomainError, match=sentence):
        agreements.activate(agreement)
    assert Agreement.objects.get().status == AgreementStatus.ESTIMATE


def test_days_are_those_of_the_tenant():
    """At 22:30 in New York it is tomorrow in UTC already."""
    with time_machine.travel(dt.datetime(2026, 3, 15, 2, 30, tzinfo=dt.UTC), tick=False):
        agreement = make_estimate()
        setup = make_booking_setup(agreement, rule="FREQ=MONTHLY;BYMONTHDAY=14")
        agreements.activate(agreement)

    assert planned(setup)[0] == "2026-03-14"


# Changing.


def test_a_changed_recurrence_rebuilds_the_future_and_keeps_what_was_done():
    agreement = make_estimate()
    setup = make_booking_setup(agreement, rule="FREQ=WEEKLY;BYDAY=WE;COUNT=20", starts_date=TODAY)
    agreements.activate(agreement)
    run()
    assert planned(setup, DateStatus.PROCESSED) == ["2026-03-11"]
    setups.leave_out(setup.dates.get(date="2026-03-25"))

    setup.rule = "FREQ=MONTHLY;BYMONTHDAY=25"
    setup.save()
    setups.rebuild(setup)

    assert planned(setup, DateStatus.PROCESSED) == ["2026-03-11"]
    assert planned(setup, DateStatus.CANCELED) == ["2026-03-25"], "what was left out stays left out"
    assert planned(setup)[:2] == ["2026-04-25", "2026-05-25"]


def test_a_setup_that_is_switched_off_brings_nothing_more_and_comes_back_from_today():
    agreement = make_estimate()
    setup = make_booking_setup(agreement)
    agreements.activate(agreement)
    setup.is_active = False
    setup.save()

    setups.rebuild(setup)
    assert planned(setup) == []

    setup.is_active = True
    setup.save()
    setups.rebuild(setup)
    assert planned(setup)[0] == "2026-03-15"


def test_an_extended_term_goes_on_and_a_shorter_one_stops():
    agreement = make_estimate()
    setup = make_booking_setup(agreement)
    agreements.activate(agreement)

    agreements.extend(agreement, end_date=dt.date(2027, 1, 31))
    assert planned(setup)[-1] == "2027-01-15"

    agreements.extend(agreement, end_date=dt.date(2026, 4, 30))
    assert planned(setup) == ["2026-03-15", "2026-04-15"]
    assert AuditEntry.objects.filter(action="agreement.extend").count() == 2


def test_an_ended_agreement_is_not_extended():
    agreement = agreements.activate(make_estimate())
    agreements.expire(agreement)

    with pytest.raises(DomainError, match="Renew it"):
        agreements.extend(agreement, end_date=dt.date(2027, 1, 31))


def test_new_settings_move_what_is_still_to_come():
    agreement = make_estimate()
    setup = make_booking_setup(agreement)
    agreements.activate(agreement)
    first = setup.dates.order_by("date").first()
    assert first.due_at == dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC)
    setups.leave_out(first)

    FieldServiceSettings.objects.create(work_order_days_ahead=20, generation_time=dt.time(6))
    setups.rebuild_later()
    run()

    # 24 March at 6 in the morning, by summer time.
    assert setup.dates.get(date="2026-04-15").due_at == dt.datetime(2026, 3, 26, 10, tzinfo=dt.UTC)
    assert setup.dates.get(date="2026-03-15").status == DateStatus.CANCELED


# Ending.


def test_an_expired_agreement_keeps_what_is_due_and_drops_what_is_later():
    agreement = make_estimate()
    setup = make_booking_setup(agreement, rule="FREQ=WEEKLY;BYDAY=TU", is_automatic=False)
    agreements.activate(agreement)

    agreements.expire(agreement)

    assert planned(setup) == ["2026-03-10"]
    assert (agreement.status, agreement.ended_at) == (AgreementStatus.EXPIRED, NOW)
    assert generate_now(setup.dates.get(date=TODAY), by=None).agreement == agreement


def test_canceling_takes_back_what_nobody_was_promised():
    agreement = make_estimate()
    setup = make_booking_setup(agreement, rule="FREQ=DAILY", days_ahead=5)
    fees = make_invoice_setup(agreement, rule="FREQ=DAILY", days_ahead=2)
    agreements.activate(agreement, first_date=dt.date(2026, 3, 9))
    run()
    past, now, *later = WorkOrder.objects.order_by("window_starts_at")
    promised, free = later[:2]
    change_status(promised, "scheduled")
    former, current, tomorrow, after = Invoice.objects.order_by("invoice_date")
    issue(after)

    agreements.cancel(agreement, reason=" Moved away ")

    statuses = dict(WorkOrder.objects.values_list("pk", "system_status"))
    assert (statuses[past.pk], statuses[promised.pk]) == ("unscheduled", "scheduled")
    assert (statuses[now.pk], statuses[free.pk]) == ("canceled", "canceled")
    by_invoice = dict(Invoice.objects.values_list("pk", "status"))
    assert [by_invoice[each.pk] for each in (former, current, tomorrow, after)] == [
        "draft",
        "draft",
        "canceled",
        "issued",
    ]
    assert planned(setup) == planned(fees) == []
    assert (agreement.status, agreement.cancel_reason) == (AgreementStatus.CANCELED, "Moved away")
    run()
    assert WorkOrder.objects.count() == len(statuses)


def test_canceling_asks_why():
    agreement = agreements.activate(make_estimate())

    with pytest.raises(DomainError, match="Say why") as refused:
        agreements.cancel(agreement, reason="  ")
    assert refused.value.field == "reason"


# Single dates.


def test_a_date_is_left_out_and_taken_back():
    agreement = make_estimate()
    setup = make_booking_setup(agreement)
    agreements.activate(agreement)
    date = setup.dates.get(date="2026-05-15")
    due_at = date.due_at

    assert setups.leave_out(date).status == DateStatus.CANCELED
    assert setups.leave_out(date).status == DateStatus.CANCELED
    assert setups.take_back(date).status == DateStatus.ACTIVE
    assert BookingDate.objects.get(pk=date.pk).due_at == due_at
    actions = AuditEntry.objects.filter(object_id=setup.pk).order_by("at", "pk").values_list("action", flat=True)
    assert list(actions) == ["bookingdate.leave_out", "bookingdate.take_back"]


def test_a_processed_date_is_not_left_out():
    agreement = make_estimate()
    setup = make_booking_setup(agreement)
    agreements.activate(agreement)
    run()

    with pytest.raises(DomainError, match="processed already"):
        setups.leave_out(setup.dates.get(date="2026-03-15"))
