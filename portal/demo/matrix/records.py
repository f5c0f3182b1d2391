"""One record of each kind of an account, in one state."""

import datetime as dt
from dataclasses import replace

from fieldservice.models import (
    Agreement,
    AgreementAsset,
    Asset,
    BookingDate,
    BookingSetup,
    FunctionalLocation,
    Invoice,
    InvoiceLine,
    InvoiceSetup,
    InvoiceSetupLine,
    Payment,
    WorkOrder,
    WorkOrderIncident,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderSignature,
    WorkOrderTask,
)
from portal.accounts.enums import Section
from portal.accounts.models import Account, Contact
from portal.catalog.models import BillingTerms
from portal.demo.matrix.canaries import For, Pen
from portal.demo.matrix.company import write_place, write_technician
from portal.demo.matrix.contracts import write_contract, write_project_invoice
from portal.demo.matrix.entries import write_entries
from portal.demo.matrix.partners import write_opportunity
from portal.demo.matrix.projects import write_partner, write_project, write_quote
from portal.demo.matrix.states import State
from portal.kit import clock
from portal.tenancy.days import today
from scheduling.models import Booking

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def write_account(pen: Pen, nickname: str, **values) -> Account:
    """An account whose name its contacts read, and whose number is the company's own."""
    own = Pen(pen.ledger, pen.tenant, nickname, For.ACCOUNT, f"account {nickname}")
    place = write_place(Pen(pen.ledger, pen.tenant, nickname, For.SECTION, f"account {nickname}"))
    account = own.row(Account, number=For.STAFF, place=place, **values)
    BillingTerms.objects.create(account=account)
    return account


def write_records(pen: Pen, account: Account, shared: dict, state: State) -> dict:
    """The ids by model label. `pen` writes for whoever may see the state."""
    section, opportunities = replace(pen, section=Section.PROJECTS), replace(pen, section=Section.OPPORTUNITIES)
    pen = replace(pen, section=Section.FIELD_SERVICE)
    open_pen = pen.to(For.SECTION)
    asset = write_asset(pen, open_pen, account, state)
    write_entries(pen, account, asset)
    work_order = write_work_order(pen, account, asset, shared, state)
    file = write_entries(pen, account, work_order)
    booking = write_booking(pen, work_order, state)
    closed = pen.to(state.audience)
    agreement = write_agreement(closed, account, asset, shared, state)
    invoice = write_invoice(closed, account, work_order, shared, state)
    colleague = pen.to(For.STAFF).row(Contact, account=account, email=f"{account.pk}-{asset.pk}@example.com")
    rows = (asset.location, asset, work_order.place, work_order, booking, agreement, invoice, colleague, account, file)
    found = {row._meta.label_lower: row.pk for row in rows}
    opportunity = write_opportunity(opportunities, account, shared, state)
    return found | {opportunity._meta.label_lower: opportunity.pk} | write_projects(section, account, shared, state)


def write_projects(pen: Pen, account: Account, shared: dict, state: State) -> dict:
    """The ids of what the Project section knows of the account, and of the member that a partner has there."""
    closed = pen.to(state.audience)
    project, *team = write_project(pen, account, shared, state)
    line = write_contract(closed, account, project, shared, state)
    invoice = write_project_invoice(closed, account, line, shared, state)
    rows = (project, *team, line, line.contract, invoice, write_quote(closed, account, shared, state))
    of_partner = write_partner(pen, project, shared) if "partner" in shared else {}
    return {row._meta.label_lower: row.pk for row in rows} | of_partner


def write_asset(pen: Pen, open_pen: Pen, account: Account, state: State) -> Asset:
    """An asset at a location of its own; sites are named to whoever books, exposed assets or not."""
    location = open_pen.row(FunctionalLocation, account=account, place=write_place(open_pen))
    return pen.row(
        Asset, account=account, location=location, is_exposed=state.is_exposed, is_active=not state.is_archived
    )


def write_work_order(pen: Pen, account: Account, asset: Asset, shared: dict, state: State) -> WorkOrder:
    """A job with lines, a task, a further incident, and what was said about it."""
    work_order = pen.row(
        WorkOrder,
        account=account,
        asset=asset,
        incident_type=shared["fieldservice.incidenttype"],
        sub_status=None if state.is_archived else shared["fieldservice.substatus"],
        system_status="canceled" if state.is_archived else "unscheduled",
        place=write_place(pen),
        is_exposed=state.is_exposed,
        created_at=clock.now(),
    )
    product = {"work_order": work_order, "product": shared["catalog.product"], "unit_price": "18", "unit_cost": "7"}
    pen.row(WorkOrderProduct, **product, quantity=1, quantity_to_bill=1, status="used")
    pen.row(WorkOrderService, **(product | {"product": shared["service"]}), minutes=60, minutes_to_bill=60)
    pen.row(WorkOrderTask, work_order=work_order)
    pen.row(WorkOrderSignature, work_order=work_order, signed_at=clock.now())
    WorkOrderIncident.objects.create(
        work_order=work_order, incident_type=shared["fieldservice.incidenttype"], asset=asset
    )
    return work_order


def write_booking(pen: Pen, work_order: WorkOrder, state: State) -> Booking:
    """Tomorrow's visit of a technician of its own."""
    arrives_at = clock.now().replace(microsecond=0) + DAY
    zone = work_order.place.zone
    return pen.row(
        Booking,
        work_order=work_order,
        account=work_order.account,
        incident_type=work_order.incident_type,
        place=work_order.place,
        resource=write_technician(pen),
        status="canceled" if state.is_archived else "scheduled",
        leaves_at=arrives_at,
        arrives_at=arrives_at,
        ends_at=arrives_at + HOUR,
        local_date=arrives_at.astimezone(zone).date(),
        local_time=arrives_at.astimezone(zone).time(),
        time_zone=zone.key,
        why={"winner": pen.word("why of the visit", For.STAFF)},
        is_exposed=state.is_exposed,
        created_at=clock.now(),
    )


def write_agreement(pen: Pen, account: Account, asset: Asset, shared: dict, state: State) -> Agreement:
    """A year's contract with both setups; an estimate where the state is not final."""
    status = "canceled" if state.is_archived else "active" if state.is_final else "estimate"
    day = today()
    agreement = pen.row(
        Agreement,
        account=account,
        status=status,
        start_date=day - 30 * DAY,
        end_date=day + 335 * DAY,
        activated_at=clock.now() if state.is_final else None,
        is_exposed=state.is_exposed,
        created_at=clock.now(),
    )
    AgreementAsset.objects.create(agreement=agreement, asset=asset)
    rule = "FREQ=MONTHLY;INTERVAL=3"
    setup = pen.row(
        BookingSetup,
        agreement=agreement,
        incident_type=shared["fieldservice.incidenttype"],
        asset=asset,
        rule=rule,
        is_automatic=False,
    )
    pen.row(BookingDate, setup=setup, date=day + 60 * DAY, due_at=clock.now() + 53 * DAY)
    invoices = pen.row(InvoiceSetup, agreement=agreement, rule=rule, is_active=False)
    pen.row(InvoiceSetupLine, setup=invoices, product=shared["catalog.product"], unit_price="90")
    write_entries(pen, account, agreement)
    return agreement


def write_invoice(pen: Pen, account: Account, work_order: WorkOrder, shared: dict, state: State) -> Invoice:
    """An invoice of the work order with one line and a part payment; a draft where the state is not final."""
    day = today()
    invoice = pen.row(
        Invoice,
        account=account,
        service_account=account,
        work_order=work_order,
        invoice_date=day,
        due_date=day + 30 * DAY,
        currency="USD",
        net="18",
        tax="1.60",
        total="19.60",
        is_exposed=state.is_exposed,
        created_at=clock.now(),
    )
    pen.row(
        InvoiceLine,
        invoice=invoice,
        product=shared["catalog.product"],
        unit_price="18",
        tax_rate="8.875",
        net="18",
        tax="1.60",
    )
    write_entries(pen, account, invoice)
    if state.is_final:
        issue(pen, invoice, state)
    return invoice


def issue(pen: Pen, invoice: Invoice, state: State) -> None:
    """Issued, and either paid in part or canceled."""
    invoice.issued_at = clock.now()
    invoice.status = "canceled" if state.is_archived else "issued"
    invoice.closed_at = clock.now() if state.is_archived else None
    if not state.is_archived:
        invoice.paid = 5
    invoice.save()
    if not state.is_archived:
        pen.row(Payment, invoice=invoice, amount=5, paid_date=invoice.invoice_date, created_at=clock.now())
