"""Products, prices, taxes."""

from portal.catalog.models.numbers import NumberSeries
from portal.catalog.models.prices import BillingTerms, PriceList, PriceListItem
from portal.catalog.models.products import Product
from portal.catalog.models.taxes import TaxCode

__all__ = ["BillingTerms", "NumberSeries", "PriceList", "PriceListItem", "Product", "TaxCode"]
