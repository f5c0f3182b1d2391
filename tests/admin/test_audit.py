"""What staff change is kept: who, when, from what to what; Django's own log stays empty."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from portal.accounts.models import Account
from portal.audit.models import AuditEntry
from portal.tenancy.changes import plain
from portal.tenancy.scope import tenant_scope
from scheduling.models import BusinessClosure
from tests.factories.accounts import make_account
from tests.factories.geo import make_territory


def entries(tenant, obj_id=None):
    with tenant_scope(tenant):
        rows = AuditEntry.objects.order_by("at", "pk")
        return list(rows.filter(object_id=obj_id) if obj_id else rows)


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        return make_account(name="Old name")


def fields_of(account, **changes):
    return {
        "number": account.number,
        "name": account.name,
        "kind": account.kind,
        "parent": "",
        "place": account.place_id,
        "territory": "",
        "is_active": "on",
        "contacts-TOTAL_FORMS": "0",
        "contacts-INITIAL_FORMS": "0",
        **changes,
    }


def save(browser, account, **changes):
    answer = browser.post(
        reverse("admin:accounts_account_change", args=[account.pk]), fields_of(account, **changes), follow=True
    )
    assert answer.redirect_chain, answer.context["errors"]
    return answer


def test_a_change_keeps_what_it_changed(browser, staff, tenant, account):
    with tenant_scope(tenant):
        territory = make_territory(name="North")
    save(browser, account, name="New name", territory=territory.pk)
    (entry,) = entries(tenant, account.pk)
    assert (entry.actor_id, entry.action) == (staff.pk, "account.change")
    assert entry.before == {"name": "Old name", "territory": None}
    assert entry.after == {"name": "New name", "territory": "North"}
    assert not LogEntry.objects.exists()


def test_what_a_foreign_key_was_is_kept_by_name(browser, tenant, account):
    with tenant_scope(tenant):
        Account.objects.filter(pk=account.pk).update(territory=make_territory(name="North"))
    save(browser, account)
    (entry,) = entries(tenant, account.pk)
    assert (entry.before, entry.after) == ({"territory": "North"}, {"territory": None})


def test_saving_without_a_change_keeps_nothing(browser, tenant, account):
    answer = save(browser, account)
    assert entries(tenant, account.pk) == []
    assert "Old name was saved." in answer.text
    assert "successfully" not in answer.text


def test_rows_of_an_inline_are_kept_with_their_object(browser, tenant, account):
    new = {
        "contacts-TOTAL_FORMS": "1",
        "contacts-0-full_name": "Ann Archer",
        "contacts-0-email": "ann@example.com",
        "contacts-0-language": "en",
        "contacts-0-is_active": "on",
    }
    save(browser, account, **new)
    with tenant_scope(tenant):
        contact = account.contacts.get()
    (entry,) = entries(tenant, account.pk)
    assert entry.after == {"contact: Ann Archer": {"full_name": "Ann Archer", "email": "ann@example.com"}}
    changed = {
        **new,
        "contacts-INITIAL_FORMS": "1",
        "contacts-0-id": contact.pk,
        "contacts-0-email": "archer@example.com",
    }
    save(browser, account, **changed)
    entry = entries(tenant, account.pk)[-1]
    assert entry.before == {"contact: Ann Archer": {"email": "ann@example.com"}}
    assert entry.after == {"contact: Ann Archer": {"email": "archer@example.com"}}


def test_adding_and_deleting_are_kept(browser, staff, tenant):
    browser.post(reverse("admin:scheduling_businessclosure_add"), {"date": "2026-12-25", "name": "Christmas"})
    with tenant_scope(tenant):
        closure = BusinessClosure.objects.get()
    page = reverse("admin:scheduling_businessclosure_delete", args=[closure.pk])
    browser.post(page, {"post": "yes"})
    with tenant_scope(tenant):
        assert not BusinessClosure.objects.exists()
    added, deleted = entries(tenant, closure.pk)
    assert (added.action, added.after) == ("businessclosure.add", {"date": "2026-12-25", "name": "Christmas"})
    assert (deleted.action, deleted.object_text, deleted.actor_id) == ("businessclosure.delete", "Christmas", staff.pk)
    assert not LogEntry.objects.exists()


def test_the_history_reads_the_audit(browser, staff, account):
    save(browser, account, name="New name")
    text = browser.get(reverse("admin:accounts_account_history", args=[account.pk])).text
    assert "Old name" in text
    assert "New name" in text
    assert staff.email in text


def test_the_first_page_shows_what_the_person_did_last(browser, client_for, tenant, account):
    save(browser, account, name="New name")
    assert "New name" in browser.get(reverse("admin:index")).text


@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_the_audit_cannot_be_written_by_hand(browser, tenant, account, page):
    save(browser, account, name="New name")
    (entry,) = entries(tenant, account.pk)
    args = [] if page == "add" else [entry.pk]
    assert browser.post(reverse(f"admin:audit_auditentry_{page}", args=args), {"action": "x"}).status_code == 403


def test_values_are_plain():
    assert plain([1, None, "a"]) == [1, None, "a"]


def test_a_number_is_refused_that_another_account_has(browser, tenant, account):
    with tenant_scope(tenant):
        other = make_account()
    answer = browser.post(
        reverse("admin:accounts_account_change", args=[account.pk]), fields_of(account, number=other.number)
    )
    assert "Another account has this number." in answer.text


def test_a_number_of_another_company_is_free(browser, other_tenant, account):
    with tenant_scope(other_tenant):
        other = make_account()
    save(browser, account, number=other.number)


def test_the_tree_stays_a_tree(browser, tenant, account):
    with tenant_scope(tenant):
        below = make_account(parent=make_account(parent=account))
    answer = browser.post(
        reverse("admin:accounts_account_change", args=[account.pk]), fields_of(account, parent=below.pk)
    )
    assert f"{below} lies below this record." in answer.text
