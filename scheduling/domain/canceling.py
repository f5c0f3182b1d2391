"""A work order that is called off frees its visits (DYNAMICS 3.1)."""

from django.db.models import F
from django.utils.translation import gettext as _

from fieldservice.models import WorkOrder
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError
from scheduling.domain.legs import close_gap
from scheduling.enums import BookingStatus
from scheduling.models import Booking
from scheduling.queries import claims

AT_WORK = (BookingStatus.IN_PROGRESS, BookingStatus.ON_BREAK)
FREED = (BookingStatus.SCHEDULED, BookingStatus.TRAVELING)


def free_visits(work_order: WorkOrder, *, by=None) -> int:
    """Cancel the visits of a canceled work order, each audited; how many. What was done already stays.

    Runs in the transaction that cancels the work order. Raises DomainError while somebody is at work there: the work order
    is not canceled then.
    """
    visits = Booking.objects.filter(work_order=work_order)
    # Bookings are written under the lock of their resource; several are taken in one order.
    for resource_id in sorted(set(visits.filter(status__in=FREED).values_list("resource_id", flat=True))):
        claims.lock_resource(resource_id, clock.now())
    rows = list(visits.select_for_update(of=("self",)).select_related("resource").order_by("pk"))
    if any(each.status in AT_WORK for each in rows):
        raise DomainError(_("Somebody is at work there. The visit has to end before the work order is canceled."))
    freed = [each for each in rows if each.status in FREED]
    for visit in freed:
        before = visit.status
        visit.status = BookingStatus.CANCELED
        visit.sequence = F("sequence") + 1
        visit.save(update_fields=["status", "sequence"])
        after = {"status": BookingStatus.CANCELED, "resource": str(visit.resource), "work_order": work_order.number}
        record(by, "booking.cancel", visit, before={"status": before}, after=after)
        close_gap(visit)
    return len(freed)
