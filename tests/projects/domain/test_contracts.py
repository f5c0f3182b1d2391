"""Drafting, opening, closing and losing contracts (PSA-3, DYNAMICS 6.5)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.kit.errors import DomainError
from projects.domain.contracts import close_contract, draft_of_quote, lose_contract, open_contract, write_lines
from projects.domain.lines import copy_of
from projects.enums import CONTRACT_TRANSITIONS, BillingMethod, ContractStatus, QuoteStatus
from projects.models import Contract, ContractLine, ContractMilestone, Quote, QuoteDecision
from tests.factories.accounts import make_account, make_contact
from tests.factories.contracts import (
    by_time,
    make_contract,
    make_contract_draft,
    make_line,
    make_milestones,
    make_plain_project,
    make_won_quote,
)

pytestmark = pytest.mark.usefixtures("in_tenant")


def milestones_of(contract):
    found = ContractMilestone.objects.filter(line__contract=contract).order_by("line__position", "position")
    return [(each.line.position, each.name, each.amount) for each in found.select_related("line")]


@time_machine.travel("2026-12-01T03:30:00Z")
def test_a_draft_begins_today_by_the_tenants_calendar_and_nobody_sees_it():
    draft = make_contract_draft(make_line(), by_time(unit_price=Decimal("0.05")))

    assert draft.starts_date == dt.date(2026, 11, 30)
    assert (draft.number, draft.status, draft.is_exposed, draft.opened_at) == ("C-1001", "draft", False, None)
    assert (draft.net, draft.tax, draft.total) == (Decimal("100.05"), Decimal("8.88"), Decimal("108.93"))


def test_it_ends_after_it_begins():
    with pytest.raises(DomainError, match="ends after it begins") as refused:
        make_contract_draft(starts_date=dt.date(2026, 5, 2), ends_date=dt.date(2026, 5, 1))
    assert refused.value.field == "ends_date"


def test_a_project_of_another_account_is_refused():
    with pytest.raises(DomainError, match="another account") as refused:
        make_contract_draft(project=make_plain_project(make_account()))
    assert refused.value.field == "project"


# Of a quote.


def test_a_won_quote_becomes_one_contract_with_its_lines():
    quote = make_won_quote(introduction="As offered", terms="30 days")

    made = [draft_of_quote(quote) for _time in range(2)]

    assert made[0].pk == made[1].pk
    assert Contract.objects.count() == 1
    contract = made[0]
    assert (contract.quote, contract.account, contract.introduction, contract.terms) == (
        *(quote, quote.account, "As offered", "30 days"),
    )
    assert [(line.description, line.net, line.billing_method) for line in contract.lines.all()] == [
        ("Part 1", Decimal(50), BillingMethod.FIXED_PRICE)
    ]


def test_options_that_were_chosen_come_along():
    quote = make_won_quote()
    contact = make_contact(account=quote.account)
    option = quote.lines.get(is_optional=True)
    QuoteDecision.objects.create(
        quote=quote,
        decision="approved",
        contact=contact,
        user=contact.user,
        options=[str(option.pk)],
        total=Decimal(100),
        decided_at=clock.now(),
    )

    assert draft_of_quote(quote).net == Decimal(100)


@pytest.mark.parametrize("status", [QuoteStatus.DRAFT, QuoteStatus.SENT, QuoteStatus.LOST])
def test_a_quote_that_was_not_won_becomes_none(status):
    quote = Quote.objects.create(
        number="Q-1",
        name="Offer",
        account=make_account(),
        currency="USD",
        valid_until=dt.date(2026, 1, 1),
        status=status,
        created_at=clock.now(),
        sent_at=clock.now(),
        digest="0" * 64,
    )
    with pytest.raises(DomainError, match="was won"):
        draft_of_quote(quote)


def test_after_a_lost_contract_the_quote_gets_another():
    quote = make_won_quote()
    lost = draft_of_quote(quote)
    lose_contract(lost, reason="Wrong lines")

    assert draft_of_quote(quote).pk != lost.pk


def test_the_database_keeps_it_to_one_a_quote():
    first = draft_of_quote(make_won_quote())

    with pytest.raises(IntegrityError, match="contract_of_quote_once"), transaction.atomic():
        make_contract_draft(account=first.account, quote=first.quote)


# Lines and milestones.


def test_lines_are_written_while_it_is_a_draft():
    draft = make_contract_draft()
    write_lines(draft, [make_line(unit_price=Decimal(7), tax_rate=Decimal(0)), by_time(unit_price=Decimal(1))])
    assert (draft.net, draft.lines.count()) == (Decimal(8), 2)

    open_contract(draft)

    with pytest.raises(DomainError, match="Only a draft"):
        write_lines(draft, [make_line()])


def test_a_line_keeps_its_milestones_when_the_lines_are_written_anew():
    draft = make_contract_draft(make_line(), make_line())
    planned = make_milestones(draft, 40, 60)
    first, second = draft.lines.order_by("position")

    write_lines(
        draft,
        [copy_of(second, billing_method=second.billing_method), copy_of(first, billing_method=first.billing_method)],
    )

    assert milestones_of(draft) == [(2, each.name, each.amount) for each in planned]


def test_a_line_by_time_and_material_has_no_milestones_any_more():
    draft = make_contract_draft()
    make_milestones(draft, 100)

    write_lines(draft, [copy_of(draft.lines.get(), billing_method=BillingMethod.TIME_AND_MATERIAL)])

    assert milestones_of(draft) == []


@pytest.mark.parametrize("amounts", [(40,), (40, 61), ("99.99",)])
def test_milestones_that_do_not_add_up_keep_it_from_opening(amounts):
    draft = make_contract_draft(make_line(description="Cabin"))
    make_milestones(draft, *amounts)

    with pytest.raises(DomainError, match=r"“Cabin”: its milestones add up to .*, not to 100.00"):
        open_contract(draft)
    draft.refresh_from_db()
    assert (draft.status, draft.opened_at) == (ContractStatus.DRAFT, None)


def test_a_fixed_price_without_milestones_is_billed_at_once():
    contract = make_contract(make_line(description="Cabin"), by_time(), make_line(unit_price=Decimal(0)))

    assert milestones_of(contract) == [(1, "Cabin", Decimal(100))]


def test_milestones_that_add_up_stay():
    draft = make_contract_draft()
    make_milestones(draft, 40, 60)

    assert open_contract(draft).status == ContractStatus.ACTIVE
    assert [amount for _line, _name, amount in milestones_of(draft)] == [Decimal(40), Decimal(60)]


@pytest.mark.parametrize(
    "fields",
    [
        {"billing_method": BillingMethod.FIXED_PRICE, "limit_amount": Decimal(5)},
        {"billing_method": BillingMethod.TIME_AND_MATERIAL, "limit_amount": Decimal(0)},
    ],
)
def test_a_limit_belongs_to_time_and_material(fields):
    with pytest.raises(IntegrityError, match="contract_limit_of_time"), transaction.atomic():
        make_contract_draft(make_line(**fields))


# States.


def in_state(status):
    if status == ContractStatus.DRAFT:
        return make_contract_draft()
    if status == ContractStatus.LOST:
        return lose_contract(make_contract_draft(), reason="Too late")
    contract = make_contract()
    return close_contract(contract) if status == ContractStatus.CLOSED else contract


VERBS = {
    ContractStatus.ACTIVE: open_contract,
    ContractStatus.CLOSED: close_contract,
    ContractStatus.LOST: lambda contract: lose_contract(contract, reason="Too late"),
}


@pytest.mark.parametrize("after", list(VERBS))
@pytest.mark.parametrize("before", list(ContractStatus))
def test_the_matrix_of_states(before, after):
    contract = in_state(before)
    was = contract.closed_at, contract.opened_at
    # What was opened before is opened: nothing happens. The others are repeated without a change.
    is_repeat = before == after or (after == ContractStatus.ACTIVE and before == ContractStatus.CLOSED)

    if after in CONTRACT_TRANSITIONS[before] or is_repeat:
        assert VERBS[after](contract).status == (before if is_repeat else after)
        assert not is_repeat or was == (contract.closed_at, contract.opened_at)
    else:
        with pytest.raises(DomainError, match="cannot become"):
            VERBS[after](contract)
        assert Contract.objects.get(pk=contract.pk).status == before


def test_the_table_names_every_status():
    assert set(CONTRACT_TRANSITIONS) == set(ContractStatus)


def test_without_lines_it_is_not_opened():
    draft = make_contract_draft()
    write_lines(draft, [])

    with pytest.raises(DomainError, match="without lines"):
        open_contract(draft)


def test_losing_needs_a_reason():
    with pytest.raises(DomainError) as refused:
        lose_contract(make_contract_draft(), reason=" ")
    assert refused.value.field == "reason"


def test_each_step_is_in_the_trail_once():
    draft = make_contract_draft()
    for verb in (open_contract, open_contract, close_contract, close_contract):
        verb(draft)

    trail = AuditEntry.objects.filter(object_id=draft.pk).order_by("pk").values_list("action", flat=True)
    assert list(trail) == ["contract.create", "contract.open", "contract.close"]


# What the database keeps, whatever code writes.

FINAL = [
    lambda contract: Contract.objects.filter(pk=contract.pk).update(name="Other"),
    lambda contract: Contract.objects.filter(pk=contract.pk).update(terms="Other"),
    lambda contract: Contract.objects.filter(pk=contract.pk).update(net=1, total=Decimal("9.88")),
    lambda contract: Contract.objects.filter(pk=contract.pk).update(status=ContractStatus.DRAFT),
    lambda contract: Contract.objects.filter(pk=contract.pk).update(opened_at=clock.now()),
    lambda contract: Contract.objects.filter(pk=contract.pk)._raw_delete("default"),
    lambda contract: ContractLine.objects.filter(contract=contract).update(net=1),
    lambda contract: ContractLine.objects.filter(contract=contract).update(limit_amount=None, description="Other"),
    lambda contract: ContractLine.objects.filter(contract=contract).update(contract=make_contract_draft()),
    lambda contract: ContractLine.objects.filter(contract=contract)._raw_delete("default"),
    lambda contract: ContractLine.objects.create(contract=contract, position=9, description="More"),
]


@pytest.mark.parametrize("change", FINAL)
@pytest.mark.parametrize("status", [ContractStatus.ACTIVE, ContractStatus.CLOSED, ContractStatus.LOST])
def test_what_was_opened_stays_as_it_is(status, change):
    contract = in_state(status)

    with pytest.raises(IntegrityError, match="stay"), transaction.atomic():
        change(contract)


@pytest.mark.parametrize("field", ["is_exposed", "internal_notes", "external_number"])
def test_what_is_the_companys_own_may_still_change(field):
    contract = make_contract(is_exposed=False)
    value = True if field == "is_exposed" else "Other"

    assert Contract.objects.filter(pk=contract.pk).update(**{field: value}) == 1
