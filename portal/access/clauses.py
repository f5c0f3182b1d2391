"""The clauses of TEN-5. `visible_to` joins them, `explain` reads them one by one: one rule, written once."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import and_, or_
from typing import Any, Protocol, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access.shares import read_permission, share_model_of
from portal.access.viewer import Viewer
from portal.accounts.enums import Section

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING
Answer = TypeVar("Answer", Q, bool)


class Access(Protocol):
    """What a model says of itself in `class Access`.

    Left out where they say nothing: `open_when` (a Q) where every state is open, `money_account` (the path to who pays)
    where the account itself pays, `page` (the URL name of its page in the portal) where it has none, `partner` (the path to
    the accounts whose people work on it, `partner_when` a Q over the same rows) where only its own account sees it, `holders`
    (the paths to the contacts to whom it is assigned or whom colleagues let see it) where nobody holds records.
    """

    section: Section
    account: str


def access_of(model: type[Model]) -> Access:
    """The model's `class Access`."""
    return model.Access  # type: ignore[attr-defined]


class Part(Enum):
    """Where a clause stands in the rule: always, or on one of two ways to the record."""

    ALWAYS = "always"
    EXPOSURE = "exposure"
    SHARING = "sharing"


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition as SQL, and the sentence that staff read when it does not hold."""

    code: str
    part: Part
    condition: Callable[[Viewer, type[Model]], Q]
    holds: str | Promise
    fails: str | Promise


def same_tenant(viewer: Viewer, model: type[Model]) -> Q:
    return Q(tenant_id=viewer.tenant_id)


def role_for_section(viewer: Viewer, model: type[Model]) -> Q:
    return EVERYTHING if viewer.may_read(access_of(model).section) else NOTHING


def account_in_reach(viewer: Viewer, model: type[Model]) -> Q:
    access = access_of(model)
    found = viewer.within(access.section, access.account)
    if partner_path(model):
        found |= works_on_it(viewer, model)
    return found | holds_it(viewer, model) if holder_paths(model) else found


def works_on_it(viewer: Viewer, model: type[Model]) -> Q:
    """People of an account within reach work on the record."""
    within = viewer.within(access_of(model).section, partner_path(model)) & partner_when(model)
    return Q(IsAnyOf(F("pk"), Ids(model.objects.filter(within).values("pk"))))  # type: ignore[attr-defined]


def holds_it(viewer: Viewer, model: type[Model]) -> Q:
    """The contact, who sees own records only of an account, holds this one of it."""
    access = access_of(model)
    within = viewer.own_within(access.section, access.account)
    if partner_path(model):
        within |= viewer.own_within(access.section, partner_path(model)) & partner_when(model)
    held = reduce(or_, (Q(**{path: viewer.contact_id}) for path in holder_paths(model)))
    return Q(IsAnyOf(F("pk"), Ids(model.objects.filter(within & held).values("pk"))))  # type: ignore[attr-defined]


def seen_whole(viewer: Viewer, model: type[Model]) -> Q:
    """Which of the records that the viewer sees are seen whole: partners see their part of a customer's record, no more."""
    if not partner_path(model):
        return EVERYTHING
    access = access_of(model)
    own = viewer.within(access.section, access.account) | viewer.own_within(access.section, access.account)
    return own | shared(viewer, model) if model in viewer.shared else own


def partner_path(model: type[Model]) -> str:
    """The path to the accounts whose people work on a record; "" where that opens nothing."""
    return getattr(access_of(model), "partner", "")


def holder_paths(model: type[Model]) -> tuple[str, ...]:
    """The paths to the contacts who hold a record; none where nobody does."""
    return getattr(access_of(model), "holders", ())


def partner_when(model: type[Model]) -> Q:
    """Which of the rows on that path count."""
    return getattr(access_of(model), "partner_when", None) or EVERYTHING


def exposed(viewer: Viewer, model: type[Model]) -> Q:
    return Q(is_exposed=True)


def state_open(viewer: Viewer, model: type[Model]) -> Q:
    return getattr(access_of(model), "open_when", None) or EVERYTHING


class IsAnyOf(Func):
    """`id = ANY (ARRAY(…))`: the ids are read first and looked up by index, which `IN (SELECT …)` beside an OR is not."""

    arg_joiner = " = ANY "
    template = "(%(expressions)s)"
    output_field = BooleanField()


class Ids(ArraySubquery):
    """The ids that a query gives, as one array. Of a query that can give none the comparison is false, not with NULL."""

    template = "(ARRAY(%(subquery)s))"
    empty_result_set_value = NotImplemented


def shared(viewer: Viewer, model: type[Model]) -> Q:
    shares = share_model_of(model)
    if shares is None:
        return NOTHING
    given = shares.objects.filter(contact_id=viewer.contact_id, permission__codename=read_permission(model))
    return Q(IsAnyOf(F("pk"), Ids(given.values("content_object_id"))))


CLAUSES = (
    Clause(
        "tenant",
        Part.ALWAYS,
        same_tenant,
        _("It belongs to the contact's company."),
        _("It belongs to another company."),
    ),
    Clause(
        "role",
        Part.ALWAYS,
        role_for_section,
        _("A web role of the contact opens this section."),
        _("No web role of the contact opens this section."),
    ),
    Clause(
        "state",
        Part.ALWAYS,
        state_open,
        _("Customers see records in this state."),
        _("Customers do not see records in this state."),
    ),
    Clause(
        "account",
        Part.EXPOSURE,
        account_in_reach,
        _("The contact sees records of its account."),
        _("The contact does not see records of its account."),
    ),
    Clause(
        "exposed",
        Part.EXPOSURE,
        exposed,
        _("It is exposed."),
        _("It is not exposed."),
    ),
    Clause(
        "shared",
        Part.SHARING,
        shared,
        _("Staff shared it with the contact."),
        _("Nobody shared it with the contact."),
    ),
)


def rule(answer: Callable[[Clause], Answer]) -> Answer:
    """The rule itself, over conditions for SQL as over findings: what always holds, and exposure or a share."""

    def part(name: Part) -> Any:
        return reduce(and_, (answer(clause) for clause in CLAUSES if clause.part == name))

    return part(Part.ALWAYS) & (part(Part.EXPOSURE) | part(Part.SHARING))


def everything(viewer: Viewer, model: type[Model], *, assumed: frozenset[str] = frozenset()) -> Q:
    """The rule as one condition. The way by sharing is left out where it leads nowhere, so that few queries pay for it.

    What is `assumed`, by the codes of clauses, is taken to hold: so one asks what would be seen.
    """
    ways = set(Part) if model in viewer.shared else set(Part) - {Part.SHARING}

    def condition(clause: Clause) -> Q:
        if clause.code in assumed:
            return EVERYTHING
        return clause.condition(viewer, model) if clause.part in ways else NOTHING

    return rule(condition)
