"""The one way in which this app asks other servers: bounded in time and size, no redirects."""

import json
import time

import httpx

from portal.geo.errors import ServiceAway

MAXIMUM_BYTES = 4_000_000


def open_client(*, proxy: str | None = None) -> httpx.Client:
    """A client that follows no redirect and takes nothing from the environment."""
    return httpx.Client(follow_redirects=False, trust_env=False, proxy=proxy, headers={"Accept-Encoding": "identity"})


def get_body(
    client: httpx.Client, address: str, *, timeout: float, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and body of a GET within `timeout` seconds; raises ServiceAway when it takes longer or is too large."""
    deadline = time.monotonic() + timeout
    body = bytearray()
    try:
        with client.stream("GET", address, timeout=timeout, headers=headers) as response:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MAXIMUM_BYTES:
                    raise ServiceAway("The answer is too large.")
                if time.monotonic() > deadline:
                    raise ServiceAway("The answer takes too long.")
            return response.status_code, bytes(body)
    except httpx.HTTPError as error:
        raise ServiceAway(f"{type(error).__name__}: {error}") from error


def parse_json(body: bytes) -> object:
    """The body as JSON; raises ServiceAway for anything else."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ServiceAway("The answer is no JSON.") from error
