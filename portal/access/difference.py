"""What a change of exposure or of web roles would make appear and disappear, and for how many people (TEN-6).

Asked before it is done. Nothing here decides who sees what: rows come through the clauses of `visible_to`, for a viewer who
reaches all accounts concerned at once; whom a row concerns then follows from whose reach its account is within.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from portal.access.clauses import EVERYTHING, access_of, everything, holder_paths, partner_path, partner_when
from portal.access.models import ExposedModel
from portal.access.shares import share_model_of
from portal.access.viewer import NO_GRANT, Grant, Viewer, viewers_for
from portal.accounts.enums import Section
from portal.accounts.models import Contact
from portal.accounts.queries import accounts_above

# Further than this nobody counts: the sentence then says "more than" and "at least".
PEOPLE_LIMIT = 2000
ROWS_LIMIT = 10_000
People = Mapping[UUID, Viewer]


@dataclass(frozen=True, slots=True)
class Change:
    """So many records of a kind that appear for, or disappear from, so many people."""

    model: type[Model]
    appears: bool
    records: int
    people: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class RightChange:
    """So many people who get, or lose, a right in a section: its codes are those of `RIGHTS`."""

    section: Section
    right: str
    gains: bool
    people: int
    is_cut: bool = False


# What a viewer may have in a section, by its code.
RIGHTS: dict[str, Callable[[Viewer, Section], bool]] = {
    "read": Viewer.may_read,
    "decide": Viewer.may_decide,
    "money": Viewer.may_see_money,
}


@dataclass(slots=True)
class Tally:
    """Counts each record and each person once."""

    records: set[UUID]
    people: int = 0

    def add(self, seen: set[UUID]) -> None:
        if seen:
            self.records |= seen
            self.people += 1

    def changes(self, model: type[Model], *, appears: bool, is_cut: bool) -> list[Change]:
        if not self.people:
            return []
        return [Change(model, appears, min(len(self.records), ROWS_LIMIT), self.people, is_cut)]


def standing(contact_ids: Iterable[UUID]) -> People:
    """The viewers that these contacts are now; who is not active, or whose account is not, is none."""
    contacts = Contact.objects.filter(pk__in=list(contact_ids), is_active=True, account__is_active=True)
    viewers = viewers_for(list(contacts.select_related("account").order_by("pk")[: PEOPLE_LIMIT + 1]))
    return {viewer.contact_id: viewer for viewer in viewers}


def by_exposure(records, *, to: bool) -> list[Change]:
    """What exposing (or hiding) these records would make appear (or disappear), by a fixed number of queries."""
    model, access = records.model, access_of(records.model)
    chosen = list(records.exclude(is_exposed=to).order_by().values_list("pk", flat=True)[:ROWS_LIMIT])
    switched = model.objects.filter(pk__in=chosen)
    owners = set(switched.values_list(access.account, flat=True)) | working_on(switched)
    around = Contact.objects.filter(account_id__in=accounts_above(owners)).order_by("pk").values_list("pk", flat=True)
    people = standing(around[: PEOPLE_LIMIT + 1])
    readers = [each for each in people.values() if each.may_read(access.section)]
    if not readers:
        return []
    assumed = frozenset({"exposed"})
    rows = rows_within(switched, readers[0], access.section, owners, assumed=assumed)
    held = held_by(switched, readers, access.section, assumed=assumed)
    shared = shares_among(model, [each.contact_id for each in readers])
    tally = Tally(set())
    for viewer in readers:
        # Who sees the record because it is shared goes on seeing it.
        tally.add(
            (seen_by(viewer, access.section, rows) | own_seen_by(viewer, access.section, held))
            - shared[viewer.contact_id]
        )
    return tally.changes(model, appears=to, is_cut=len(people) > PEOPLE_LIMIT)


def by_people(before: People, after: People) -> list[Change]:
    """What appears and disappears when these people become those, kind by kind."""
    found: list[Change] = []
    for model in exposed_models():
        found += of_kind(model, before, after)
    return found


def by_rights(before: People, after: People) -> list[RightChange]:
    """Which rights people get and lose when these become those."""
    keys = before.keys() | after.keys()
    found = []
    for section in Section:
        for code, has in RIGHTS.items():
            pairs = [
                (key in before and has(before[key], section), key in after and has(after[key], section)) for key in keys
            ]
            for gains in (True, False):
                people = sum(then is gains and once is not gains for once, then in pairs)
                if people:
                    found.append(RightChange(section, code, gains, people, len(keys) > PEOPLE_LIMIT))
    return found


def of_kind(model: type[Model], before: People, after: People) -> list[Change]:
    """The same for one kind of record."""
    section = access_of(model).section
    pairs = [(before.get(key), after.get(key)) for key in before.keys() | after.keys()]
    moved = [(a, b) for a, b in pairs if standing_in(a, section) != standing_in(b, section)]
    if not moved:
        return []
    people = [viewer for pair in moved for viewer in pair if viewer]
    someone = people[0]
    owners = frozenset().union(*(reach_of(a, section) ^ reach_of(b, section) for a, b in moved))
    rows = rows_within(model.objects.all(), someone, section, owners)  # type: ignore[attr-defined]
    held = held_by(model.objects.all(), people, section)  # type: ignore[attr-defined]
    shared = open_shares(model, someone, [each.contact_id for each in people])
    appearing, disappearing = Tally(set()), Tally(set())
    for a, b in moved:
        once, then = (
            seen_by(each, section, rows) | own_seen_by(each, section, held) | shared[each.contact_id]
            if each and each.may_read(section)
            else set()
            for each in (a, b)
        )
        appearing.add(then - once)
        disappearing.add(once - then)
    is_cut = any(sum(map(len, found.values())) > ROWS_LIMIT for found in (rows, *held.values()))
    is_cut = is_cut or len(pairs) > PEOPLE_LIMIT
    return [
        *appearing.changes(model, appears=True, is_cut=is_cut),
        *disappearing.changes(model, appears=False, is_cut=is_cut),
    ]


def exposed_models() -> list[type[ExposedModel]]:
    """Every kind of record that may reach a customer, by name."""
    found = [model for model in apps.get_models() if issubclass(model, ExposedModel)]
    return sorted(found, key=lambda model: str(model._meta.verbose_name_plural))


def reach_of(viewer: Viewer | None, section: Section) -> frozenset[UUID]:
    return viewer.reach(section) if viewer else frozenset()


def standing_in(viewer: Viewer | None, section: Section) -> tuple:
    """What decides which records of a section somebody sees; nothing where no web role opens it."""
    if viewer is None or not viewer.may_read(section):
        return ()
    return viewer.reach(section), own_reach_of(viewer, section)


def own_reach_of(viewer: Viewer, section: Section) -> frozenset[UUID]:
    """The accounts of whose records somebody sees own ones and no more."""
    return viewer.grants.get(section, NO_GRANT).own_ids - viewer.reach(section)


def held_by(rows, people: list[Viewer], section: Section, *, assumed=frozenset()) -> dict[UUID, dict[UUID, set[UUID]]]:
    """By contact and account the ids of the rows that those hold who see own records only; a fixed number of queries."""
    found: dict[UUID, dict[UUID, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    owning = [each for each in people if own_reach_of(each, section)]
    if not owning or not holder_paths(rows.model):
        return found
    accounts = sorted(frozenset().union(*(own_reach_of(each, section) for each in owning)))
    contacts = {each.contact_id for each in owning}
    pooled = replace(owning[0], grants=MappingProxyType({section: Grant(frozenset(accounts))}), shared=frozenset())
    seen = rows.model.objects.filter(pk__in=rows.filter(everything(pooled, rows.model, assumed=assumed)).values("pk"))
    ways = [(access_of(rows.model).account, EVERYTHING)]
    if path := partner_path(rows.model):
        ways.append((path, partner_when(rows.model)))
    for (path, when), holder in product(ways, holder_paths(rows.model)):
        held = seen.filter(when, **{f"{path}__in": accounts, f"{holder}__in": contacts}).order_by()
        for contact, account, pk in held.values_list(holder, path, "pk").distinct()[: ROWS_LIMIT + 1]:
            found[contact][account].add(pk)
    return found


def own_seen_by(viewer: Viewer, section: Section, held: dict[UUID, dict[UUID, set[UUID]]]) -> set[UUID]:
    """The rows that somebody holds within the reach of own records."""
    mine = held.get(viewer.contact_id, {})
    return set().union(*(mine[account] for account in own_reach_of(viewer, section) & mine.keys()))


def rows_within(
    rows, someone: Viewer, section: Section, accounts: Collection[UUID], *, assumed=frozenset()
) -> dict[UUID, set[UUID]]:
    """By account the ids of the rows that a viewer sees who reaches exactly these accounts."""
    pooled = replace(someone, grants=MappingProxyType({section: Grant(frozenset(accounts))}), shared=frozenset())
    seen = rows.filter(everything(pooled, rows.model, assumed=assumed)).order_by()
    found = defaultdict(set)
    for account, pk in seen.values_list(access_of(rows.model).account, "pk")[: ROWS_LIMIT + 1]:
        found[account].add(pk)
    if path := partner_path(rows.model):
        working = rows.model.objects.filter(
            partner_when(rows.model), pk__in=seen.values("pk"), **{f"{path}__in": accounts}
        )
        for account, pk in working.order_by().values_list(path, "pk").distinct()[: ROWS_LIMIT + 1]:
            found[account].add(pk)
    return found


def working_on(rows) -> set[UUID]:
    """The accounts whose people work on these records."""
    path = partner_path(rows.model)
    found = rows.filter(partner_when(rows.model)).values_list(path, flat=True) if path else ()
    return set(found) - {None}


def seen_by(viewer: Viewer | None, section: Section, rows: dict[UUID, set[UUID]]) -> set[UUID]:
    return set().union(*(rows[account] for account in reach_of(viewer, section) & rows.keys()))


def shares_among(model: type[Model], contact_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    """By contact the ids of the records that are shared with it."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    shares = share_model_of(model)
    if shares is not None:
        for contact, pk in shares.objects.filter(contact_id__in=contact_ids).values_list("contact", "content_object"):
            found[contact].add(pk)
    return found


def open_shares(model: type[Model], someone: Viewer, contact_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    """The same, of those alone whose state is open."""
    found = shares_among(model, contact_ids)
    section = access_of(model).section
    reader = replace(someone, grants=MappingProxyType({section: Grant()}), shared=frozenset())
    ids = set().union(*found.values())
    rule = everything(reader, model, assumed=frozenset({"account", "exposed"}))
    seen = set(model.objects.filter(rule, pk__in=ids).values_list("pk", flat=True)) if ids else set()  # type: ignore[attr-defined]
    return defaultdict(set, {contact: pks & seen for contact, pks in found.items()})
