"""Opportunities are created by staff, or by partners of their own (PRT-2, PRT-6)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from partners.domain.history import Actor, keep, write_event
from partners.domain.locks import lock, refresh
from partners.enums import CLOSED_STATUSES, EventKind, NumberKind, OpportunityStatus, Source
from partners.models import LeadType, Opportunity, OpportunityProduct
from portal.accounts.models import Account, Contact
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.catalog.models import Product
from portal.geo.models import Place
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.money import round_money
from portal.kit.texts import seen
from portal.tenancy.scope import current_tenant


@dataclass(frozen=True, slots=True)
class Content:
    """What an opportunity says: of a customer with a contact, or of a prospect. Revenue is in the tenant's currency."""

    topic: str
    customer: Account | None = None
    contact: Contact | None = None
    prospect_name: str = ""
    prospect_person: str = ""
    prospect_email: str = ""
    prospect_phone: str = ""
    place: Place | None = None
    situation: str = ""
    need: str = ""
    solution: str = ""
    lead_type: LeadType | None = None
    products: Sequence[Product] = ()
    estimated_revenue: Decimal | None = None
    estimated_close_date: dt.date | None = None


OWN = (
    "topic",
    "customer",
    "contact",
    "prospect_name",
    "prospect_person",
    "prospect_email",
    "prospect_phone",
    "place",
    "situation",
    "need",
    "solution",
    "lead_type",
    "estimated_revenue",
    "estimated_close_date",
)


@transaction.atomic
def create_opportunity(
    content: Content, *, internal_notes: str = "", by: Actor, request_key: UUID | None = None
) -> Opportunity:
    """Create an opportunity that nobody has yet; audited. `distribution.mark_ready` or `distribute` has a partner get it.

    The same request again gives the same opportunity. Raises DomainError for what it cannot say.
    """
    return _create(
        content, Opportunity(internal_notes=internal_notes, source=Source.DISTRIBUTED, request_key=request_key), by=by
    )


@transaction.atomic
def create_own(content: Content, partner: Account, *, by: Actor, request_key: UUID | None = None) -> Opportunity:
    """Create an opportunity of a partner's own (PRT-6): it works on it at once, and it counts nowhere. Audited.

    Its owner is the contact that creates it. The same request again gives the same opportunity. Raises DomainError for what it
    cannot say; a partner names a prospect, since the company's customers are not its to see.
    """
    if content.customer is not None and by.contact is not None:
        raise DomainError(_("Name the customer as a prospect."), field="customer")
    own = Opportunity(
        source=Source.PARTNER, partner=partner, owner=by.contact, is_exposed=True, request_key=request_key
    )
    return _create(content, own, by=by)


def _create(content: Content, opportunity: Opportunity, *, by: Actor) -> Opportunity:
    if opportunity.request_key is not None:
        former = Opportunity.objects.filter(request_key=opportunity.request_key).order_by("pk").first()
        if former is not None:
            return former
    say(opportunity, content)
    now = clock.now()
    opportunity.created_at = opportunity.moved_at = opportunity.active_at = now
    opportunity.currency = current_tenant().currency
    opportunity.number = take_number(NumberKind.OPPORTUNITY)
    opportunity.save(force_insert=True)
    set_products(opportunity, content.products)
    write_event(opportunity, EventKind.CREATED, by=by)
    after = {"number": opportunity.number, "source": opportunity.source, "is_exposed": opportunity.is_exposed}
    record(by.user, "opportunity.create", opportunity, after=after)
    return opportunity


@transaction.atomic
def write_content(opportunity: Opportunity, content: Content, *, by: Actor) -> Opportunity:
    """Change what an opportunity says; audited. Raises Conflict for one that is closed, DomainError for what it cannot say."""
    locked = lock(opportunity)
    if locked.status in CLOSED_STATUSES and locked.status != OpportunityStatus.RETURNED:
        raise Conflict(_("This opportunity is closed."))
    before = {name: str(getattr(locked, f"{name}_id", getattr(locked, name))) for name in OWN}
    say(locked, content)
    keep(locked, *OWN)
    set_products(locked, content.products)
    after = {name: str(getattr(locked, f"{name}_id", getattr(locked, name))) for name in OWN}
    changed = [name for name in OWN if before[name] != after[name]]
    record(
        by.user,
        "opportunity.write",
        locked,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed} | {"products": len(content.products)},
    )
    return refresh(opportunity, locked)


def say(opportunity: Opportunity, content: Content) -> None:
    """Put the content into the row. Raises DomainError where nobody could find the customer."""
    if not seen(content.topic):
        raise DomainError(_("Say what it is about."), field="topic")
    if content.customer is None and not seen(content.prospect_name):
        raise DomainError(_("Choose a customer, or name the prospect."), field="prospect_name")
    if content.contact is not None and (content.customer is None or content.contact.account_id != content.customer.pk):
        raise DomainError(_("The contact belongs to another account."), field="contact")
    if content.estimated_revenue is not None and content.estimated_revenue < 0:
        raise DomainError(_("The estimated revenue is not negative."), field="estimated_revenue")
    for name in OWN:
        value = getattr(content, name)
        setattr(opportunity, name, seen(value) if isinstance(value, str) else value)
    if content.estimated_revenue is not None:
        opportunity.estimated_revenue = round_money(content.estimated_revenue, current_tenant().currency)


def set_products(opportunity: Opportunity, products: Sequence[Product]) -> None:
    """Make these the products of interest."""
    OpportunityProduct.objects.filter(opportunity=opportunity).delete()
    OpportunityProduct.objects.bulk_create(
        OpportunityProduct(opportunity=opportunity, product=product) for product in dict.fromkeys(products)
    )
