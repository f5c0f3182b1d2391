"""The way to the other side of a connection, as the verbs use it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, Self
from uuid import UUID

from integrations.enums import AuthKind
from integrations.models import Connection
from integrations.odata.auth import ClientCredentials
from integrations.odata.batch import Change, Outcome
from integrations.odata.client import Page, Service
from integrations.odata.metadata import Metadata
from integrations.odata.query import Expression
from integrations.odata.wire import Row

# What a service offers is large and rarely changes.
METADATA_SECONDS = 900.0
_known: dict[tuple[UUID, str], tuple[float, Metadata]] = {}


class Remote(Protocol):
    """What runs ask of the other side; `integrations.odata.client.Service` is one."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def pages(
        self,
        entity_set: str,
        *,
        select: Iterable[str] = (),
        where: Expression | None = None,
        order_by: Iterable[str] = (),
        position: str | None = None,
        page_size: int = 500,
        track: bool = False,
    ) -> Iterator[Page]: ...

    def get(self, entity_set: str, key: Mapping[str, Any], select: Iterable[str] = ()) -> Row | None: ...

    def get_many(
        self, entity_set: str, keys: Sequence[Mapping[str, Any]], select: Iterable[str] = ()
    ) -> list[Row | None]: ...

    def batch(self, elements: Sequence[Change]) -> list[Outcome]: ...


def connect(connection: Connection) -> Service:
    """The service of a connection, for `with`; nothing is sent yet."""
    auth = None
    if connection.auth == AuthKind.CLIENT_CREDENTIALS:
        auth = ClientCredentials(
            connection.token_url,
            connection.client_id,
            connection.client_secret,
            scope=connection.scope,
            resource=connection.resource,
        )
    parameters = {"cross-company": "true"} if connection.is_cross_company else None
    return Service(connection.base_url, auth, parameters=parameters, metadata=known_metadata(connection))


def known_metadata(connection: Connection) -> Metadata | None:
    """What the service offered a short while ago, None when it is to be asked."""
    at, metadata = _known.get((connection.pk, connection.base_url), (0.0, None))
    return metadata if time.monotonic() - at < METADATA_SECONDS else None


def keep_metadata(connection: Connection, service: Service) -> None:
    """Remember what the service offers, in this process."""
    if service.known is not None and known_metadata(connection) is not service.known:
        _known[connection.pk, connection.base_url] = (time.monotonic(), service.known)
