"""What the lines of a work order cost and which taxes are on them, frozen into each line as it is written (DYNAMICS 3.5)."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from fieldservice.models import FieldServiceSettings, WorkOrder, WorkOrderProduct, WorkOrderService
from portal.catalog.domain.prices import NO_TAX, Price, Tax, prices_of, taxes_by, terms_of
from portal.catalog.models import BillingTerms, PriceList, Product, TaxCode
from portal.tenancy.days import today

# What `pricing_of` reads of a work order; load it with these to save queries.
PRICED_BY = ("account", "billing_account", "price_list", "incident_type__work_order_type__price_list")


@dataclass(frozen=True, slots=True)
class Pricing:
    """What holds for one work order on one day."""

    price_lists: tuple[PriceList | None, ...]
    on: dt.date
    terms: BillingTerms | None
    standard_tax: TaxCode | None
    is_taxable: bool

    def prices(self, products: Collection[Product]) -> Mapping[UUID, Price]:
        """The price of each product by its id."""
        return prices_of(products, price_lists=self.price_lists, on=self.on)

    def taxes(self, products: Collection[Product]) -> Mapping[UUID, Tax]:
        """The tax of each product by its id."""
        if not self.is_taxable:
            return {each.pk: NO_TAX for each in products}
        return taxes_by(products, self.terms, self.standard_tax)


def pricing_of(work_order: WorkOrder) -> Pricing:
    """The first price list that has a price counts: the work order's own, that of whoever pays, of its type, the company's."""
    terms = terms_of(work_order.billing_account or work_order.account)
    found = FieldServiceSettings.objects.select_related("price_list", "tax_code").order_by("pk").first()
    settings = found or FieldServiceSettings()
    return Pricing(
        price_lists=(
            work_order.price_list,
            terms.price_list if terms else None,
            work_order.incident_type.work_order_type.price_list,
            settings.price_list,
        ),
        on=today(),
        terms=terms,
        standard_tax=settings.tax_code,
        is_taxable=work_order.is_taxable,
    )


def set_price(line: WorkOrderProduct | WorkOrderService, price: Price) -> None:
    """Freeze the price in the line, for a service also how its time is charged."""
    line.unit_price = price.unit_price
    if isinstance(line, WorkOrderService):
        line.is_flat_fee = price.is_flat_fee
        line.minimum_minutes = price.minimum_minutes
        line.minimum_amount = price.minimum_amount
        line.rounding = price.rounding
        line.rounding_minutes = price.rounding_minutes


def set_tax(line: WorkOrderProduct | WorkOrderService, tax: Tax) -> None:
    """Freeze the tax in the line."""
    line.tax_name, line.tax_rate = tax


def price_in(line: WorkOrderService) -> Price:
    """How the time of a service is charged, as its line says."""
    return Price(
        unit_price=line.unit_price,
        is_flat_fee=line.is_flat_fee,
        minimum_minutes=line.minimum_minutes,
        minimum_amount=line.minimum_amount,
        rounding=line.rounding,
        rounding_minutes=line.rounding_minutes,
    )
