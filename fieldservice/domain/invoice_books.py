"""What the rows of an import of invoices refer to, and what they make of it (OPS-4)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import of_lines
from fieldservice.domain.imports import BadColumn, account_of, accounts_by_number, by_either_number
from fieldservice.domain.invoices import InvoiceItem
from fieldservice.enums import InvoiceStatus
from fieldservice.models import Agreement, FieldServiceSettings, Invoice, WorkOrder
from portal.accounts.models import Account
from portal.catalog.models import BillingTerms, Product
from portal.kit.csv_rows import Row
from portal.kit.money import round_money
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant

OWN_FIELDS = ("invoice_date", "due_date", "note", "internal_notes", "is_exposed")
LINE_FIELDS = ("description", "quantity", "unit", "unit_price", "discount_percent", "tax_name", "tax_rate")
ORIGINS = {"agreement": Agreement, "work_order": WorkOrder}


@dataclass(frozen=True)
class Books:
    """The tenant's records that the rows of a batch refer to."""

    accounts: Mapping[str, Account]
    products: Mapping[str, Product]
    # By the name of the field, then by either number.
    origins: Mapping[str, Mapping[str, Any]]
    payment_days: Mapping[UUID, int]
    usual_days: int

    def days_to_pay(self, account: Account) -> int:
        return self.payment_days.get(account.pk, self.usual_days)


def open_books(rows: list[Row]) -> Books:
    """Everything that the rows may refer to, by one query a kind."""
    accounts = accounts_by_number(rows, "account_number", "service_account_number")
    terms = BillingTerms.objects.filter(account__in=accounts.values(), payment_days__isnull=False)
    settings = FieldServiceSettings.objects.order_by("pk").first() or FieldServiceSettings()
    return Books(
        accounts=accounts,
        products={each.code: each for each in Product.objects.filter(code__in=of_lines(rows, "product_code"))},
        origins={
            name: by_either_number(model.objects.all(), rows, f"{name}_number") for name, model in ORIGINS.items()
        },
        payment_days=dict(terms.values_list("account_id", "payment_days")),
        usual_days=settings.payment_days,
    )


def head_of(values: Mapping, books: Books) -> dict[str, Any]:
    """The fields of the invoice that its rows name; raises BadColumn."""
    account = account_of(books.accounts, values["account_number"], "account_number")
    wanted = {"account": account} | {name: values[name] for name in OWN_FIELDS if name in values}
    if wanted.get("due_date", account) is None:
        del wanted["due_date"]
    wanted |= {name: values[name] for name in ("number", "external_number") if values.get(name)}
    check_currency(values)
    if "service_account_number" in values:
        number = values["service_account_number"]
        wanted["service_account"] = account_of(books.accounts, number, "service_account_number") if number else None
    for name in ORIGINS:
        if f"{name}_number" in values:
            wanted[name] = origin_of(values[f"{name}_number"], name, account, books)
    return wanted


def origin_of(number: str, name: str, account: Account, books: Books) -> Any:
    """The agreement or work order that the invoice came from, of this customer; raises BadColumn."""
    if not number:
        return None
    origin = books.origins[name].get(number)
    if origin is None:
        raise BadColumn(f"{name}_number", _("There is none with the number “%(number)s”.") % {"number": number})
    if account.pk not in {origin.account_id, origin.billing_account_id}:
        raise BadColumn(f"{name}_number", _("This record belongs to another account."))
    return origin


def check_currency(values: Mapping) -> None:
    """Raise BadColumn for amounts in another currency than the tenant's."""
    currency, own = values.get("currency"), current_tenant().currency
    if currency and currency.upper() != own:
        raise BadColumn("currency", _("Amounts are in %(currency)s here.") % {"currency": own})


def items_of(lines: list[Mapping], books: Books) -> list[InvoiceItem]:
    """The lines as they are charged; raises BadColumn."""
    return [item_of(line, books.products) for line in lines]


def item_of(line: Mapping, products: Mapping[str, Product]) -> InvoiceItem:
    """A line as it is charged; raises BadColumn."""
    code = line.get("product_code", "")
    if code and code not in products:
        sentence = _("There is no product with the number “%(code)s”.") % {"code": code}
        raise BadColumn("product_code", sentence, row=line["row"])
    product = products.get(code)
    given = {name: line[name] for name in LINE_FIELDS if name in line}
    description = given.pop("description", "") or (product.name if product else "")
    if not description:
        raise BadColumn("description", _("Name a product or say what is charged."), row=line["row"])
    currency = current_tenant().currency
    amounts = {name: line.get(f"line_{name}") for name in ("net", "tax")}
    rounded = {name: each if each is None else round_money(each, currency) for name, each in amounts.items()}
    return InvoiceItem(product=product, description=description, **rounded, **given)


def check_amounts(values: Mapping, invoice: Invoice) -> None:
    """Raise BadColumn where the lines do not make the amounts that the file names."""
    for name in ("net", "tax", "total"):
        said, made = values.get(name), getattr(invoice, name)
        if said is not None and said != made:
            sentence = _("The lines make %(made)s, not %(said)s.")
            raise BadColumn(name, sentence % {"made": made.normalize(), "said": said.normalize()})


def paid_of(values: Mapping, invoice: Invoice, status: str) -> Decimal | None:
    """What was paid according to the rows, None where they do not say; raises BadColumn for what cannot be."""
    paid = values.get("paid")
    if status == InvoiceStatus.PAID:
        owed = invoice.total - invoice.credited
        if paid is not None and paid != owed:
            raise BadColumn("paid", _("A paid invoice is paid in full."))
        paid = owed
    if paid and status in {InvoiceStatus.DRAFT, InvoiceStatus.CANCELED}:
        raise BadColumn("paid", _("A draft or a canceled invoice is not paid."))
    if paid is not None and paid > invoice.total - invoice.credited:
        raise BadColumn("paid", _("More was paid than the invoice asks for."))
    paid_date: dt.date | None = values.get("paid_date")
    if paid and paid_date is not None and paid_date > today():
        raise BadColumn("paid_date", _("This day has not come yet."))
    return paid
