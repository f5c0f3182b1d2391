"""Products, prices and taxes for tests, in the tenant in scope."""

from decimal import Decimal

from portal.catalog.models import BillingTerms, PriceList, PriceListItem, Product, TaxCode
from tests.factories import unique


def make_tax_code(**fields) -> TaxCode:
    return TaxCode.objects.create(**{"name": unique("Tax "), "rate": Decimal("8.875"), **fields})


def make_product(**fields) -> Product:
    return Product.objects.create(
        **{"code": unique("P-"), "name": unique("Part "), "list_price": Decimal("20.00"), **fields}
    )


def make_price_list(**fields) -> PriceList:
    return PriceList.objects.create(**{"name": unique("Prices "), **fields})


def make_price(*, price_list=None, product=None, **fields) -> PriceListItem:
    return PriceListItem.objects.create(
        price_list=price_list or make_price_list(),
        product=product or make_product(),
        **{"price": Decimal("15.00"), **fields},
    )


def make_billing_terms(account, **fields) -> BillingTerms:
    return BillingTerms.objects.create(account=account, **fields)
