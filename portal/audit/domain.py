"""The verb of the trail."""

from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.tenancy.writing import insert_together


def record(actor, action: str, obj, *, before: dict | None = None, after: dict | None = None) -> AuditEntry:
    """Append what `actor` (a user, or None for the system) did to `obj`, with the values that changed."""
    entry = entry_of(actor, action, obj, before=before, after=after)
    insert_together([entry])
    return entry


def entry_of(actor, action: str, obj, *, before: dict | None = None, after: dict | None = None) -> AuditEntry:
    """The entry that `record` writes, for a verb that writes it together with other rows."""
    return AuditEntry(
        actor=actor if getattr(actor, "pk", None) else None,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_text=str(obj)[:200],
        before=before or {},
        after=after or {},
        at=clock.now(),
    )
