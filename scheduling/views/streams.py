"""Server-sent events of a live map (SCH-7): one short look a second, no connection and no transaction in between."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import OperationalError, connections
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import get_language

from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from scheduling.queries.live import live_mark

EVENT_STREAM = "text/event-stream; charset=utf-8"
# A web process keeps so many streams open, and so many of one visit; who comes later is answered once and asks again.
STREAMS, STREAMS_A_VISIT = 60, 6
POLL_SECONDS = 1.0
# The words on the map grow older without a new position.
WORDS_SECONDS = 5.0
LONGEST_SECONDS = 15 * 60
RETRY_MILLISECONDS, PATIENT_MILLISECONDS = 2_000, 5_000
readers = ThreadPoolExecutor(2, "live-map")


@dataclass
class Room:
    """How many streams are open. Asked on the event loop only."""

    open: Counter = field(default_factory=Counter)

    @contextmanager
    def place(self, visit: UUID):
        """A place for a stream of this visit: true, or false where there is none."""
        if self.open.total() >= STREAMS or self.open[visit] >= STREAMS_A_VISIT:
            yield False
            return
        self.open[visit] += 1
        try:
            yield True
        finally:
            self.open[visit] -= 1
            self.open += Counter()


room = Room()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a stream reads: `mark` changes when there is something new, `state` is what is sent then."""

    tenant: Tenant
    language: str
    visit: UUID
    mark: Callable[[], Any]
    state: Callable[[], dict[str, Any]]

    def read(self, what: Callable[[], Any]) -> Any:
        """Read in a transaction of its own, with the connection given back afterwards."""
        try:
            with translation.override(self.language), tenant_scope(self.tenant):
                return what()
        finally:
            connections.close_all()


def event(state: dict[str, Any], *, retry: int = RETRY_MILLISECONDS) -> str:
    """A state as an event: `state`, or `over` for the last one."""
    name = "state" if state["is_live"] else "over"
    return f"retry: {retry}\nevent: {name}\ndata: {json.dumps(state)}\n\n"


async def events(source: Source) -> AsyncIterator[str]:
    """What is new about the visit, until it is no longer followed or the stream's time is over: the browser asks again."""
    loop = asyncio.get_running_loop()

    async def read(what):
        return await loop.run_in_executor(readers, source.read, what)

    with room.place(source.visit) as has_place:
        ends = loop.time() + LONGEST_SECONDS
        mark, words_due = None, loop.time()
        while loop.time() < ends:
            try:
                found = await read(source.mark)
                if found != mark or loop.time() >= words_due:
                    mark, words_due = found, loop.time() + WORDS_SECONDS
                    state = await read(source.state)
                    yield event(state, retry=RETRY_MILLISECONDS if has_place else PATIENT_MILLISECONDS)
                    if not state["is_live"] or not has_place:
                        return
            except OperationalError:
                return
            await asyncio.sleep(POLL_SECONDS)


def once(state: dict[str, Any]) -> HttpResponse:
    """One event and the end: for a visit that is not on its way, and where no stream may be kept."""
    return guarded(HttpResponse(event(state, retry=PATIENT_MILLISECONDS), content_type=EVENT_STREAM))


def followed(request, visit: UUID, state: Callable[[], dict[str, Any]]) -> StreamingHttpResponse:
    """Server-sent events of a visit that is on its way; `state` is asked anew for each."""
    source = Source(
        tenant=request.tenant, language=get_language(), visit=visit, mark=lambda: live_mark(visit), state=state
    )
    return guarded(StreamingHttpResponse(events(source), content_type=EVENT_STREAM))


def guarded(response):
    """No proxy keeps or gathers what is sent."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Accel-Buffering"] = "no"
    return response
