"""What staff decide about a work order: complete, post, cancel, reopen (FS-4, DYNAMICS 3.1, 3.3)."""

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.work_orders import change_status, lock_work_order
from fieldservice.enums import WorkOrderStatus
from fieldservice.models import WorkOrder
from portal.kit.errors import DomainError

CLOSED = (WorkOrderStatus.COMPLETED, WorkOrderStatus.CANCELED)


def complete(work_order: WorkOrder, *, by=None) -> WorkOrder:
    """Say that the work is done; audited. Raises DomainError where that cannot follow."""
    return change_status(work_order, WorkOrderStatus.COMPLETED, by=by)


def post(work_order: WorkOrder, *, by=None) -> WorkOrder:
    """Close a completed work order for good: what was put in becomes assets, the invoice is drafted; audited.

    All of it or nothing. Raises DomainError where the work is not completed.
    """
    return change_status(work_order, WorkOrderStatus.POSTED, by=by)


def cancel(work_order: WorkOrder, *, reason: str, by=None) -> WorkOrder:
    """Call the work off and free its visits; audited with the reason.

    Raises DomainError without a reason, once the work is done, and while somebody is at the site.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError(_("Say why the work order is canceled."), field="reason")
    return change_status(work_order, WorkOrderStatus.CANCELED, by=by, reason=reason)


@transaction.atomic
def reopen(work_order: WorkOrder, *, by=None) -> WorkOrder:
    """Take a completed or canceled work order up again: it is to be scheduled anew. A signature is taken back; audited.

    Raises DomainError unless it is completed or canceled.
    """
    if lock_work_order(work_order).system_status not in CLOSED:
        raise DomainError(_("Only a completed or canceled work order is reopened."))
    return change_status(work_order, WorkOrderStatus.UNSCHEDULED, by=by)
