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
