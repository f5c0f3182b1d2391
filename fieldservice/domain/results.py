"""What came of a visit, written on its work order (SCH-8, FS-4)."""

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.work_orders import lock_work_order
from fieldservice.models import WorkOrder
from portal.audit.domain import record
from portal.kit.errors import DomainError

LONGEST_RESULT = 4000


@transaction.atomic
def add_result(work_order: WorkOrder, *, resolution: str = "", internal_note: str = "", by=None) -> WorkOrder:
    """Add what the customer reads of the work and what staff read, below what stands there; audited.

    Raises DomainError when there is no room for so much text.
    """
    locked = lock_work_order(work_order)
    texts = {
        "resolution": _below(locked.resolution, resolution, "resolution"),
        "internal_notes": _below(locked.internal_notes, internal_note, "note"),
    }
    changed = [name for name, text in texts.items() if text != getattr(locked, name)]
    if changed:
        for name in changed:
            setattr(locked, name, texts[name])
            setattr(work_order, name, texts[name])
        locked.save(update_fields=changed)
        record(by, "work_order.result", locked, after={name: texts[name] for name in changed})
    return locked


def _below(text: str, addition: str, field: str) -> str:
    addition = addition.strip()
    joined = "\n".join(part for part in (text, addition) if part)
    if addition and len(joined) > LONGEST_RESULT:
        raise DomainError(_("There is no room for so much text. Write less."), field=field)
    return joined
