"""Opportunities that a partner enters itself, with the customer's address (PRT-6)."""

from dataclasses import replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partners.domain.history import Actor
from partners.domain.opportunities import Content, create_own
from partners.models import Opportunity
from portal.accounts.models import Account
from portal.geo.domain.places import save_place
from portal.geo.models import Place
from portal.kit.errors import DomainError
from scheduling.queries.claims import lock_contact

REQUEST_CONSTRAINT = "opportunity_request_once"


@transaction.atomic
def enter_own(
    content: Content, partner: Account, *, place: Place | None, by: Actor, request_key: UUID | None = None
) -> Opportunity:
    """Create an opportunity of a partner's own at an address that is written with it; audited.

    The same request again gives the same opportunity, also at the same time. Raises DomainError for what it cannot say.
    """
    if by.contact is not None:
        # A form sent twice at the same time passes one after another: the second one finds the first, and leaves no address behind.
        lock_contact(by.contact.pk)
    known = Opportunity.objects.filter(request_key=request_key).exclude(request_key=None).order_by("pk")
    if (former := known.first()) is not None:
        return former
    try:
        with transaction.atomic():
            return create_own(placed(content, place, by), partner, by=by, request_key=request_key)
    except IntegrityError as error:
        # Somebody else sent the same request at the same time: it is committed by now, and the address here is undone.
        if REQUEST_CONSTRAINT not in str(error):
            raise
        return known.get()


def placed(content: Content, place: Place | None, by: Actor) -> Content:
    """The content at this address, which is saved."""
    if place is None:
        return content
    try:
        return replace(content, place=save_place(place, by=by.user))
    except ValidationError as error:
        field, [sentence, *_others] = next(iter(error.message_dict.items()))
        raise DomainError(sentence, field=field) from error
