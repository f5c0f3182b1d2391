"""Many at once on one contract or invoice: one contract a quote, each milestone billed once, one correction (PSA-3, PSA-4)."""

import pytest

from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from projects.domain.contracts import draft_of_quote, lose_contract, open_contract
from projects.domain.invoice_corrections import correct, discard
from projects.domain.invoices import confirm, draft_of_milestones, record_paid
from projects.enums import ContractStatus
from projects.models import Contract, ContractMilestone, ProjectInvoice, ProjectInvoiceLine
from tests.factories.contracts import (
    make_contract_draft,
    make_customer,
    make_line,
    make_milestones,
    make_project_draft,
    make_project_invoice,
    make_ready,
    make_won_quote,
)
from tests.kit.races import at_once

CLIENTS = 12

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_quote_has_one_contract(committed):
    with tenant_scope(committed):
        quote = make_won_quote()

    results = at_once(committed, *[lambda: draft_of_quote(quote)] * CLIENTS)

    assert {each.pk for each in results} == {results[0].pk}


def test_a_milestone_is_billed_once(committed):
    with tenant_scope(committed):
        draft = make_contract_draft(make_line())
        make_milestones(draft, 40, 60)
        make_ready(open_contract(draft))

    results = at_once(committed, *[lambda: draft_of_milestones(draft)] * CLIENTS)

    assert {each.pk for each in results} == {results[0].pk}
    with tenant_scope(committed):
        assert ProjectInvoiceLine.objects.count() == 2
        assert set(ContractMilestone.objects.values_list("status", flat=True)) == {"invoiced"}


def test_a_contract_is_opened_or_lost_never_both(committed):
    with tenant_scope(committed):
        draft = make_contract_draft(account=make_customer().account, is_exposed=True)

    at_once(
        committed,
        *[
            lambda: open_contract(Contract.objects.get(pk=draft.pk)),
            lambda: lose_contract(Contract.objects.get(pk=draft.pk), reason="Late"),
        ]
        * (CLIENTS // 2),
    )

    with tenant_scope(committed):
        found = Contract.objects.get(pk=draft.pk)
        assert (found.opened_at is not None) == (found.status == ContractStatus.ACTIVE)
        told = OutboxMessage.objects.filter(name="contract_opened").count()
        assert told == (1 if found.status == ContractStatus.ACTIVE else 0)
        assert AuditEntry.objects.filter(object_id=draft.pk, action__in=["contract.open", "contract.lose"]).count() == 1


def test_an_invoice_is_confirmed_and_corrected_once(committed):
    with tenant_scope(committed):
        draft = make_project_draft(account=make_customer().account, is_exposed=True)

    at_once(committed, *[lambda: confirm(ProjectInvoice.objects.get(pk=draft.pk))] * CLIENTS)
    corrections = at_once(committed, *[lambda: correct(draft)] * CLIENTS)

    assert {each.pk for each in corrections} == {corrections[0].pk}
    with tenant_scope(committed):
        assert AuditEntry.objects.filter(action="project_invoice.confirm").count() == 1
        assert OutboxMessage.objects.filter(name="project_invoice_exposed").count() == 1


def test_an_invoice_is_paid_or_corrected_never_both(committed):
    with tenant_scope(committed):
        invoice = make_project_invoice()

    at_once(committed, *[lambda: record_paid(invoice), lambda: correct(invoice)] * (CLIENTS // 2))

    with tenant_scope(committed):
        is_paid = ProjectInvoice.objects.get(pk=invoice.pk).paid_at is not None
        assert ProjectInvoice.objects.filter(corrects=invoice).exists() != is_paid


def test_a_draft_is_confirmed_or_thrown_away_never_both(committed):
    with tenant_scope(committed):
        draft = make_contract_draft(make_line())
        make_milestones(draft, 100)
        make_ready(open_contract(draft))
        known = draft_of_milestones(draft)

    at_once(committed, *[lambda: confirm(known), lambda: discard(known)] * (CLIENTS // 2))

    with tenant_scope(committed):
        is_final = ProjectInvoice.objects.filter(pk=known.pk, confirmed_at__isnull=False).exists()
        assert ContractMilestone.objects.get().status == ("posted" if is_final else "ready")
        assert ProjectInvoice.objects.count() == int(is_final)
