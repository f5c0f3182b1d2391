"""Warehouses, what lies in them, and what moves it (DYNAMICS 7.5)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from fieldservice.domain.stock import match_level
from fieldservice.domain.warehouses import take_in_warehouse
from fieldservice.enums import JournalKind, JournalReason
from fieldservice.models import InventoryJournal, ProductInventory, Warehouse
from integrations.engine.values import Value
from integrations.entities.base import Entity, Field, Kind, Source, Written, register
from integrations.entities.places import address_fields
from integrations.entities.writing import given, written
from portal.catalog.models import Product
from portal.kit.errors import DomainError

LEVELS = ("on_hand", "on_order")


def write_warehouse(values: Mapping[str, Value]) -> Written:
    """Take a warehouse in: from now on it is maintained over there."""
    return written(*take_in_warehouse(**given(values)))


def write_level(values: Mapping[str, Value]) -> Written:
    """Book the difference between our level and theirs, so that both match. Raises DomainError for a warehouse that is ours alone."""
    warehouse = Warehouse.objects.filter(number=values.get("warehouse")).order_by("pk").first()
    product = Product.objects.filter(code=values.get("product_code")).order_by("pk").first()
    if warehouse is None:
        number = {"number": values.get("warehouse")}
        raise DomainError(_now("There is no warehouse “%(number)s”.") % number, field="warehouse")
    if not warehouse.is_externally_maintained:
        sentence = _now("The warehouse “%(name)s” is counted here: its levels are not taken from there.")
        raise DomainError(sentence % {"name": warehouse}, field="warehouse")
    if product is None:
        code = {"code": values.get("product_code")}
        raise DomainError(_now("There is no product with the number “%(code)s”.") % code, field="product_code")
    known = ProductInventory.objects.filter(warehouse=warehouse, product=product).order_by("pk").first()
    before = {name: getattr(known, name) for name in LEVELS} if known else None
    level = match_level(warehouse, product, **{name: values[name] for name in LEVELS if values.get(name) is not None})
    after = {name: getattr(level, name) for name in LEVELS}
    return written(level, before is None, [] if before == after else LEVELS)


def inventory_unit(product: Product) -> str:
    """The unit in which a product is counted."""
    return product.inventory_unit or product.unit


WAREHOUSES = register(
    Entity(
        name="warehouses",
        label=_("Warehouses"),
        model=Warehouse,
        key="number",
        fields=(
            Field("number", _("Number"), Kind.TEXT, "number", is_writable=True, is_required=True),
            Field("name", _("Name"), Kind.TEXT, "name", is_writable=True, is_required=True),
            Field("is_active", _("Active"), Kind.BOOLEAN, "is_active", is_writable=True),
            Field("is_externally_maintained", _("Maintained over there"), Kind.BOOLEAN, "is_externally_maintained"),
            *address_fields(lambda each: each.place),
        ),
        query=lambda: Warehouse.objects.select_related("place"),
        sources=(Source("fieldservice_warehouse"), Source("geo_place", "place_id", "fieldservice_warehouse")),
        write=write_warehouse,
    )
)
LEVELS_ON_HAND = register(
    Entity(
        name="inventory_levels",
        label=_("Product inventory"),
        model=ProductInventory,
        key="key",
        fields=(
            Field(
                "key",
                _("Product and warehouse"),
                Kind.TEXT,
                lambda each: f"{each.product.code}/{each.warehouse.number}",
            ),
            Field("product_code", _("Product number"), Kind.TEXT, "product.code", is_writable=True, is_required=True),
            Field("warehouse", _("Warehouse"), Kind.TEXT, "warehouse.number", is_writable=True, is_required=True),
            Field("on_hand", _("On hand"), Kind.NUMBER, "on_hand", is_writable=True),
            Field("on_order", _("On order"), Kind.NUMBER, "on_order", is_writable=True),
            Field("allocated", _("Allocated"), Kind.NUMBER, "allocated"),
            Field("available", _("Available"), Kind.NUMBER, "available"),
            Field("unit", _("Inventory unit"), Kind.TEXT, lambda each: inventory_unit(each.product)),
        ),
        query=lambda: ProductInventory.objects.select_related("product", "warehouse"),
        sources=(Source("fieldservice_productinventory"),),
        write=write_level,
    )
)
MOVEMENTS = register(
    Entity(
        name="inventory_movements",
        label=_("Inventory journal: use and reservations"),
        model=InventoryJournal,
        key="number",
        fields=(
            Field("number", _("Number of the movement"), Kind.TEXT, lambda each: str(each.pk)),
            Field("kind", _("Journal type"), Kind.TEXT, "kind", choices=tuple(JournalKind.values)),
            Field("reason", _("Reason"), Kind.TEXT, "reason", choices=tuple(JournalReason.values)),
            Field("product_code", _("Product number"), Kind.TEXT, "product.code"),
            Field("warehouse", _("Warehouse"), Kind.TEXT, "warehouse.number"),
            Field(
                "is_external_warehouse",
                _("Warehouse maintained over there"),
                Kind.BOOLEAN,
                "warehouse.is_externally_maintained",
            ),
            Field("quantity", _("Quantity"), Kind.NUMBER, "quantity"),
            Field("unit", _("Inventory unit"), Kind.TEXT, lambda each: inventory_unit(each.product)),
            Field("source", _("Booked for"), Kind.TEXT, "source"),
            Field("work_order", _("Number of the work order"), Kind.TEXT, "work_order.number"),
            Field("booked_at", _("Booked"), Kind.INSTANT, "created_at"),
        ),
        query=lambda: InventoryJournal.objects.select_related("product", "warehouse", "work_order"),
        sources=(Source("fieldservice_inventoryjournal"),),
    )
)
