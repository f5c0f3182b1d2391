"""What an answer means: its rows, or which error it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from integrations.odata.errors import Conflict, Gone, NotConnected, Refused, RemoteError, Temporary, Unknown
from integrations.odata.metadata import EntityType, Metadata
from integrations.odata.values import from_json
from portal.kit import clock
from portal.kit.outgoing import Answer

JSON = "application/json;odata.metadata=minimal;IEEE754Compatible=true"
LONGEST_MESSAGE = 500
LONGEST_PAUSE = 24 * 3600.0
SECONDS = re.compile(r"\d{1,9}")
PASSING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})
LOGIN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})
MEANING: dict[int, type[Refused]] = {
    HTTPStatus.NOT_FOUND: Gone,
    HTTPStatus.GONE: Gone,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.PRECONDITION_FAILED: Conflict,
    HTTPStatus.PRECONDITION_REQUIRED: Conflict,
}
# Some services say that a record is there already with no more than a bad request.
THERE_ALREADY = re.compile(r"\balready exists\b|ALREADY_EXISTS|UNIQUE_CONSTRAINT", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its values by property, those of expanded links as rows, and its version where the service keeps one."""

    values: Mapping[str, Any]
    etag: str | None = None


def row_of(found: Mapping[str, Any], entity_type: EntityType, metadata: Metadata) -> Row:
    """The record that a body holds; annotations of the service are left out."""
    values = {}
    for name, value in found.items():
        if "@" in name:
            continue
        link = entity_type.links.get(name)
        target = metadata.types.get(link.type) if link else None
        if target is not None and isinstance(value, list):
            values[name] = [row_of(each, target, metadata) for each in value]
        elif target is not None and isinstance(value, dict):
            values[name] = row_of(value, target, metadata)
        else:
            values[name] = from_json(value, entity_type.properties.get(name))
    return Row(values, found.get("@odata.etag", found.get("@etag")))


def body_of(answer: Answer) -> dict[str, Any]:
    """The object that the body holds; raises ValueError when it is none, or was cut."""
    found = json.loads(answer.body, parse_float=Decimal)
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - the body is wrong, not the caller's argument
    return found


def is_done(answer: Answer) -> bool:
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def error_of(answer: Answer, *, changes: bool) -> RemoteError:
    """The error that the answer means; `changes`: it answers a request that changes something."""
    status, pause = answer.status, retry_after(answer.headers)
    code, message, target = details(answer)
    if status in PASSING:
        return Temporary(message, pause)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
        # A gateway also says 502, 503 or 504 when the service behind it may have done it; only a pause that is named
        # comes from somebody who turned the request away.
        turned_away = status == HTTPStatus.SERVICE_UNAVAILABLE and pause is not None
        return Unknown(message, pause) if changes and not turned_away else Temporary(message, pause)
    if status < HTTPStatus.BAD_REQUEST or status in LOGIN:
        return NotConnected(f"The service does not let us in: {message}")
    is_double = status == HTTPStatus.BAD_REQUEST and THERE_ALREADY.search(f"{code} {message}")
    kind = Conflict if is_double else MEANING.get(status, Refused)
    return kind(code, message, target, status)


def details(answer: Answer) -> tuple[str, str, str]:
    """Code, sentence and target in the service's words; the first of its details when those say more."""
    try:
        error = body_of(answer).get("error")
    except ValueError:
        error = None
    if not isinstance(error, dict):
        return str(answer.status), f"HTTP {answer.status}", ""
    inner = [each for each in error.get("details") or [] if isinstance(each, dict)]
    messages = [str(each.get("message") or "") for each in (error, *inner)]
    inner_error = error.get("innererror")
    if isinstance(inner_error, dict) and inner_error.get("message"):
        messages.append(str(inner_error["message"]))
    target = next((str(each["target"]) for each in (error, *inner) if each.get("target")), "")
    code = str(error.get("code") or answer.status)
    message = " · ".join(dict.fromkeys(filter(None, messages))) or f"HTTP {answer.status}"
    return code, message[:LONGEST_MESSAGE], target


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to stay away, from either form of Retry-After; a date counts from the service's own clock."""
    text = headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(text):
        return min(float(text), LONGEST_PAUSE)
    until = moment(text)
    if until is None:
        return None
    seconds = (until - (moment(headers.get("date", "")) or clock.now())).total_seconds()
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
