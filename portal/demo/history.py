"""Two years of agreements: what they brought was done, invoiced and mostly paid, each at its time (FS-1, FS-2, FS-5)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fieldservice.domain.agreements import activate, cancel, create_agreement
from fieldservice.domain.generation import sweep
from fieldservice.domain.invoice_payments import record_payment
from fieldservice.domain.invoice_work_orders import invoice_work_order
from fieldservice.domain.invoices import issue
from fieldservice.domain.work_orders import change_status
from fieldservice.enums import InvoiceStatus, WorkOrderStatus
from fieldservice.models import (
    Agreement,
    AgreementAsset,
    Asset,
    BookingSetup,
    IncidentType,
    Invoice,
    InvoiceSetup,
    InvoiceSetupLine,
    WorkOrder,
)
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.catalog.models import Product
from portal.demo.tenants import Contract, DemoTenant
from portal.demo.work import do, pretend
from portal.kit import clock
from portal.tenancy.days import day_of, today
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

LIVED = "demo.history"
DAY = dt.timedelta(days=1)
YEAR = 365 * DAY
STEP = 30 * DAY
MONTHLY = "FREQ=MONTHLY"
COVERED_ASSETS = 2
# Of so many invoices one is paid in part, one not at all.
PART_PAID, UNPAID = 9, 7


@dataclass(frozen=True)
class Term:
    """A contract's term, by days from today."""

    starts: int
    ends: int


PAST, PRESENT = Term(-730, -366), Term(-365, 364)


def live(demo: DemoTenant, tenant: Tenant) -> int:
    """Let two years pass, the first time only; how many invoices were written."""
    with tenant_scope(tenant):
        if AuditEntry.objects.filter(action=LIVED).exists():
            return 0
    start = clock.now() - 731 * DAY
    with pretend(start), tenant_scope(tenant):
        for contract in demo.contracts:
            sign(contract, PAST, at=start)
    for moment in moments(start):
        with pretend(moment):
            if moment - start > 366 * DAY:
                with tenant_scope(tenant):
                    renew(demo.contracts, moment)
            with tenant_scope(tenant):
                sweep_all()
                work(moment)
                settle(moment)
    with tenant_scope(tenant):
        finish(demo)
        written = Invoice.objects.count()
        record(None, LIVED, tenant, after={"invoices": written})
    return written


def moments(start: dt.datetime) -> Iterator[dt.datetime]:
    """Once a month from the start to now."""
    moment, now = start, clock.now()
    while moment < now:
        yield moment
        moment += STEP
    yield now


def sweep_all() -> None:
    """What the worker does every quarter of an hour."""
    while sweep(go_on=lambda: True).is_more:
        pass


def renew(contracts: tuple[Contract, ...], moment: dt.datetime) -> None:
    """The contracts of the second year, once."""
    for contract in contracts:
        if not Agreement.objects.filter(account__number=contract.account, name=contract.name).count() > 1:
            sign(contract, PRESENT, at=moment)


def sign(contract: Contract, term: Term, *, at: dt.datetime) -> Agreement | None:
    """An agreement with its visits and its invoices, in force from its first day; None where the account has nothing to cover."""
    account = Account.objects.filter(number=contract.account).order_by("pk").first()
    covered = list(
        Asset.objects.filter(account=account, category=contract.category, is_active=True)
        .select_related("location__place")
        .order_by("serial_number", "pk")[:COVERED_ASSETS]
    )
    if account is None or not covered:
        return None
    first = day_of(at)
    agreement = create_agreement(
        account,
        name=contract.name,
        start_date=first,
        end_date=first + (term.ends - term.starts) * DAY,
        description=contract.description,
    )
    AgreementAsset.objects.bulk_create(AgreementAsset(agreement=agreement, asset=asset) for asset in covered)
    for number, asset in enumerate(covered, start=1):
        BookingSetup.objects.create(
            agreement=agreement,
            name=f"{contract.visit} {number}: {asset}"[:120],
            rule=f"{MONTHLY};INTERVAL={contract.months}",
            incident_type=IncidentType.objects.get(name=contract.visit),
            asset=asset,
            days_after=5,
            window_starts=dt.time(8),
            window_ends=dt.time(17),
        )
    charged = InvoiceSetup.objects.create(agreement=agreement, name=contract.name, rule=MONTHLY)
    InvoiceSetupLine.objects.create(
        setup=charged, product=Product.objects.get(code=contract.product), quantity=len(covered)
    )
    return activate(agreement)


def work(moment: dt.datetime) -> None:
    """What was due until then was done: tasks, what was used, the invoice of what is not covered."""
    due = WorkOrder.objects.filter(
        agreement__isnull=False, system_status=WorkOrderStatus.UNSCHEDULED, window_ends_at__lt=moment
    )
    for work_order in due.order_by("window_ends_at", "pk"):
        do(work_order)
        change_status(work_order, WorkOrderStatus.COMPLETED)
        invoice_work_order(work_order)


def settle(moment: dt.datetime) -> None:
    """Drafts go out, and what is due is paid: most of it whole, some in part, some not yet."""
    for draft in Invoice.objects.filter(status=InvoiceStatus.DRAFT).order_by("created_at", "pk"):
        issue(draft)
    day = day_of(moment)
    due = Invoice.objects.filter(status=InvoiceStatus.ISSUED, due_date__lte=day + 5 * DAY, paid=0)
    for invoice in due.order_by("due_date", "pk"):
        number = int(invoice.number.rpartition("-")[2])
        is_old = day - invoice.due_date > 60 * DAY
        if number % UNPAID and (number % PART_PAID or is_old):
            record_payment(invoice, amount=invoice.total, paid_date=day, method="Transfer")
        elif is_old:
            record_payment(invoice, amount=(invoice.total / 2).quantize(Decimal("0.01")), paid_date=day)


def finish(demo: DemoTenant) -> None:
    """An estimate and a canceled contract beside the others; then customers see what is theirs.

    It is shown at the end and past the verbs, so that nobody gets mails about two years ago.
    """
    first = demo.contracts[0]
    account = Account.objects.get(number=first.account)
    first_day = today()
    create_agreement(account, name=demo.offered, start_date=first_day + 30 * DAY, end_date=first_day + 395 * DAY)
    ended = create_agreement(account, name=demo.withdrawn, start_date=first_day, end_date=first_day + YEAR)
    BookingSetup.objects.create(
        agreement=ended,
        name=first.visit,
        rule=f"{MONTHLY};INTERVAL={first.months}",
        incident_type=IncidentType.objects.get(name=first.visit),
    )
    cancel(activate(ended), reason=demo.withdrawn)
    for model in (Agreement, Invoice):
        model.objects.update(is_exposed=True)
    WorkOrder.objects.filter(agreement__isnull=False).update(is_exposed=True)
