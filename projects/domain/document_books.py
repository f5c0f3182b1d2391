"""What the rows of an import of quotes, contracts or project invoices refer to (OPS-4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import of_lines
from fieldservice.domain.imports import BadColumn, by_either_number
from fieldservice.domain.invoice_books import Books as Charges
from fieldservice.domain.invoice_books import open_books as open_charges
from portal.accounts.domain.importing import numbered_elsewhere
from portal.accounts.models import Account
from portal.catalog.models import Product
from portal.kit.csv_rows import Row
from projects.models import Contract, Project, ProjectRole, Quote
from scheduling.models import BookableResource

ORIGINS = {"project": Project, "quote": Quote, "contract": Contract}


@dataclass(frozen=True)
class Books:
    """The tenant's records that the rows of a batch refer to."""

    charges: Charges
    # By the name of the field, then by either number; of a quote the newest revision.
    origins: Mapping[str, Mapping[str, Any]]
    roles: Mapping[str, ProjectRole]
    resources: Mapping[str, BookableResource]

    @property
    def accounts(self) -> Mapping[str, Account]:
        return self.charges.accounts

    @property
    def products(self) -> Mapping[str, Product]:
        return self.charges.products


def open_books(rows: list[Row]) -> Books:
    """Everything that the rows may refer to, by one query a kind."""
    roles, resources = of_lines(rows, "role"), of_lines(rows, "resource_number")
    return Books(
        charges=open_charges(rows),
        origins={
            name: by_either_number(model.objects.all(), rows, f"{name}_number") for name, model in ORIGINS.items()
        },
        roles={each.name: each for each in ProjectRole.objects.filter(name__in=roles)},
        resources={
            each.external_number: each for each in numbered_elsewhere(BookableResource.objects.all(), resources)
        },
    )


def of_account(account: Account, number: str, name: str, books: Books) -> Any:
    """The project, quote or contract that a document belongs to, of the same account; None without a number. Raises BadColumn."""
    if not number:
        return None
    record = books.origins[name].get(number)
    if record is None:
        raise BadColumn(f"{name}_number", _("There is none with the number “%(number)s”.") % {"number": number})
    if record.account_id != account.pk:
        raise BadColumn(f"{name}_number", _("This record belongs to another account."))
    return record


def of_line(line: Mapping, column: str, records: Mapping[str, Any]) -> Any:
    """The role or resource that a line names, None where it names none; raises BadColumn."""
    name = line[column]
    if name and name not in records:
        raise BadColumn(column, _("There is none called “%(name)s”.") % {"name": name}, row=line["row"])
    return records.get(name)
