"""Sharing a record from its page, and the panel that tells of it (TEN-5, TEN-6)."""

import pytest
from django.urls import reverse

from fieldservice.models import Asset
from portal.access.admin import who_sees
from portal.access.domain.sharing import share
from portal.access.viewer import viewer_for
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact, make_reviewer
from tests.factories.fieldservice import make_asset


@pytest.fixture
def asset(tenant):
    with tenant_scope(tenant):
        return make_asset(name="Boiler in the attic", is_exposed=False)


@pytest.fixture
def neighbour(tenant):
    with tenant_scope(tenant):
        return make_reviewer(full_name="Nora Neighbour", account=make_account(name="Next Door"))


def page_of(asset):
    return reverse("admin:fieldservice_asset_share", args=[asset.pk])


def is_seen(tenant, contact):
    with tenant_scope(tenant):
        return Asset.objects.visible_to(viewer_for(contact)).exists()


def test_a_record_is_shared_and_taken_back(browser, staff, tenant, asset, neighbour):
    found = browser.get(page_of(asset), {"q": "next door"})
    assert [each.full_name for each in found.context["offered"]] == ["Nora Neighbour"]

    answer = browser.post(page_of(asset), {"share": neighbour.pk}, follow=True)
    assert "Boiler in the attic is shared with Nora Neighbour." in answer.text
    assert f"{staff.email}</td>" in answer.text
    assert is_seen(tenant, neighbour)
    assert browser.get(page_of(asset), {"q": "nora"}).context["offered"] == []

    answer = browser.post(page_of(asset), {"take_back": neighbour.pk}, follow=True)
    assert "is no longer shared with Nora Neighbour." in answer.text
    assert not is_seen(tenant, neighbour)
    with tenant_scope(tenant):
        trail = AuditEntry.objects.filter(object_id=asset.pk).order_by("at", "pk")
        assert [(each.action, each.actor_id) for each in trail] == [
            ("share.give", staff.pk),
            ("share.withdraw", staff.pk),
        ]


def test_looking_shares_nothing(browser, tenant, asset, neighbour):
    browser.get(page_of(asset), {"share": neighbour.pk})

    assert not is_seen(tenant, neighbour)


def test_a_refusal_is_said(browser, tenant, asset):
    with tenant_scope(tenant):
        gone = make_contact(full_name="Gone", is_active=False)
    assert browser.get(page_of(asset), {"q": "Gone"}).context["offered"] == []
    assert "Gone is not active." in browser.post(page_of(asset), {"share": gone.pk}, follow=True).text


def test_nothing_crosses_companies(browser, tenant, other_tenant, asset):
    with tenant_scope(other_tenant):
        foreign_asset, foreign = make_asset(), make_reviewer(full_name="Foreign")
    assert browser.get(page_of(foreign_asset)).status_code == 404
    assert browser.post(page_of(asset), {"share": foreign.pk}).status_code == 404
    assert browser.get(page_of(asset), {"q": "Foreign"}).context["offered"] == []
    assert browser.post(page_of(asset), {"share": "none"}).status_code == 400
    assert browser.post(page_of(asset)).status_code == 404


def test_the_search_is_bounded(browser, tenant, asset, monkeypatch):
    monkeypatch.setattr(who_sees, "OFFERED", 2)
    with tenant_scope(tenant):
        account = make_account()
        for number in range(3):
            make_contact(account=account, user=None, full_name=f"Many {number}")
    found = browser.get(page_of(asset), {"q": "Many"})
    assert len(found.context["offered"]) == 2
    assert "There may be more" in found.text


def test_the_panel_names_whom_it_is_shared_with(browser, tenant, asset, neighbour):
    with tenant_scope(tenant):
        make_reviewer(full_name="Colleague", account=asset.account)
        share(asset, neighbour, by=None)
    page = browser.get(reverse("admin:fieldservice_asset_change", args=[asset.pk]))
    found = {each.contact.full_name: each for each in page.context["witnesses"]}

    assert {name: each.sees for name, each in found.items()} == {"Colleague": False, "Nora Neighbour": True}
    assert "Staff shared it with the contact." in found["Nora Neighbour"].sentences
    assert not found["Nora Neighbour"].sees_money
    assert page_of(asset) in page.text


def test_the_panel_tells_who_sees_prices(browser, tenant):
    with tenant_scope(tenant):
        asset = make_asset()
        make_reviewer(full_name="Sees both", account=asset.account)
    page = browser.get(reverse("admin:fieldservice_asset_change", args=[asset.pk]))
    (witness,) = page.context["witnesses"]

    assert witness.sees
    assert witness.sees_money
