"""A fortnight of visits with moved clocks, moves, cancels, two sweepers and killed ones (NOT-2, SECURITY N-3).

Each reminder that is due goes out once; none of a canceled visit, none with a time that holds no more. FORTNIGHT_VISITS=10000
is the long run, with a sweep each hour.
"""

import datetime as dt
import os
import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest
import time_machine
from django.db import connections

from notifications.domain import delivery
from notifications.enums import OPEN_STATES, ChannelName, OutboxState
from notifications.models import OutboxMessage
from notifications.tasks import sweep_all
from portal.kit import clock
from portal.kit.ids import uuid7
from portal.tenancy.scope import named_scope, tenant_scope
from scheduling.domain import changing
from scheduling.domain.booking import Slot
from scheduling.domain.canceling import Cancel, cancel_visit
from scheduling.domain.changing import Change, change_visit
from scheduling.domain.reminders import schedule_reminders, ship_reminders
from scheduling.enums import BookingStatus
from scheduling.messages import BookingReminder
from scheduling.models import Booking
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type, make_work_order
from tests.factories.geo import make_place
from tests.factories.scheduling import make_resource, make_settings

# No clock is put forward or back in these weeks: the expectation below may reckon with a fixed offset.
EASTERN = dt.timezone(dt.timedelta(hours=-5))
BEGIN = dt.datetime(2026, 11, 8, 12, tzinfo=EASTERN)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
DAYS, HOURS_OF_VISITS = 14, range(8, 20)
VISITS = int(os.environ.get("FORTNIGHT_VISITS", "120"))
STEP = HOUR if VISITS > 1000 else 4 * HOUR
STEPS = (DAYS + 1) * 24 * HOUR // STEP
OFFSETS = (120, 2880)
MOVED, CANCELED, KILLED = 0.15, 0.08, 0.03
# Whatever the dice say, the sweeper dies with these mails in hand: before one was handed over, and after another.
SURE_FATES = {10: KILLED / 4, 20: KILLED * 3 / 4}
RELATED = ("account", "incident_type", "place", "work_order", "contact", "resource")

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class KilledError(BaseException):
    """Ends a sweeper between any two steps, as kill -9 does: nothing behind it runs."""


@dataclass
class Journal:
    """A transport that remembers what it took, and in which a sweeper may die before or after the hand-over."""

    dice: random.Random
    may_kill: bool = True
    sent: list[tuple[str, dt.datetime, str]] = field(default_factory=list)
    offered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, envelope):
        with self.lock:
            self.offered += self.may_kill
            fate = SURE_FATES.get(self.offered, self.dice.random()) if self.may_kill else 1
            if fate > KILLED / 2:
                self.sent.append((envelope.message_id, clock.now(), envelope.text))
        if fate < KILLED:
            raise KilledError

    def was_accepted(self, message_id):
        with self.lock:
            return any(each == message_id for each, _at, _text in self.sent)


@dataclass
class Revision:
    """A time of a visit: from when it held to when it did not any more."""

    starts: dt.datetime
    since: dt.datetime
    until: dt.datetime | None = None


def due_of(revision: Revision, minutes: int) -> dt.datetime:
    """When the reminder is due, reckoned without the code under test: quiet from 21 to 7."""
    due = revision.starts - minutes * MINUTE
    wall = due.astimezone(EASTERN)
    if wall.hour < 7:
        return wall.replace(hour=7, minute=0)
    if wall.hour >= 21 and (wall.hour, wall.minute) != (21, 0):
        return (wall + dt.timedelta(days=1)).replace(hour=7, minute=0)
    return due


def first_sweep_after(due: dt.datetime) -> dt.datetime:
    """The sweep at or next after this time."""
    return BEGIN + -(-(due - BEGIN) // STEP) * STEP


def expected(history: dict) -> dict[str, dt.datetime]:
    """The key of each reminder that must go out, with the time that it must name."""
    found = {}
    for pk, revisions in history.items():
        for sequence, each in enumerate(revisions):
            for minutes in OFFSETS:
                due = due_of(each, minutes)
                swept = first_sweep_after(due)
                still_holds = (each.until is None or swept < each.until) and swept < each.starts
                if due > each.since and still_holds:
                    found[f"booking-reminder:{pk}:{sequence}:{minutes}"] = each.starts
    return found


def write_visits(count: int) -> list[Booking]:
    """Visits at full hours of the fortnight, each reminded of as if booked now."""
    settings = make_settings(notice_minutes=0, day_starts=dt.time(6), day_ends=dt.time(22))
    ship_reminders()
    service = make_incident_type(duration_minutes=30)
    per_resource = DAYS * len(HOURS_OF_VISITS)
    visits = []
    for first in range(0, count, per_resource):
        contact, place = make_approver(), make_place(latitude=40.75, longitude=-73.99)
        resource = make_resource(start_place=place, hours=(dt.time(5), dt.time(23)))
        order = make_work_order(account=contact.account, place=place, incident_type=service)
        for number in range(min(per_resource, count - first)):
            day, hour = divmod(number, len(HOURS_OF_VISITS))
            local = (BEGIN + dt.timedelta(days=day + 1)).replace(hour=HOURS_OF_VISITS[hour], minute=0)
            at = local.astimezone(dt.UTC)
            visit = Booking(
                id=uuid7(), resource=resource, account=contact.account, contact=contact, work_order=order,
                incident_type=service, place=place, status=BookingStatus.SCHEDULED, leaves_at=at, arrives_at=at,
                ends_at=at + 30 * MINUTE, local_date=local.date(), local_time=local.time(),
                time_zone="America/New_York", is_exposed=True, created_at=clock.now(),
            )  # fmt: skip
            visits.append(visit)
    Booking.objects.bulk_create(visits)
    for each in visits:
        schedule_reminders(each, settings)
    return visits


def sweep_with(number: int) -> None:
    """So many sweepers at once; whoever is killed stays dead, and its lease runs out."""

    def run():
        try:
            sweep_all(seconds=600)
        except KilledError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def disturb(tenant, visits: list, history: dict, dice: random.Random) -> None:
    """What happens to visits between two sweeps: some are moved by half an hour, some are canceled."""
    now = clock.now()
    with named_scope(tenant):
        coming = [each for each in visits if history[each.pk][-1].until is None and each.arrives_at > now + HOUR]
        for wanted, share in ((move, MOVED), (call_off, CANCELED)):
            for _ in range(round(len(visits) * share / STEPS + dice.random() * 0.5)):
                if coming:
                    wanted(tenant, coming.pop(dice.randrange(len(coming))), history, now)


def loaded(tenant, visit) -> Booking:
    with tenant_scope(tenant):
        return Booking.objects.select_related(*RELATED).get(pk=visit.pk)


def move(tenant, visit, history, now) -> None:
    fresh = loaded(tenant, visit)
    shift = 30 * MINUTE if fresh.arrives_at.minute == 0 else -30 * MINUTE
    moved = change_visit(fresh, Slot(fresh.arrives_at + shift), Change(fresh.sequence, keeps_resource=True))
    history[visit.pk][-1].until = now
    history[visit.pk].append(Revision(moved.arrives_at, now))
    visit.arrives_at = moved.arrives_at


def call_off(tenant, visit, history, now) -> None:
    fresh = loaded(tenant, visit)
    with tenant_scope(tenant):
        cancel_visit(fresh, Cancel("Not needed", fresh.sequence))
    history[visit.pk][-1].until = now


def run_fortnight(tenant, journal: Journal, dice: random.Random, *, steps: int = STEPS) -> dict:
    """Let it all happen, or its beginning; what became of each visit."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        with tenant_scope(tenant):
            visits = write_visits(VISITS)
        history = {each.pk: [Revision(each.arrives_at, clock.now())] for each in visits}
        for step in range(1, steps):
            traveller.move_to(BEGIN + step * STEP)
            disturb(tenant, visits, history, dice)
            journal.may_kill = True
            sweep_with(2)
            # Somebody else takes up what the dead ones left.
            traveller.shift(2 * MINUTE)
            journal.may_kill = False
            sweep_with(1)
    return history


@pytest.fixture
def seed():
    return random.SystemRandom().randrange(10**6)


@pytest.fixture
def journal(seed, monkeypatch):
    journal = Journal(random.Random(seed))
    monkeypatch.setitem(delivery.CHANNELS, ChannelName.EMAIL, lambda: journal)
    return journal


def test_each_due_reminder_goes_out_once_with_the_time_that_holds(committed, journal, seed):
    history = run_fortnight(committed, journal, random.Random(seed))

    check(committed, journal, expected(history), seed)


def test_the_run_finds_reminders_that_nobody_takes_back(committed, journal, seed, monkeypatch):
    """The control: without the two guards reminders of old times go out, and are seen within a few days."""
    monkeypatch.setattr(changing, "replace_reminders", schedule_reminders)
    monkeypatch.setattr(BookingReminder, "still_true", lambda self, row: True)
    history = run_fortnight(committed, journal, random.Random(seed), steps=STEPS // 3)

    with tenant_scope(committed):
        keys = dict(OutboxMessage.objects.filter(name="booking_reminder").values_list("message_id", "key"))
    assert {keys[each] for each, _at, _text in journal.sent if each in keys} - set(expected(history)), f"seed {seed}"


def check(tenant, journal: Journal, wanted: dict[str, dt.datetime], seed: int) -> None:
    with tenant_scope(tenant):
        rows = {row.message_id: row for row in OutboxMessage.objects.filter(name="booking_reminder")}
        uncertain = OutboxMessage.objects.filter(tries__outcome="uncertain").distinct().count()
    sent = [each for each in journal.sent if each[0] in rows]
    assert uncertain, "Nobody was killed: the run shows nothing."
    assert {rows[message_id].key for message_id, _at, _text in sent} == set(wanted), f"seed {seed}"
    assert set(Counter(message_id for message_id, _at, _text in sent).values()) == {1}
    for message_id, at, text in sent:
        starts = wanted[rows[message_id].key]
        local = starts.astimezone(EASTERN)
        assert at < starts
        assert f"{(local.hour - 1) % 12 + 1}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}" in text
    assert not [row.key for row in rows.values() if row.state in {*OPEN_STATES, OutboxState.DEAD}]
