"""Invoices that another system wrote for our work orders: taken in as drafts, issued once their lines add up (INT-1, DYNAMICS 7.4).

They come as rows of heads and lines, in any order of the lines, some of them twice. A draft is the company's own; customers see the invoice
from the moment that `settle_external` finds it whole.
"""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.invoice_payments import record_payment
from fieldservice.domain.invoices import InvoiceItem, days_to_pay, draft_invoice, issue, line_row, lock_invoice
from fieldservice.engine.totals import totals
from fieldservice.enums import InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine, WorkOrder
from portal.audit.domain import record
from portal.catalog.models import Product
from portal.kit.errors import DomainError
from portal.kit.money import ZERO, round_money
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant

HIGHEST_POSITION = 32_767
UNIT_LENGTH = 20


@transaction.atomic
def take_external_head(
    external_number: str,
    *,
    work_order_number: str,
    currency: str,
    invoice_date: dt.date | None = None,
    due_date: dt.date | None = None,
    by=None,
) -> tuple[Invoice, bool, list[str]]:
    """The draft of this invoice for its work order; returns it, whether it is new, and what changed. Audited.

    Once issued it stays as it is. Raises DomainError for another currency, an unknown work order, or one that has another invoice.
    """
    if currency != current_tenant().currency:
        raise DomainError(
            _("Amounts are in %(currency)s here.") % {"currency": current_tenant().currency}, field="currency"
        )
    known = external_invoice(external_number)
    if known is not None and known.status != InvoiceStatus.DRAFT:
        return known, False, []
    if known is not None:
        return known, False, change_dates(known, invoice_date, due_date, by=by)
    work_order = invoiced_order(work_order_number)
    payer = work_order.billing_account or work_order.account
    day = invoice_date or today()
    made = draft_invoice(
        payer,
        lines=(),
        service_account=work_order.account,
        agreement=work_order.agreement,
        work_order=work_order,
        invoice_date=day,
        due_date=due_date or day + dt.timedelta(days=days_to_pay(payer)),
        is_exposed=work_order.is_exposed,
        by=by,
    )
    made.external_number = external_number
    made.save(update_fields=["external_number"])
    return made, True, ["external_number"]


@transaction.atomic
def put_external_line(
    external_number: str,
    position: int,
    *,
    description: str,
    net: Decimal,
    tax: Decimal = ZERO,
    quantity: Decimal = Decimal(1),
    unit: str = "",
    unit_price: Decimal = ZERO,
    product_code: str = "",
    by=None,
) -> tuple[InvoiceLine, bool, list[str]]:
    """Write a line of a draft by its number over there; returns it, whether it is new, and what changed.

    Raises DomainError for an unknown invoice or product, and where an issued invoice would change.
    """
    invoice = lock_invoice(found_invoice(external_number))
    if not 0 < position <= HIGHEST_POSITION:
        raise DomainError(
            _("The number of a line is from 1 to %(most)d.") % {"most": HIGHEST_POSITION}, field="position"
        )
    said = {"description": description, "quantity": quantity, "unit": unit[:UNIT_LENGTH], "unit_price": unit_price}
    wanted = line_row(invoice, external_item(invoice, product_of(product_code), net, tax, said), position)
    known = InvoiceLine.objects.filter(invoice=invoice, position=position).order_by("pk").first()
    changed = [name for name in CONTENT if known is None or getattr(known, name) != getattr(wanted, name)]
    if known is not None and not changed:
        return known, False, []
    if invoice.status != InvoiceStatus.DRAFT:
        raise DomainError(_("The lines of an issued invoice stay as they are. Credit it instead."))
    if known is not None:
        wanted.pk, wanted._state.adding = known.pk, False  # noqa: SLF001  it takes the known line's place
    wanted.save()
    add_up(invoice)
    return wanted, known is None, changed


def external_item(invoice: Invoice, product: Product | None, net: Decimal, tax: Decimal, said: dict) -> InvoiceItem:
    """The line as the other system charged it; raises DomainError for what takes back."""
    item = InvoiceItem(
        product=product, net=round_money(net, invoice.currency), tax=round_money(tax, invoice.currency), **said
    )
    if min(item.net, item.tax) < ZERO:
        raise DomainError(_("Quantities and prices are not negative. Credit an invoice instead."), field="net")
    return item


CONTENT = ("product_id", "description", "quantity", "unit", "unit_price", "net", "tax")


@transaction.atomic
def settle_external(
    external_number: str, *, total: Decimal, paid: Decimal = ZERO, by=None
) -> tuple[Invoice, bool, list[str]]:
    """Issue the invoice once its lines make its total, and record what was paid since; returns what changed.

    Raises DomainError while lines are missing, so that the row is tried again, and where less is paid than before.
    """
    invoice = lock_invoice(found_invoice(external_number))
    changed = []
    if invoice.status == InvoiceStatus.DRAFT:
        wanted = round_money(total, invoice.currency)
        if invoice.total != wanted:
            words = {"made": invoice.total.normalize(), "said": wanted.normalize()}
            raise DomainError(_("The lines make %(made)s, not %(said)s: some have not arrived.") % words, field="total")
        issue(invoice, by=by)
        changed.append("status")
    owed = round_money(paid, invoice.currency) - invoice.paid
    if owed < ZERO:
        raise DomainError(_("Less is paid than before: take the payment back on the invoice."), field="paid")
    if owed:
        record_payment(invoice, amount=owed, reference=external_number, by=by)
        changed.append("paid")
    return invoice, False, changed


def external_invoice(external_number: str) -> Invoice | None:
    """The invoice of this number over there, if it was taken in."""
    if not external_number:
        raise DomainError(_("The invoice has no number."), field="external_number")
    return Invoice.objects.filter(external_number=external_number).order_by("pk").first()


def found_invoice(external_number: str) -> Invoice:
    """The same; raises DomainError where it was not."""
    found = external_invoice(external_number)
    if found is None:
        sentence = _("The invoice “%(number)s” has not arrived.") % {"number": external_number}
        raise DomainError(sentence, field="external_number")
    return found


def invoiced_order(number: str) -> WorkOrder:
    """The work order that is invoiced; raises DomainError where there is none."""
    found = WorkOrder.objects.select_related("account", "billing_account", "agreement").filter(number=number)
    work_order = found.order_by("pk").first()
    if work_order is None:
        raise DomainError(_("There is no work order “%(number)s”.") % {"number": number}, field="work_order_number")
    if work_order.invoices.exclude(status=InvoiceStatus.CANCELED).filter(credits__isnull=True).exists():
        raise DomainError(_("The work order has an invoice."), field="work_order_number")
    return work_order


def change_dates(invoice: Invoice, invoice_date: dt.date | None, due_date: dt.date | None, *, by) -> list[str]:
    """Have a draft say the dates that the other system says; what changed."""
    said = {"invoice_date": invoice_date, "due_date": due_date}
    changed = [name for name, day in said.items() if day is not None and day != getattr(invoice, name)]
    before = {name: str(getattr(invoice, name)) for name in changed}
    for name in changed:
        setattr(invoice, name, said[name])
    if invoice.due_date < invoice.invoice_date:
        raise DomainError(_("An invoice is due on its date or later."), field="due_date")
    if changed:
        invoice.save(update_fields=changed)
        record(by, "invoice.change", invoice, before=before, after={name: str(said[name]) for name in changed})
    return changed


def add_up(invoice: Invoice) -> None:
    """Write the sums of a locked draft's lines."""
    sums = totals(InvoiceLine.objects.filter(invoice=invoice))
    invoice.net, invoice.tax, invoice.total = sums.net, sums.tax, sums.total
    invoice.save(update_fields=["net", "tax", "total"])


def product_of(code: str) -> Product | None:
    """The product of this number, none for none; raises DomainError where we do not have it."""
    if not code:
        return None
    found = Product.objects.filter(code=code).order_by("pk").first()
    if found is None:
        raise DomainError(_("There is no product with the number “%(code)s”.") % {"code": code}, field="product_code")
    return found
