"""What a viewer may do with records of the section, each with its reason (FS-4, FS-5)."""

from django.utils.translation import gettext_lazy as _

from fieldservice.enums import WorkOrderStatus
from fieldservice.models import Invoice, WorkOrder
from portal.access.money import sees_money_of
from portal.access.viewer import Viewer
from portal.accounts.enums import Section
from portal.kit.verdicts import ALLOWED, Verdict, denied


def can_download_invoice(viewer: Viewer, invoice: Invoice) -> Verdict:
    """Whether the viewer gets the paper: an invoice without its amounts is none."""
    if sees_money_of(viewer, invoice):
        return ALLOWED
    return denied(
        _("The paper shows amounts, and your web role does not include them. Ask a colleague whose role does.")
    )


def can_sign(viewer: Viewer, work_order: WorkOrder) -> Verdict:
    """Whether the viewer may sign for the account that the work is done."""
    if not viewer.may_decide(Section.FIELD_SERVICE):
        return denied(_("Your web role lets you read work orders, not sign them. Ask a colleague who may."))
    if not viewer.may_decide(Section.FIELD_SERVICE, work_order.account_id):
        return denied(_("You can read this work order, but not sign for its account."))
    if work_order.system_status not in {WorkOrderStatus.COMPLETED, WorkOrderStatus.POSTED}:
        return denied(_("This work order is not completed. It can be signed once the work is done."))
    return ALLOWED
