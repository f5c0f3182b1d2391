"""The one way in which we send to addresses that somebody else chose (SECURITY 32).

The name is resolved once, and the connection goes to the very address that was checked. No redirects, nothing from the
environment, one deadline over all. `post` takes nothing of the answer but its status; a `Conversation` takes as much as
it was allowed to.
"""

import ipaddress
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

LONGEST_SECONDS = 10.0
PORTS = (443, 8443)
LARGEST_ANSWER = 32 * 2**20
# Addresses that carry an IPv4 address inside: NAT64, 6to4, Teredo.
CARRIERS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class AddressRefused(Exception):
    """We do not send there, now or later."""


class NotReached(Exception):
    """Nobody answered, or not in time."""


class AnswerLost(NotReached):
    """The request left, whole or in part, and no whole answer came: what it asked for may have been done."""


class TooLarge(Exception):
    """The answer is larger than we take."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = LONGEST_SECONDS) -> int:
    """POST the body; the status of the answer. Raises AddressRefused or NotReached."""
    check_url(url)
    backend = CheckedBackend(Deadline(seconds))
    sent = [*headers.items(), ("Content-Length", str(len(body))), ("Connection", "close")]
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend, max_connections=1) as pool,
            pool.stream("POST", url, headers=sent, content=body, extensions={"timeout": timeouts(seconds)}) as answer,
        ):
            return answer.status
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
        raise NotReached(type(error).__name__) from error


def timeouts(seconds: float) -> dict[str, float]:
    """The same for each step; the deadline ends all of them."""
    return dict.fromkeys(("connect", "read", "write", "pool"), seconds)


def check_url(url: str) -> None:
    """Raise AddressRefused for what is no address of a program on the network: https, a usual port, no login in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("no address") from error
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise AddressRefused("no address")
    if settings.OUTGOING_TO_PRIVATE and parts.scheme == "http":
        return
    if parts.scheme != "https":
        raise AddressRefused("not https")
    if port is not None and port not in PORTS and not settings.OUTGOING_TO_PRIVATE:
        raise AddressRefused("port")


def is_public(address: str) -> bool:
    """Whether the address belongs to the public network: not this machine, a private net, a provider's inside or a carrier."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(str(mapped))
    if any(found.version == net.version and found in net for net in CARRIERS):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def checked_address(host: str, port: int) -> str:
    """The address that the name stands for, resolved once; every one of its addresses must be public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("no such host") from error
    addresses = [str(each[4][0]) for each in found]
    if not settings.OUTGOING_TO_PRIVATE and not all(map(is_public, addresses)):
        raise AddressRefused("not a public address")
    return addresses[0]


class Deadline:
    """The moment after which nothing is waited for any more; a kept connection gets a new one with each request."""

    def __init__(self, seconds: float):
        self.extend(seconds)

    def extend(self, seconds: float) -> None:
        self.until = monotonic() + seconds

    def left(self, late: type[httpcore.TimeoutException] = httpcore.ReadTimeout) -> float:
        """Seconds until then; raises `late` when it has passed."""
        seconds = self.until - monotonic()
        if seconds <= 0:
            raise late("deadline")
        return seconds


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, and to nothing after its deadline."""

    def __init__(self, deadline: Deadline):
        self.deadline = deadline
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable | None = None,
    ) -> httpcore.NetworkStream:
        address = checked_address(host, port)
        seconds = self.deadline.left(httpcore.ConnectTimeout)
        stream = self.inner.connect_tcp(
            address, port, timeout=seconds, local_address=local_address, socket_options=socket_options
        )
        return BoundedStream(stream, self.deadline)


class BoundedStream(httpcore.NetworkStream):
    """A connection in which every step ends at the deadline, however slowly the other side drips."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline):
        self.inner = inner
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.deadline.left())

    def close(self) -> None:
        self.inner.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout: float | None = None) -> httpcore.NetworkStream:
        seconds = self.deadline.left(httpcore.ConnectTimeout)
        return BoundedStream(self.inner.start_tls(ssl_context, server_hostname, seconds), self.deadline)

    def get_extra_info(self, info: str):
        return self.inner.get_extra_info(info)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole: names of headers in small letters, the body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Conversation:
    """Requests one after the other to services that somebody else chose, over connections that are kept between them.

    For `with`, in one thread. No redirect is followed and no cookie kept.
    """

    def __init__(self, *, seconds: float = LONGEST_SECONDS, largest: int = LARGEST_ANSWER):
        self.seconds = seconds
        self.largest = largest
        self.deadline = Deadline(seconds)
        transport = CheckedTransport(CheckedBackend(self.deadline))
        self.client = httpx.Client(transport=transport, trust_env=False, follow_redirects=False, timeout=seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error) -> None:
        self.client.close()

    def ask(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", largest: int | None = None
    ) -> Answer:
        """The answer, whatever its status.

        Raises AddressRefused; NotReached while nothing can have been done; AnswerLost when it may have been; TooLarge.
        """
        check_url(url)
        self.deadline.extend(self.seconds)
        self.client.cookies.clear()
        sent = {"Accept-Encoding": "gzip, deflate", "User-Agent": "Callout", **headers}
        try:
            with self.client.stream(method, url, headers=sent, content=body) as answer:
                content = bounded(answer.iter_bytes(), largest or self.largest)
                return Answer(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, content)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise NotReached(type(error).__name__) from error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise AnswerLost(type(error).__name__) from error
        except httpx.DecodingError as error:
            raise AnswerLost("damaged") from error


class CheckedTransport(httpx.BaseTransport):
    """Lets httpx speak over connections to checked addresses, and over no others."""

    def __init__(self, backend: CheckedBackend):
        self.pool = httpcore.ConnectionPool(network_backend=backend, max_connections=1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self.pool.handle_request(
            httpcore.Request(
                request.method,
                target,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=AnswerStream(answer))

    def close(self) -> None:
        self.pool.close()


class AnswerStream(httpx.SyncByteStream):
    """The body of an answer of httpcore, as httpx reads it."""

    def __init__(self, answer: httpcore.Response):
        self.answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self.answer.iter_stream()

    def close(self) -> None:
        self.answer.close()


def bounded(pieces: Iterable[bytes], largest: int) -> bytes:
    """All pieces as one; raises TooLarge as soon as they are more than the caller takes."""
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > largest:
            raise TooLarge(f"more than {largest} bytes")
    return bytes(content)
