"""The handler between the ASGI server and Django: what runs where, and what a stream does when its reader leaves."""

import asyncio
import threading

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from portal.kit.asgi import PROBE_PATHS, PooledHandler
from portal.web.health import ANSWERS

seen: dict = {}


async def numbers():
    try:
        for number in range(1000):
            seen["number"] = number
            yield f"data: {number}\n\n"
            await asyncio.sleep(0.01)
    finally:
        seen["ended"] = True


async def broken():
    yield "first line\n"
    raise ValueError("the rest is missing")


async def events(request):
    return StreamingHttpResponse(numbers(), content_type="text/event-stream")


def half(request):
    return StreamingHttpResponse(broken(), content_type="text/csv")


def where(request):
    return HttpResponse(f"{threading.current_thread().name} {request.method} {request.body.decode()}")


urlpatterns = [path("where/", where), path("events/", events), path("half/", half), path("healthz", where)]


@pytest.fixture
def handler():
    seen.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[], WEB_THREADS=2):
        yield PooledHandler()


class Caller:
    """One client: its request, what it got, and after how many messages it leaves."""

    def __init__(self, method: str, address: str, body: bytes = b"", *, patience: int = 10_000):
        self.scope = {"type": "http", "method": method, "path": address, "query_string": b"", "headers": []}
        self.incoming = [{"type": "http.request", "body": body, "more_body": False}]
        self.got: list[dict] = []
        self.patience = patience
        self.left = asyncio.Event()

    async def receive(self):
        if self.incoming:
            return self.incoming.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.got.append(message)
        if len(self.got) >= self.patience:
            self.left.set()

    @property
    def text(self) -> str:
        return b"".join(each.get("body", b"") for each in self.got).decode()


def test_middleware_and_view_share_one_thread_of_the_pool(handler):
    async def run():
        caller = Caller("POST", "/where/", b"typed")
        await handler(caller.scope, caller.receive, caller.send)
        return caller

    caller = asyncio.run(run())
    assert caller.got[0]["status"] == 200
    assert caller.text.startswith("request_")
    assert caller.text.endswith("POST typed")


@pytest.mark.parametrize(("length", "kept"), [(100, True), (101, False), (400, False)])
def test_a_body_beyond_the_limit_is_not_kept_but_read_to_its_end(length, kept, settings):
    settings.LARGEST_BODY_BYTES = 100
    settings.MIDDLEWARE = ["portal.web.hostile.HostileInputMiddleware"]
    # The refusal is a page of the portal's.
    settings.ROOT_URLCONF = __name__ if kept else "portal.urls"
    caller = Caller("POST", "/where/")
    caller.incoming = [{"type": "http.request", "body": b"x", "more_body": n + 1 < length} for n in range(length)]

    asyncio.run(PooledHandler()(caller.scope, caller.receive, caller.send))

    assert caller.got[0]["status"] == (200 if kept else 413)
    assert caller.incoming == []
    assert ("That was too much" in caller.text) is not kept


def test_a_body_without_end_is_broken_off(settings):
    settings.LARGEST_BODY_BYTES = 100
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    caller = Caller("POST", "/where/")
    caller.incoming = [{"type": "http.request", "body": b"x", "more_body": True} for _ in range(500)]

    asyncio.run(PooledHandler()(caller.scope, caller.receive, caller.send))

    assert caller.got == []
    assert len(caller.incoming) == 99


def test_a_probe_answers_while_every_thread_is_taken(handler):
    release = threading.Event()
    taken = [handler.workers.submit(release.wait, 120) for _ in range(2)]

    async def run():
        caller = Caller("GET", "/healthz")
        await asyncio.wait_for(handler(caller.scope, caller.receive, caller.send), 60)
        return caller

    try:
        assert asyncio.run(run()).text.startswith("probe_")
    finally:
        release.set()
    assert all(each.result() for each in taken)


def test_a_stream_ends_when_its_reader_leaves(handler):
    async def run():
        caller = Caller("GET", "/events/", patience=4)
        await asyncio.wait_for(handler(caller.scope, caller.receive, caller.send), 60)
        return caller

    caller = asyncio.run(run())
    assert caller.text.startswith("data: 0\n\ndata: 1\n\n")
    assert seen["ended"]
    assert seen["number"] < 900


def test_a_stream_that_fails_breaks_off_instead_of_looking_whole(handler):
    caller = None

    async def run():
        nonlocal caller
        caller = Caller("GET", "/half/")
        await handler(caller.scope, caller.receive, caller.send)

    with pytest.raises(ValueError, match="the rest is missing"):
        asyncio.run(run())
    assert caller.text == "first line\n"
    assert all(each.get("more_body", True) for each in caller.got)


def test_the_probes_are_those_that_are_answered():
    assert set(ANSWERS) == PROBE_PATHS
