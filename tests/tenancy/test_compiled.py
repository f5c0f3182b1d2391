"""Queries compiled once: the same rows as the ORM gives, of the tenant in scope, whatever the values."""

import pytest
from django.db.models import F
from django.db.models.functions import Upper

from portal.accounts.models import Account, Contact
from portal.tenancy.compiled import Compiled
from portal.tenancy.errors import NoTenant
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact

contacts_at = Compiled(
    lambda account: (
        Contact.objects.filter(account=account)
        .select_related("account__place")
        .annotate(loud=Upper("full_name"), site=F("account__name"))
        .order_by("full_name")
    )
)
names_of = Compiled(
    lambda kind, ids: Account.objects.filter(kind=kind, pk__among=ids).order_by("name").values_list("name", "pk")
)
tenant_by_slug = Compiled(lambda slug: Tenant.objects.filter(slug=slug).order_by("pk")[:1])


def test_objects_come_with_what_the_query_joined(in_tenant, django_assert_num_queries):
    contact = make_contact(full_name="Ada Lovelace")
    make_contact(account=contact.account, full_name="Bob Byron")
    make_contact(full_name="Of another account")
    with django_assert_num_queries(1):
        found = contacts_at(contact.account_id)
        assert [each.full_name for each in found] == ["Ada Lovelace", "Bob Byron"]
        assert found[0] == contact
        assert (found[0].loud, found[0].site) == ("ADA LOVELACE", contact.account.name)
        assert found[0].account.place == contact.account.place
        assert found[0].created_at == contact.created_at
        assert found[0].created_at.tzinfo is not None
    found[0].full_name = "Ada King"
    found[0].save()
    assert contacts_at(contact.account_id)[0].loud == "ADA KING"


def test_a_foreign_key_takes_many_values(in_tenant):
    contact, other = make_contact(), make_contact()
    make_contact()
    found = Contact.objects.filter(account__among=[contact.account_id, other.account_id]).order_by("pk")
    assert list(found) == [contact, other]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_number_of_values_is_free(in_tenant, count):
    accounts = [make_account(name=f"Account {number}") for number in range(count)]
    make_account(name="Not asked for")
    found = names_of(Account().kind, frozenset(each.pk for each in accounts))
    assert found == [(each.name, each.pk) for each in accounts]
    by_orm = Account.objects.filter(pk__among=[each.pk for each in accounts]).order_by("name")
    assert list(by_orm) == accounts


def test_each_company_gets_its_own_rows_by_the_same_sql(tenant, other_tenant):
    for each in (tenant, other_tenant, tenant):
        with tenant_scope(each):
            account = make_account(name=f"Account of {each.slug}")
            assert names_of(account.kind, [account.pk]) == [(account.name, account.pk)]
    with tenant_scope(tenant):
        assert names_of(account.kind, [account.pk]) == [(account.name, account.pk)]
    with tenant_scope(other_tenant):
        assert names_of(account.kind, [account.pk]) == []


def test_without_a_scope_it_is_refused(tenant):
    with tenant_scope(tenant):
        account = make_account()
        assert names_of(account.kind, [account.pk])
    with pytest.raises(NoTenant):
        names_of(account.kind, [account.pk])


def test_compiling_outside_a_scope_leaves_the_wall_where_it_is(db):
    fresh = Compiled(lambda name: Account.objects.filter(name=name))
    with pytest.raises(NoTenant):
        fresh("x")
    with pytest.raises(NoTenant):
        list(Account.objects.all())


def test_fields_that_convert_are_converted(tenant):
    found = tenant_by_slug.first("acme")
    assert found == tenant
    assert found.languages == ["en"]
    assert found.zone.key == "America/New_York"
    assert tenant_by_slug.first("nobody") is None
    assert tenant_by_slug.first(None) is None


def test_what_it_cannot_make_is_refused_at_once(in_tenant):
    with pytest.raises(TypeError, match="values_list"):
        Compiled(lambda name: Account.objects.filter(name=name).values("name"))("x")
    with pytest.raises(ValueError, match="argument 2"):
        tenant_by_slug("acme", "globex")
