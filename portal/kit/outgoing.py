"""The one way in which we send to addresses that somebody else chose (SECURITY 32).

The name is resolved once, and the connection goes to the very address that was checked. No redirects, nothing from the
environment, one deadline over all, and of the answer only its status is taken.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

LONGEST_SECONDS = 10.0
PORTS = (443, 8443)
# Addresses that carry an IPv4 address inside: NAT64, 6to4, Teredo.
CARRIERS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class AddressRefused(Exception):
    """We do not send there, now or later."""


class NotReached(Exception):
    """Nobody answered, or not in time."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = LONGEST_SECONDS) -> int:
    """POST the body; the status of the answer. Raises AddressRefused or NotReached."""
    check_url(url)
    backend = CheckedBackend(time.monotonic() + seconds)
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


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, and to nothing after its deadline."""

    def __init__(self, deadline: float):
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
        stream = self.inner.connect_tcp(
            address, port, timeout=left(self.deadline), local_address=local_address, socket_options=socket_options
        )
        return BoundedStream(stream, self.deadline)


class BoundedStream(httpcore.NetworkStream):
    """A connection in which every step ends at the deadline, however slowly the other side drips."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float):
        self.inner = inner
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, left(self.deadline))

    def close(self) -> None:
        self.inner.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout: float | None = None) -> httpcore.NetworkStream:
        return BoundedStream(self.inner.start_tls(ssl_context, server_hostname, left(self.deadline)), self.deadline)

    def get_extra_info(self, info: str):
        return self.inner.get_extra_info(info)


def left(deadline: float) -> float:
    """Seconds until the deadline; raises a timeout when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("deadline")
    return seconds
