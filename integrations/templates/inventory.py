"""Warehouses, on-hand, reservations, usage, adjustments and transfers (DYNAMICS 7.1, 7.5)."""

from django.utils.translation import gettext_lazy as _

from integrations.templates.base import (
    CHANGED,
    IN,
    OUT,
    TaskTemplate,
    Template,
    default,
    is_one_of,
    key,
    longest,
    lookup,
    needed,
    noon,
    plain,
)

EXTERNAL = is_one_of("is_external_warehouse", True)
POSTED = is_one_of("status", "posted")
FOR_WORK_ORDERS = is_one_of("reason", "work_order")
MOVEMENT = (
    key("number", "ExternalMovementId"),
    needed("product_code", "ItemNumber"),
    needed("warehouse", "InventoryWarehouseId"),
    needed("quantity", "InventoryQuantity"),
    plain("unit", "InventoryUnitSymbol", default("ea")),
    plain("source", "ReferenceNumber", longest(20)),
    needed("booked_at", "TransactionDateTime"),
)
LINE = (
    needed("product_code", "ItemNumber"),
    needed("quantity", "InventoryQuantity"),
    needed("date", "TransactionDate", noon()),
    plain("unit", "InventoryUnitSymbol", default("ea")),
)
WAREHOUSES = Template(
    name="warehouses",
    label=_("Warehouses"),
    about=_("Warehouses of finance appear here and are read-only. Vans that only exist here stay as they are."),
    tasks=(
        TaskTemplate(
            "warehouses",
            _("Warehouses"),
            "warehouses",
            "Warehouses",
            IN,
            (key("WarehouseId", "number"), needed("WarehouseName", "name", longest(120))),
            since_field=CHANGED,
        ),
    ),
)
ON_HAND = Template(
    name="inventory-levels",
    label=_("Product inventory"),
    about=_("Levels of finance become ours: what differs is booked in the inventory journal."),
    needs=("warehouses", "products-in-with-unit"),
    tasks=(
        TaskTemplate(
            "inventory_levels",
            _("Product inventory"),
            "inventory_levels",
            "WarehousesOnHandV2",
            IN,
            (
                key("ItemNumber", "product_code"),
                key("InventoryWarehouseId", "warehouse"),
                plain("OnHandQuantity", "on_hand", default(0)),
                plain("OnOrderQuantity", "on_order", default(0)),
            ),
            since_field=CHANGED,
        ),
    ),
)
RESERVATIONS = Template(
    name="inventory-reservations",
    label=_("Inventory reservations"),
    about=_("What work orders reserve in warehouses of finance, and what they give free again."),
    needs=("warehouses", "products-in-with-unit"),
    tasks=(
        TaskTemplate(
            "inventory_reservations",
            _("Reservations"),
            "inventory_movements",
            "InventoryReservationMovements",
            OUT,
            MOVEMENT,
            (EXTERNAL, FOR_WORK_ORDERS, is_one_of("kind", "allocated")),
        ),
    ),
)
USAGE = Template(
    name="inventory-usage",
    label=_("Inventory usage"),
    about=_("What work orders use from warehouses of finance. Leave it out where sales orders are delivered there."),
    needs=("warehouses", "products-in-with-unit"),
    tasks=(
        TaskTemplate(
            "inventory_usage",
            _("Usage"),
            "inventory_movements",
            "InventoryUsageMovements",
            OUT,
            MOVEMENT,
            (EXTERNAL, FOR_WORK_ORDERS, is_one_of("kind", "on_hand")),
        ),
    ),
)
ADJUSTMENTS = Template(
    name="inventory-adjustments",
    label=_("Inventory adjustments"),
    about=_("Posted adjustments become adjustment journals, which finance posts."),
    needs=("warehouses", "products-in-with-unit"),
    tasks=(
        TaskTemplate(
            "adjustments",
            _("Adjustments – headers"),
            "adjustments",
            "InventoryAdjustmentJournalHeaders",
            OUT,
            (
                key("number", "JournalNumber", longest(20)),
                needed("warehouse", "InventoryWarehouseId"),
                plain("note", "Description", longest(60)),
            ),
            (POSTED, EXTERNAL),
        ),
        TaskTemplate(
            "adjustment_lines",
            _("Adjustments – lines"),
            "adjustment_lines",
            "InventoryAdjustmentJournalLines",
            OUT,
            (
                key("number", "JournalNumber", lookup("adjustments")),
                key("line_number", "LineNumber"),
                *LINE,
                needed("warehouse", "InventoryWarehouseId"),
            ),
            (POSTED, EXTERNAL),
        ),
    ),
)
TRANSFERS = Template(
    name="inventory-transfers",
    label=_("Inventory transfers"),
    about=_("Posted transfers become transfer journals, which finance posts."),
    needs=("warehouses", "products-in-with-unit"),
    tasks=(
        TaskTemplate(
            "transfers",
            _("Transfers – headers"),
            "transfers",
            "InventoryTransferJournalHeaders",
            OUT,
            (
                key("number", "JournalNumber", longest(20)),
                needed("source", "InventoryWarehouseId"),
                plain("note", "Description", longest(60)),
            ),
            (POSTED,),
        ),
        TaskTemplate(
            "transfer_lines",
            _("Transfers – lines"),
            "transfer_lines",
            "InventoryTransferJournalLines",
            OUT,
            (
                key("number", "JournalNumber", lookup("transfers")),
                key("line_number", "LineNumber"),
                *LINE,
                needed("source", "InventoryWarehouseId"),
                needed("destination", "DestinationInventoryWarehouseId"),
            ),
            (POSTED,),
        ),
    ),
)
TEMPLATES = (WAREHOUSES, ON_HAND, RESERVATIONS, USAGE, ADJUSTMENTS, TRANSFERS)
