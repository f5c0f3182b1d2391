"""What the rows of an import of agreements refer to, and what they make of agreements and setups (OPS-4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from fieldservice.domain.agreement_rows import INVOICE, VISIT, gives_rule, rule_of
from fieldservice.domain.document_rows import Key
from fieldservice.domain.imports import BadColumn, account_of, accounts_by_number, by_numbers, named
from fieldservice.domain.recurrences import next_by_rule
from fieldservice.models import (
    Agreement,
    Asset,
    BookingSetup,
    FunctionalLocation,
    IncidentType,
    InvoiceSetup,
    InvoiceSetupLine,
)
from portal.accounts.domain.importing import differences
from portal.accounts.models import Account
from portal.catalog.enums import ProductKind
from portal.catalog.models import PriceList, Product
from portal.kit.csv_rows import Row

OWN_FIELDS = ("name", "start_date", "end_date", "generation_time", "description", "internal_notes", "is_exposed")
SETUP_FIELDS = (
    "days_ahead",
    "is_automatic",
    "priority",
    "summary",
    "days_before",
    "days_after",
    "window_starts",
    "window_ends",
)
INVOICE_FIELDS = ("days_ahead",)


@dataclass(frozen=True)
class Books:
    """The tenant's records that the rows of a batch refer to."""

    agreements: Mapping[Key, Agreement]
    accounts: Mapping[str, Account]
    price_lists: Mapping[str, PriceList]
    incident_types: Mapping[str, IncidentType]
    products: Mapping[str, Product]
    assets: Mapping[tuple[UUID, str], Asset]
    locations: Mapping[tuple[UUID, str], FunctionalLocation]
    # By class, agreement and name; those of this batch are added as they are planned.
    setups: dict[tuple, BookingSetup | InvoiceSetup]
    lines: dict[tuple, InvoiceSetupLine]


@dataclass
class SetupPlan:
    """A setup, and a line of it, as a row wants them."""

    record: BookingSetup | InvoiceSetup
    is_new: bool
    changed: list[str]
    line: InvoiceSetupLine | None = None
    line_is_new: bool = False
    line_changed: tuple[str, ...] = ()


def open_books(rows: list[Row]) -> Books:
    """Everything that the rows may refer to, by one query a kind."""
    accounts = accounts_by_number(rows, "account_number", "billing_account_number")
    agreements = by_numbers(Agreement.objects.prefetch_related("account"), rows)
    serials = {row.values.get("asset_serial_number", "") for row in rows} - {""}
    serials |= {serial for row in rows for serial in row.values.get("covered_serial_numbers", ())}
    assets = Asset.objects.filter(account__in=accounts.values(), serial_number__in=serials)
    places = FunctionalLocation.objects.filter(account__in=accounts.values(), name__in=named(rows, "location"))
    products = Product.objects.filter(code__in=named(rows, "product_code"))
    known = [each.pk for each in agreements.values()]
    setups = {
        (model, each.agreement_id, each.name): each
        for model in (BookingSetup, InvoiceSetup)
        for each in model.objects.filter(agreement__in=known)
    }
    lines = InvoiceSetupLine.objects.filter(setup__in=[each for each in setups.values() if type(each) is InvoiceSetup])
    return Books(
        agreements=agreements,
        accounts=accounts,
        price_lists={each.name: each for each in PriceList.objects.filter(name__in=named(rows, "price_list"))},
        incident_types={each.name.lower(): each for each in IncidentType.objects.order_by("pk")},
        products={each.code: each for each in products},
        assets={(each.account_id, each.serial_number): each for each in assets},
        locations={(each.account_id, each.name): each for each in places.prefetch_related("place").order_by("-pk")},
        setups=setups,
        lines={(each.setup_id, each.product_id, each.description): each for each in lines.order_by("-pk")},
    )


def fields_of(values: Mapping, account: Account, books: Books) -> dict[str, Any]:
    """The fields of the agreement that the row gives; raises BadColumn."""
    wanted = {"account": account} | {name: values[name] for name in OWN_FIELDS if name in values}
    if "billing_account_number" in values:
        number = values["billing_account_number"]
        wanted["billing_account"] = account_of(books.accounts, number, "billing_account_number") if number else None
    if "price_list" in values:
        name = values["price_list"]
        if name and name not in books.price_lists:
            raise BadColumn("price_list", _("There is no price list “%(name)s”.") % {"name": name})
        wanted["price_list"] = books.price_lists.get(name)
    for serial in values.get("covered_serial_numbers", ()):
        asset_of(serial, account, books, "covered_serial_numbers")
    return wanted


def asset_of(serial: str, account: Account, books: Books, column: str) -> Asset:
    if (account.pk, serial) not in books.assets:
        sentence = _("The account has no asset with the serial number “%(serial)s”.") % {"serial": serial}
        raise BadColumn(column, sentence)
    return books.assets[account.pk, serial]


def plan_setup(values: Mapping, agreement: Agreement, books: Books, wanted_of_agreement: Mapping) -> SetupPlan | None:
    """The setup that the row gives, None where it gives none; raises BadColumn."""
    kind, name = values.get("setup", ""), values.get("setup_name", "")
    if not kind:
        return None
    if not name:
        raise BadColumn("setup_name", _("Give the setup a name."))
    model = BookingSetup if kind == VISIT else InvoiceSetup
    known = books.setups.get((model, agreement.pk, name))
    setup = known or model(agreement=agreement, name=name)
    wanted = recurrence_fields(values) | {each: values[each] for each in INVOICE_FIELDS if each in values}
    if "setup_is_active" in values:
        wanted["is_active"] = values["setup_is_active"]
    if kind == VISIT:
        wanted |= visit_fields(values, agreement, books, is_new=known is None)
    changed = differences(setup, wanted)
    if changed and agreement.ended_at is not None and known is not None:
        raise BadColumn("setup", _("The agreement has ended: its setups stay as they are."))
    check_dates(setup, agreement, wanted_of_agreement)
    plan = SetupPlan(setup, is_new=known is None, changed=changed)
    if kind == INVOICE:
        plan_line(plan, values, books)
    # Only now: a row with an error leaves nothing behind that a later row would take for written.
    books.setups[model, agreement.pk, name] = setup
    return plan


def recurrence_fields(values: Mapping) -> dict[str, Any]:
    """Rule, first day and single dates, as far as the file says them."""
    wanted: dict[str, Any] = {"rule": rule_of(values)} if gives_rule(values) else {}
    if "first_date" in values:
        wanted["starts_date"] = values["first_date"]
    for name in ("extra_dates", "skipped_dates"):
        if name in values:
            wanted[name] = sorted(values[name])
    return wanted


def visit_fields(values: Mapping, agreement: Agreement, books: Books, *, is_new: bool) -> dict[str, Any]:
    """What is done, where, and when around each date."""
    wanted: dict[str, Any] = {name: values[name] for name in SETUP_FIELDS if name in values}
    if bool(values.get("window_starts")) != bool(values.get("window_ends")):
        raise BadColumn("window_ends", _("Name both times of the window, or neither."))
    service = values.get("incident_type", "")
    if service or is_new:
        if service.lower() not in books.incident_types:
            raise BadColumn("incident_type", _("There is no incident type “%(name)s”.") % {"name": service})
        wanted["incident_type"] = books.incident_types[service.lower()]
    if "asset_serial_number" in values:
        serial = values["asset_serial_number"]
        wanted["asset"] = asset_of(serial, agreement.account, books, "asset_serial_number") if serial else None
    if "location" in values:
        name = values["location"]
        if name and (agreement.account_id, name) not in books.locations:
            raise BadColumn("location", _("The account has no location “%(name)s”.") % {"name": name})
        wanted["place"] = books.locations[agreement.account_id, name].place if name else None
    return wanted


def check_dates(setup: BookingSetup | InvoiceSetup, agreement: Agreement, wanted: Mapping) -> None:
    """Raise BadColumn for a setup of which nothing would come within the term that the row gives."""
    term = Agreement(
        start_date=wanted.get("start_date", agreement.start_date), end_date=wanted.get("end_date", agreement.end_date)
    )
    if not setup.rule and not setup.extra_dates:
        raise BadColumn("unit", _("Say how it repeats, or give single dates."))
    if not next_by_rule(setup, term, after=term.start_date, count=1):
        raise BadColumn("unit", _("None of its dates lies in the term of the agreement."))


def plan_line(plan: SetupPlan, values: Mapping, books: Books) -> None:
    """The line of an invoice setup that the row gives; raises BadColumn."""
    code = values.get("product_code", "")
    if code not in books.products:
        raise BadColumn("product_code", _("There is no product with the number “%(code)s”.") % {"code": code})
    product = books.products[code]
    if product.kind == ProductKind.SERVICE:
        sentence = _("A service by time belongs on a work order, not on the invoice of an agreement.")
        raise BadColumn("product_code", sentence)
    description = values.get("line_description", "")
    key = (plan.record.pk, product.pk, description)
    line = books.lines.get(key)
    plan.line_is_new = line is None
    if line is None:
        before = sum(1 for setup, *_rest in books.lines if setup == plan.record.pk)
        line = InvoiceSetupLine(setup=plan.record, product=product, description=description, position=before + 1)
        books.lines[key] = line
    wanted = {name: values[name] for name in ("quantity", "unit_price") if name in values}
    plan.line, plan.line_changed = line, tuple(differences(line, wanted))
