"""Key tables: under which key the other side knows a record of ours, and the reverse (INT-1)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from integrations.engine.values import Value, as_text, unpack_one
from integrations.models import Connection, SyncRow
from portal.kit import clock


@dataclass(frozen=True)
class KeyTables:
    """The keys exchanged over one connection; a table is named after its entity."""

    connection: Connection
    is_out: bool

    def read(self, asked: Iterable[tuple[str, Value]]) -> dict[tuple[str, str], Value]:
        """The partners of these keys, by table and key as text; those that are not exchanged yet are left out."""
        by_table: dict[str, set[str]] = defaultdict(set)
        for table, value in asked:
            by_table[table].add(as_text(value))
        found: dict[tuple[str, str], Value] = {}
        ours = "record_key" if self.is_out else "external_key"
        for table, keys in sorted(by_table.items()):
            rows = SyncRow.objects.filter(
                **{"task__entity": table, "task__project__connection": self.connection, f"{ours}__in": keys},
                is_linked=True,
            )
            for row in rows.select_related("task").order_by("pk"):
                found[table, getattr(row, ours)] = their_key(row) if self.is_out else row.record_key
        return found


def their_key(row: SyncRow) -> Value:
    """What other records name this one by: its key without the legal entity."""
    own = [value for name, value in row.key.items() if name != row.task.company_field]
    return unpack_one(own[0]) if len(own) == 1 else row.external_key


def unblock(table: str, keys: Collection[str], *, connection: Connection) -> int:
    """Let rows try again that waited for these records of a table; how many."""
    waiting = SyncRow.objects.filter(
        Q(waits_key__in=[each for each in keys if each]), waits_table=table, task__project__connection=connection
    )
    return waiting.update(waits_table="", waits_key="", due_at=clock.now())
