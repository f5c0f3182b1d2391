"""The invoice of a work order: what was used of products and services, to the account that pays (FS-5, DYNAMICS 3.3, 3.4)."""

from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fieldservice.domain.invoices import InvoiceItem, draft_invoice
from fieldservice.engine.charges import MINUTES_AN_HOUR, product_charge, service_charge
from fieldservice.engine.totals import Amounts
from fieldservice.enums import InvoiceKind, InvoiceStatus, LineStatus, WorkOrderStatus
from fieldservice.models import FieldServiceSettings, Invoice, WorkOrder, WorkOrderProduct, WorkOrderService
from portal.catalog.domain.prices import terms_of
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.scope import current_tenant

DONE = (WorkOrderStatus.COMPLETED, WorkOrderStatus.POSTED)


@transaction.atomic
def invoice_work_order(work_order: WorkOrder, *, by=None) -> Invoice | None:
    """Draft the invoice of a work order that is done; asked again it returns the first one.

    Used lines are charged by what is to be billed; what the agreement covers stands there at nothing. None where nothing is
    to be billed, or where the tenant has another system write these invoices. Raises DomainError before the work is done.
    """
    locked = (
        WorkOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account", "billing_account", "agreement")
        .get(pk=work_order.pk)
    )
    known = invoice_of(locked)
    if known is not None:
        return known
    if locked.system_status not in DONE:
        raise DomainError(_("A work order is invoiced once it is completed."))
    settings = FieldServiceSettings.objects.order_by("pk").first() or FieldServiceSettings()
    items = items_of(locked) if settings.invoices_posted_work_orders else []
    if not any(item.net for item in items):
        return None
    payer = locked.billing_account or locked.account
    return draft_invoice(
        payer, lines=items, service_account=locked.account, agreement=locked.agreement, work_order=locked, by=by
    )


def invoice_of(work_order: WorkOrder) -> Invoice | None:
    """The invoice of the work order that counts, if it has one."""
    kept = Invoice.objects.filter(work_order=work_order, kind=InvoiceKind.INVOICE)
    return kept.exclude(status=InvoiceStatus.CANCELED).order_by("pk").first()


def items_of(work_order: WorkOrder) -> list[InvoiceItem]:
    """What was used, services first, each as the customer reads it; what is billed at no quantity is left out."""
    terms = terms_of(work_order.billing_account or work_order.account)
    is_taxed = work_order.is_taxable and not (terms is not None and terms.is_tax_exempt)
    used = {"work_order": work_order, "status": LineStatus.USED}
    services = WorkOrderService.objects.filter(**used, minutes_to_bill__gt=0)
    products = WorkOrderProduct.objects.filter(**used, quantity_to_bill__gt=0)
    with translation.override(current_tenant().default_language):
        return [
            *(service_item(each, is_taxed=is_taxed) for each in ordered(services)),
            *(product_item(each, is_taxed=is_taxed) for each in ordered(products)),
        ]


def ordered(lines):
    return lines.select_related("product").order_by("position", "pk")


def product_item(line: WorkOrderProduct, *, is_taxed: bool) -> InvoiceItem:
    """A part by the quantity to bill."""
    cost = product_charge(line, line.quantity_to_bill, currency=current_tenant().currency, is_taxed=is_taxed)
    return item_of(line, cost, quantity=line.quantity_to_bill, unit=line.product.unit, is_taxed=is_taxed)


def service_item(line: WorkOrderService, *, is_taxed: bool) -> InvoiceItem:
    """A service by the hours to bill, or its flat fee."""
    cost = service_charge(line, line.minutes_to_bill, currency=current_tenant().currency, is_taxed=is_taxed)
    if line.is_flat_fee:
        return item_of(line, cost, is_taxed=is_taxed)
    # Three decimals are what is printed; the amount is made from the minutes.
    shown = Decimal(round(Fraction(line.minutes_to_bill, MINUTES_AN_HOUR) * 1000)) / 1000
    return item_of(line, cost, quantity=shown, unit=_("h"), is_taxed=is_taxed)


def item_of(line, cost: Amounts, *, is_taxed: bool, **fields) -> InvoiceItem:
    """The line with its frozen price and tax; what the agreement covers says so and costs nothing."""
    text = str(line)
    if line.is_covered:
        text = _("%(what)s (covered by the agreement)") % {"what": text}
    return InvoiceItem(
        product=line.product,
        description=text,
        unit_price=ZERO if line.is_covered else line.unit_price,
        discount_percent=ZERO if line.is_covered else line.discount_percent,
        tax_name=line.tax_name if is_taxed else "",
        tax_rate=line.tax_rate if is_taxed else ZERO,
        net=cost.net,
        tax=cost.tax,
        **fields,
    )
