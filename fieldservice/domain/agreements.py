"""Verbs over agreements: create, activate, extend, expire, cancel (FS-1, FS-2, DYNAMICS 3.6). Copies stand in a file of their own."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain import invoices, setups
from fieldservice.domain.work_orders import change_status
from fieldservice.enums import (
    AGREEMENT_TRANSITIONS,
    AgreementStatus,
    DateStatus,
    InvoiceStatus,
    NumberKind,
    WorkOrderStatus,
)
from fieldservice.models import Agreement, BookingSetup, Invoice, InvoiceSetup, WorkOrder
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.catalog.models import PriceList
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.days import today

LONGEST_TERM = dt.timedelta(days=366 * 50)


@transaction.atomic
def create_agreement(
    account: Account,
    *,
    name: str,
    start_date: dt.date,
    end_date: dt.date,
    billing_account: Account | None = None,
    price_list: PriceList | None = None,
    generation_time: dt.time | None = None,
    description: str = "",
    internal_notes: str = "",
    is_exposed: bool = False,
    by=None,
) -> Agreement:
    """Write an estimate, which nobody but staff sees and nothing comes of; audited. Raises DomainError for a term that is none."""
    if not account.is_active:
        raise DomainError(_("This account is no longer served."), field="account")
    check_term(start_date, end_date)
    agreement = Agreement(
        number=take_number(NumberKind.AGREEMENT),
        account=account,
        name=name,
        start_date=start_date,
        end_date=end_date,
        billing_account=billing_account,
        price_list=price_list,
        generation_time=generation_time,
        description=description,
        internal_notes=internal_notes,
        is_exposed=is_exposed,
        created_at=clock.now(),
    )
    agreement.save(force_insert=True)
    record(by, "agreement.create", agreement, after={"number": agreement.number, "is_exposed": is_exposed})
    return agreement


def check_term(start_date: dt.date, end_date: dt.date) -> None:
    """Raise DomainError for a term that ends before it begins, or that nobody lives to see the end of."""
    if end_date < start_date:
        raise DomainError(_("The term ends on or after its first day."), field="end_date")
    if end_date - start_date > LONGEST_TERM:
        raise DomainError(_("A term has at most 50 years."), field="end_date")


@transaction.atomic
def activate(agreement: Agreement, *, first_date: dt.date | None = None, by=None) -> Agreement:
    """Put an estimate into force: its dates are planned, and work orders and invoices come of them; audited.

    Dates before `first_date` are left to the past: without one before today, so that nothing is done or charged that another
    system took care of. Activating again changes nothing. Raises DomainError when the term is over, the account is no
    longer served, or a setup has no dates.
    """
    locked = lock_agreement(agreement)
    if locked.status == AgreementStatus.ACTIVE:
        return refresh(agreement, locked)
    check_step(locked, AgreementStatus.ACTIVE)
    if locked.end_date < today():
        raise DomainError(_("The term is over. Change its end first."))
    if not locked.account.is_active:
        raise DomainError(_("This account is no longer served."))
    check_setups(locked)
    locked.activated_at = clock.now()
    move(locked, AgreementStatus.ACTIVE, by=by)
    setups.begin(locked, first_date or max(today(), locked.start_date))
    return refresh(agreement, locked)


def check_setups(agreement: Agreement) -> None:
    """Raise DomainError for an active setup of which nothing would ever come."""
    for model in (BookingSetup, InvoiceSetup):
        for setup in model.objects.filter(agreement=agreement, is_active=True).order_by("name", "pk"):
            if not setup.rule and not setup.extra_dates:
                raise DomainError(_("“%(name)s” has no recurrence and no dates yet.") % {"name": setup.name})
            if model is InvoiceSetup and not setup.lines.exists():
                raise DomainError(_("“%(name)s” has no lines to charge yet.") % {"name": setup.name})


@transaction.atomic
def extend(agreement: Agreement, *, end_date: dt.date, by=None) -> Agreement:
    """Move the end of the term; audited. Dates of an active agreement follow. Raises DomainError once it ended."""
    locked = lock_agreement(agreement)
    if locked.end_date == end_date:
        return refresh(agreement, locked)
    if locked.status not in {AgreementStatus.ESTIMATE, AgreementStatus.ACTIVE}:
        raise DomainError(_("An agreement that ended is not extended. Renew it instead."), field="end_date")
    check_term(locked.start_date, end_date)
    before = locked.end_date
    locked.end_date = end_date
    locked.save(update_fields=["end_date"])
    record(by, "agreement.extend", locked, before={"end_date": str(before)}, after={"end_date": str(end_date)})
    setups.rebuild_all(locked)
    return refresh(agreement, locked)


@transaction.atomic
def expire(agreement: Agreement, *, by=None) -> Agreement:
    """End an active agreement by today; audited. Dates up to today are still processed, later ones are left out."""
    locked = lock_agreement(agreement)
    if locked.status == AgreementStatus.EXPIRED:
        return refresh(agreement, locked)
    check_step(locked, AgreementStatus.EXPIRED)
    locked.ended_at = clock.now()
    move(locked, AgreementStatus.EXPIRED, by=by)
    setups.stop(locked, after=today())
    return refresh(agreement, locked)


@transaction.atomic
def cancel(agreement: Agreement, *, reason: str, by=None) -> Agreement:
    """Take an estimate or an active agreement back; audited with its reason. Canceling again changes nothing.

    Nothing more comes of it. Work orders for today or later that nobody has planned yet are canceled with it, and so are drafts of
    invoices dated later than today: nobody was promised them. A visit with an appointment stays, since only people take back what was
    promised, and an issued invoice stays, since it is credited, not taken back.
    """
    reason = reason.strip()
    locked = lock_agreement(agreement)
    if locked.status == AgreementStatus.CANCELED:
        return refresh(agreement, locked)
    if not reason:
        raise DomainError(_("Say why the agreement is canceled."), field="reason")
    check_step(locked, AgreementStatus.CANCELED)
    locked.cancel_reason = reason[: Agreement._meta.get_field("cancel_reason").max_length]
    locked.ended_at = clock.now()
    move(locked, AgreementStatus.CANCELED, by=by)
    setups.stop(locked)
    for work_order in unplanned_work_orders(locked):
        change_status(work_order, WorkOrderStatus.CANCELED, by=by)
    for invoice in later_drafts(locked):
        invoices.cancel(invoice, reason=_("The agreement was canceled."), by=by)
    return refresh(agreement, locked)


def unplanned_work_orders(agreement: Agreement):
    """Those that came of dates from today on and that nobody has planned yet."""
    made = WorkOrder.objects.filter(agreement=agreement, system_status=WorkOrderStatus.UNSCHEDULED)
    return made.filter(booking_dates__status=DateStatus.PROCESSED, booking_dates__date__gte=today()).order_by("pk")


def later_drafts(agreement: Agreement):
    """Drafts that came of dates after today."""
    made = Invoice.objects.filter(agreement=agreement, status=InvoiceStatus.DRAFT)
    return made.filter(invoice_dates__status=DateStatus.PROCESSED, invoice_dates__date__gt=today()).order_by("pk")


def move(agreement: Agreement, to: AgreementStatus, *, by) -> None:
    """Write the status of a locked agreement, by `enums.AGREEMENT_TRANSITIONS`."""
    check_step(agreement, to)
    before, agreement.status = agreement.status, to
    agreement.save(update_fields=["status", "activated_at", "ended_at", "cancel_reason"])
    after = {"status": to} | ({"reason": agreement.cancel_reason} if to == AgreementStatus.CANCELED else {})
    record(by, "agreement.status", agreement, before={"status": before}, after=after)


def check_step(agreement: Agreement, to: AgreementStatus) -> None:
    """Raise DomainError unless the agreement may take this step."""
    before = AgreementStatus(agreement.status)
    if to not in AGREEMENT_TRANSITIONS[before]:
        names = {"before": before.label, "after": to.label}
        raise DomainError(_("An agreement that is “%(before)s” cannot become “%(after)s”.") % names)


def lock_agreement(agreement: Agreement) -> Agreement:
    """The row as it is now with its account, locked until the transaction ends.

    Rows that refer to it may still be written: a worker that holds one of its dates is waited for, and must not wait for us.
    """
    rows = Agreement.objects.select_for_update(of=("self",), no_key=True).select_related("account")
    return rows.get(pk=agreement.pk)


def refresh(agreement: Agreement, locked: Agreement) -> Agreement:
    """Give the caller's object what was written."""
    for field in Agreement._meta.concrete_fields:
        setattr(agreement, field.attname, getattr(locked, field.attname))
    return agreement
