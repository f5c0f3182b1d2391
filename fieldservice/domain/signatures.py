"""The customer signs a completed work order with their name, once (FS-4)."""

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.enums import WorkOrderStatus
from fieldservice.models import WorkOrder, WorkOrderSignature
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.timeline.domain.comments import note_event

SIGNABLE = (WorkOrderStatus.COMPLETED, WorkOrderStatus.POSTED)


@transaction.atomic
def sign_work_order(work_order: WorkOrder, contact: Contact, *, name: str, by=None) -> WorkOrderSignature:
    """Record that the contact signed with this name, and when; audited.

    Raises Conflict where it is signed already, or was reopened since the page was shown, DomainError without a name.
    """
    name = " ".join(name.split())
    locked = WorkOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=work_order.pk)
    if locked.system_status not in SIGNABLE:
        raise Conflict(_("This work order is not completed. It can be signed once the work is done."))
    if WorkOrderSignature.objects.filter(work_order=locked).exists():
        raise Conflict(_("This work order was signed already."))
    if not name:
        raise DomainError(_("Type your name."), field="name")
    signature = WorkOrderSignature.objects.create(
        work_order=locked,
        name=name[: WorkOrderSignature._meta.get_field("name").max_length],
        contact=contact,
        signed_at=clock.now(),
    )
    note_event(locked, "work_order.signed", {"name": signature.name}, by=by, contact=contact)
    record(by, "work_order.sign", locked, after={"name": signature.name, "contact": str(contact)})
    return signature


def take_signature_back(work_order: WorkOrder, *, by=None) -> None:
    """What was signed is no longer so once the work goes on; the trail keeps who had signed. The caller holds the lock."""
    signature = WorkOrderSignature.objects.filter(work_order=work_order).order_by("pk").first()
    if signature is not None:
        told = {"name": signature.name, "signed_at": signature.signed_at.isoformat()}
        record(by, "work_order.unsign", work_order, before=told)
        signature.delete()
