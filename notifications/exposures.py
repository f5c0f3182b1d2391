"""Messages about records that can be seen from now on (NOT-1). Each app says what they are called and what is told of them."""

from typing import Any

from notifications.models import OutboxMessage
from notifications.registry import Message, read_once
from portal.access.models import ExposedModel
from portal.access.viewer import viewer_for


class RecordsExposed(Message):
    """One mail tells of all that one act of the staff brought.

    Subclasses name the `model`, the `objects` of the row with the ids, and by which field the records are `ordered`.
    """

    model: type[ExposedModel]
    objects: str
    ordered: str
    is_editable = True

    def still_true(self, row: OutboxMessage) -> bool:
        return bool(self.records_of(row))

    @read_once
    def records_of(self, row: OutboxMessage) -> list[Any]:
        """The records, as far as they still count and the recipient may see them now (SECURITY 3, 23)."""
        if row.contact is None:
            return []
        ids = row.payload.get(self.objects, "").split()
        visible = self.model.objects.filter(pk__in=ids).visible_to(viewer_for(row.contact))
        return list(self.counting(visible).order_by(self.ordered, "pk"))

    def counting(self, visible) -> Any:
        """Those of the visible records that are still worth telling of."""
        return visible
