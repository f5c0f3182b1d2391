"""The sweep: all tenants in turn, bounded, safe to run twice (D5, SECURITY 19, 20)."""

import datetime as dt
import io

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from notifications.apps import NotificationsConfig
from notifications.channels.base import AwayError
from notifications.domain import sweep as sweep_domain
from notifications.domain.outbox import publish
from notifications.enums import AttemptOutcome
from notifications.queries import outbox_age
from notifications.registry import all_messages, register
from notifications.tasks import deliver, sweep, sweep_all
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.notifications.conftest import Knock


def write(tenant, count=1):
    with tenant_scope(tenant):
        return [publish("knock", key=f"knock:{each}", address=f"a{each}@example.com") for each in range(count)]


def test_every_company_s_messages_go_out_and_only_once(tenant, other_tenant):
    write(tenant, 2)
    write(other_tenant, 1)

    assert sweep() == 3
    assert sweep() == 0
    assert len(mail.outbox) == 3


def test_a_company_with_much_to_send_does_not_hold_up_the_others(tenant, other_tenant, monkeypatch):
    monkeypatch.setattr(sweep_domain, "BATCH", 2)
    write(tenant, 5)
    write(other_tenant, 1)

    sweep()

    senders = [each.from_email.split(" Service")[0] for each in mail.outbox]
    assert senders == ["Acme", "Acme", "Globex", "Acme", "Acme", "Acme"]


def test_a_company_that_was_closed_sends_nothing(tenant):
    write(tenant)
    tenant.is_active = False
    tenant.save()

    assert sweep() == 0


def test_no_time_left_means_no_attempt(tenant):
    write(tenant)

    assert sweep_all(seconds=0) == 0


def test_a_server_that_is_away_is_asked_once_a_sweep(tenant, monkeypatch):
    write(tenant, 5)
    asked = []

    def send(channel, envelope):
        asked.append(envelope)
        raise AwayError("refused")

    monkeypatch.setattr("notifications.channels.email.EmailChannel.send", send)

    sweep()

    assert len(asked) == 1


def test_the_task_of_one_message_runs_twice_without_harm(tenant):
    [row] = write(tenant)

    for _ in range(2):
        deliver(str(tenant.pk), str(row.pk))

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("gone", ["tenant", "message"])
def test_the_task_of_something_that_is_gone_ends_quietly(tenant, other_tenant, gone):
    [row] = write(tenant)

    deliver(
        str(other_tenant.pk) if gone == "tenant" else str(tenant.pk), str(row.pk if gone == "tenant" else tenant.pk)
    )

    assert mail.outbox == []


def test_readiness_knows_since_when_something_waits(tenant, other_tenant, monkeypatch):
    [row] = write(tenant)
    write(other_tenant)
    assert outbox_age() is None
    monkeypatch.setattr("notifications.domain.sweep.deliver", lambda row_id: AttemptOutcome.AWAY)

    with time_machine.travel(row.due_at + dt.timedelta(seconds=200), tick=False):
        sweep()
        assert 199 < outbox_age() < 201


def test_readiness_is_well_after_a_sweep_that_found_nothing_and_worse_without_sweeps(tenant):
    sweep()

    assert outbox_age() < 5
    with time_machine.travel(clock.now() + dt.timedelta(minutes=10)):
        assert outbox_age() > 500


def test_the_command_sweeps_once(tenant):
    write(tenant, 2)
    out = io.StringIO()

    call_command("sweep_outbox", stdout=out)

    assert "Attempts: 2" in out.getvalue()


def test_a_fault_point_outside_of_tests_stops_the_start(settings):
    settings.FAULTS, settings.FAULTS_ALLOWED = ["after_claim"], False

    with pytest.raises(ImproperlyConfigured, match="CALLOUT_FAULTS"):
        NotificationsConfig.create("notifications").ready()


def test_two_messages_do_not_share_a_name():
    class Other(Knock):
        pass

    with pytest.raises(ValueError, match="knock"):
        register(Other)
    assert "knock" in [each.name for each in all_messages()]
