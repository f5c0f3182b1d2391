"""What a product costs whom, on which day, with which tax (DYNAMICS 3.5). Reads only."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from portal.accounts.models import Account
from portal.catalog.enums import DurationRounding
from portal.catalog.models import BillingTerms, PriceList, PriceListItem, Product, TaxCode
from portal.kit.money import ZERO

ROUNDINGS = MappingProxyType(
    {
        DurationRounding.UP: ROUND_CEILING,
        DurationRounding.DOWN: ROUND_FLOOR,
        DurationRounding.NEAREST: ROUND_HALF_UP,
    }
)


@dataclass(frozen=True, slots=True)
class Price:
    """A net price for each unit, for services for each hour; how time is charged, where a price list says it."""

    unit_price: Decimal
    is_flat_fee: bool = False
    minimum_minutes: int = 0
    minimum_amount: Decimal = ZERO
    rounding: str = DurationRounding.NONE
    rounding_minutes: int = 15


class Tax(NamedTuple):
    """A tax as it is printed, its rate in percent."""

    name: str = ""
    rate: Decimal = ZERO


NO_TAX = Tax()


def price_of(product: Product, *, price_list: PriceList | None, on: dt.date, own: PriceList | None = None) -> Price:
    """The price by the first that has one: the line's own price list, the given one, the product's list price.

    A price list counts while it is active, within its dates. One query at most.
    """
    return prices_of([product], price_lists=(own, price_list), on=on)[product.pk]


def prices_of(
    products: Iterable[Product], *, price_lists: Iterable[PriceList | None], on: dt.date
) -> Mapping[UUID, Price]:
    """The prices of many products by their ids, by the first of the price lists that has one; one query at most."""
    wanted = {each.pk: Price(each.list_price) for each in products}
    valid = [each.pk for each in price_lists if each is not None and is_valid(each, on)]
    if not valid or not wanted:
        return wanted
    items = PriceListItem.objects.filter(price_list__in=valid, product__in=list(wanted))
    # The first price list is written last, and so has the last word.
    for item in sorted(items, key=lambda each: valid.index(each.price_list_id), reverse=True):
        wanted[item.product_id] = as_price(item)
    return wanted


def is_valid(price_list: PriceList, on: dt.date) -> bool:
    """Whether the price list counts on this day; its last day is included."""
    return (
        price_list.is_active
        and (price_list.starts_date is None or price_list.starts_date <= on)
        and (price_list.ends_date is None or on <= price_list.ends_date)
    )


def as_price(item: PriceListItem) -> Price:
    """The row of a price list as a value."""
    return Price(
        unit_price=item.price,
        is_flat_fee=item.is_flat_fee,
        minimum_minutes=item.minimum_minutes,
        minimum_amount=item.minimum_amount,
        rounding=item.rounding,
        rounding_minutes=item.rounding_minutes,
    )


def terms_of(account: Account) -> BillingTerms | None:
    """What the account pays by, with its price list and tax code; None where the tenant's defaults hold."""
    terms = BillingTerms.objects.filter(account=account).select_related("price_list", "tax_code")
    return terms.order_by("pk").first()


def tax_of(product: Product, *, account: Account, is_taxable: bool = True, standard: TaxCode | None = None) -> Tax:
    """The tax on the product for the account that pays; `standard` is the tenant's.

    The account's tax code goes before the product's, that before the standard; those no longer active are passed over.
    """
    return taxes_of([product], account=account, is_taxable=is_taxable, standard=standard)[product.pk]


def taxes_of(
    products: Collection[Product], *, account: Account, is_taxable: bool = True, standard: TaxCode | None = None
) -> Mapping[UUID, Tax]:
    """The taxes of many products by their ids; one query for the account, one for tax codes that are not loaded yet."""
    if not is_taxable or not products:
        return {each.pk: NO_TAX for each in products}
    return taxes_by(products, terms_of(account), standard)


def taxes_by(products: Collection[Product], terms: BillingTerms | None, standard: TaxCode | None) -> Mapping[UUID, Tax]:
    """The taxes of the products for whom these billing terms hold, where the work is taxable."""
    if terms is not None and terms.is_tax_exempt:
        return {each.pk: NO_TAX for each in products}
    first = terms.tax_code if terms is not None else None
    codes = TaxCode.objects.in_bulk({each.tax_code_id for each in products if each.tax_code_id})
    return {each.pk: as_tax(first, codes.get(each.tax_code_id), standard) for each in products}


def as_tax(*codes: TaxCode | None) -> Tax:
    """The first active one of these tax codes as a value."""
    for code in codes:
        if code is not None and code.is_active:
            return Tax(code.name, code.rate)
    return NO_TAX


def billed_minutes(minutes: int, price: Price) -> int:
    """The minutes to bill for the minutes used: rounded to the step, then at least the minimum; none for none.

    94 minutes by a step of 15 are 105 up, 90 down, 90 to the nearest. A price list's minimum is the least that is
    charged, not a time that is free (DYNAMICS 3.5). Raises ValueError for negative minutes.
    """
    if minutes < 0:
        raise ValueError(minutes)
    if not minutes:
        return 0
    if price.rounding != DurationRounding.NONE:
        step = price.rounding_minutes
        steps = (Decimal(minutes) / step).quantize(Decimal(1), rounding=ROUNDINGS[DurationRounding(price.rounding)])
        minutes = int(steps) * step
    return max(minutes, price.minimum_minutes)
