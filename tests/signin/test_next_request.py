"""What was withdrawn is withdrawn with the next request: no read of who asks is kept in the process (SECURITY 3, I-9)."""

import datetime as dt

import httpx
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal.accounts.models import ContactRole, StaffMember
from portal.tenancy.models import Tenant, TenantHost
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver
from tests.kit.stack import Stack

# Enough for every connection of the pool to keep its plans, and for PostgreSQL to make them general.
VISITS = 12
PAGE = "/field-service/work-orders/"

pytestmark = pytest.mark.django_db


def close_login(contact):
    contact.user.is_active = False
    contact.user.save()


def close_contact(contact):
    contact.is_active = False
    contact.save()


def close_account(contact):
    contact.account.is_active = False
    contact.account.save()


def change_password(contact):
    contact.user.set_password("quite another passphrase")
    contact.user.save()


WITHDRAWN = {
    "login": (close_login, 302),
    "password": (change_password, 302),
    "session": (lambda contact: Session.objects.all().delete(), 302),
    "session's time": (
        lambda contact: Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1)),
        302,
    ),
    "contact": (close_contact, 404),
    "account": (close_account, 404),
    "web role": (lambda contact: ContactRole.objects.all().delete(), 404),
    "section": (lambda contact: Tenant.objects.update(sections=["scheduling"]), 404),
    "company": (lambda contact: Tenant.objects.update(is_active=False), 404),
    "host": (lambda contact: TenantHost.objects.all().delete(), 404),
}


@pytest.fixture
def web(committed, tmp_path):
    """A web server of its own process on the test's database: with the pool, keeping plans, compiling reads once."""
    stack = Stack(tmp_path)
    # It reads the sessions that the test's clients begin.
    stack.environment["SECRET_KEY"] = settings.SECRET_KEY
    stack.start_web()
    yield stack
    stack.__exit__()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_next_request_knows_in_a_process_that_served_the_person_often(client_for, committed, web):
    for what, (withdraw, status) in WITHDRAWN.items():
        with tenant_scope(committed):
            contact = make_approver()
        cookies = [client_for(contact.user, committed).cookies[settings.SESSION_COOKIE_NAME].value for _ in range(2)]

        def answers(cookies=cookies) -> list[int]:
            host = {"Host": f"{committed.slug}.localhost:{web.port}"}
            return [
                httpx.get(
                    f"http://127.0.0.1:{web.port}{PAGE}",
                    headers=host | {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"},
                    timeout=120,
                    # Plain HTTP: to read the certificates of the world each time takes longer than the answer.
                    verify=False,
                ).status_code
                for cookie in cookies
            ]

        for _visit in range(VISITS):
            assert answers() == [200, 200], what
        with tenant_scope(committed):
            withdraw(contact)
        assert answers() == [status, status], what
        restore(committed)


def restore(tenant):
    """Give the company back what a withdrawal took from everybody."""
    Tenant.objects.update(is_active=True, sections=tenant.sections)
    TenantHost.objects.get_or_create(host=f"{tenant.slug}.localhost", defaults={"tenant": tenant, "is_primary": True})


@pytest.mark.parametrize("what", WITHDRAWN)
def test_the_next_request_knows(client_for, tenant, what):
    withdraw, status = WITHDRAWN[what]
    with tenant_scope(tenant):
        contact = make_approver()
    client = client_for(contact.user, tenant)
    assert client.get(PAGE).status_code == 200
    with tenant_scope(tenant):
        withdraw(contact)
    assert client.get(PAGE).status_code == status


def test_a_new_member_of_staff_finds_the_way_to_the_admin(client_for, tenant):
    with tenant_scope(tenant):
        contact = make_approver()
    client = client_for(contact.user, tenant)
    assert "/admin/" not in client.get(PAGE).text
    with tenant_scope(tenant):
        member = StaffMember.objects.create(user=contact.user)
    assert "/admin/" in client.get(PAGE).text
    with tenant_scope(tenant):
        member.is_active = False
        member.save()
    assert "/admin/" not in client.get(PAGE).text
