"""What a work order brings and costs, for staff: charges, cost and margin. Never for customers (FS-4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fieldservice.engine.charges import MINUTES_AN_HOUR, product_charge, service_charge
from fieldservice.engine.totals import Amounts, Totals, rounded, totals
from fieldservice.enums import LineStatus
from fieldservice.models import Invoice, WorkOrder, WorkOrderProduct, WorkOrderService
from fieldservice.queries.work_order_lines import Charge, charge_of
from portal.audit.models import AuditEntry
from portal.catalog.domain.prices import terms_of
from portal.kit.money import ZERO

INVOICES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Sums:
    """Charges of what was used and of what is only planned; cost of what was used."""

    used: Totals
    planned: Totals
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        """What is left of the net."""
        return self.used.net - self.cost

    @property
    def margin_percent(self) -> Decimal | None:
        """The margin in percent of the net; None where nothing is charged."""
        if not self.used.net:
            return None
        return (self.margin * 100 / self.used.net).quantize(Decimal("0.1"))


def sums_of(work_order: WorkOrder, currency: str) -> Sums:
    """The sums of all lines; three queries."""
    terms = terms_of(work_order.billing_account or work_order.account)
    is_taxed = work_order.is_taxable and not (terms is not None and terms.is_tax_exempt)
    products = list(WorkOrderProduct.objects.filter(work_order=work_order))
    services = list(WorkOrderService.objects.filter(work_order=work_order))

    def charges(*, is_used: bool) -> Iterable[Charge]:
        for line in [*services, *products]:
            if (line.status == LineStatus.USED) == is_used:
                yield charge_of(line, charge_for(line, currency, is_taxed=is_taxed), is_taxed=is_taxed)

    used = [each for each in (*services, *products) if each.status == LineStatus.USED]
    cost = sum((cost_of(each, currency) for each in used), ZERO)
    return Sums(totals(charges(is_used=True)), totals(charges(is_used=False)), cost)


def charge_for(line: WorkOrderProduct | WorkOrderService, currency: str, *, is_taxed: bool = True) -> Amounts:
    """What a line charges: what is to be billed, before it is used what is planned."""
    is_used = line.status == LineStatus.USED
    if isinstance(line, WorkOrderService):
        minutes = line.minutes_to_bill if is_used else line.estimate_minutes
        return service_charge(line, minutes, currency=currency, is_taxed=is_taxed)
    quantity = line.quantity_to_bill if is_used else line.estimate_quantity
    return product_charge(line, quantity, currency=currency, is_taxed=is_taxed)


def cost_of(line: WorkOrderProduct | WorkOrderService, currency: str) -> Decimal:
    """What was used of a line costs the company, whatever is billed."""
    used = Fraction(line.minutes, MINUTES_AN_HOUR) if isinstance(line, WorkOrderService) else Fraction(line.quantity)
    return rounded(used * Fraction(line.unit_cost), currency)


def invoices_of(work_order: WorkOrder) -> list[Invoice]:
    """The invoices and credit notes that came of it, the oldest first."""
    return list(Invoice.objects.filter(work_order=work_order).order_by("created_at", "pk")[:INVOICES_SHOWN])


def last_change_of(work_order: WorkOrder) -> str:
    """What of the trail of a work order came last; every change of it and of what it holds adds to that trail."""
    found = AuditEntry.objects.filter(object_id=work_order.pk).order_by("-at", "-pk").values_list("pk", flat=True)
    return str(found.first() or "")
