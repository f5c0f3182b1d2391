"""Adjustments and transfers as journals of the other system; once posted they stay as they are (DYNAMICS 7.5)."""

from django.utils.translation import gettext_lazy as _

from fieldservice.enums import PostStatus
from fieldservice.models import (
    InventoryAdjustment,
    InventoryAdjustmentLine,
    InventoryTransfer,
    InventoryTransferLine,
)
from integrations.entities.base import Entity, Field, Kind, Source, register
from integrations.entities.stock import inventory_unit

HEAD = (
    Field("number", _("Number"), Kind.TEXT, "number"),
    Field("date", _("Date"), Kind.DATE, "date"),
    Field("note", _("Reason"), Kind.TEXT, "note"),
    Field("status", _("Post status"), Kind.TEXT, "status", choices=tuple(PostStatus.values)),
)


def line_fields(document: str, *warehouses: Field) -> tuple[Field, ...]:
    """A product of an adjustment or a transfer; `document` is the name of the field that leads there."""

    def key(line) -> str:
        return f"{getattr(line, document).number}/{line.position}"

    return (
        Field("key", _("Number and line"), Kind.TEXT, key),
        Field("number", _("Number"), Kind.TEXT, f"{document}.number"),
        Field("line_number", _("Line number"), Kind.INTEGER, "position"),
        Field("date", _("Date"), Kind.DATE, f"{document}.date"),
        Field("status", _("Post status"), Kind.TEXT, f"{document}.status", choices=tuple(PostStatus.values)),
        Field("product_code", _("Product number"), Kind.TEXT, "product.code"),
        Field("quantity", _("Quantity"), Kind.NUMBER, "quantity"),
        Field("unit", _("Inventory unit"), Kind.TEXT, lambda each: inventory_unit(each.product)),
        *warehouses,
    )


WAREHOUSE = _("Warehouse")
SOURCE, DESTINATION = _("From warehouse"), _("To warehouse")
EXTERNAL = _("Warehouse maintained over there")
ADJUSTMENTS = register(
    Entity(
        name="adjustments",
        label=_("Inventory adjustments"),
        model=InventoryAdjustment,
        key="number",
        fields=(
            *HEAD,
            Field("warehouse", WAREHOUSE, Kind.TEXT, "warehouse.number"),
            Field("is_external_warehouse", EXTERNAL, Kind.BOOLEAN, "warehouse.is_externally_maintained"),
        ),
        query=lambda: InventoryAdjustment.objects.select_related("warehouse"),
        sources=(Source("fieldservice_inventoryadjustment"),),
    )
)
ADJUSTMENT_LINES = register(
    Entity(
        name="adjustment_lines",
        label=_("Products of inventory adjustments"),
        model=InventoryAdjustmentLine,
        key="key",
        fields=line_fields(
            "adjustment",
            Field("warehouse", WAREHOUSE, Kind.TEXT, "adjustment.warehouse.number"),
            Field("is_external_warehouse", EXTERNAL, Kind.BOOLEAN, "adjustment.warehouse.is_externally_maintained"),
        ),
        query=lambda: InventoryAdjustmentLine.objects.select_related("adjustment__warehouse", "product"),
        sources=(
            Source("fieldservice_inventoryadjustmentline"),
            Source("fieldservice_inventoryadjustment", "adjustment_id", "fieldservice_inventoryadjustmentline"),
        ),
    )
)
TRANSFERS = register(
    Entity(
        name="transfers",
        label=_("Inventory transfers"),
        model=InventoryTransfer,
        key="number",
        fields=(
            *HEAD,
            Field("source", SOURCE, Kind.TEXT, "source.number"),
            Field("destination", DESTINATION, Kind.TEXT, "destination.number"),
        ),
        query=lambda: InventoryTransfer.objects.select_related("source", "destination"),
        sources=(Source("fieldservice_inventorytransfer"),),
    )
)
TRANSFER_LINES = register(
    Entity(
        name="transfer_lines",
        label=_("Products of inventory transfers"),
        model=InventoryTransferLine,
        key="key",
        fields=line_fields(
            "transfer",
            Field("source", SOURCE, Kind.TEXT, "transfer.source.number"),
            Field("destination", DESTINATION, Kind.TEXT, "transfer.destination.number"),
        ),
        query=lambda: InventoryTransferLine.objects.select_related(
            "transfer__source", "transfer__destination", "product"
        ),
        sources=(
            Source("fieldservice_inventorytransferline"),
            Source("fieldservice_inventorytransfer", "transfer_id", "fieldservice_inventorytransferline"),
        ),
    )
)
