"""Verbs over the milestones of fixed prices: plan them, say which are ready to be billed (PSA-3, DYNAMICS 6.5)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.domain import record
from portal.kit.errors import DomainError
from portal.kit.money import ZERO, round_money
from projects.domain.contracts import check_draft
from projects.domain.documents import check_step, lock
from projects.enums import MILESTONE_TRANSITIONS, BillingMethod, ContractStatus, MilestoneStatus
from projects.models import Contract, ContractLine, ContractMilestone

MOST_MILESTONES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneItem:
    """A milestone as it is to be; the amount is net."""

    name: str
    amount: Decimal
    due_date: dt.date | None = None


@transaction.atomic
def write_milestones(line: ContractLine, items: Sequence[MilestoneItem], *, by=None) -> list[ContractMilestone]:
    """Replace the milestones of a line of a draft; audited. They need to add up once the contract is opened.

    Raises DomainError once it was opened, for a line by time and material, and for amounts that cannot be billed.
    """
    contract = lock(line.contract)
    check_draft(contract)
    if line.billing_method != BillingMethod.FIXED_PRICE:
        raise DomainError(_("Milestones belong to fixed prices."))
    if len(items) > MOST_MILESTONES:
        raise DomainError(_("At most %(count)d milestones.") % {"count": MOST_MILESTONES})
    check_amounts(items, contract.currency)
    line.milestones.all().delete()
    rows = [
        ContractMilestone(line=line, position=position, name=each.name, amount=each.amount, due_date=each.due_date)
        for position, each in enumerate(items, start=1)
    ]
    ContractMilestone.objects.bulk_create(rows)
    planned = {"line": line.description, "milestones": [f"{each.name}: {each.amount}" for each in rows]}
    record(by, "contract.milestones", contract, after=planned)
    return rows


def check_amounts(milestones: Iterable[MilestoneItem | ContractMilestone], currency: str) -> None:
    """Raise DomainError for what cannot be billed."""
    if any(each.amount <= ZERO or each.amount != round_money(each.amount, currency) for each in milestones):
        raise DomainError(_("A milestone is worth more than 0, in whole units of the currency."), field="amount")


@transaction.atomic
def mark_ready(contract: Contract, milestones: Iterable[ContractMilestone], *, by=None) -> Contract:
    """Say that these milestones of an active contract were reached and can be billed; audited. What is ready stays so."""
    return move_all(contract, milestones, MilestoneStatus.READY, by=by)


@transaction.atomic
def take_back(contract: Contract, milestones: Iterable[ContractMilestone], *, by=None) -> Contract:
    """Say that these milestones are not ready after all; audited. Raises DomainError for what was billed."""
    return move_all(contract, milestones, MilestoneStatus.NOT_READY, by=by)


def move_all(contract: Contract, milestones: Iterable[ContractMilestone], to: MilestoneStatus, *, by) -> Contract:
    """Move those of an active contract that are not there yet. Raises DomainError for milestones of another one."""
    locked = lock(contract)
    if locked.status != ContractStatus.ACTIVE:
        raise DomainError(_("Milestones are reached while the contract is active."))
    wanted = {each.pk for each in milestones}
    found = lock_milestones(ContractMilestone.objects.filter(pk__in=wanted, line__contract=locked))
    if len(found) != len(wanted):
        raise DomainError(_("This milestone belongs to another contract."))
    changed = [each for each in found if each.status != to]
    if changed:
        before = [f"{each.name}: {each.status}" for each in changed]
        move(changed, to)
        after = [f"{each.name}: {each.status}" for each in changed]
        record(by, "contract.milestone", locked, before={"milestones": before}, after={"milestones": after})
    return locked


def lock_milestones(milestones) -> list[ContractMilestone]:
    """The rows as they are now, locked until the transaction ends, in their contract's order."""
    locked = list(milestones.order_by("pk").select_for_update(of=("self",), no_key=True).select_related("line"))
    return sorted(locked, key=lambda each: (each.line.position, each.position, each.pk))


def move(milestones: Iterable[ContractMilestone], to: MilestoneStatus) -> None:
    """Write the status of locked milestones, by `enums.MILESTONE_TRANSITIONS`."""
    for each in milestones:
        check_step(MilestoneStatus(each.status), to, MILESTONE_TRANSITIONS)
        each.status = to
        each.save(update_fields=["status"])
