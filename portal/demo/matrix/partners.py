"""Opportunities of a partner: one that it works on, and one that waits for its answer and tells nothing of the customer."""

import datetime as dt
from dataclasses import replace

from partners.enums import EventKind, OpportunityStatus, Outcome
from partners.models import (
    CustomerFeedback,
    Delivery,
    LeadType,
    Opportunity,
    OpportunityContact,
    OpportunityEvent,
    OpportunityProduct,
    PartnerProgramme,
)
from portal.accounts.models import Account
from portal.demo.matrix.canaries import For, Pen
from portal.demo.matrix.company import write_place
from portal.demo.matrix.states import State
from portal.kit import clock
from portal.tenancy.days import today

DAY = dt.timedelta(days=1)
ROOM = 100


def write_opportunity(pen: Pen, account: Account, shared: dict, state: State) -> Opportunity:
    """What a partner works on, won where the state is archived; `pen` writes for whoever may see the state."""
    PartnerProgramme.objects.get_or_create(
        account=account, defaults={"capacity": ROOM, "since_date": today() - 365 * DAY}
    )
    inner = replace(pen.to(For.STAFF), suffix=f"delivered, {pen.suffix}")
    write_delivered(inner, pen, account, shared, state)
    opportunity = pen.row(Opportunity, place=write_place(pen), **moments(), **facts(pen))
    OpportunityProduct.objects.create(opportunity=opportunity, product=shared["catalog.product"])
    delivery = deliver(opportunity, account, state)
    pen.row(OpportunityContact, opportunity=opportunity, created_at=clock.now())
    pen.row(OpportunityEvent, opportunity=opportunity, partner=account, kind=EventKind.NOTE, at=clock.now())
    # What staff noted, and what happened at a partner before.
    inner.row(
        OpportunityEvent,
        opportunity=opportunity,
        partner=account,
        kind=EventKind.NOTE,
        is_internal=True,
        at=clock.now(),
    )
    inner.row(OpportunityEvent, opportunity=opportunity, kind=EventKind.NOTE, at=clock.now())
    delivery.outcome, delivery.accepted_at, delivery.moved_at = Outcome.ACCEPTED, clock.now(), clock.now()
    delivery.save()
    inner.row(CustomerFeedback, delivery=delivery, rating=2, created_at=clock.now())
    opportunity.status = OpportunityStatus.ACCEPTED
    if state.is_archived:
        delivery.outcome, delivery.ended_at = Outcome.WON, clock.now()
        delivery.save()
        opportunity.status, opportunity.closed_at = OpportunityStatus.PURCHASED, clock.now()
    opportunity.save()
    return opportunity


def write_delivered(inner: Pen, pen: Pen, account: Account, shared: dict, state: State) -> None:
    """What waits for an answer: `pen` writes its teaser, `inner` all that the partner must not know yet."""
    place = write_place(inner, city=pen.word("city of a teaser"))
    customer = inner.row(Account, place=place)
    opportunity = inner.row(
        Opportunity,
        number=pen.word("number of a teaser"),
        customer=customer,
        place=place,
        estimated_revenue="18",
        **moments(),
        **facts(pen),
    )
    OpportunityProduct.objects.create(opportunity=opportunity, product=shared["catalog.product"])
    deliver(opportunity, account, state)
    inner.row(OpportunityContact, opportunity=opportunity, created_at=clock.now())
    inner.row(OpportunityEvent, opportunity=opportunity, kind=EventKind.NOTE, at=clock.now())


def facts(pen: Pen) -> dict:
    return {"currency": "USD", "lead_type": pen.row(LeadType)}


def moments() -> dict:
    return dict.fromkeys(("created_at", "moved_at", "active_at"), clock.now())


def deliver(opportunity: Opportunity, account: Account, state: State) -> Delivery:
    """The delivery, and the opportunity with its partner."""
    delivery = Delivery.objects.create(
        opportunity=opportunity,
        partner=account,
        delivered_at=clock.now(),
        expires_at=clock.now() + 30 * DAY,
        comment="",
    )
    opportunity.partner, opportunity.status = account, OpportunityStatus.DELIVERED
    opportunity.is_exposed = state.is_exposed
    opportunity.save()
    return delivery
