"""Products, both ways: our catalogue to the other system, or the other system's catalogue to ours (DYNAMICS 7.4)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from integrations.engine.values import Value
from integrations.entities.base import Entity, Field, Kind, Source, Written, register
from integrations.entities.writing import given, written
from portal.catalog.domain.products import take_in_product
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from portal.tenancy.scope import current_tenant

FIELDS = (
    Field("code", _("Product number"), Kind.TEXT, "code", is_writable=True, is_required=True),
    Field("name", _("Name"), Kind.TEXT, "name", is_writable=True, is_required=True),
    Field(
        "kind",
        _("Field service product type"),
        Kind.TEXT,
        "kind",
        is_writable=True,
        is_required=True,
        choices=tuple(ProductKind.values),
    ),
    Field("is_stocked", _("Kept in stock"), Kind.BOOLEAN, lambda each: each.kind == ProductKind.INVENTORY),
    Field("unit", _("Unit"), Kind.TEXT, "unit", is_writable=True),
    Field("inventory_unit", _("Inventory unit"), Kind.TEXT, "inventory_unit", is_writable=True),
    Field("list_price", _("List price"), Kind.NUMBER, "list_price", is_writable=True),
    Field("cost", _("Cost"), Kind.NUMBER, "cost", is_writable=True),
    Field(
        "currency",
        _("Currency"),
        Kind.TEXT,
        lambda each: current_tenant().currency,
        is_writable=True,
        is_required=True,
    ),
    Field("tax_code", _("Tax code"), Kind.TEXT, "tax_code.name"),
    Field("becomes_asset", _("Becomes an asset"), Kind.BOOLEAN, "becomes_asset"),
    Field(
        "is_externally_maintained",
        _("Maintained in the other system"),
        Kind.BOOLEAN,
        lambda each: bool(each.is_externally_maintained),
    ),
    Field("is_active", _("Active"), Kind.BOOLEAN, "is_active", is_writable=True),
)


def query():
    """All products with their tax codes; one query."""
    return Product.objects.select_related("tax_code")


def write(values: Mapping[str, Value]) -> Written:
    """Take a product in: from now on it is maintained over there, and its price stands in the first price list."""
    return written(*take_in_product(**given(values)))


PRODUCTS = register(
    Entity(
        name="products",
        label=_("Products"),
        model=Product,
        key="code",
        fields=FIELDS,
        query=query,
        sources=(Source("catalog_product"),),
        write=write,
    )
)
