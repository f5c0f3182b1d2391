"""Verbs over work orders: create, change the status, follow the bookings (FS-4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from fieldservice.domain.contents import Incident, copy_contents
from fieldservice.domain.invoice_work_orders import invoice_work_order
from fieldservice.domain.line_stock import release_allocations
from fieldservice.domain.signatures import take_signature_back
from fieldservice.domain.work_order_assets import make_assets
from fieldservice.engine.status import has_arrived, status_from_bookings
from fieldservice.enums import TRANSITIONS, NumberKind, Priority, WorkOrderStatus
from fieldservice.models import (
    Agreement,
    Asset,
    IncidentProduct,
    IncidentTask,
    IncidentType,
    SubStatus,
    WorkOrder,
    WorkOrderIncident,
)
from fieldservice.signals import work_order_canceled
from portal.accounts.models import Account, Contact
from portal.audit.domain import entry_of, record
from portal.catalog.domain.numbers import take_number
from portal.catalog.models import PriceList
from portal.geo.models import Place
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.compiled import Compiled
from portal.tenancy.models import TenantModel
from portal.tenancy.writing import insert_together
from portal.timeline.domain.comments import note_event

SUMMARY_LENGTH = 200
REASON_LENGTH = 300
MOVED = ("system_status", "sub_status", "cancel_reason", "completed_at", "posted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a work order is done: who pays, by which agreement and price list, in which window, what else to do.

    `is_covered`: what the incident types bring is paid by the agreement's own invoices.
    """

    billing_account: Account | None = None
    agreement: Agreement | None = None
    price_list: PriceList | None = None
    window_starts_at: datetime | None = None
    window_ends_at: datetime | None = None
    further: Sequence[Incident] = ()
    is_covered: bool = False

    def fields(self) -> dict[str, Any]:
        """What of it stands on the work order itself."""
        names = ("billing_account", "agreement", "price_list", "window_starts_at", "window_ends_at")
        return {name: getattr(self, name) for name in names}


USUAL = Terms()


class Beginning(NamedTuple):
    """What an incident type and a first status say of a new work order."""

    is_taxable: bool
    sub_status_id: UUID | None
    has_items: bool
    has_tasks: bool


beginning_of = Compiled(
    lambda service, status: (
        IncidentType.objects.filter(pk=service)
        .order_by("pk")
        .values_list(
            "work_order_type__is_taxable",
            Subquery(
                SubStatus.objects.filter(system_status=status, is_default=True).order_by("pk").values("pk")[:1],
            ),
            Exists(IncidentProduct.objects.filter(incident_type=OuterRef("pk"))),
            Exists(IncidentTask.objects.filter(incident_type=OuterRef("pk"))),
        )[:1]
    )
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A work order that is thought through but not written yet; it has no number."""

    work_order: WorkOrder
    beginning: Beginning
    terms: Terms
    by: object


@transaction.atomic
def create_work_order(account: Account, **said) -> WorkOrder:
    """Create a work order for the service account at once; `said` is what `plan_work_order` takes. Audited.

    The tenant's counter is locked from here to the caller's commit: call this late in a transaction.
    """
    return write_work_order(plan_work_order(account, **said))


def plan_work_order(
    account: Account,
    *,
    incident_type: IncidentType,
    place: Place,
    asset: Asset | None = None,
    reported_by: Contact | None = None,
    summary: str = "",
    comments: str = "",
    priority: str = Priority.NORMAL,
    system_status: str = WorkOrderStatus.UNSCHEDULED,
    is_exposed: bool = False,
    request_key: UUID | None = None,
    terms: Terms = USUAL,
    by=None,
) -> Planned:
    """Think a work order at `place` through, with what its incident types bring (DYNAMICS 3.4), before anything is locked.

    A caller that books in the same transaction says Scheduled. Raises DomainError when the asset belongs to another account
    or the account is no longer served.
    """
    check_parties(account, asset)
    beginning = Beginning(*beginning_of.first(incident_type.pk, system_status))
    work_order = WorkOrder(
        account=account,
        incident_type=incident_type,
        place=place,
        asset=asset,
        reported_by=reported_by,
        summary=(summary or str(incident_type.display_name or incident_type.name))[:SUMMARY_LENGTH],
        customer_comments=comments,
        priority=priority,
        is_exposed=is_exposed,
        request_key=request_key,
        system_status=system_status,
        sub_status_id=beginning.sub_status_id,
        is_taxable=beginning.is_taxable,
        **terms.fields(),
        created_at=clock.now(),
    )
    return Planned(work_order, beginning, terms, by)


def write_work_order(planned: Planned, beside: Sequence[TenantModel] = ()) -> WorkOrder:
    """Number and write a planned work order in the caller's transaction, with the rows that go with it by one statement.

    Audited. The tenant's counter is locked from here to the caller's commit.
    """
    work_order = planned.work_order
    work_order.number = take_number(NumberKind.WORK_ORDER)
    after = {"number": work_order.number, "is_exposed": work_order.is_exposed}
    insert_together([work_order, entry_of(planned.by, "work_order.create", work_order, after=after), *beside])
    fill(work_order, planned.beginning, planned.terms)
    return work_order


def fill(work_order: WorkOrder, beginning: Beginning, terms: Terms) -> None:
    """Write the incidents of a new work order and what they bring."""
    for incident in terms.further:
        check_parties(work_order.account, incident.asset)
    if beginning.has_items or beginning.has_tasks or terms.further:
        first = Incident(work_order.incident_type, work_order.asset)
        copy_contents(work_order, [first, *terms.further], is_covered=terms.is_covered)
    if terms.further:
        WorkOrderIncident.objects.bulk_create(
            WorkOrderIncident(work_order=work_order, incident_type=each.incident_type, asset=each.asset)
            for each in terms.further
        )


def check_parties(account: Account, asset: Asset | None) -> None:
    """Raise DomainError unless the account is served and the asset its own."""
    if not account.is_active:
        raise DomainError(_("This account is no longer served."), field="account")
    if asset is not None and asset.account_id != account.pk:
        raise DomainError(_("This asset belongs to another account."), field="asset")


sub_status_for = Compiled(
    lambda system_status: SubStatus.objects.filter(system_status=system_status, is_default=True).order_by("pk")[:1]
)


def default_sub_status(system_status: str) -> SubStatus | None:
    """The sub-status that a work order gets on reaching this system status."""
    return sub_status_for.first(system_status)


def lock_work_order(work_order: WorkOrder) -> WorkOrder:
    """The row as it is now, locked until the transaction ends."""
    return WorkOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=work_order.pk)


@transaction.atomic
def change_status(work_order: WorkOrder, to: str, *, by=None, reason: str = "") -> WorkOrder:
    """Move the work order to another system status, once, with what follows from it; audited. Returns it as written.

    Raises DomainError for a step that `enums.TRANSITIONS` does not allow. Repeating a step changes nothing.
    """
    return _move(work_order, lock_work_order(work_order), WorkOrderStatus(to), by, reason)


@transaction.atomic
def follow_bookings(work_order: WorkOrder, booking_statuses: Iterable[str], *, by=None) -> WorkOrder:
    """Bring the status in line with all bookings of the work order (DYNAMICS 3.2).

    What people decided stays: a posted or canceled work order does not follow.
    """
    locked = lock_work_order(work_order)
    if locked.system_status in {WorkOrderStatus.POSTED, WorkOrderStatus.CANCELED}:
        return _refresh(work_order, locked)
    visits = list(booking_statuses)
    if locked.first_arrived_at is None and has_arrived(visits):
        locked.first_arrived_at = clock.now()
        locked.save(update_fields=["first_arrived_at"])
    return _move(work_order, locked, WorkOrderStatus(status_from_bookings(visits).value), by)


def check_step(before: WorkOrderStatus, after: WorkOrderStatus) -> None:
    """Raise DomainError unless a work order may go from one status to the other."""
    if after != before and after not in TRANSITIONS[before]:
        raise DomainError(
            _("A work order that is “%(before)s” cannot become “%(after)s”.")
            % {"before": before.label, "after": after.label}
        )


def _move(work_order: WorkOrder, locked: WorkOrder, after: WorkOrderStatus, by, reason: str = "") -> WorkOrder:
    before = WorkOrderStatus(locked.system_status)
    if after == before:
        return _refresh(work_order, locked)
    check_step(before, after)
    locked.system_status = after
    locked.sub_status = default_sub_status(after)
    locked.cancel_reason = reason[:REASON_LENGTH] if after == WorkOrderStatus.CANCELED else ""
    if after == WorkOrderStatus.POSTED:
        locked.posted_at = clock.now()
    else:
        locked.completed_at = clock.now() if after == WorkOrderStatus.COMPLETED else None
    locked.save(update_fields=MOVED)
    told = {"reason": locked.cancel_reason} if locked.cancel_reason else {}
    record(by, "work_order.status", locked, before={"status": before}, after={"status": after, **told})
    note_event(locked, "work_order.status", {"to": after})
    _follow_up(locked, before, by)
    return _refresh(work_order, locked)


def _follow_up(locked: WorkOrder, before: WorkOrderStatus, by) -> None:
    """What a new status brings about, in the same transaction."""
    if before == WorkOrderStatus.COMPLETED and locked.system_status != WorkOrderStatus.POSTED:
        take_signature_back(locked, by=by)
    if locked.system_status == WorkOrderStatus.CANCELED:
        work_order_canceled.send(WorkOrder, work_order=locked, by=by)
    if locked.system_status in {WorkOrderStatus.POSTED, WorkOrderStatus.CANCELED}:
        release_allocations([locked])
    if locked.system_status == WorkOrderStatus.POSTED:
        make_assets(locked, by=by)
        invoice_work_order(locked, by=by)


def _refresh(work_order: WorkOrder, locked: WorkOrder) -> WorkOrder:
    for name in (*MOVED, "first_arrived_at"):
        setattr(work_order, name, getattr(locked, name))
    return work_order
