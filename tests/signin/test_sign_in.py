"""Who gets in on which host, and that a refusal tells nothing (TEN-1, TEN-8)."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.test import Client

from portal.accounts.models import Contact
from portal.signin import doors
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import PASSWORD, make_contact, make_staff, make_user


def verified(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client, user, password=PASSWORD, headers=None, **fields):
    return client.post("/accounts/login/", {"login": user.email, "password": password, **fields}, headers=headers)


@pytest.fixture
def customer(tenant):
    with tenant_scope(tenant):
        return verified(make_contact().user)


@pytest.fixture
def staff(tenant):
    with tenant_scope(tenant):
        return verified(make_staff())


@pytest.fixture
def operator(db):
    return verified(make_user(is_platform_staff=True))


@pytest.fixture
def platform(db):
    return Client(headers={"host": "localhost"})


def errors_of(response) -> list[str]:
    assert response.status_code == 200
    return response.context["form"].non_field_errors()


def test_a_contact_comes_in_and_lands_on_the_home_page(tenant, customer, client_for):
    response = sign_in(client_for(None, tenant), customer)

    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_staff_land_in_the_admin(tenant, staff, client_for):
    assert sign_in(client_for(None, tenant), staff).headers["Location"] == "/admin/"


def test_the_page_that_was_asked_for_comes_first(tenant, customer, client_for):
    assert sign_in(client_for(None, tenant), customer, next="/appointments/").headers["Location"] == "/appointments/"


def test_an_upper_app_s_people_land_behind_their_own_door(tenant, staff, client_for, monkeypatch):
    monkeypatch.setattr(doors, "_doors", list(doors._doors))
    doors.register_door(lambda user: user == staff, landing="/tech/", order=20)

    assert sign_in(client_for(None, tenant), staff).headers["Location"] == "/tech/"


def test_a_right_password_on_another_company_s_host_is_a_wrong_one(tenant, other_tenant, customer, staff, client_for):
    wrong = errors_of(sign_in(client_for(None, tenant), customer, password="wrong"))
    for user in (customer, staff):
        client = client_for(None, other_tenant)
        assert errors_of(sign_in(client, user)) == wrong
        assert SESSION_KEY not in client.session


def test_platform_staff_are_nobody_on_a_company_s_host(tenant, operator, client_for):
    assert errors_of(sign_in(client_for(None, tenant), operator))


def test_the_platform_s_host_is_for_platform_staff_only(operator, customer, staff, platform):
    for user in (customer, staff):
        assert errors_of(sign_in(platform, user))
    assert sign_in(platform, operator).headers["Location"] == "/admin/"


@pytest.mark.parametrize("gone", ["contact", "account"])
def test_who_was_deactivated_does_not_come_in(tenant, client_for, gone):
    with tenant_scope(tenant):
        contact = make_contact()
        verified(contact.user)
        row = contact if gone == "contact" else contact.account
        row.is_active = False
        row.save()

    assert errors_of(sign_in(client_for(None, tenant), contact.user))


def test_guesses_on_a_foreign_host_count_as_failures(other_tenant, customer, client_for, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/key"}
    client = client_for(None, other_tenant)

    answers = [sign_in(client, customer).status_code for _ in range(5)]

    assert answers == [200, 200, 200, 429, 429]


def test_nobody_signs_up(tenant, client_for):
    assert client_for(None, tenant).get("/accounts/signup/").status_code == 404


def test_nobody_signs_in_while_attempts_cannot_be_counted(tenant, customer, client_for, monkeypatch):
    monkeypatch.setattr("portal.tenancy.cache.TenantRedisCache.is_up", lambda self: False)
    client = client_for(None, tenant)
    assert errors_of(sign_in(client, customer)) == ["Signing in is not possible at the moment. Try again in a minute."]
    assert SESSION_KEY not in client.session


def test_a_session_of_another_company_s_host_is_nobody_s(tenant, other_tenant, customer, client_for):
    with tenant_scope(other_tenant):
        make_contact(user=customer)
    browser = client_for(None, tenant)
    sign_in(browser, customer)
    assert browser.get("/").status_code == 200

    elsewhere = client_for(None, other_tenant)
    elsewhere.cookies = browser.cookies
    assert elsewhere.get("/").status_code == 302

    sign_in(elsewhere, customer)
    assert elsewhere.get("/").status_code == 200


def test_pages_speak_the_contact_s_language_after_sign_in(tenant, customer, client_for):
    tenant.languages = ["en", "de"]
    tenant.save()
    with tenant_scope(tenant):
        Contact.objects.filter(user=customer).update(language="de")
    browser = client_for(None, tenant)
    sign_in(browser, customer)
    assert browser.get("/").headers["Content-Language"] == "de"

    chosen = client_for(None, tenant)
    chosen.cookies["django_language"] = "en"
    sign_in(chosen, customer)
    assert chosen.get("/").headers["Content-Language"] == "en"


@pytest.mark.parametrize(("asked", "shown"), [("de", "de"), ("fr", "ar"), ("ar", "ar"), ("xx", "ar")])
def test_a_company_speaks_its_own_languages_only(tenant, client_for, asked, shown):
    tenant.languages = ["ar", "de"]
    tenant.save()
    answer = client_for(None, tenant).get("/accounts/login/", headers={"accept-language": asked})
    assert answer.headers["Content-Language"] == shown


@pytest.mark.parametrize(("asked", "shown"), [("en", "en-gb"), ("en-US", "en-gb"), ("en-GB", "en-gb"), ("de-AT", "de")])
def test_a_company_speaks_its_own_variety_of_a_language(tenant, client_for, asked, shown):
    tenant.languages = ["de", "en-gb"]
    tenant.save()
    answer = client_for(None, tenant).get("/accounts/login/", headers={"accept-language": asked})
    assert answer.headers["Content-Language"] == shown


def test_a_form_that_came_too_late_leads_back_to_its_page(tenant, client_for):
    page = "http://acme.localhost/appointments/book/?site=1"
    answer = client_for(None, tenant).post("/appointments/book/hold/", headers={"referer": page})
    assert answer.headers["Location"] == "/accounts/login/?next=/appointments/book/%3Fsite%3D1"
    foreign = client_for(None, tenant).post("/appointments/book/hold/", headers={"referer": "https://evil.example/"})
    assert foreign.headers["Location"] == "/accounts/login/?next=/"
