"""Up and down trees of records with `parent`, each way by one statement of bounded depth."""

from collections.abc import Collection
from uuid import UUID

from django.db.models.expressions import RawSQL

from portal.tenancy.models import TenantModel
from portal.tenancy.scope import current_tenant

# As deep as the database lets a tree of assets grow.
MAXIMUM_DEPTH = 50
ABOVE = (
    "WITH RECURSIVE above AS ("
    " SELECT parent_id AS id, 1 AS depth FROM {table} WHERE tenant_id = %s AND id = ANY(%s)"
    " UNION SELECT node.parent_id, above.depth + 1 FROM {table} node JOIN above ON node.id = above.id"
    " WHERE node.tenant_id = %s AND above.depth < %s) SELECT {answer} FROM above WHERE id IS NOT NULL"
)
BELOW = (
    "WITH RECURSIVE below AS ("
    " SELECT id, 1 AS depth FROM {table} WHERE tenant_id = %s AND parent_id = ANY(%s)"
    " UNION SELECT node.id, below.depth + 1 FROM {table} node JOIN below ON node.parent_id = below.id"
    " WHERE node.tenant_id = %s AND below.depth < %s) SELECT {answer} FROM below"
)


def above(model: type[TenantModel], ids: Collection[UUID]) -> RawSQL:
    """The ids of everything above these records, for `pk__in`."""
    return answer_of(ABOVE, model, ids, "id")


def below(model: type[TenantModel], ids: Collection[UUID]) -> RawSQL:
    """The ids of everything below these records, for `pk__in`."""
    return answer_of(BELOW, model, ids, "id")


def levels_below(model: type[TenantModel], ids: Collection[UUID]) -> RawSQL:
    """How many levels lie below these records, as a number."""
    return answer_of(BELOW, model, ids, "coalesce(max(depth), 0)")


def answer_of(statement: str, model: type[TenantModel], ids: Collection[UUID], answer: str) -> RawSQL:
    tenant_id = current_tenant().pk
    text = statement.format(table=model._meta.db_table, answer=answer)
    return RawSQL(text, [tenant_id, list(ids), tenant_id, MAXIMUM_DEPTH])  # noqa: S611  a table's name of ours, the rest are parameters
