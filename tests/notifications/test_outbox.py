"""Writing: in the caller's transaction, each key once."""

import datetime as dt

import pytest
from django.db import transaction

from notifications.domain import outbox
from notifications.domain.outbox import publish, retry
from notifications.enums import OutboxState
from notifications.errors import NotDead
from notifications.models import OutboxMessage
from notifications.registry import UnknownMessageError
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.tenancy.errors import NoTenant
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact


@pytest.fixture
def sent_tasks(monkeypatch):
    """What was sent to Celery."""
    tasks = []
    monkeypatch.setattr(outbox, "after_commit", lambda *arguments: tasks.append(arguments))
    return tasks


def test_a_message_is_a_row_with_ids_only(in_tenant, sent_tasks):
    contact = make_contact(language="de", time_zone="Europe/Berlin")

    row = publish("knock", key="knock:1", contact=contact, objects={"visit": contact.pk, "sequence": 2})

    assert row.state == OutboxState.WAITING
    assert row.payload == {"visit": str(contact.pk), "sequence": 2}
    assert row.message_id == f"<{row.pk}@acme.localhost>"
    assert (row.language, row.time_zone) == ("de", "Europe/Berlin")
    assert sent_tasks == [("notifications.deliver", in_tenant.pk, row.pk)]


def test_the_same_key_again_changes_nothing(in_tenant, sent_tasks):
    contact = make_contact()
    first = publish("knock", key="knock:1", contact=contact)

    assert publish("knock", key="knock:1", contact=contact).pk == first.pk
    assert OutboxMessage.objects.count() == 1
    assert len(sent_tasks) == 1


def test_the_same_key_of_another_tenant_is_another_message(tenant, other_tenant):
    for each in (tenant, other_tenant):
        with tenant_scope(each):
            publish("knock", key="knock:1", address="a@example.com")
            assert OutboxMessage.objects.count() == 1


def test_a_change_that_is_undone_sends_nothing(in_tenant):
    with transaction.atomic():
        publish("knock", key="knock:1", address="a@example.com")
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


def test_a_message_for_later_is_left_to_the_sweep(in_tenant, sent_tasks):
    later = clock.now() + dt.timedelta(hours=1)

    row = publish("knock", key="knock:1", address="a@example.com", due_at=later)

    assert row.next_attempt_at == later
    assert sent_tasks == []


def test_outside_a_scope_nothing_is_written(tenant):
    with pytest.raises(NoTenant):
        publish("knock", key="knock:1", address="a@example.com")


def test_an_unknown_message_is_a_mistake_of_the_caller(in_tenant):
    with pytest.raises(UnknownMessageError):
        publish("no such message", key="knock:1", address="a@example.com")


def test_staff_may_try_a_dead_message_again(in_tenant, sent_tasks):
    row = publish("knock", key="knock:1", address="a@example.com")
    OutboxMessage.objects.update(state=OutboxState.DEAD, settled_at=clock.now(), tries_left=0)

    again = retry(row, by=None)

    assert again.state == OutboxState.WAITING
    assert again.tries_left > 0
    assert AuditEntry.objects.filter(action="message.retry").exists()
    assert len(sent_tasks) == 2


def test_only_a_dead_message_can_be_tried_again(in_tenant):
    row = publish("knock", key="knock:1", address="a@example.com")

    with pytest.raises(NotDead):
        retry(row, by=None)
