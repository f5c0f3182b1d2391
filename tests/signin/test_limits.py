"""How often one may guess: each login by itself, then each address; strangers' headers change nothing (SECURITY 24)."""

from itertools import count

import pytest

from portal.settings import base
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact
from tests.signin.test_sign_in import sign_in, verified

LOGIN_LIMIT = 5
ADDRESS_LIMIT = 30
TOO_MANY = 429
addresses = (f"198.51.{number // 250}.{number % 250 + 1}" for number in count())


@pytest.fixture(autouse=True)
def limits_of_production(settings):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS


@pytest.fixture
def people(tenant):
    with tenant_scope(tenant):
        return [verified(make_contact().user) for _ in range(8)]


@pytest.fixture
def from_address(tenant, client_for):
    """`from_address(address)`: a browser that the web process sees at that address."""
    return lambda address: client_for(None, tenant, REMOTE_ADDR=address)


def guesses(browser, user, number, **headers) -> list[int]:
    return [sign_in(browser, user, password="wrong", headers=headers).status_code for _ in range(number)]


def test_who_guesses_too_often_reads_what_to_do(people, from_address):
    browser = from_address(next(addresses))
    assert guesses(browser, people[0], LOGIN_LIMIT) == [200] * LOGIN_LIMIT

    refused = sign_in(browser, people[0])

    assert refused.status_code == TOO_MANY
    assert refused.headers["Retry-After"] == "300"
    assert "Wait five minutes, then try again" in refused.text
    assert people[0].email in refused.text


def test_a_flood_at_one_login_leaves_the_others_of_the_address_alone(people, from_address):
    browser = from_address(next(addresses))
    guesses(browser, people[0], 2 * ADDRESS_LIMIT)

    assert sign_in(browser, people[1]).status_code == 302


def test_guessing_at_many_logins_is_stopped_by_address_and_nowhere_else(people, from_address):
    address = next(addresses)
    browser = from_address(address)
    tried = [status for user in people[:-1] for status in guesses(browser, user, LOGIN_LIMIT)]

    assert tried.count(200) == ADDRESS_LIMIT
    assert sign_in(browser, people[-1]).status_code == TOO_MANY
    assert sign_in(from_address(next(addresses)), people[-1]).status_code == 302


def test_a_stranger_s_header_makes_no_new_address(people, from_address):
    browser = from_address(next(addresses))
    for user in people[:-1]:
        for forged in range(LOGIN_LIMIT):
            guesses(browser, user, 1, **{"x-forwarded-for": f"203.0.113.{forged}"})

    assert sign_in(browser, people[-1], headers={"x-forwarded-for": "203.0.113.99"}).status_code == TOO_MANY


def test_behind_the_proxy_each_client_counts_by_itself(people, from_address, settings):
    settings.TRUSTED_PROXIES = 1
    proxy = from_address(next(addresses))
    for user in people[:-1]:
        guesses(proxy, user, LOGIN_LIMIT, **{"x-forwarded-for": "203.0.113.1"})

    blocked = sign_in(proxy, people[-1], headers={"x-forwarded-for": "6.6.6.6, 203.0.113.1"})
    welcome = sign_in(proxy, people[-1], headers={"x-forwarded-for": "203.0.113.2"})
    assert (blocked.status_code, welcome.status_code) == (TOO_MANY, 302)


def test_a_flood_of_requests_is_told_when_to_come_back(people, from_address, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    browser = from_address(next(addresses))
    answers = [sign_in(browser, people[0], password="wrong") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, TOO_MANY]
    assert answers[-1].headers["Retry-After"] == "60"
