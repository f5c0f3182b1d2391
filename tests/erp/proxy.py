"""A way to the server on which things go wrong when they are told to: busy, lost, cut, doubled, held, restarted."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qs

SECRET = ("callout", "s3cret/+&=")
NO_BODY = (204, 304)
STEP = 64 * 1024


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Fault:
    """What happens to one request. `when` chooses the request; the first that is meant takes it.

    `reply`: answered in place of the server. `is_forwarded`: the server gets it. `times`: how often the server gets it.
    `is_late`: it gets it only after the next change that comes through, and the connection ends at once.
    `keeps`: bytes of the body that come through, with the length of the whole promised unless `is_quiet`.
    `loses`: the answer never comes and the connection ends; `hangs`: nor does that. `before` and `after` are called
    in a thread of their own before and after the server did it.
    """

    reply: Reply | None = None
    times: int = 1
    is_late: bool = False
    keeps: int | None = None
    is_quiet: bool = False
    loses: bool = False
    hangs: bool = False
    before: Callable[[], object] | None = None
    after: Callable[[], object] | None = None
    when: Callable[[Request], bool] = lambda request: True


def busy(status: int = 429, retry_after: str | None = None, **more) -> Fault:
    """Turned away, with or without a word on how long."""
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    body = json.dumps({"error": {"code": "Busy", "message": "Too many requests"}}).encode()
    return Fault(Reply(status, {"Content-Type": "application/json", **headers}, body), times=0, **more)


def lost(**more) -> Fault:
    """Done, and then the connection breaks before a word of it came back."""
    return Fault(loses=True, **more)


def dropped(**more) -> Fault:
    """The connection breaks before the server got anything."""
    return Fault(times=0, loses=True, **more)


def silent(**more) -> Fault:
    """Done, and nobody says so, until the other side gives up."""
    return Fault(hangs=True, **more)


def cut(keeps: int = 40, **more) -> Fault:
    """Done, and the connection breaks in the middle of the answer."""
    return Fault(keeps=keeps, **more)


def shortened(keeps: int = 40, **more) -> Fault:
    """Done, and the answer ends early as if that were all of it."""
    return Fault(keeps=keeps, is_quiet=True, **more)


def twice(**more) -> Fault:
    """The server gets it two times, and the answer is that to the second."""
    return Fault(times=2, **more)


def late(**more) -> Fault:
    """The connection breaks, and the server gets it all the same, behind what is sent after it."""
    return Fault(is_late=True, **more)


def replied(status: int, body: bytes = b"", **headers) -> Fault:
    """Answered by somebody else on the way."""
    return Fault(Reply(status, {name.replace("_", "-"): text for name, text in headers.items()}, body), times=0)


class Proxy:
    """Runs in a thread of its own. `plan(...)` adds faults for the requests that come; `policy` is asked when none is left."""

    def __init__(self, port: Callable[[], int]):
        self.upstream_port = port
        self.faults: list[Fault] = []
        self.policy: Callable[[Request], Fault | None] = lambda request: None
        self.seen: list[tuple[Request, int]] = []
        self.held: list[Request] = []
        self.tokens: dict[str, bool] = {}
        self.tokens_asked = 0
        self.token_life: object = 3600
        self.wants_token = False
        self.loop = asyncio.new_event_loop()
        self.tasks: set[asyncio.Task] = set()
        started: Future = Future()
        self.thread = threading.Thread(target=self.run, args=(started,), daemon=True)
        self.thread.start()
        self.port = started.result(20)
        self.url = f"http://127.0.0.1:{self.port}/data/"
        self.token_url = f"http://127.0.0.1:{self.port}/login/token"

    def run(self, started: Future) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, limit=STEP))
        started.set_result(server.sockets[0].getsockname()[1])
        self.loop.run_forever()
        server.close()
        for each in self.tasks:
            each.cancel()
        self.loop.run_until_complete(asyncio.gather(*self.tasks, return_exceptions=True))
        self.loop.close()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)

    def plan(self, *faults: Fault) -> None:
        self.faults += faults

    def calm(self) -> None:
        """As if nothing had ever happened."""
        self.faults, self.seen, self.held, self.tokens = [], [], [], {}
        self.policy = lambda request: None
        self.wants_token, self.token_life, self.tokens_asked = False, 3600, 0

    def revoke(self) -> None:
        """Every token that was given is worth nothing from now on."""
        self.tokens = {}

    def times(self, method: str, part: str = "") -> int:
        """How many requests of this method came whose address holds this."""
        return sum(1 for request, _status in self.seen if request.method == method and part in request.target)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self.tasks.add(task)
        try:
            while request := await read_request(reader):
                if not await self.answer(request, reader, writer):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            """They went away, or this ends."""
        finally:
            self.tasks.discard(task)
            writer.close()

    async def answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        if request.target == "/login/token":
            return await send(writer, self.token_for(request))
        if self.wants_token and request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            self.seen.append((request, 401))
            return await send(writer, Reply(401))
        fault = self.fault_for(request)
        reply = await self.carried(request, fault)
        self.seen.append((request, reply.status if reply else 0))
        if fault.hangs:
            await reader.read()
        if reply is None or fault.hangs or fault.loses:
            return False
        if fault.keeps is None:
            return await send(writer, reply)
        kept = reply.body[: fault.keeps]
        await send(writer, Reply(reply.status, reply.headers, kept), None if fault.is_quiet else len(reply.body))
        return fault.is_quiet

    def fault_for(self, request: Request) -> Fault:
        for each in self.faults:
            if each.when(request):
                self.faults.remove(each)
                return each
        return self.policy(request) or Fault()

    async def carried(self, request: Request, fault: Fault) -> Reply | None:
        """The reply to the last of the times that the server got it; None when it is not there."""
        if fault.before:
            await asyncio.to_thread(fault.before)
        if fault.is_late:
            self.held.append(request)
            return None
        reply = fault.reply
        for _ in range(fault.times):
            reply = await self.forwarded(request)
        if fault.times and request.method != "GET":
            held, self.held = self.held, []
            for each in held:
                await self.forwarded(each)
        if fault.after:
            await asyncio.to_thread(fault.after)
        return reply

    async def forwarded(self, request: Request) -> Reply | None:
        """What the server says; None while it is away."""
        try:
            return await forward(self.upstream_port(), request)
        except (OSError, asyncio.IncompleteReadError):
            return None

    def token_for(self, request: Request) -> Reply:
        """RFC 6749, 4.4: a token for whoever knows the secret."""
        self.tokens_asked += 1
        asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        right = (asked.get("client_id"), asked.get("client_secret")) == SECRET
        if request.method != "POST" or asked.get("grant_type") != "client_credentials" or not right:
            return Reply(401, {"Content-Type": "application/json"}, b'{"error":"invalid_client"}')
        token = f"token-{self.tokens_asked}"
        self.tokens[token] = True
        body = {"access_token": token, "token_type": "Bearer", "expires_in": self.token_life}
        return Reply(200, {"Content-Type": "application/json"}, json.dumps(body).encode())


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    head = await read_head(reader)
    if head is None:
        return None
    line, headers = head
    method, target, _ = line.split(" ", 2)
    return Request(method, target, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


async def read_head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]] | None:
    """First line and headers, None at the end of the connection."""
    try:
        text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    line, *rest = text.removesuffix("\r\n\r\n").split("\r\n")
    return line, {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}


async def forward(port: int, request: Request) -> Reply:
    """What the server says, read to its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=STEP)
    try:
        headers = {**request.headers, "host": f"127.0.0.1:{port}", "connection": "close", "accept-encoding": "identity"}
        headers.pop("authorization", None)
        lines = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + request.body)
        await writer.drain()
        head = await read_head(reader)
        if head is None:
            raise ConnectionResetError
        line, found = head
        status = int(line.split(" ")[1])
        return Reply(status, found, await read_body(reader, status, found))
    finally:
        writer.close()


async def read_body(reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> bytes:
    if status in NO_BODY:
        return b""
    if headers.pop("transfer-encoding", "") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    return body


async def send(writer: asyncio.StreamWriter, reply: Reply, promised: int | None = None) -> bool:
    own = ("content-length", "connection", "keep-alive", "transfer-encoding")
    lines = [f"HTTP/1.1 {reply.status} {'OK' if reply.status < 400 else 'No'}"]
    lines += [f"{name}: {text}" for name, text in reply.headers.items() if name.lower() not in own]
    if "date" not in {name.lower() for name in reply.headers}:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    if reply.status not in NO_BODY:
        lines.append(f"Content-Length: {len(reply.body) if promised is None else promised}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + reply.body)
    await writer.drain()
    return True


def methods(*wanted: str) -> Callable[[Request], bool]:
    """For `when`: requests that change something, say."""
    return lambda request: request.method in wanted


def each_of(faults: Iterable[Fault]) -> Callable[[Request], Fault | None]:
    """For `policy`: a fault, or None, for each request in turn, and none at the end."""
    rest = iter(faults)
    return lambda request: next(rest, None)
