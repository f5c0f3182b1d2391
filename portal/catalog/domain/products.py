"""Products that another system maintains: taken in here, read-only from then on (INT-1, DYNAMICS 7.4)."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.domain import record
from portal.catalog.domain.prices import is_valid
from portal.catalog.enums import ProductKind
from portal.catalog.models import PriceList, PriceListItem, Product
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant


@transaction.atomic
def take_in_product(
    *,
    code: str,
    name: str,
    kind: str,
    currency: str,
    unit: str = "",
    inventory_unit: str = "",
    list_price: Decimal = ZERO,
    cost: Decimal = ZERO,
    is_active: bool = True,
    by=None,
) -> tuple[Product, bool, list[str]]:
    """Write a product as the other system has it, and its price into the first price list by name; audited.

    Returns the product, whether it is new, and what changed. Raises DomainError where no price list is in the currency, and for what no
    product can be.
    """
    wanted = {
        "name": name,
        "kind": ProductKind(check(kind, ProductKind.values, "kind")).value,
        "unit": unit,
        "inventory_unit": inventory_unit,
        "list_price": not_negative(list_price, "list_price"),
        "cost": not_negative(cost, "cost"),
        "is_active": is_active,
        "is_externally_maintained": True,
    }
    price_list = price_list_in(currency)
    product = Product.objects.select_for_update(of=("self",), no_key=True).filter(code=code).order_by("pk").first()
    is_new = product is None
    product = product or Product(code=code)
    if wanted["kind"] == ProductKind.SERVICE and product.becomes_asset:
        wanted["becomes_asset"] = False
    before = write_fields(product, wanted, is_new=is_new)
    changed = [*before, *set_price(price_list, product)]
    if is_new or changed:
        after = {key: str(getattr(product, key, product.list_price)) for key in changed}
        record(by, "product.take_in", product, before={} if is_new else before, after=after)
    return product, is_new, changed


def write_fields(product: Product, wanted: dict, *, is_new: bool) -> dict[str, str]:
    """Have the product say what is wanted; what it said before of what changed."""
    before = {key: str(getattr(product, key)) for key, value in wanted.items() if getattr(product, key) != value}
    for key in before:
        setattr(product, key, wanted[key])
    if is_new:
        product.save(force_insert=True)
    elif before:
        product.save(update_fields=list(before))
    return before


def price_list_in(currency: str) -> PriceList:
    """The first active price list by name, in this currency; raises DomainError where there is none."""
    own = current_tenant().currency
    lists = PriceList.objects.filter(is_active=True).order_by("name", "pk") if currency == own else ()
    found = next((each for each in lists if is_valid(each, today())), None)
    if found is None:
        raise DomainError(_("There is no price list in %(currency)s.") % {"currency": currency}, field="currency")
    return found


def set_price(price_list: PriceList, product: Product) -> list[str]:
    """Have the list say the product's list price; what changed."""
    item = PriceListItem.objects.filter(price_list=price_list, product=product).order_by("pk").first()
    if item is None:
        PriceListItem.objects.create(price_list=price_list, product=product, price=product.list_price)
        return ["price"]
    if item.price == product.list_price:
        return []
    item.price = product.list_price
    item.save(update_fields=["price"])
    return ["price"]


def check(value: str, allowed: list[str], field: str) -> str:
    """The value where it is one of these; raises DomainError."""
    if value not in allowed:
        raise DomainError(
            _("“%(value)s” is none of: %(allowed)s.") % {"value": value, "allowed": ", ".join(allowed)}, field=field
        )
    return value


def not_negative(value: Decimal, field: str) -> Decimal:
    """The price where it is one; raises DomainError."""
    if value < ZERO:
        raise DomainError(_("Prices are not negative."), field=field)
    return value
