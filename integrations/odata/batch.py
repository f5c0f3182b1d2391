"""Many changes in one request: multipart/mixed, which every OData 4 service reads; a change set is done whole or not at all."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from enum import StrEnum
from uuid import uuid4

from integrations.odata.errors import RemoteError
from integrations.odata.values import Value
from integrations.odata.wire import JSON, Row
from portal.kit.outgoing import Answer

MOST_CHANGES = 1000
STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})")


class Kind(StrEnum):
    """What is done to a record. An upsert makes the record when it is not there."""

    INSERT = "insert"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"


METHODS = {Kind.INSERT: "POST", Kind.UPDATE: "PATCH", Kind.UPSERT: "PATCH", Kind.DELETE: "DELETE"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record. `key` is empty for an insert; `etag` is the version that must still be there.

    `name` is the caller's, to find the outcome by.
    """

    kind: Kind
    entity_set: str
    values: Mapping[str, Value] = field(default_factory=dict)
    key: Mapping[str, Value] = field(default_factory=dict)
    etag: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes that are made all, or none of them."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: the record as the service tells it, if it does, or the error."""

    change: Change
    row: Row | None = None
    error: RemoteError | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A request inside the batch."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes


def condition(change: Change) -> dict[str, str]:
    """The version that must be there; an update of a record that is not there must not make one."""
    if change.etag:
        return {"If-Match": change.etag}
    return {"If-Match": "*"} if needs_one(change) else {}


def needs_one(change: Change) -> bool:
    """Whether there must be a record, of any version."""
    return change.kind in (Kind.UPDATE, Kind.DELETE) and not change.etag


def encode(elements: Sequence[Part | Sequence[Part]]) -> tuple[str, bytes]:
    """Content type and body. An element that is a sequence is a change set."""
    boundary = f"batch_{uuid4().hex}"
    numbers = iter(range(1, 1 + sum(1 if isinstance(each, Part) else len(each) for each in elements)))
    pieces = []
    for each in elements:
        if isinstance(each, Part):
            pieces.append(framed(boundary, request_part(each, next(numbers))))
            continue
        inner = f"changeset_{uuid4().hex}"
        content = b"".join(framed(inner, request_part(part, next(numbers))) for part in each)
        head = f"Content-Type: multipart/mixed; boundary={inner}\r\n\r\n".encode()
        pieces.append(framed(boundary, head + content + f"--{inner}--\r\n".encode()))
    body = b"".join(pieces) + f"--{boundary}--\r\n".encode()
    return f"multipart/mixed; boundary={boundary}", body


def framed(boundary: str, content: bytes) -> bytes:
    return f"--{boundary}\r\n".encode() + content + b"\r\n"


def request_part(part: Part, number: int) -> bytes:
    """The request with its own head; the number names it inside the batch."""
    headers = {"Accept": JSON, **part.headers}
    if part.body:
        headers |= {"Content-Type": JSON, "Content-Length": str(len(part.body))}
    lines = [f"{part.method} {part.address} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
    head = f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}\r\n\r\n"
    return head.encode() + "\r\n".join(lines).encode() + b"\r\n\r\n" + part.body


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered to one element: to a change, or to a change set that failed, one answer; else one to each change."""

    answers: tuple[Answer, ...]
    names: tuple[str, ...] = ()
    is_set: bool = False

    def to(self, numbers: range) -> tuple[Answer, ...] | None:
        """The answers in the order of the requests with these numbers; None when it cannot be told which is whose."""
        if len(self.answers) != len(numbers):
            return None
        if not any(self.names):
            return self.answers
        found = dict(zip(self.names, self.answers, strict=True))
        if set(found) != set(map(str, numbers)):
            return None
        return tuple(found[str(each)] for each in numbers)


def decode(answer: Answer) -> tuple[list[Told], bool]:
    """What was told of each element, and whether the batch was told to its end. Raises ValueError for what is no batch."""
    boundary = boundary_of(answer.headers.get("content-type", ""))
    found = []
    for headers, content in parts(answer.body, boundary):
        if headers.get("content-type", "").startswith("multipart/"):
            inner = list(parts(content, boundary_of(headers["content-type"])))
            answers = tuple(inner_answer(each) for _headers, each in inner)
            found.append(Told(answers, tuple(head.get("content-id", "") for head, _content in inner), is_set=True))
        else:
            found.append(Told((inner_answer(content),)))
    return found, f"--{boundary}--".encode() in answer.body


def boundary_of(content_type: str) -> str:
    found = re.search(r'boundary="?([^";,\s]+)', content_type)
    if not content_type.startswith("multipart/mixed") or found is None:
        raise ValueError("no batch")
    return found[1]


def parts(body: bytes, boundary: str) -> Iterator[tuple[dict[str, str], bytes]]:
    """Head and content of each part that is there from its beginning to its end."""
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(?=--|\r?\n)", body)
    for piece in pieces[1:-1]:
        yield split_head(piece.lstrip(b"\r\n"))


def split_head(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, *content = re.split(rb"(?:^|\r?\n)\r?\n", piece, maxsplit=1)
    parsed = BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
    return {name.lower(): str(text) for name, text in parsed.items()}, b"".join(content)


def inner_answer(content: bytes) -> Answer:
    """The answer inside a part; raises ValueError without its status line."""
    line, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    found = STATUS_LINE.match(line)
    if found is None:
        raise ValueError("no status")
    return Answer(int(found[1]), *split_head(rest))


def json_body(values: Mapping[str, object]) -> bytes:
    """Letters beyond ASCII are escaped: some services count the length of a part in letters, not in bytes."""
    return json.dumps(values, separators=(",", ":")).encode()
