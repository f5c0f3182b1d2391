"""Products with their field service product type, in either direction (DYNAMICS 7.1, 7.4)."""

from django.utils.translation import gettext_lazy as _

from integrations.templates.base import (
    CHANGED,
    IN,
    OUT,
    TaskTemplate,
    Template,
    default,
    is_none_of,
    is_one_of,
    key,
    longest,
    needed,
    plain,
    words,
)

FIELDS_IN = (
    key("ProductNumber", "code"),
    needed("ProductName", "name", longest(160)),
    needed(
        "FieldServiceProductType",
        "kind",
        words(inventory="inventory", nonInventory="non_inventory", service="service"),
    ),
    plain("SalesUnitSymbol", "unit"),
    plain("SalesPrice", "list_price", default(0)),
    needed("CurrencyCode", "currency"),
    plain("UnitCost", "cost", default(0)),
    plain("IsSalesStopped", "is_active", words(Yes=False, No=True)),
)
FROM_FINANCE = Template(
    name="products-in",
    label=_("Field service products, from finance"),
    about=_(
        "The catalogue is kept in finance. Its products are read-only here, with their prices in the first price list by name."
    ),
    tasks=(
        TaskTemplate(
            "products", _("Products"), "products", "SellableReleasedProducts", IN, FIELDS_IN, since_field=CHANGED
        ),
    ),
)
FROM_FINANCE_WITH_UNIT = Template(
    name="products-in-with-unit",
    label=_("Field service products with inventory unit, from finance"),
    about=_("The same with the unit in which warehouses count; needed for stock."),
    tasks=(
        TaskTemplate(
            "products",
            _("Products"),
            "products",
            "SellableReleasedProducts",
            IN,
            (*FIELDS_IN, plain("InventoryUnitSymbol", "inventory_unit")),
            since_field=CHANGED,
        ),
    ),
)
TO_FINANCE = Template(
    name="products-out",
    label=_("Field service products, to finance"),
    about=_("The catalogue is kept here. Every active product becomes a released product."),
    tasks=(
        TaskTemplate(
            "products",
            _("Products"),
            "products",
            "ReleasedProductsV2",
            OUT,
            (
                key("code", "ItemNumber"),
                needed("name", "ProductName", longest(60)),
                plain("name", "SearchName", longest(20)),
                needed(
                    "kind",
                    "FieldServiceProductType",
                    words(inventory="inventory", non_inventory="nonInventory", service="service"),
                ),
                needed("kind", "ProductType", words(inventory="Item", non_inventory="Item", service="Service")),
                plain("unit", "SalesUnitSymbol", default("ea")),
                plain("inventory_unit", "InventoryUnitSymbol", default("ea")),
                plain("list_price", "SalesPrice"),
                plain("cost", "UnitCost"),
            ),
            conditions=(is_one_of("is_active", True), is_none_of("is_externally_maintained", True)),
        ),
    ),
)
TEMPLATES = (FROM_FINANCE, FROM_FINANCE_WITH_UNIT, TO_FINANCE)
