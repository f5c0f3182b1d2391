"""Verbs over corrections of project invoices, and drafts that are thrown away (PSA-4, DYNAMICS 6.6)."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.domain import record
from portal.kit.errors import DomainError
from portal.tenancy.days import today
from projects.domain.documents import lock
from projects.domain.invoices import draft_invoice, release
from projects.domain.lines import Item, copy_of
from projects.enums import InvoiceStatus
from projects.models import ProjectInvoice, ProjectInvoiceLine

COPIED = ("contract_line", "date", "task", "role", "resource", "billing_type", "internal_description")


@transaction.atomic
def correct(invoice: ProjectInvoice, *, by=None) -> ProjectInvoice:
    """Draft what is to stand in the place of a confirmed invoice, with its lines as they were; audited.

    It is as visible as the invoice, once it is confirmed, and due with it, or by the days to pay where that day has gone by. Asked again, it gives the correction that there is. Raises DomainError
    for what was not confirmed or is paid.
    """
    locked = lock(invoice)
    known = locked.corrections.order_by("pk").first()
    if known is not None:
        return known
    if locked.status != InvoiceStatus.CONFIRMED:
        raise DomainError(_("Only a confirmed invoice that is not paid is corrected."))
    lines = locked.lines.select_related("product", "contract_line", "task", "role", "resource").order_by(
        "position", "pk"
    )
    day = max(today(), locked.invoice_date)
    correction = draft_invoice(
        locked.account,
        items=[copied(each) for each in lines],
        project=locked.project,
        contract=locked.contract,
        corrects=locked,
        invoice_date=day,
        due_date=locked.due_date if locked.due_date >= day else None,
        note=locked.note,
        is_exposed=locked.is_exposed,
        by=by,
    )
    record(by, "project_invoice.correct", locked, after={"correction": correction.number})
    return correction


def copied(line: ProjectInvoiceLine) -> Item:
    """A line as it was; its milestone stays with the invoice that billed it."""
    return copy_of(line, **{name: getattr(line, name) for name in COPIED})


@transaction.atomic
def discard(invoice: ProjectInvoice, *, by=None) -> None:
    """Throw a draft away; audited. Its milestones are ready again. Raises DomainError once it is in review or confirmed."""
    locked = lock(invoice)
    if locked.status != InvoiceStatus.DRAFT:
        raise DomainError(_("Only a draft is thrown away."))
    milestones = set(locked.lines.exclude(milestone=None).values_list("milestone", flat=True).order_by("pk"))
    record(by, "project_invoice.discard", locked, before={"number": locked.number, "total": str(locked.total)})
    locked.delete()
    release(milestones)
