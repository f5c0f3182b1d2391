"""System statuses and their transitions (FS-4, DYNAMICS 3.1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkOrderStatus(models.TextChoices):
    UNSCHEDULED = "unscheduled", _("Unscheduled")
    SCHEDULED = "scheduled", _("Scheduled")
    IN_PROGRESS = "in_progress", _("In Progress")
    COMPLETED = "completed", _("Completed")
    POSTED = "posted", _("Posted")
    CANCELED = "canceled", _("Canceled")


ACTIVE_STATUSES = (WorkOrderStatus.UNSCHEDULED, WorkOrderStatus.SCHEDULED, WorkOrderStatus.IN_PROGRESS)
INACTIVE_STATUSES = (WorkOrderStatus.COMPLETED, WorkOrderStatus.POSTED, WorkOrderStatus.CANCELED)

TRANSITIONS = {
    WorkOrderStatus.UNSCHEDULED: {
        WorkOrderStatus.SCHEDULED,
        WorkOrderStatus.IN_PROGRESS,
        WorkOrderStatus.COMPLETED,
        WorkOrderStatus.CANCELED,
    },
    WorkOrderStatus.SCHEDULED: {
        WorkOrderStatus.UNSCHEDULED,
        WorkOrderStatus.IN_PROGRESS,
        WorkOrderStatus.COMPLETED,
        WorkOrderStatus.CANCELED,
    },
    WorkOrderStatus.IN_PROGRESS: {
        WorkOrderStatus.UNSCHEDULED,
        WorkOrderStatus.SCHEDULED,
        WorkOrderStatus.COMPLETED,
        WorkOrderStatus.CANCELED,
    },
    WorkOrderStatus.COMPLETED: {
        WorkOrderStatus.POSTED,
        WorkOrderStatus.UNSCHEDULED,
        WorkOrderStatus.SCHEDULED,
        WorkOrderStatus.IN_PROGRESS,
    },
    WorkOrderStatus.POSTED: set(),
    WorkOrderStatus.CANCELED: {WorkOrderStatus.UNSCHEDULED},
}


class NumberKind(models.TextChoices):
    """The kinds with running numbers."""

    WORK_ORDER = "work_order", _("Work orders")
    AGREEMENT = "agreement", _("Agreements")
    INVOICE = "invoice", _("Invoices")
    ADJUSTMENT = "adjustment", _("Inventory adjustments")
    TRANSFER = "transfer", _("Inventory transfers")
    PURCHASE_ORDER = "purchase_order", _("Purchase orders")
    RECEIPT = "receipt", _("Purchase order receipts")


class LineStatus(models.TextChoices):
    ESTIMATED = "estimated", _("Estimated")
    USED = "used", _("Used")


class AgreementStatus(models.TextChoices):
    ESTIMATE = "estimate", _("Estimate")
    ACTIVE = "active", _("Active")
    EXPIRED = "expired", _("Expired")
    CANCELED = "canceled", _("Canceled")


AGREEMENT_TRANSITIONS = {
    AgreementStatus.ESTIMATE: {AgreementStatus.ACTIVE, AgreementStatus.CANCELED},
    AgreementStatus.ACTIVE: {AgreementStatus.EXPIRED, AgreementStatus.CANCELED},
    AgreementStatus.EXPIRED: set(),
    AgreementStatus.CANCELED: set(),
}


class DateStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    PROCESSED = "processed", _("Processed")
    CANCELED = "canceled", _("Canceled")


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class InvoiceStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Open")
    PAID = "paid", _("Paid")
    CANCELED = "canceled", _("Canceled")


INVOICE_TRANSITIONS = {
    InvoiceStatus.DRAFT: {InvoiceStatus.ISSUED, InvoiceStatus.CANCELED},
    InvoiceStatus.ISSUED: {InvoiceStatus.PAID, InvoiceStatus.CANCELED},
    # A payment that bounced opens it again.
    InvoiceStatus.PAID: {InvoiceStatus.ISSUED},
    InvoiceStatus.CANCELED: set(),
}


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    EMERGENCY = "emergency", _("Emergency")


class JournalKind(models.TextChoices):
    """Which level a movement changes."""

    ON_HAND = "on_hand", _("On hand")
    ON_ORDER = "on_order", _("On order")
    ALLOCATED = "allocated", _("Allocated")


class JournalReason(models.TextChoices):
    """What a movement came of."""

    WORK_ORDER = "work_order", _("Work order")
    ADJUSTMENT = "adjustment", _("Adjustment")
    TRANSFER = "transfer", _("Transfer")
    PURCHASE = "purchase", _("Purchase order")
    RECEIPT = "receipt", _("Receipt")
    IMPORT = "import", _("Import")
    EXTERNAL = "external", _("Other system")


class OutOfStock(models.TextChoices):
    """What happens to who takes more from a warehouse than is available."""

    CONFIRM = "confirm", _("Ask for confirmation")
    RESTRICT = "restrict", _("Refuse")


class PostStatus(models.TextChoices):
    CREATED = "created", _("Created")
    POSTED = "posted", _("Posted")


class PurchaseStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    RECEIVED = "received", _("Products received")
    BILLED = "billed", _("Billed")
    CANCELED = "canceled", _("Canceled")


# The database keeps to the same table (`keep_purchase` in the migration).
PURCHASE_TRANSITIONS = {
    PurchaseStatus.DRAFT: {PurchaseStatus.SUBMITTED, PurchaseStatus.CANCELED},
    PurchaseStatus.SUBMITTED: {PurchaseStatus.APPROVED, PurchaseStatus.REJECTED, PurchaseStatus.CANCELED},
    PurchaseStatus.REJECTED: {PurchaseStatus.DRAFT, PurchaseStatus.CANCELED},
    PurchaseStatus.APPROVED: {PurchaseStatus.RECEIVED, PurchaseStatus.CANCELED},
    PurchaseStatus.RECEIVED: {PurchaseStatus.BILLED},
    PurchaseStatus.BILLED: set(),
    PurchaseStatus.CANCELED: set(),
}


class PurchaseLineStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    RECEIVED = "received", _("Received")
    CANCELED = "canceled", _("Canceled")
