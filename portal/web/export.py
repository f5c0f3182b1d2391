"""CSV of what is seen, streamed in batches by key, each with the rights of its own moment (FS-7, SECURITY 3, 34)."""

from collections.abc import AsyncIterator, Callable, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.utils import translation

from portal.access.viewer import viewer_for
from portal.accounts.queries import contact_of
from portal.kit import clock
from portal.kit.csv import BYTE_ORDER_MARK, CONTENT_TYPE, csv_line, csv_lines
from portal.tenancy.scope import tenant_scope
from portal.web.listing import Column
from portal.web.paging import beyond, cursor_of, ordered, position_from

BATCH_SIZE = 2000


class Export:
    """Reads the rows batch by batch; each batch is one transaction in the tenant's scope.

    `rows_for(viewer)` gives (rows, order). A contact who lost the right in between gets no further row.
    """

    def __init__(self, request, rows_for: Callable, columns: tuple[Column, ...]):
        self.tenant = request.tenant
        self.user = request.user
        # In a preview the rows of the contact who is looked at.
        self.previewed = request.viewer.contact if request.viewer.is_preview else None
        self.rows_for = rows_for
        self.columns = columns
        self.language = translation.get_language()
        self.cursor = ""
        self.is_done = False

    def head(self) -> str:
        return BYTE_ORDER_MARK + csv_line(column.label for column in self.columns)

    def batch(self) -> str:
        """The next lines."""
        with translation.override(self.language), tenant_scope(self.tenant):
            contact = self.previewed or contact_of(self.user)
            rows = self.next_rows(viewer_for(contact)) if contact else []
            self.is_done = len(rows) < BATCH_SIZE
            cells = [column.value for column in self.columns]
            return csv_lines([value(row) for value in cells] for row in rows)

    def next_rows(self, viewer) -> list:
        rows, order = self.rows_for(viewer)
        rows = ordered(rows, order)
        if self.cursor:
            rows = rows.filter(beyond(order, position_from(self.cursor, order)))
        found = list(rows[:BATCH_SIZE])
        if found:
            self.cursor = cursor_of(found[-1], order)
        return found

    def lines(self) -> Iterator[str]:
        yield self.head()
        while not self.is_done:
            yield self.batch()

    async def lines_async(self) -> AsyncIterator[str]:
        yield self.head()
        while not self.is_done:
            yield await sync_to_async(self.batch)()


def export_response(request, rows_for: Callable, columns: tuple[Column, ...], name: str) -> StreamingHttpResponse:
    """A download whose name says what and when."""
    export = Export(request, rows_for, columns)
    lines = export.lines_async() if isinstance(request, ASGIRequest) else export.lines()
    filename = f"{name}-{clock.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "X-Accel-Buffering": "no"},
    )
