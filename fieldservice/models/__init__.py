"""Functional locations, assets, incident types, work orders, agreements, invoices, stock, purchasing."""

from fieldservice.models.adjustments import (
    InventoryAdjustment,
    InventoryAdjustmentLine,
    InventoryTransfer,
    InventoryTransferLine,
)
from fieldservice.models.agreements import Agreement, AgreementAsset
from fieldservice.models.assets import Asset, FunctionalLocation
from fieldservice.models.incident_types import IncidentType, WorkOrderType
from fieldservice.models.invoices import Invoice, InvoiceLine, Payment
from fieldservice.models.lines import (
    IncidentProduct,
    IncidentTask,
    WorkOrderIncident,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderTask,
)
from fieldservice.models.purchasing import PurchaseOrder, PurchaseOrderLine, Vendor
from fieldservice.models.receipts import PurchaseBill, PurchaseReceipt, PurchaseReceiptLine
from fieldservice.models.settings import FieldServiceSettings
from fieldservice.models.setups import (
    BookingDate,
    BookingSetup,
    InvoiceDate,
    InvoiceSetup,
    InvoiceSetupLine,
    SetupIncident,
)
from fieldservice.models.shares import AgreementShare, AssetShare, InvoiceShare, WorkOrderShare
from fieldservice.models.signatures import WorkOrderSignature
from fieldservice.models.stock import InventoryJournal, ProductInventory
from fieldservice.models.warehouses import Warehouse
from fieldservice.models.work_orders import SubStatus, WorkOrder

__all__ = [
    "Agreement",
    "AgreementAsset",
    "AgreementShare",
    "Asset",
    "AssetShare",
    "BookingDate",
    "BookingSetup",
    "FieldServiceSettings",
    "FunctionalLocation",
    "IncidentProduct",
    "IncidentTask",
    "IncidentType",
    "InventoryAdjustment",
    "InventoryAdjustmentLine",
    "InventoryJournal",
    "InventoryTransfer",
    "InventoryTransferLine",
    "Invoice",
    "InvoiceDate",
    "InvoiceLine",
    "InvoiceSetup",
    "InvoiceSetupLine",
    "InvoiceShare",
    "Payment",
    "ProductInventory",
    "PurchaseBill",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseReceipt",
    "PurchaseReceiptLine",
    "SetupIncident",
    "SubStatus",
    "Vendor",
    "Warehouse",
    "WorkOrder",
    "WorkOrderIncident",
    "WorkOrderProduct",
    "WorkOrderService",
    "WorkOrderShare",
    "WorkOrderSignature",
    "WorkOrderTask",
    "WorkOrderType",
]
