"""Products, prices, taxes."""

from portal.catalog.models.prices import BillingTerms, PriceList, PriceListItem
from portal.catalog.models.products import Product
from portal.catalog.models.taxes import TaxCode

__all__ = ["BillingTerms", "PriceList", "PriceListItem", "Product", "TaxCode"]
