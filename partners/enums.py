"""Statuses, phases, outcomes and what may follow what (PRT-1 to PRT-7, DYNAMICS 5)."""

from enum import IntFlag

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberKind(models.TextChoices):
    """The kinds with running numbers."""

    OPPORTUNITY = "opportunity", _("Opportunities")


class Membership(models.TextChoices):
    """How a partner stands in the programme; members alone receive opportunities."""

    CANDIDATE = "candidate", _("Candidate")
    MEMBER = "member", _("Member")
    FORMER = "former", _("Former member")


class Source(models.TextChoices):
    """Who brought an opportunity. What partners bring counts neither against capacity nor in a metric."""

    DISTRIBUTED = "distributed", _("Distributed")
    PARTNER = "partner", _("Created by the partner")


class State(models.TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class OpportunityStatus(models.TextChoices):
    """The reasons of DYNAMICS 5.1; each belongs to one state."""

    IN_PROGRESS = "in_progress", _("In progress")
    ON_HOLD = "on_hold", _("On hold")
    BIDDING = "bidding", _("Open for bidding")
    DELIVERED = "delivered", _("Delivered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    WON = "won", _("Won")
    PURCHASED = "purchased", _("Purchased")
    CANCELED = "canceled", _("Canceled")
    OUT_SOLD = "out_sold", _("Out-sold")
    RETURNED = "returned", _("Returned")


WON_STATUSES = (OpportunityStatus.WON, OpportunityStatus.PURCHASED)
LOST_STATUSES = (OpportunityStatus.CANCELED, OpportunityStatus.OUT_SOLD, OpportunityStatus.RETURNED)
CLOSED_STATUSES = WON_STATUSES + LOST_STATUSES
# A partner works on it: the whole of it is shown, and it moves through the phases.
WORKED_STATUSES = (OpportunityStatus.ACCEPTED, OpportunityStatus.IN_PROGRESS, OpportunityStatus.ON_HOLD)
# Nobody has it, or whoever had it gave it back: it can be delivered.
FREE_STATUSES = (
    OpportunityStatus.IN_PROGRESS,
    OpportunityStatus.ON_HOLD,
    OpportunityStatus.BIDDING,
    OpportunityStatus.DECLINED,
    OpportunityStatus.EXPIRED,
    OpportunityStatus.RETURNED,
)
OF_STATE = {
    State.OPEN: tuple(each for each in OpportunityStatus if each not in CLOSED_STATUSES),
    State.WON: WON_STATUSES,
    State.LOST: LOST_STATUSES,
}
STATE_OF = {status: state for state, statuses in OF_STATE.items() for status in statuses}


class Phase(models.TextChoices):
    """The pipeline, in order: an opportunity moves forward only."""

    PROSPECT = "prospect", _("Prospect")
    CONTACTING = "contacting", _("Contacting")
    INTEREST = "interest", _("Interest confirmed")
    QUOTING = "quoting", _("Quoting")
    CLOSING = "closing", _("Closing")


PHASES = tuple(Phase)


class Stage(models.TextChoices):
    """What the phases come to in the words of sales."""

    QUALIFY = "qualify", _("Qualify")
    DEVELOP = "develop", _("Develop")
    PROPOSE = "propose", _("Propose")
    CLOSE = "close", _("Close")


STAGE_OF = {
    Phase.PROSPECT: Stage.QUALIFY,
    Phase.CONTACTING: Stage.QUALIFY,
    Phase.INTEREST: Stage.DEVELOP,
    Phase.QUOTING: Stage.PROPOSE,
    Phase.CLOSING: Stage.CLOSE,
}


class Outcome(models.TextChoices):
    """What became of a delivery to a partner."""

    DELIVERED = "delivered", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    RETURNED = "returned", _("Returned")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


# What fills a partner's capacity.
OPEN_OUTCOMES = (Outcome.DELIVERED, Outcome.ACCEPTED)
# The partner has the opportunity, or brought it to an end: nobody else gets it.
HOLDING_OUTCOMES = (*OPEN_OUTCOMES, Outcome.WON, Outcome.LOST)
OUTCOME_TRANSITIONS = {
    Outcome.DELIVERED: {Outcome.ACCEPTED, Outcome.DECLINED, Outcome.EXPIRED},
    Outcome.ACCEPTED: {Outcome.RETURNED, Outcome.WON, Outcome.LOST},
    Outcome.DECLINED: set(),
    Outcome.EXPIRED: set(),
    Outcome.RETURNED: set(),
    # Reopened by whoever closed it.
    Outcome.WON: {Outcome.ACCEPTED},
    Outcome.LOST: {Outcome.ACCEPTED},
}


class DeclineReason(models.TextChoices):
    NO_TIME = "no_time", _("No time")
    TOO_FAR = "too_far", _("Too far away")
    NOT_OUR_WORK = "not_our_work", _("Not our kind of work")
    NO_INTEREST = "no_interest", _("No interest")
    OTHER = "other", _("Another reason")


class ReturnReason(models.TextChoices):
    """The reasons of DYNAMICS 5.2."""

    NO_INTEREST = "no_interest", _("No interest")
    NO_RESPONSE = "no_response", _("No response")
    LATER = "later", _("Purchase timeframe over 12 months")
    COMPETITOR = "competitor", _("Purchased from competitor")
    OTHER_PARTNER = "other_partner", _("Purchased from other partner")
    NO_FUNDING = "no_funding", _("No funding")
    BAD_CONTACT = "bad_contact", _("Bad contact info")


class EventKind(models.TextChoices):
    """What happened to an opportunity; its history is made of these."""

    CREATED = "created", _("Created")
    DELIVERED = "delivered", _("Delivered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    RETURNED = "returned", _("Returned to the network")
    PHASE = "phase", _("Phase changed")
    HOLD = "hold", _("Put on hold")
    NOTE = "note", _("Note")
    CONTACT = "contact", _("Contact added")
    ASSIGNED = "assigned", _("Assigned")
    SHARED = "shared", _("Shared")
    UNSHARED = "unshared", _("No longer shared")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    CANCELED = "canceled", _("Canceled")
    REOPENED = "reopened", _("Reopened")
    REGISTRATION = "registration", _("Deal registration")
    FEEDBACK = "feedback", _("Feedback of the customer")
    STAFF = "staff", _("Handed to staff")


class Occasion(models.TextChoices):
    """Why a distribution was run."""

    READY = "ready", _("Ready for distribution")
    DECLINED = "declined", _("Declined by the partner before")
    EXPIRED = "expired", _("Not answered by the partner before")
    RETURNED = "returned", _("Returned by the partner before")
    STAFF = "staff", _("Asked for by staff")
    MANUAL = "manual", _("Partner chosen by staff")


class Registration(models.TextChoices):
    """How a deal registration stands: the exclusive right to an opportunity that a partner brought."""

    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class Alert(models.TextChoices):
    """Why an opportunity wants attention; each has one at most, the worst (DYNAMICS 5.9)."""

    NEW = "new", _("New")
    OVERDUE = "overdue", _("Overdue")
    STALLED = "stalled", _("Potentially stalled")


class Seen(IntFlag):
    """What a distribution saw of a partner, besides numbers; what was not asked for counts as covered."""

    ACTIVE = 1
    SKIPPED = 2
    TERRITORY = 4
    LEAD_TYPE = 8
    PRODUCTS = 16
