"""Lines as staff write them: what they leave empty comes from product, price lists and the payer's terms (DYNAMICS 3.5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fieldservice.domain.invoices import InvoiceItem
from fieldservice.models import FieldServiceSettings
from portal.accounts.models import Account
from portal.catalog.domain.prices import NO_TAX, Price, Tax, prices_of, taxes_by, terms_of
from portal.catalog.models import Product
from portal.kit.money import ZERO

KEPT = (
    "product",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "discount_percent",
    "tax_name",
    "tax_rate",
    "net",
    "tax",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLine:
    """A line as it was typed; `unit_price` and `tax` are None where the usual ones hold."""

    product: Product | None = None
    description: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""
    unit_price: Decimal | None = None
    discount_percent: Decimal = ZERO
    tax: Tax | None = None


def completed(written: Sequence[WrittenLine], account: Account, *, on: dt.date) -> list[InvoiceItem]:
    """The lines with their usual texts, prices and taxes for whoever pays; as many queries for many as for one."""
    found = FieldServiceSettings.objects.select_related("price_list", "tax_code").order_by("pk").first()
    settings, terms = found or FieldServiceSettings(), terms_of(account)
    products = list({each.product.pk: each.product for each in written if each.product}.values())
    prices = prices_of(products, price_lists=(terms.price_list if terms else None, settings.price_list), on=on)
    taxes = taxes_by(products, terms, settings.tax_code)
    return [
        complete(
            each,
            prices[each.product.pk] if each.product else Price(ZERO),
            taxes[each.product.pk] if each.product else NO_TAX,
        )
        for each in written
    ]


def complete(line: WrittenLine, price: Price, tax: Tax) -> InvoiceItem:
    """One line with the usual price and tax where it has none of its own."""
    product, charged = line.product, line.tax if line.tax is not None else tax
    return InvoiceItem(
        product=product,
        description=line.description or (product.name if product else ""),
        quantity=line.quantity,
        unit=line.unit or (product.unit if product else ""),
        unit_price=price.unit_price if line.unit_price is None else line.unit_price,
        discount_percent=line.discount_percent,
        tax_name=charged.name,
        tax_rate=charged.rate,
    )


def copy_of(line: Any) -> InvoiceItem:
    """A line as it was charged."""
    return InvoiceItem(**{name: getattr(line, name) for name in KEPT})
