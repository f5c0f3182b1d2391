"""Queries for viewers whose SQL is kept: to put one together takes Django longer than PostgreSQL needs to answer it.

The rule of visibility is written once, in `clauses.py`; here it is read with blanks in the place of a viewer's values,
once for each *shape* of viewer. What a query takes from elsewhere (the clock, the language, the company) would be kept
with it: such a query is not kept.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import IntEnum
from inspect import signature

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, Q, QuerySet

from portal.access import clauses
from portal.access.viewer import Grant, Viewer
from portal.accounts.enums import Section
from portal.tenancy.compiled import Parameter, Plan, plan_of, run

# Shapes by queries are few; a bound all the same.
PLANS_KEPT = 2000


class Count(IntEnum):
    """How many accounts: one is compared by =, which an index keeps in order, many by = ANY."""

    NONE = 0
    ONE = 1
    MANY = 2


def count_of(accounts: frozenset) -> Count:
    return Count(min(len(accounts), Count.MANY))


@dataclass(frozen=True, slots=True)
class Shape:
    """All of a viewer that the text of a query depends on: sections with how many accounts, payers and accounts with own
    records only, and what is shared.
    """

    sections: frozenset[tuple[Section, Count, Count, Count]]
    shared: frozenset[type[Model]]


def shape_of(viewer: Viewer) -> Shape:
    counts = set()
    for section, grant in viewer.grants.items():
        reach, paid, own = map(count_of, accounts_of(grant))
        counts.add((section, reach, paid, own))
    return Shape(frozenset(counts), viewer.shared)


def accounts_of(grant: Grant) -> tuple[frozenset, frozenset, frozenset]:
    """The accounts of a grant in the order of `BLANKS`."""
    return grant.account_ids, grant.paid, grant.own_ids


BLANKS = ("reach", "paid", "own")


class BlankViewer:
    """Stands for all viewers of a shape while a query is written. What it cannot answer raises AttributeError."""

    tenant_id = Parameter("viewer tenant")
    contact_id = Parameter("viewer contact")

    def __init__(self, shape: Shape):
        self.shared = shape.shared
        self._counts = {section: dict(zip(BLANKS, counts, strict=True)) for section, *counts in shape.sections}

    def may_read(self, section: Section) -> bool:
        return section in self._counts

    def within(self, section: Section, path: str) -> Q:
        return self._blank(path, "reach", section)

    def own_within(self, section: Section, path: str) -> Q:
        return self._blank(path, "own", section)

    def paying(self, section: Section, path: str) -> Q:
        return self._blank(path, "paid", section)

    def _blank(self, path: str, name: str, section: Section) -> Q:
        return blank(path, f"{name} {section}", self._counts.get(section, {}).get(name, Count.NONE))


def blank(path: str, name: str, count: Count) -> Q:
    """The condition that the account at `path` is the one, or among those, that `name` will be."""
    match count:
        case Count.NONE:
            return Q(pk__in=[])
        case Count.ONE:
            return Q(**{path: Parameter(name)})
        case _:
            return Q(**{f"{path}__among": Parameter(name)})


def values_of(viewer: Viewer) -> dict:
    """What the blanks are for this viewer."""
    found: dict[str, object] = {"viewer tenant": viewer.tenant_id, "viewer contact": viewer.contact_id}
    for section, grant in viewer.grants.items():
        for name, accounts in zip(BLANKS, accounts_of(grant), strict=True):
            found[f"{name} {section}"] = next(iter(accounts)) if len(accounts) == 1 else accounts
    return found


class KeptQuery:
    """A query by its builder, `build(viewer, *names)`, called with a viewer and values; it gives the rows.

    The builder may use what `portal.tenancy.compiled.Compiled` allows, and of the viewer what BlankViewer has.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self.build = build
        self.names = tuple(signature(build).parameters)[1:]
        self.plans: dict[Hashable, Plan | None] = {}
        self.rule = clauses.CLAUSES

    def __call__(self, viewer: Viewer, *values) -> list:
        plan = self.plan_for(shape_of(viewer))
        if plan is None:
            return []
        return run(plan, values_of(viewer) | dict(zip(self.names, values, strict=True)))

    def plan_for(self, shape: Shape) -> Plan | None:
        """None for viewers of a shape that see nothing of it. Under another rule of visibility all is written anew."""
        plans = self.plans
        if self.rule is not clauses.CLAUSES or len(plans) >= PLANS_KEPT:
            plans = self.plans = {}
            self.rule = clauses.CLAUSES
        if shape not in plans:
            plans[shape] = self.written_for(shape)
        return plans[shape]

    def written_for(self, shape: Shape) -> Plan | None:
        try:
            return plan_of(self.build(BlankViewer(shape), *map(Parameter, self.names)))
        except EmptyResultSet:
            return None
