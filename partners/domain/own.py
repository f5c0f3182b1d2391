"""Opportunities that a partner enters itself, with the customer's address (PRT-6)."""

from dataclasses import replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from partners.domain.history import Actor
from partners.domain.opportunities import Content, create_own
from partners.models import Opportunity
from portal.accounts.models import Account
from portal.geo.domain.places import save_place
from portal.geo.models import Place
from portal.kit.errors import DomainError


@transaction.atomic
def enter_own(
    content: Content, partner: Account, *, place: Place | None, by: Actor, request_key: UUID | None = None
) -> Opportunity:
    """Create an opportunity of a partner's own at an address that is written with it; audited.

    The same request again gives the same opportunity. Raises DomainError for what it cannot say.
    """
    former = Opportunity.objects.filter(request_key=request_key).exclude(request_key=None).order_by("pk").first()
    if former is not None:
        return former
    if place is not None:
        try:
            content = replace(content, place=save_place(place, by=by.user))
        except ValidationError as error:
            field, [sentence, *_others] = next(iter(error.message_dict.items()))
            raise DomainError(sentence, field=field) from error
    return create_own(content, partner, by=by, request_key=request_key)
