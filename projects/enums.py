"""Stages, statuses and their transitions (PSA-1 to PSA-5, DYNAMICS 6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberKind(models.TextChoices):
    """The kinds with running numbers."""

    PROJECT = "project", _("Projects")
    QUOTE = "quote", _("Quotes")
    CONTRACT = "contract", _("Contracts")
    INVOICE = "project_invoice", _("Project invoices")


class ProjectStage(models.TextChoices):
    NEW = "new", _("New")
    QUOTE = "quote", _("Quote")
    PLAN = "plan", _("Plan")
    DELIVER = "deliver", _("Deliver")
    COMPLETE = "complete", _("Complete")
    CLOSED = "closed", _("Closed")


PROJECT_TRANSITIONS = {
    ProjectStage.NEW: {ProjectStage.QUOTE, ProjectStage.PLAN, ProjectStage.CLOSED},
    ProjectStage.QUOTE: {ProjectStage.PLAN, ProjectStage.CLOSED},
    ProjectStage.PLAN: {ProjectStage.DELIVER, ProjectStage.CLOSED},
    ProjectStage.DELIVER: {ProjectStage.COMPLETE, ProjectStage.CLOSED},
    # What was missed is delivered after all.
    ProjectStage.COMPLETE: {ProjectStage.DELIVER, ProjectStage.CLOSED},
    ProjectStage.CLOSED: set(),
}


class Health(models.TextChoices):
    """How a project stands overall, as its manager says."""

    GREEN = "green", _("On track")
    YELLOW = "yellow", _("At risk")
    RED = "red", _("Off track")


class TaskKind(models.TextChoices):
    TASK = "task", _("Task")
    MILESTONE = "milestone", _("Milestone")


class TeamBookingStatus(models.TextChoices):
    """Hard bookings alone take the resource's time and are shown to customers (DYNAMICS 6.3)."""

    PROPOSED = "proposed", _("Proposed")
    SOFT = "soft", _("Soft")
    HARD = "hard", _("Hard")
    CANCELED = "canceled", _("Canceled")


TEAM_BOOKING_TRANSITIONS = {
    TeamBookingStatus.PROPOSED: {TeamBookingStatus.SOFT, TeamBookingStatus.HARD, TeamBookingStatus.CANCELED},
    TeamBookingStatus.SOFT: {TeamBookingStatus.HARD, TeamBookingStatus.CANCELED},
    TeamBookingStatus.HARD: {TeamBookingStatus.CANCELED},
    TeamBookingStatus.CANCELED: set(),
}


class QuoteStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    CANCELED = "canceled", _("Canceled")
    REVISED = "revised", _("Revised")


QUOTE_TRANSITIONS = {
    QuoteStatus.DRAFT: {QuoteStatus.SENT, QuoteStatus.CANCELED},
    QuoteStatus.SENT: {QuoteStatus.WON, QuoteStatus.LOST, QuoteStatus.CANCELED, QuoteStatus.REVISED},
    QuoteStatus.WON: set(),
    QuoteStatus.LOST: set(),
    QuoteStatus.CANCELED: set(),
    QuoteStatus.REVISED: set(),
}


class Decision(models.TextChoices):
    """What the customer decided about a quote."""

    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class ContractKind(models.TextChoices):
    CONTRACT = "contract", _("Contract")
    ORDER_FORM = "order_form", _("Order form")


class ContractStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")
    LOST = "lost", _("Lost")


CONTRACT_TRANSITIONS = {
    ContractStatus.DRAFT: {ContractStatus.ACTIVE, ContractStatus.LOST},
    ContractStatus.ACTIVE: {ContractStatus.CLOSED},
    ContractStatus.CLOSED: set(),
    ContractStatus.LOST: set(),
}


class BillingMethod(models.TextChoices):
    TIME_AND_MATERIAL = "time_and_material", _("Time and material")
    FIXED_PRICE = "fixed_price", _("Fixed price")


class MilestoneStatus(models.TextChoices):
    NOT_READY = "not_ready", _("Not ready for invoicing")
    READY = "ready", _("Ready to invoice")
    INVOICED = "invoiced", _("Invoice created")
    POSTED = "posted", _("Invoiced")


MILESTONE_TRANSITIONS = {
    MilestoneStatus.NOT_READY: {MilestoneStatus.READY},
    MilestoneStatus.READY: {MilestoneStatus.NOT_READY, MilestoneStatus.INVOICED},
    # A draft that was thrown away leaves its milestones ready.
    MilestoneStatus.INVOICED: {MilestoneStatus.READY, MilestoneStatus.POSTED},
    MilestoneStatus.POSTED: set(),
}


class InvoiceStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CONFIRMED = "confirmed", _("Confirmed")
    PAID = "paid", _("Paid")


INVOICE_TRANSITIONS = {
    InvoiceStatus.DRAFT: {InvoiceStatus.IN_REVIEW, InvoiceStatus.CONFIRMED},
    InvoiceStatus.IN_REVIEW: {InvoiceStatus.DRAFT, InvoiceStatus.CONFIRMED},
    InvoiceStatus.CONFIRMED: {InvoiceStatus.PAID},
    InvoiceStatus.PAID: set(),
}


class BillingType(models.TextChoices):
    """Only what is chargeable adds up; a complimentary line shows what was given for nothing."""

    CHARGEABLE = "chargeable", _("Chargeable")
    NON_CHARGEABLE = "non_chargeable", _("Not charged")
    COMPLIMENTARY = "complimentary", _("Complimentary")
