"""Assets and locations through the domain, with their trees (FS-3)."""

import pytest
from django.urls import reverse

from fieldservice.domain import assets as domain
from fieldservice.models import Asset
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_asset, make_location, make_work_order

ADD = reverse("admin:fieldservice_asset_add")


def page_of(asset):
    return reverse("admin:fieldservice_asset_change", args=[asset.pk])


def errors(answer):
    return answer.context["adminform"].form.errors


@pytest.fixture
def chain(tenant):
    """Plant, boiler, burner: each below the one before."""
    with tenant_scope(tenant):
        account, assets = make_account(), []
        for name in ("Plant", "Boiler", "Burner"):
            parent = assets[-1] if assets else None
            assets.append(make_asset(account=account, name=name, location=None, parent=parent))
        return assets


def save(browser, asset, **changes):
    """Send the form of an asset with these fields changed."""
    form = browser.get(page_of(asset)).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items() if value is not False}
    data.update(changes)
    return browser.post(page_of(asset), {name: value for name, value in data.items() if value is not None})


def actions(asset):
    return list(AuditEntry.objects.filter(object_id=asset.pk).order_by("at", "pk").values_list("action", flat=True))


def test_an_asset_is_made_by_the_domain(browser, tenant, chain):
    with tenant_scope(tenant):
        account = chain[0].account
        fields = {"account": account.pk, "name": "Pump", "parent": chain[0].pk, "product": make_product().pk}
        fields |= {"location": make_location(account=account).pk, "manufacturer": "Grundfos", "is_exposed": "on"}
    answer = browser.post(ADD, fields)
    assert answer.status_code == 302, errors(answer)
    with tenant_scope(tenant):
        pump = Asset.objects.get(name="Pump")
        assert (pump.master, pump.manufacturer, pump.is_exposed, pump.is_active) == (chain[0], "Grundfos", True, True)
        assert actions(pump) == ["asset.create"]


def test_moves_and_retirement_are_verbs(browser, tenant, chain):
    plant, boiler, burner = chain
    assert save(browser, boiler, parent="", is_active=None, category="Heating").status_code == 302
    with tenant_scope(tenant):
        after = Asset.objects.get(pk=boiler.pk)
        assert (after.parent, after.master, after.is_active, after.category) == (None, None, False, "Heating")
        assert Asset.objects.get(pk=burner.pk).master == boiler
        assert actions(boiler) == ["asset.move", "asset.deactivate", "asset.change"]
        change = AuditEntry.objects.get(action="asset.change")
        assert (change.before, change.after) == ({"category": ""}, {"category": "Heating"})
    assert save(browser, boiler, parent=plant.pk, is_active="on").status_code == 302
    with tenant_scope(tenant):
        assert Asset.objects.get(pk=burner.pk).master == plant
        assert actions(boiler)[3:] == ["asset.move", "asset.reactivate"]


def test_a_circle_is_told_beside_the_field(browser, chain):
    plant, _boiler, burner = chain
    assert "This asset lies below the one that you move." in errors(save(browser, plant, parent=burner.pk))["parent"]
    assert "parent" in errors(save(browser, plant, parent=plant.pk))


def test_a_tree_that_is_too_deep_is_told(browser, chain, monkeypatch):
    monkeypatch.setattr(domain, "MAXIMUM_DEPTH", 2)
    assert (
        "The tree would be too deep."
        in errors(browser.post(ADD, {"account": chain[0].account_id, "name": "x", "parent": chain[2].pk}))["parent"]
    )


def test_what_does_not_go_together_is_told(browser, tenant, chain):
    with tenant_scope(tenant):
        closed, location = make_account(is_active=False), make_location()
    assert "account" in errors(browser.post(ADD, {"account": closed.pk, "name": "x"}))
    assert "location" in errors(save(browser, chain[0], location=location.pk))
    dates = {"warranty_starts_date": "2026-02-01", "warranty_ends_date": "2026-01-01"}
    assert "The warranty ends after it begins." in str(errors(save(browser, chain[0], **dates)))


def test_the_page_shows_the_tree_and_leads_to_the_history(browser, tenant, chain):
    plant, boiler, burner = chain
    with tenant_scope(tenant):
        about, other = make_work_order(account=boiler.account, asset=boiler), make_work_order()
    page = browser.get(page_of(boiler)).text
    for each in (plant, burner):
        assert f'<a href="{page_of(each)}">{each.name}</a>' in page
    history = f"{reverse('admin:fieldservice_workorder_changelist')}?asset__id__exact={boiler.pk}"
    assert f'href="{history}"' in page
    listed = browser.get(history).text
    assert about.number in listed
    assert other.number not in listed
    assert reverse("admin:fieldservice_asset_timeline", args=[boiler.pk]) in page


def test_a_location_shows_its_site_and_its_assets(browser, tenant):
    with tenant_scope(tenant):
        account = make_account()
        site = make_location(account=account, name="Harbour House")
        floor = make_location(account=account, name="Floor 2", parent=site)
        room = make_location(account=account, name="Boiler room", parent=floor)
        make_location(account=account, name="Elsewhere")
        here = make_asset(account=account, location=floor, name="Lift")
        make_asset(account=account, location=room, name="Pump")
    page = browser.get(reverse("admin:fieldservice_functionallocation_change", args=[floor.pk])).text
    for each in (site, room):
        path = reverse("admin:fieldservice_functionallocation_change", args=[each.pk])
        assert f'<a href="{path}">{each.name}</a>' in page
    assert "Elsewhere" not in page
    address = f"{reverse('admin:fieldservice_asset_changelist')}?location__id__exact={floor.pk}"
    assert f'href="{address}"' in page
    listed = browser.get(address).text
    assert here.name in listed
    assert "Pump" not in listed
