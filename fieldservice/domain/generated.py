"""What a date of an agreement is turned into: a work order, or the draft of an invoice (FS-2)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from fieldservice.domain.contents import Incident
from fieldservice.domain.invoices import InvoiceItem, draft_invoice
from fieldservice.domain.setups import DAY, load_settings
from fieldservice.domain.work_orders import Terms, create_work_order
from fieldservice.engine.recurrence import span
from fieldservice.models import (
    Agreement,
    BookingDate,
    BookingSetup,
    FieldServiceSettings,
    Invoice,
    InvoiceDate,
    InvoiceSetup,
    InvoiceSetupLine,
    WorkOrder,
)
from portal.accounts.models import Account
from portal.catalog.domain.prices import prices_of, taxes_by, terms_of
from portal.catalog.enums import ProductKind
from portal.catalog.models import BillingTerms
from portal.geo.models import Place
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant


def work_order_of(date: BookingDate, *, by) -> WorkOrder:
    """The work order of a date, with its incidents and the window in which the visit is due.

    It is exposed where the agreement is: who reads of the service reads of the work. What the incident types bring is covered where
    the agreement has invoices of its own. Raises DomainError where there is no site to go to.
    """
    setup: BookingSetup = date.setup
    agreement: Agreement = setup.agreement
    place = site_of(setup, agreement)
    further = setup.incidents.select_related("incident_type", "asset").order_by("pk")
    window_starts_at, window_ends_at = span(
        date.date - setup.days_before * DAY,
        date.date + setup.days_after * DAY,
        setup.window_starts,
        setup.window_ends,
        place.zone,
    )
    terms = Terms(
        billing_account=agreement.billing_account,
        agreement=agreement,
        price_list=agreement.price_list,
        window_starts_at=window_starts_at,
        window_ends_at=window_ends_at,
        further=[Incident(each.incident_type, each.asset) for each in further],
        is_covered=is_covered(agreement),
    )
    return create_work_order(
        agreement.account,
        incident_type=setup.incident_type,
        place=place,
        asset=setup.asset,
        summary=setup.summary,
        priority=setup.priority,
        is_exposed=agreement.is_exposed,
        terms=terms,
        by=by,
    )


def site_of(setup: BookingSetup, agreement: Agreement) -> Place:
    """Where the visit goes: the setup's own site, the asset's location, the account's address; raises DomainError without."""
    if setup.place is not None:
        return setup.place
    if setup.asset is not None and setup.asset.location is not None:
        return setup.asset.location.place
    if agreement.account.place is not None:
        return agreement.account.place
    raise DomainError(_("There is no site to go to: give the setup a site or the account an address."))


def is_covered(agreement: Agreement) -> bool:
    """Whether the work is charged by invoices of the agreement, and so not once more by the work order (DYNAMICS 3.6)."""
    return InvoiceSetup.objects.filter(agreement=agreement, is_active=True).exists()


def invoice_of(date: InvoiceDate, *, by) -> Invoice:
    """The draft of a date's invoice, to whoever pays, whatever work was done; exposed where the agreement is.

    Customers see it once it is issued. Raises DomainError without lines, and for a service, which belongs on a work order.
    """
    setup: InvoiceSetup = date.setup
    agreement: Agreement = setup.agreement
    lines = list(setup.lines.select_related("product").order_by("position", "pk"))
    if not lines:
        raise DomainError(_("“%(name)s” has no lines to charge yet.") % {"name": setup.name})
    if any(line.product.kind == ProductKind.SERVICE for line in lines):
        raise DomainError(_("A service by time belongs on a work order, not on the invoice of an agreement."))
    with translation.override(current_tenant().default_language):
        return draft_invoice(
            payer_of(agreement),
            lines=items_of(lines, agreement, on=date.date),
            service_account=agreement.account,
            agreement=agreement,
            invoice_date=date.date,
            is_exposed=agreement.is_exposed,
            by=by,
        )


def payer_of(agreement: Agreement) -> Account:
    """Who pays."""
    return agreement.billing_account or agreement.account


def items_of(lines: Sequence[InvoiceSetupLine], agreement: Agreement, *, on: dt.date) -> list[InvoiceItem]:
    """The lines with their prices and taxes on that day."""
    settings, terms = load_settings(), terms_of(payer_of(agreement))
    products = {line.product_id: line.product for line in lines}.values()
    taxes = taxes_by(list(products), terms, settings.tax_code)
    prices = prices_by(lines, agreement, settings, terms, on=on)
    return [
        InvoiceItem(
            product=line.product,
            description=str(line),
            quantity=line.quantity,
            unit=line.product.unit,
            unit_price=price,
            tax_name=taxes[line.product_id].name,
            tax_rate=taxes[line.product_id].rate,
        )
        for line, price in zip(lines, prices, strict=True)
    ]


def prices_on(lines: Sequence[InvoiceSetupLine], agreement: Agreement, on: dt.date) -> list[Decimal]:
    """What each of these lines costs for each on that day. Where every line has a price of its own no query is asked, else three."""
    if all(line.unit_price is not None for line in lines):
        return [line.unit_price for line in lines]
    return prices_by(lines, agreement, load_settings(), terms_of(payer_of(agreement)), on=on)


def prices_by(
    lines: Sequence[InvoiceSetupLine],
    agreement: Agreement,
    settings: FieldServiceSettings,
    terms: BillingTerms | None,
    *,
    on: dt.date,
) -> list[Decimal]:
    """The price of each line: its own, else that of the agreement's price list, the payer's, the company's, the product's."""
    price_lists = (agreement.price_list, terms.price_list if terms else None, settings.price_list)
    asked = [line.product for line in lines if line.unit_price is None]
    prices = prices_of(asked, price_lists=price_lists, on=on)
    return [prices[line.product_id].unit_price if line.unit_price is None else line.unit_price for line in lines]
