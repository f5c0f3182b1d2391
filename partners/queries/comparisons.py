"""Distributions that a partner could have won and did not: nothing of them but its own place and what the winner came to (PRT-5)."""

from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, F, Func, IntegerField, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce

from partners.models import DistributionRun
from portal.access.viewer import Viewer
from portal.accounts.enums import Section

# The latest distributions of the company are looked through, and so many of them shown.
LOOKED_AT, SHOWN = 100, 25
MONEY = DecimalField(max_digits=14, decimal_places=3)
# Of the flags of a line (`queries.candidates`): all that count, and those of a partner that is available.
SPEAKS, AVAILABLE = 31, 29


class At(Func):
    """The element of an array column at a place that the database finds."""

    template = "(%(expressions)s]"
    arg_joiner = ")["


# What is read of the viewer's own line, by the name it gets.
OWN = {
    "own_flags": ("flags", IntegerField()),
    "own_open": ("open_count", IntegerField()),
    "own_capacity": ("capacity", IntegerField()),
    "own_minimum": ("minimum_revenue", MONEY),
    "own_maximum": ("maximum_revenue", MONEY),
}


def lost_runs(viewer: Viewer) -> QuerySet:
    """The latest distributions that another partner won and in whose table the viewer's account stands, with what was asked of it."""
    if viewer.account_id not in viewer.reach(Section.OPPORTUNITIES):
        return DistributionRun.objects.none()
    latest = DistributionRun.objects.order_by("-at", "-pk").values("pk")[:LOOKED_AT]
    own = Value(viewer.account_id, output_field=UUIDField())
    place = Func(F("table__partners"), own, function="array_position", output_field=IntegerField())
    runs = DistributionRun.objects.filter(pk__in=latest, winner__isnull=False).exclude(winner=viewer.account_id)
    # What came to the viewer's account after all needs no reason.
    runs = runs.exclude(opportunity__partner=viewer.account_id)
    columns = {name: At(F(f"table__{column}"), place, output_field=kind) for name, (column, kind) in OWN.items()}
    return runs.annotate(**columns).filter(own_flags__isnull=False)


def was_available(run: DistributionRun) -> bool:
    """Whether the viewer's account could have got it; the engine says the same of the whole line (`engine.eligibility`)."""
    if run.own_flags & SPEAKS != AVAILABLE or run.own_open >= run.own_capacity:
        return False
    if run.asked["value"] is None:
        return True
    value = Decimal(run.asked["value"])
    return (run.own_minimum is None or run.own_minimum <= value) and (
        run.own_maximum is None or value <= run.own_maximum
    )


def comparisons(viewer: Viewer) -> list[DistributionRun]:
    """What another partner won although the viewer's was available, the latest first."""
    runs = with_teaser(lost_runs(viewer)).order_by("-at", "-pk")
    return [each for each in runs if was_available(each)][:SHOWN]


def with_teaser(runs: QuerySet) -> QuerySet:
    """With what a teaser tells of the opportunity."""
    return runs.annotate(
        number=F("opportunity__number"),
        kind=Coalesce("opportunity__lead_type__name", Value("")),
    )


def comparison(viewer: Viewer, pk: UUID) -> DistributionRun | None:
    """One of them, with its table; None for every other one."""
    found = with_teaser(lost_runs(viewer)).filter(pk=pk).select_related("table").order_by("pk").first()
    return found if found is not None and was_available(found) else None
