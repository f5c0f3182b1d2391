"""Prices in their order, taxes in theirs, minutes to bill (DYNAMICS 3.5)."""

import datetime as dt
from decimal import Decimal

import pytest

from portal.catalog.domain.prices import (
    NO_TAX,
    Price,
    Tax,
    billed_minutes,
    price_of,
    prices_of,
    tax_of,
    taxes_of,
)
from portal.catalog.enums import DurationRounding
from portal.catalog.models import Product
from tests.factories.accounts import make_account
from tests.factories.catalog import make_billing_terms, make_price, make_price_list, make_product, make_tax_code

DAY = dt.date(2026, 3, 1)


def test_without_a_price_list_the_list_price_holds(in_tenant, django_assert_num_queries):
    product = make_product(list_price=Decimal("12.5"))
    with django_assert_num_queries(0):
        assert price_of(product, price_list=None, on=DAY) == Price(Decimal("12.5"))


def test_the_own_list_goes_before_the_given_one_and_that_before_the_list_price(in_tenant):
    product, other, third = make_product(), make_product(), make_product(list_price=Decimal(7))
    given, own = make_price_list(), make_price_list()
    make_price(price_list=given, product=product, price=Decimal(15))
    make_price(price_list=given, product=other, price=Decimal(16))
    make_price(price_list=own, product=product, price=Decimal(11))
    assert price_of(product, price_list=given, on=DAY).unit_price == 15
    assert price_of(product, price_list=given, own=own, on=DAY).unit_price == 11
    assert price_of(other, price_list=given, own=own, on=DAY).unit_price == 16
    assert price_of(third, price_list=given, own=own, on=DAY).unit_price == 7


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 15),
        ({"starts_date": DAY}, 15),
        ({"ends_date": DAY}, 15),
        ({"starts_date": DAY + dt.timedelta(1)}, 20),
        ({"ends_date": DAY - dt.timedelta(1)}, 20),
        ({"is_active": False}, 20),
    ],
)
def test_a_price_list_counts_while_it_is_valid(in_tenant, fields, expected):
    item = make_price(price_list=make_price_list(**fields))
    assert price_of(item.product, price_list=item.price_list, on=DAY).unit_price == expected


def test_a_price_brings_how_time_is_charged(in_tenant):
    rules = {"minimum_minutes": 60, "minimum_amount": Decimal(45), "rounding": "up", "rounding_minutes": 30}
    item = make_price(is_flat_fee=True, **rules)
    found = price_of(item.product, price_list=item.price_list, on=DAY)
    assert found == Price(Decimal(15), is_flat_fee=True, **rules)


@pytest.mark.parametrize("count", [1, 3])
def test_many_products_take_one_query(in_tenant, django_assert_num_queries, count):
    lists = [make_price_list(), make_price_list()]
    for _number in range(count):
        make_price(price_list=lists[0])
    products = list(Product.objects.order_by("pk"))
    with django_assert_num_queries(1):
        assert {each.unit_price for each in prices_of(products, price_lists=lists, on=DAY).values()} == {15}


def test_the_tax_code_of_the_account_goes_before_the_product_s_and_the_standard(in_tenant):
    of_account, of_product, standard = (make_tax_code(name=name) for name in ("A", "P", "S"))
    product, plain = make_product(tax_code=of_product), make_product()
    account, other = make_account(), make_account()
    make_billing_terms(account, tax_code=of_account)
    assert tax_of(product, account=account, standard=standard) == Tax("A", Decimal("8.875"))
    assert tax_of(product, account=other, standard=standard).name == "P"
    assert tax_of(plain, account=other, standard=standard).name == "S"
    assert tax_of(plain, account=other) == NO_TAX
    assert tax_of(product, account=account, is_taxable=False, standard=standard) == NO_TAX
    of_account.is_active = False
    of_account.save()
    assert tax_of(product, account=account, standard=standard).name == "P"


def test_an_exempt_account_pays_no_tax(in_tenant):
    account = make_account()
    make_billing_terms(account, tax_code=make_tax_code(), is_tax_exempt=True)
    assert tax_of(make_product(tax_code=make_tax_code()), account=account, standard=make_tax_code()) == NO_TAX


@pytest.mark.parametrize("count", [1, 3])
def test_taxes_of_many_products_take_two_queries(in_tenant, django_assert_num_queries, count):
    for _number in range(count):
        make_product(tax_code=make_tax_code())
    products = list(Product.objects.order_by("pk"))
    account = make_account()
    with django_assert_num_queries(2):
        assert len(taxes_of(products, account=account)) == count


@pytest.mark.parametrize(
    ("minutes", "rounding", "step", "minimum", "expected"),
    [
        (94, DurationRounding.NONE, 15, 0, 94),
        (94, DurationRounding.UP, 15, 0, 105),
        (94, DurationRounding.DOWN, 15, 0, 90),
        (94, DurationRounding.NEAREST, 5, 0, 95),
        (90, DurationRounding.UP, 15, 0, 90),
        (45, DurationRounding.NEAREST, 30, 0, 60),
        (10, DurationRounding.NONE, 15, 60, 60),
        (10, DurationRounding.DOWN, 15, 60, 60),
        (10, DurationRounding.DOWN, 15, 0, 0),
        (0, DurationRounding.UP, 15, 60, 0),
    ],
)
def test_minutes_to_bill(minutes, rounding, step, minimum, expected):
    price = Price(Decimal(1), minimum_minutes=minimum, rounding=rounding, rounding_minutes=step)
    assert billed_minutes(minutes, price) == expected


def test_negative_minutes_are_refused():
    with pytest.raises(ValueError, match="-1"):
        billed_minutes(-1, Price(Decimal(1)))
