"""Parents of imported rows: a row may name one that comes later in the file; a circle is refused (OPS-4)."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portal.kit.csv_rows import Report, RowError

MAXIMUM_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Link:
    """A row's record and the key of the parent that it named."""

    row: int
    child_id: UUID
    parent_key: Hashable


class ParentLinks:
    """Hangs records of one model below their parents as soon as these are there.

    `find(keys)` gives the ids of those parents that exist, by key.
    """

    def __init__(self, model: type[models.Model], column: str, find: Callable[[set], dict[Hashable, UUID]]):
        self._model = model
        self._column = column
        self._find = find
        self._waiting: list[Link] = []

    def tie(self, links: list[Link], report: Report) -> None:
        """Tie what can be tied; the rest waits for later rows."""
        self._waiting += self._try(links, report)

    def tie_rest(self, report: Report) -> None:
        """Tie what waited; a parent that never came is an error of its row."""
        for link in self._try(self._waiting, report):
            self._refuse(link, _("The parent is not there. The record was imported without it."), report)
        self._waiting = []

    def _try(self, links: list[Link], report: Report) -> list[Link]:
        ids = self._find({link.parent_key for link in links}) if links else {}
        for link in links:
            if link.parent_key in ids:
                self._tie(link, ids[link.parent_key], report)
        return [link for link in links if link.parent_key not in ids]

    def _tie(self, link: Link, parent_id: UUID, report: Report) -> None:
        if self._is_below(parent_id, link.child_id):
            self._refuse(link, _("The parent lies below the record itself. It was imported without it."), report)
            return
        try:
            with transaction.atomic():
                self._model.objects.filter(pk=link.child_id).update(parent_id=parent_id)
        except IntegrityError:
            # The database keeps trees too, and looks further down than the walk above.
            self._refuse(link, _("The tree would be too deep. The record was imported without its parent."), report)

    def _is_below(self, node_id: UUID | None, top_id: UUID) -> bool:
        for _step in range(MAXIMUM_DEPTH):
            if node_id is None or node_id == top_id:
                break
            node_id = self._model.objects.filter(pk=node_id).values_list("parent_id", flat=True).get()
        return node_id is not None

    def _refuse(self, link: Link, sentence: str, report: Report) -> None:
        report.refuse(RowError(link.row, self._column, sentence))
