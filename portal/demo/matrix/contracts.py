"""A contract and an invoice of a project, with what the customer reads and what stays with the company."""

import datetime as dt

from portal.accounts.models import Account
from portal.demo.matrix.canaries import For, Pen
from portal.demo.matrix.company import write_technician
from portal.demo.matrix.entries import write_entries
from portal.demo.matrix.states import State
from portal.kit import clock
from portal.tenancy.days import today
from projects.enums import BillingType, ContractStatus, InvoiceStatus
from projects.models import Contract, ContractLine, ContractMilestone, Project, ProjectInvoice, ProjectInvoiceLine

DAY = dt.timedelta(days=1)
SUMS = {"currency": "USD", "net": "18", "tax": "1.60", "total": "19.60"}
PRICED = {"unit_price": "18", "tax_rate": "8.875", "net": "18", "tax": "1.60"}


def write_contract(pen: Pen, account: Account, project: Project, shared: dict, state: State) -> ContractLine:
    """The line of a contract with a milestone; a draft where the state is not final."""
    day = today()
    contract = pen.row(
        Contract,
        account=account,
        project=project,
        starts_date=day - 30 * DAY,
        is_exposed=state.is_exposed,
        created_at=clock.now(),
        **SUMS,
    )
    line = pen.row(ContractLine, contract=contract, product=shared["catalog.product"], **PRICED)
    pen.row(ContractMilestone, line=line, amount="18", due_date=day + 30 * DAY)
    write_entries(pen, account, contract)
    if state.is_final:
        contract.status = ContractStatus.CLOSED if state.is_archived else ContractStatus.ACTIVE
        contract.opened_at = clock.now()
        contract.closed_at = clock.now() if state.is_archived else None
        contract.save()
    return line


def write_project_invoice(pen: Pen, account: Account, line: ContractLine, shared: dict, state: State) -> ProjectInvoice:
    """An invoice of the contract with who did what, and a line that is not charged; a draft where the state is not final."""
    day = today()
    project = line.contract.project
    invoice = pen.row(
        ProjectInvoice,
        account=account,
        project=project,
        contract=line.contract,
        invoice_date=day,
        due_date=day + 30 * DAY,
        is_exposed=state.is_exposed,
        created_at=clock.now(),
        **SUMS,
    )
    pen.row(
        ProjectInvoiceLine,
        invoice=invoice,
        contract_line=line,
        task=project.tasks.filter(is_shown=True).order_by("pk")[0],
        role=shared["projects.projectrole"],
        resource=write_technician(pen),
        **PRICED,
    )
    inner = pen.to(For.STAFF)
    inner.row(ProjectInvoiceLine, invoice=invoice, position=2, billing_type=BillingType.NON_CHARGEABLE)
    write_entries(pen, account, invoice)
    if state.is_final:
        invoice.status = InvoiceStatus.PAID if state.is_archived else InvoiceStatus.CONFIRMED
        invoice.confirmed_at = clock.now()
        invoice.paid_at = clock.now() if state.is_archived else None
        invoice.save()
    return invoice
