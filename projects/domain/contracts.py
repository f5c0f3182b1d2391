"""Verbs over contracts and order forms: draft, write lines, open, close, lose (PSA-3, DYNAMICS 6.5). None is ever opened again."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Account
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.money import ZERO, round_money
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from portal.timeline.domain.comments import note_event
from projects.domain.documents import check_account, check_step, lock, refresh
from projects.domain.lines import Item, copy_of, rows_of, sum_up
from projects.domain.notices import tell_of_contracts
from projects.enums import CONTRACT_TRANSITIONS, BillingMethod, ContractKind, ContractStatus, NumberKind, QuoteStatus
from projects.models import Contract, ContractLine, ContractMilestone, Project, Quote


@transaction.atomic
def draft_contract(
    account: Account,
    *,
    name: str,
    items: Sequence[Item] = (),
    kind: str = ContractKind.CONTRACT,
    project: Project | None = None,
    quote: Quote | None = None,
    starts_date: dt.date | None = None,
    ends_date: dt.date | None = None,
    introduction: str = "",
    terms: str = "",
    is_exposed: bool = False,
    by=None,
) -> Contract:
    """Draft a contract or order form; audited. It begins today, by the tenant's calendar, unless told otherwise.

    The tenant's counter is locked from here to the caller's commit. Raises DomainError for a project or quote of another
    account, an end before the beginning, and lines that cannot be charged.
    """
    check_account(account, project=project, quote=quote)
    contract = Contract(
        account=account,
        name=name,
        kind=kind,
        project=project,
        quote=quote,
        starts_date=starts_date or today(),
        ends_date=ends_date,
        introduction=introduction,
        terms=terms,
        currency=current_tenant().currency,
        is_exposed=is_exposed,
        created_at=clock.now(),
    )
    check_term(contract)
    rows = rows_of(ContractLine, contract, items, parent="contract")
    sum_up(contract, rows)
    contract.number = take_number(NumberKind.CONTRACT)
    contract.save(force_insert=True)
    ContractLine.objects.bulk_create(rows)
    record(by, "contract.create", contract, after={"number": contract.number, "total": str(contract.total)})
    return contract


def check_term(contract: Contract) -> None:
    """Raise DomainError for an end before the beginning."""
    if contract.ends_date is not None and contract.ends_date < contract.starts_date:
        raise DomainError(_("A contract ends after it begins."), field="ends_date")


@transaction.atomic
def draft_of_quote(quote: Quote, *, kind: str = ContractKind.CONTRACT, by=None) -> Contract:
    """The contract of a won quote: its lines and the options that were chosen, at fixed prices; audited.

    Asked again, it gives the contract that there is. Raises DomainError while the quote is not won.
    """
    locked = Quote.objects.select_for_update(of=("self",), no_key=True).select_related("account").get(pk=quote.pk)
    known = locked.contracts.exclude(status=ContractStatus.LOST).order_by("pk").first()
    if known is not None:
        return known
    if locked.status != QuoteStatus.WON:
        raise DomainError(_("A contract is made of a quote that was won."))
    return draft_contract(
        locked.account,
        name=locked.name,
        items=items_of(locked),
        kind=kind,
        project=locked.project,
        quote=locked,
        introduction=locked.introduction,
        terms=locked.terms,
        by=by,
    )


def items_of(quote: Quote) -> list[Item]:
    """What was agreed: the lines that are not optional, and the options of the customer's decision."""
    decision = quote.decisions.order_by("pk").first()
    chosen = set(decision.options) if decision else set()
    lines = quote.lines.select_related("product").order_by("position", "pk")
    return [
        copy_of(each, billing_method=BillingMethod.FIXED_PRICE)
        for each in lines
        if not each.is_optional or str(each.pk) in chosen
    ]


@transaction.atomic
def write_lines(contract: Contract, items: Sequence[Item], *, by=None) -> Contract:
    """Replace the lines of a draft; audited. A line that was there before keeps its milestones while its price is fixed.

    Raises DomainError once the contract was opened or lost, and for lines that cannot be charged.
    """
    locked = lock(contract)
    check_draft(locked)
    before = {"total": str(locked.total)}
    kept: dict = {}
    for milestone in ContractMilestone.objects.filter(line__contract=locked).order_by("position", "pk"):
        kept.setdefault(milestone.line_id, []).append(milestone)
    rows = rows_of(ContractLine, locked, items, parent="contract")
    sum_up(locked, rows)
    locked.lines.all().delete()
    locked.save(update_fields=["net", "tax", "total"])
    ContractLine.objects.bulk_create(rows)
    moved = []
    for row, item in zip(rows, items, strict=True):
        if row.billing_method == BillingMethod.FIXED_PRICE:
            moved += [moved_to(row, each) for each in kept.get(item.former, ())]
    ContractMilestone.objects.bulk_create(moved)
    record(by, "contract.lines", locked, before=before, after={"total": str(locked.total), "lines": len(rows)})
    return refresh(contract, locked)


def moved_to(line: ContractLine, milestone: ContractMilestone) -> ContractMilestone:
    """The milestone on the line that took the place of its own."""
    milestone.line = line
    return milestone


@transaction.atomic
def open_contract(contract: Contract, *, by=None) -> Contract:
    """Bring a draft into force: from now on customers see it where it is exposed, and it stays as it is; audited.

    A fixed price without milestones is billed at once, by one milestone. Opening again changes nothing. Raises DomainError
    without lines, and where the milestones of a line do not add up to its net.
    """
    locked = lock(contract)
    if locked.opened_at is not None:
        return refresh(contract, locked)
    check_step(ContractStatus(locked.status), ContractStatus.ACTIVE, CONTRACT_TRANSITIONS)
    bring_into_force(locked, at=clock.now(), by=by)
    tell_of_contracts([locked])
    return refresh(contract, locked)


def bring_into_force(locked: Contract, *, at: dt.datetime, by) -> None:
    """Open a locked draft; the caller tells those who see it. Raises DomainError."""
    lines = list(locked.lines.prefetch_related("milestones").order_by("position", "pk"))
    if not lines:
        raise DomainError(_("A contract without lines cannot be opened."))
    ContractMilestone.objects.bulk_create(missing_milestones(lines, locked.currency))
    locked.status, locked.opened_at = ContractStatus.ACTIVE, at
    locked.save(update_fields=["status", "opened_at"])
    record(by, "contract.open", locked, before={"status": ContractStatus.DRAFT}, after={"status": locked.status})
    note_event(locked, "contract.opened", by=by)


def missing_milestones(lines: Sequence[ContractLine], currency: str) -> list[ContractMilestone]:
    """One for each fixed price that has none; raises DomainError where those that are there do not fit their line."""
    for line in lines:
        check_milestones(line, line.milestones.all(), currency)
    return [whole_milestone(each) for each in lines if needs_milestone(each) and not each.milestones.all()]


def check_milestones(line: ContractLine, milestones: Iterable[ContractMilestone], currency: str) -> None:
    """Raise DomainError where milestones, if there are any, do not make the fixed price of their line."""
    owed = line.net if line.billing_method == BillingMethod.FIXED_PRICE else ZERO
    planned = sum((each.amount for each in milestones), ZERO)
    if milestones and planned != owed:
        figures = {
            "line": line.description,
            "planned": round_money(planned, currency),
            "owed": round_money(owed, currency),
        }
        raise DomainError(_("“%(line)s”: its milestones add up to %(planned)s, not to %(owed)s.") % figures)


def needs_milestone(line: ContractLine) -> bool:
    """Whether there is a fixed price to be billed."""
    return line.billing_method == BillingMethod.FIXED_PRICE and line.net > ZERO


def whole_milestone(line: ContractLine) -> ContractMilestone:
    """The one milestone that bills a fixed price at once."""
    longest = ContractMilestone._meta.get_field("name").max_length
    return ContractMilestone(line=line, name=line.description[:longest], amount=line.net)


@transaction.atomic
def close_contract(contract: Contract, *, by=None) -> Contract:
    """End a contract whose work is done and billed; audited. Closing again changes nothing. Raises DomainError unless it is active."""
    locked = lock(contract)
    if locked.status != ContractStatus.CLOSED:
        end(locked, ContractStatus.CLOSED)
        record(by, "contract.close", locked, before={"status": ContractStatus.ACTIVE}, after={"status": locked.status})
        note_event(locked, "contract.closed", by=by)
    return refresh(contract, locked)


@transaction.atomic
def lose_contract(contract: Contract, *, reason: str, by=None) -> Contract:
    """Give up a draft; audited with its reason. Its quote may get another one. Losing it again changes nothing.

    Raises DomainError without a reason, and once it was opened.
    """
    locked = lock(contract)
    if locked.status != ContractStatus.LOST:
        if not reason.strip():
            raise DomainError(_("Say why it was lost."), field="reason")
        end(locked, ContractStatus.LOST)
        after = {"status": locked.status, "reason": reason.strip()}
        record(by, "contract.lose", locked, before={"status": ContractStatus.DRAFT}, after=after)
    return refresh(contract, locked)


def end(contract: Contract, to: ContractStatus) -> None:
    """Close or lose a locked contract, by `enums.CONTRACT_TRANSITIONS`."""
    check_step(ContractStatus(contract.status), to, CONTRACT_TRANSITIONS)
    contract.status, contract.closed_at = to, clock.now()
    contract.save(update_fields=["status", "closed_at"])


def check_draft(contract: Contract) -> None:
    """Raise DomainError unless what a locked contract says may still be written."""
    if contract.status != ContractStatus.DRAFT:
        raise DomainError(_("Only a draft is written. What was opened stays as it is."))
