"""New rows of several tables by one statement, whose SQL is put together once.

What a verb writes belongs together. Row by row, Django needs longer to write the same INSERTs again than PostgreSQL to
carry them out, and others wait at the locks for each journey.
"""

from collections.abc import Sequence
from functools import cache

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

from portal.tenancy.errors import WrongTenant
from portal.tenancy.models import TenantModel
from portal.tenancy.scope import current_tenant


def insert_together(rows: Sequence[TenantModel]) -> None:
    """Insert new rows by one statement; they may refer to each other, since foreign keys are checked at the commit.

    What PostgreSQL computes for a row (generated fields) is not read back. Raises WrongTenant for a row of another
    company, IntegrityError as `save` does.
    """
    tenant = current_tenant()
    values: list = []
    for row in rows:
        if row.tenant_id is None:
            row.tenant = tenant
        elif row.tenant_id != tenant.pk:
            raise WrongTenant(f"{type(row).__name__} belongs to another tenant.")
        values += [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields_of(type(row))]
    with connection.cursor() as cursor:
        cursor.execute(statement_for(tuple(map(type, rows))), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  as `save` leaves a row


@cache
def fields_of(model: type[Model]) -> list:
    """The columns that are written."""
    return [each for each in model._meta.local_concrete_fields if not each.generated]


@cache
def statement_for(models: tuple[type[Model], ...]) -> str:
    """One INSERT for a row of each of these tables: all but the last stand in its WITH."""
    *others, last = map(insert_into, models)
    beside = ", ".join(f"row_{number} AS ({each})" for number, each in enumerate(others))
    return f"WITH {beside} {last}" if beside else last


def insert_into(model: type[Model]) -> str:
    """The INSERT of a row. Raises TypeError for a column that wants more than its value."""
    fields, quote = fields_of(model), connection.ops.quote_name
    odd = [each.name for each in fields if hasattr(each, "get_placeholder")]
    if odd:
        raise TypeError(f"{model.__name__} is not inserted this way, because of {', '.join(odd)}.")
    columns = ", ".join(quote(each.column) for each in fields)
    blanks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({blanks})"  # noqa: S608  names of our models
