"""Send a file so that no browser runs it (SECURITY 33): always a download, never sniffed, without rights of its own."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header

from portal.tenancy.storage import open_file
from portal.timeline.models import Attachment

STEP = 64 * 1024
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
    "X-Accel-Buffering": "no",
}


def file_response(request, attachment: Attachment) -> StreamingHttpResponse:
    """The file as a download, a piece at a time. Whoever calls has made sure that the person may have it; 404 when it is gone."""
    try:
        content = open_file(attachment.path)
    except FileNotFoundError as error:
        raise Http404 from error
    pieces = AsyncPieces(content) if isinstance(request, ASGIRequest) else Pieces(content)
    response = StreamingHttpResponse(pieces, content_type=attachment.content_type, headers=HEADERS)
    response.headers["Content-Length"] = str(attachment.size)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=attachment.name)
    return response


class Pieces:
    """A file piece by piece; Django closes it with the response, whether it was read or not."""

    def __init__(self, content):
        self.content = content

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.content.read(STEP):
            yield piece

    def close(self) -> None:
        self.content.close()


class AsyncPieces:
    """The same for a server that waits for nobody's disk."""

    def __init__(self, content):
        self.content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await sync_to_async(self.content.read)(STEP):
            yield piece

    def close(self) -> None:
        self.content.close()
