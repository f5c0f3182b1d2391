"""How requests run under an ASGI server: whole in one thread of a pool; only what streams lives on the event loop."""

import asyncio
import contextlib
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import close_old_connections
from django.http import FileResponse
from django.urls import set_script_prefix

# Says in the scope that the body was too long to be kept; `portal.web.hostile` answers it.
BODY_REFUSED = "callout.body_refused"
# How many times the longest body is still read to its end.
PATIENCE = 4
# Answered by `portal.web.health`.
PROBE_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class PooledHandler(ASGIHandler):
    """Django's own handler hops between event loop and a new thread up to six times a request; this one hops once.

    Everything of ours is synchronous, so middleware and view run in one of `WEB_THREADS` threads. Probes have a thread
    of their own: they answer while all others wait for a database that is away. A view may still answer with an
    asynchronous stream (server-sent events); it is sent from the event loop and ends when the client leaves.
    """

    def __init__(self):
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.workers = ThreadPoolExecutor(settings.WEB_THREADS, "request")
        self.probes = ThreadPoolExecutor(1, "probe")

    async def handle(self, scope, receive, send):
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        if body is None:
            scope, body = {**scope, BODY_REFUSED: True}, io.BytesIO()
        with contextlib.closing(body):
            executor = self.probes if scope["path"] in PROBE_PATHS else self.workers
            loop, context = asyncio.get_running_loop(), copy_context()
            response = await loop.run_in_executor(executor, context.run, self.answer, scope, body)
            if response.streaming:
                await self.stream(response, receive, send)
            else:
                await self.send_response(response, send)

    async def read_body(self, receive):
        """The body, on disk where it is long; None for one that is longer than LARGEST_BODY_BYTES (SECURITY 31, 33).

        Of such a one the rest is read and forgotten, so that the browser shows the answer, as long as it keeps measure.
        """
        limit, length = settings.LARGEST_BODY_BYTES, 0
        body = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115  closed with the request
        while True:
            message = await receive()
            length += len(message.get("body", b""))
            if message["type"] == "http.disconnect" or length > PATIENCE * limit:
                body.close()
                raise RequestAborted
            if length <= limit:
                body.write(message.get("body", b""))
            if not message.get("more_body", False):
                break
        if length > limit:
            body.close()
            return None
        body.seek(0)
        return body

    def answer(self, scope, body) -> Any:
        """The response, with all that belongs to the request done but for a stream that is still to be read."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        response: Any
        request, response = self.create_request(scope, body)
        if request is not None:
            response = self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001  as Django's handlers say who sends request_finished
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            # A stream reads in a thread of its own; this one's connection goes back to the pool.
            close_old_connections()
        else:
            response.close()
        return response

    async def stream(self, response, receive, send) -> None:
        """Send until the stream or the client's patience ends. A stream that fails breaks off, so nobody takes it for whole."""
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(receive())
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await sync_to_async(response.close)()
        if not sending.cancelled():
            sending.result()
