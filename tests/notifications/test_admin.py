"""The outbox for staff: to read, and to send again what was given up."""

import pytest
from django.urls import reverse

from notifications.domain.outbox import publish
from notifications.enums import OutboxState
from notifications.models import MessageSetting, OutboxAttempt, OutboxMessage
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact, make_staff

LIST = reverse("admin:notifications_outboxmessage_changelist")


@pytest.fixture
def staff(tenant, client_for):
    with tenant_scope(tenant):
        return client_for(make_staff(), tenant)


def write(tenant, count=1, **changes):
    """Messages to one contact, each with an attempt."""
    with tenant_scope(tenant):
        contact = make_contact(full_name="Ada Byron")
        rows = [publish("knock", key=f"knock:{each}", contact=contact) for each in range(count)]
        for row in rows:
            OutboxAttempt.objects.create(message=row, number=1, started_at=clock.now(), outcome="permanent")
        OutboxMessage.objects.update(**changes)
        return rows


def test_the_list_costs_the_same_for_one_and_three(tenant, staff, django_assert_num_queries):
    counts = []
    for number in (1, 3):
        with tenant_scope(tenant):
            OutboxMessage.objects.all().delete()
        write(tenant, number)
        with django_assert_num_queries(15, exact=False) as queries:
            page = staff.get(LIST).text
        counts.append(len(queries))
        assert page.count("Ada Byron") == number

    assert counts[0] == counts[1]


def test_a_message_is_read_only_and_shows_its_attempts(tenant, staff):
    [row] = write(tenant)

    page = staff.get(reverse("admin:notifications_outboxmessage_change", args=[row.pk])).text

    assert row.message_id.strip("<>") in page
    assert "Refused for good" in page
    assert 'name="_save"' not in page
    assert staff.get(reverse("admin:notifications_outboxmessage_add")).status_code == 403


def test_what_was_given_up_is_sent_again_and_the_rest_left(tenant, staff):
    rows = write(tenant, 2)
    with tenant_scope(tenant):
        OutboxMessage.objects.filter(pk=rows[0].pk).update(state=OutboxState.DEAD, settled_at=clock.now())

    data = {"action": "send_again", "_selected_action": [str(row.pk) for row in rows]}
    page = staff.post(LIST, data, follow=True).text

    assert "1 message goes out again." in page
    with tenant_scope(tenant):
        assert OutboxMessage.objects.get(pk=rows[0].pk).state == OutboxState.WAITING
        assert AuditEntry.objects.filter(action="message.retry").count() == 1


def test_what_waits_cannot_be_sent_again(tenant, staff):
    [row] = write(tenant)

    page = staff.post(LIST, {"action": "send_again", "_selected_action": [str(row.pk)]}, follow=True).text

    assert "Only messages that were given up can be sent again." in page


def test_another_company_s_outbox_is_not_there(tenant, other_tenant, staff):
    [row] = write(other_tenant)

    assert "Ada Byron" not in staff.get(LIST).text
    page = staff.get(reverse("admin:notifications_outboxmessage_change", args=[row.pk]), follow=True)
    assert row.message_id.strip("<>") not in page.text


def test_staff_switch_a_message_of_the_company_off(tenant, staff):
    response = staff.post(reverse("admin:notifications_messagesetting_add"), {"name": "booking_confirmed"})

    assert response.status_code == 302
    with tenant_scope(tenant):
        assert list(MessageSetting.objects.order_by("pk").values_list("name", "is_on")) == [
            ("booking_confirmed", False)
        ]


def test_what_must_be_said_is_not_offered_for_switching(staff):
    page = staff.get(reverse("admin:notifications_messagesetting_add")).text

    assert "Booking confirmed" in page
    assert "Password reset" not in page
