"""Partners of the programme with how they did so far, as staff read them (PRT-1)."""

import datetime as dt

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from partners.engine.programme import Record
from partners.enums import Membership, Outcome
from partners.models import Collaborator, Delivery, Opportunity, PartnerProgramme, PartnerRecord

NAMES = ("open_count", "delivered", "accepted", "declined", "expired", "returned", "won", "closed", "reported", "feedback", "days")  # fmt: skip


def with_records(programmes: QuerySet, stalled_before: dt.datetime) -> QuerySet:
    """Each with its record as `record_…`, and with how many of its opportunities stall."""
    record = PartnerRecord.objects.filter(programme=OuterRef("pk"))
    stalled = Delivery.objects.filter(
        partner=OuterRef("account"), outcome=Outcome.ACCEPTED, moved_at__lt=stalled_before
    )
    counted = stalled.order_by().values("partner").annotate(number=Count("pk")).values("number")
    return programmes.annotate(
        **{f"record_{name}": Subquery(record.order_by("pk").values(name)[:1]) for name in NAMES},
        record_stalled=Coalesce(Subquery(counted), 0),
    )


def record_of(programme: PartnerProgramme) -> Record:
    """The record of a row of `with_records`, as the engine reads it."""
    names = [name for name in NAMES if name != "open_count"]
    values = {name: getattr(programme, f"record_{name}") or 0 for name in names}
    return Record(**values, stalled=programme.record_stalled)  # type: ignore[attr-defined]


def members_with_room(opportunity: Opportunity) -> QuerySet:
    """The members that may get this opportunity from staff's hand, by name: with room, and none that had it before."""
    former = Delivery.objects.filter(opportunity=opportunity).values("partner_id")
    record = PartnerRecord.objects.filter(programme=OuterRef("pk")).order_by("pk").values("open_count")[:1]
    rows = members().annotate(held=Coalesce(Subquery(record), 0)).filter(capacity__gt=F("held"))
    return rows.exclude(account__in=former)


def other_members(opportunity: Opportunity) -> QuerySet:
    """The members besides the one that has it and those that work on it already, by name."""
    known = Collaborator.objects.filter(opportunity=opportunity).values("account_id")
    return members().exclude(account__in=known).exclude(account=opportunity.partner_id)


def members() -> QuerySet:
    """Everybody who takes part, by name."""
    rows = PartnerProgramme.objects.filter(membership=Membership.MEMBER).select_related("account")
    return rows.order_by("account__name", "pk")
