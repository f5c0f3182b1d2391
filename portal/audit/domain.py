"""The verb of the trail."""

from portal.audit.models import AuditEntry
from portal.kit import clock


def record(actor, action: str, obj, *, before: dict | None = None, after: dict | None = None) -> AuditEntry:
    """Append what `actor` (a user, or None for the system) did to `obj`, with the values that changed."""
    return AuditEntry.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_text=str(obj)[:200],
        before=before or {},
        after=after or {},
        at=clock.now(),
    )
