"""Import opportunities from CSV (OPS-4, PRT-2). The number in the other system, else our own, says which one a row is.

A new one is with nobody: `is_ready` has the programme distribute it. Where an opportunity is and how far, a file never says: that
comes from what partners do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import key_of
from fieldservice.domain.imports import (
    BadColumn,
    account_of,
    accounts_by_number,
    by_numbers,
    linkable,
    named,
    number_all,
    refusal,
)
from partners.enums import CLOSED_STATUSES, EventKind, NumberKind, OpportunityStatus, Source
from partners.models import LeadType, Opportunity, OpportunityEvent, OpportunityProduct
from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.accounts.models import Account, Contact
from portal.catalog.models import Product
from portal.geo.domain.imports import PLACE_COLUMNS, PlaceWriter, place_fields
from portal.geo.models import Place
from portal.kit import clock
from portal.kit.csv_cells import BadCell, Column, date, decimal, email, flag, line, phone, text
from portal.kit.csv_rows import CsvFile, Report, Row
from portal.kit.money import round_money
from portal.tenancy.scope import current_tenant
from scheduling.domain.import_cells import words

OWN_FIELDS = (
    "topic",
    "prospect_name",
    "prospect_person",
    "prospect_email",
    "prospect_phone",
    "situation",
    "need",
    "solution",
    "internal_notes",
    "estimated_close_date",
)
# What may still change once an opportunity is closed.
MOVABLE = frozenset({"external_number", "internal_notes"})
COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("topic", line(160), is_required=True),
    Column("customer_number", line(40)),
    Column("contact_email", email),
    Column("prospect_name", line(160)),
    Column("prospect_person", line(160)),
    Column("prospect_email", email),
    Column("prospect_phone", phone),
    *PLACE_COLUMNS,
    Column("situation", text(4000)),
    Column("need", text(4000)),
    Column("solution", text(4000)),
    Column("internal_notes", text(4000)),
    Column("lead_type", line(80)),
    Column("product_codes", words, empty=()),
    Column("estimated_revenue", decimal(3), empty=None),
    Column("estimated_close_date", date, empty=None),
    Column("is_ready", flag, empty=False),
)


def import_opportunities(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import opportunities. Raises FileRefused."""
    return run_import(OpportunityImporter(by=by), file, mode=mode, by=by)


@dataclass(frozen=True)
class Books:
    """The tenant's records that the rows of a batch refer to; products by opportunity besides."""

    opportunities: Mapping[tuple[str, str], Opportunity]
    accounts: Mapping[str, Account]
    contacts: Mapping[tuple[Any, str], Contact]
    lead_types: Mapping[str, LeadType]
    products: Mapping[str, Product]
    listed: Mapping[Any, set]


@dataclass
class Plan:
    """What a row makes of its opportunity."""

    row: Row
    record: Opportunity
    is_new: bool
    changed: list[str]
    place: Place | None
    address: dict[str, Any]
    products: set | None


class OpportunityImporter:
    """Creates and updates opportunities with their address and products."""

    name = "opportunities"
    columns = COLUMNS
    key_column = "external_number"

    def __init__(self, *, by=None):
        self._places = PlaceWriter(by=by)

    def key(self, row: Row) -> tuple[str, str] | None:
        return key_of(row.values)

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries, and one for each address that changes."""
        books = open_books(rows)
        plans = []
        for row in rows:
            try:
                plans.append(plan_of(row, books))
            except BadCell as error:
                report.refuse(refusal(row, error))
        self._places.create([plan.place for plan in plans if plan.place])
        new = [plan.record for plan in plans if plan.is_new]
        number_all(NumberKind.OPPORTUNITY, new)
        Opportunity.objects.bulk_create(new)
        OpportunityEvent.objects.bulk_create(
            OpportunityEvent(opportunity=each, kind=EventKind.CREATED, at=each.created_at) for each in new
        )
        update_changed(Opportunity, plans)
        listed = write_products(plans, books.listed)
        for plan in plans:
            place = plan.record.place
            has_moved = place is not None and bool(plan.address) and self._places.change(place, plan.address)
            if plan.is_new:
                report.created += 1
            elif plan.changed or has_moved or plan.record.pk in listed:
                report.updated += 1
            else:
                report.unchanged += 1

    def finish(self, report: Report) -> None:
        """No opportunity waits for another."""


def open_books(rows: list[Row]) -> Books:
    """Everything that the rows may refer to, by one query a kind; the opportunities are locked."""
    locked = Opportunity.objects.select_for_update(of=("self",), no_key=True).prefetch_related("place")
    known = by_numbers(locked, rows)
    accounts = accounts_by_number(rows, "customer_number")
    contacts = Contact.objects.filter(account__in=accounts.values(), email__in=named(rows, "contact_email"))
    codes = {code for row in rows for code in row.values.get("product_codes", ())}
    listed: dict[Any, set] = {}
    pairs = OpportunityProduct.objects.filter(opportunity__in={each.pk for each in known.values()}).order_by()
    for opportunity, product in pairs.values_list("opportunity_id", "product_id"):
        listed.setdefault(opportunity, set()).add(product)
    return Books(
        opportunities=known,
        accounts=accounts,
        contacts={(each.account_id, each.email): each for each in contacts.order_by("-pk")},
        lead_types={each.name: each for each in LeadType.objects.filter(name__in=named(rows, "lead_type"))},
        products={each.code: each for each in Product.objects.filter(code__in=codes).order_by("-pk")},
        listed=listed,
    )


def plan_of(row: Row, books: Books) -> Plan:
    """What a row makes of its opportunity; raises BadCell."""
    values, key = row.values, key_of(row.values)
    if key is None:
        raise BadColumn("external_number", _("Give the number in the other system, or our own number."))
    known = books.opportunities.get(key) or linkable(books.opportunities, row)
    record = known or new_opportunity(values)
    address = place_fields(values)
    place = Place(**address) if address and not record.place_id else None
    wanted = fields_of(values, record, books) | ({"place": place} if place else {})
    changed = differences(record, wanted)
    if record.customer_id is None and not record.prospect_name:
        raise BadColumn("prospect_name", _("Choose a customer, or name the prospect."))
    products = products_of(values, books)
    if known is not None and record.status in CLOSED_STATUSES:
        is_listed = products is not None and products != books.listed.get(record.pk, set())
        if set(changed) - MOVABLE or is_listed or address:
            raise BadColumn("", _("This opportunity is closed. Nothing is changed in it any more."))
    return Plan(row, record, known is None, changed, place, {} if place else address, products)


def new_opportunity(values: Mapping[str, Any]) -> Opportunity:
    """One that nobody has."""
    now = clock.now()
    return Opportunity(
        source=Source.DISTRIBUTED,
        status=OpportunityStatus.IN_PROGRESS,
        is_ready=values.get("is_ready", False),
        currency=current_tenant().currency,
        created_at=now,
        moved_at=now,
        active_at=now,
    )


def fields_of(values: Mapping[str, Any], record: Opportunity, books: Books) -> dict[str, Any]:
    """The fields that a row names; raises BadColumn."""
    wanted = {name: values[name] for name in OWN_FIELDS if name in values}
    wanted |= {name: values[name] for name in ("number", "external_number") if values.get(name)}
    if "estimated_revenue" in values:
        amount = values["estimated_revenue"]
        wanted["estimated_revenue"] = None if amount is None else round_money(amount, record.currency)
    if "lead_type" in values:
        name = values["lead_type"]
        if name and name not in books.lead_types:
            raise BadColumn("lead_type", _("There is no lead type “%(name)s”.") % {"name": name})
        wanted["lead_type"] = books.lead_types.get(name)
    if "customer_number" in values:
        number = values["customer_number"]
        wanted["customer"] = account_of(books.accounts, number, "customer_number") if number else None
        wanted["contact"] = contact_of(values, wanted["customer"], books)
    return wanted


def contact_of(values: Mapping[str, Any], customer: Account | None, books: Books) -> Contact | None:
    """The customer's contact that a row names; raises BadColumn."""
    address = values.get("contact_email", "")
    if not address:
        return None
    found = books.contacts.get((customer.pk if customer else None, address))
    if found is None:
        raise BadColumn("contact_email", _("The customer has no contact with this e-mail."))
    return found


def products_of(values: Mapping[str, Any], books: Books) -> set | None:
    """The ids of the products that a row names, None where it says nothing of products; raises BadColumn."""
    if "product_codes" not in values:
        return None
    for code in values["product_codes"]:
        if code not in books.products:
            raise BadColumn("product_codes", _("There is no product “%(name)s”.") % {"name": code})
    return {books.products[code].pk for code in values["product_codes"]}


def write_products(plans: list[Plan], listed: Mapping[Any, set]) -> set:
    """Make these the products of those that name some; the ids of the opportunities whose products changed."""
    changed = {
        plan.record.pk: plan.products
        for plan in plans
        if plan.products is not None and plan.products != listed.get(plan.record.pk, set())
    }
    OpportunityProduct.objects.filter(opportunity__in=changed).delete()
    OpportunityProduct.objects.bulk_create(
        OpportunityProduct(opportunity_id=opportunity, product_id=product)
        for opportunity, products in changed.items()
        for product in sorted(products, key=str)
    )
    return set(changed)
