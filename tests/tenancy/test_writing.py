"""Rows of several tables by one statement: all of them or none, of the tenant in scope."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import Account, Contact
from portal.tenancy.errors import NoTenant, WrongTenant
from portal.tenancy.models import Tenant
from portal.tenancy.writing import insert_together
from tests.factories.accounts import make_account
from tests.factories.geo import make_place


def family() -> tuple[Account, Contact]:
    """An account and its contact, none of them written."""
    account = Account(number="A-77", name="Ada's")
    return account, Contact(account=account, full_name="Ada Lovelace", email="ada@writing.example")


def test_rows_that_refer_to_each_other_come_by_one_statement(in_tenant, django_assert_num_queries):
    account, contact = family()
    with django_assert_num_queries(1):
        insert_together([contact, account])
    found = Contact.objects.select_related("account").get(pk=contact.pk)
    assert (found.full_name, found.account.name, found.tenant_id) == ("Ada Lovelace", "Ada's", in_tenant.pk)
    account.name = "Ada's house"
    account.save()
    assert Account.objects.get(pk=account.pk).name == "Ada's house"


def test_a_row_is_as_save_writes_it(in_tenant):
    saved = make_place(latitude=Decimal("40.75"), longitude=Decimal("-73.98"), line1="9 Pier's Rd")
    written = type(saved).objects.get(pk=saved.pk)
    written.pk = type(saved)().pk
    insert_together([written])
    ours, theirs = (type(saved).objects.filter(pk=pk).values().get() for pk in (written.pk, saved.pk))
    assert ours | {"id": None} == theirs | {"id": None}


def test_a_refusal_names_the_constraint_and_leaves_nothing(in_tenant):
    make_account(number="A-77")
    account, contact = family()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        insert_together([contact, account])
    assert refused.value.__cause__.diag.table_name == "accounts_account"
    assert not Contact.objects.filter(pk=contact.pk).exists()


def test_nothing_is_written_for_another_company(in_tenant):
    account, contact = family()
    contact.tenant = Tenant.objects.create(slug="elsewhere", name="Elsewhere")
    with pytest.raises(WrongTenant):
        insert_together([account, contact])
    assert not Account.objects.filter(pk=account.pk).exists()


def test_nothing_is_written_outside_a_scope(db):
    with pytest.raises(NoTenant):
        insert_together([Account(number="A-1", name="Nobody's")])
