"""Agreements with what comes of them, in the tenant in scope."""

import datetime as dt
from decimal import Decimal

from fieldservice.domain.agreements import activate, create_agreement
from fieldservice.models import Agreement, AgreementAsset, BookingSetup, InvoiceSetup, InvoiceSetupLine
from tests.factories import unique
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_incident_type

START, END = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def make_estimate(**fields) -> Agreement:
    """An exposed estimate for the year 2026; `is_exposed=False` hides it."""
    account = fields.pop("account", None) or make_account()
    beside = {name: fields.pop(name) for name in ("external_number", "status", "activated_at") if name in fields}
    values = {"name": unique("Care plan "), "start_date": START, "end_date": END, "is_exposed": True}
    agreement = create_agreement(account, **{**values, **fields})
    if beside:
        Agreement.objects.filter(pk=agreement.pk).update(**beside)
        agreement.refresh_from_db()
    return agreement


def make_agreement(*, setups=(), **fields) -> Agreement:
    """An active agreement with a term from the first of this month, exposed; `setups` are made by functions that take it."""
    today = dt.datetime.now(dt.UTC).date()
    term = {"start_date": today.replace(day=1), "end_date": today.replace(day=1) + dt.timedelta(days=365)}
    agreement = make_estimate(**{**term, **fields})
    for make in setups:
        make(agreement)
    return activate(agreement)


def make_booking_setup(agreement: Agreement, **fields) -> BookingSetup:
    """A visit on the 15th of each month."""
    if "incident_type" not in fields:
        fields["incident_type"] = make_incident_type()
    values = {"name": unique("Visits "), "rule": "FREQ=MONTHLY;BYMONTHDAY=15"}
    return BookingSetup.objects.create(agreement=agreement, **{**values, **fields})


def make_invoice_setup(agreement: Agreement, *lines: dict, **fields) -> InvoiceSetup:
    """An invoice of 90.00 on the first of each month."""
    values = {"name": unique("Fees "), "rule": "FREQ=MONTHLY;BYMONTHDAY=1"}
    setup = InvoiceSetup.objects.create(agreement=agreement, **{**values, **fields})
    for position, line in enumerate(lines or [{"unit_price": Decimal(90)}], start=1):
        product = line.get("product") or make_product()
        InvoiceSetupLine.objects.create(setup=setup, position=position, **{**line, "product": product})
    return setup


def cover(agreement: Agreement, *assets) -> None:
    for asset in assets:
        AgreementAsset.objects.create(agreement=agreement, asset=asset)
