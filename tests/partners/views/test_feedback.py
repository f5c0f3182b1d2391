"""A customer says by the link in a mail how a partner does: once, without sign-in (PRT-4)."""

import datetime as dt

import pytest
from django.core import signing
from django.test import Client

from partners.models import CustomerFeedback, Delivery, PartnerRecord
from partners.queries.links import SALT, feedback_url
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.factories.partners import make_accepted, make_delivery

PRIVATE = "no-store, private"


@pytest.fixture
def visitor(tenant):
    """Somebody who is not signed in, on the company's host."""
    return Client(headers={"host": f"{tenant.slug}.localhost"})


@pytest.fixture
def in_company(tenant):
    with tenant_scope(tenant):
        yield tenant


def path_of(delivery: Delivery) -> str:
    return "/" + feedback_url(delivery).split("/", 3)[3]


def accepted() -> Delivery:
    return Delivery.objects.get(opportunity=make_accepted())


def test_stars_and_words_are_kept_once_and_count_for_the_partner(visitor, in_company):
    delivery = accepted()
    path = path_of(delivery)
    page = visitor.get(path)
    assert page.status_code == 200
    assert delivery.partner.name in page.text
    assert f"Only {in_company.name} reads what you say." in page.text
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == PRIVATE
    assert visitor.post(path, {"rating": "4", "comment": "Came on time"}).url == path
    assert visitor.post(path, {"rating": "1", "comment": "Changed my mind"}).status_code == 200
    assert "Thank you, you have told us" in visitor.get(path).text
    given = CustomerFeedback.objects.get()
    assert (given.rating, given.comment) == (4, "Came on time")
    record = PartnerRecord.objects.get(programme__account=delivery.partner)
    assert (record.feedback, record.reported) == (1, 0)


@pytest.mark.parametrize("rating", ["", "0", "6", "five"])
def test_there_are_one_to_five_stars(visitor, in_company, rating):
    answer = visitor.post(path_of(accepted()), {"rating": rating})
    assert answer.status_code == 422
    assert "Choose from one to five stars." in answer.text
    assert not CustomerFeedback.objects.exists()


def test_the_page_tells_nothing_of_the_customer(visitor, in_company):
    delivery = accepted()
    assert delivery.opportunity.customer.name not in visitor.get(path_of(delivery)).text


def test_an_old_a_damaged_and_an_unaccepted_link_open_nothing(visitor, in_company, monkeypatch):
    delivery = accepted()
    path = path_of(delivery)
    for foreign in (f"{path[:-3]}x/", "/partners/feedback/none/", path_of(make_delivery())):
        answer = visitor.get(foreign)
        assert answer.status_code == 404
        assert "This link no longer works" in answer.text
        assert answer["Cache-Control"] == PRIVATE
    later = (clock.now() + dt.timedelta(days=91)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert visitor.post(path, {"rating": "5"}).status_code == 404
    assert not CustomerFeedback.objects.exists()


def test_the_link_of_another_company_opens_nothing(visitor, tenant, other_tenant):
    with tenant_scope(other_tenant):
        delivery = accepted()
        path = path_of(delivery)
    assert visitor.get(path).status_code == 404
    token = signing.dumps([str(tenant.pk), str(delivery.pk)], salt=SALT)
    assert visitor.get(f"/partners/feedback/{token}/").status_code == 404
