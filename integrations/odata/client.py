"""A service that speaks OData 4: read in pages, change one by one or in batches (INT-2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urljoin

from integrations.odata import batch as batches
from integrations.odata import csdl
from integrations.odata.auth import Auth
from integrations.odata.batch import (
    METHODS,
    MOST_CHANGES,
    Change,
    ChangeSet,
    Kind,
    Outcome,
    Part,
    Told,
    condition,
    needs_one,
)
from integrations.odata.channel import Channel
from integrations.odata.errors import Conflict, Gone, NotConnected, RemoteError, Temporary, Unknown
from integrations.odata.metadata import EntityType, Metadata
from integrations.odata.query import Expression, checked, options, resource
from integrations.odata.values import Value, record_to_json, to_json
from integrations.odata.wire import JSON, Row, body_of, error_of, is_done, row_of
from portal.kit.outgoing import Answer, Conversation

SECONDS = 60.0
PAGE_SIZE = 500
LARGEST_METADATA = 128 * 2**20
NOT_THERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.NO_CONTENT})
NEXT, DELTA = "next:", "delta:"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, those taken away since (of a delta link: their keys as the service names them), and where to go on.

    `position` is text to be kept; None after the last page of a service without change tracking.
    """

    rows: tuple[Row, ...]
    position: str | None = None
    is_last: bool = True
    removed: tuple[str, ...] = ()


class Service:
    """One service, spoken to over kept connections by one thread; for `with`.

    `parameters` go with every request (Finance and Operations: `cross-company=true`). `metadata` that was kept saves asking.
    Every method raises what errors.py names, and never waits for a service that asks for patience.
    """

    def __init__(
        self,
        base_url: str,
        auth: Auth | None = None,
        conversation: Conversation | None = None,
        *,
        parameters: Mapping[str, str] | None = None,
        metadata: Metadata | None = None,
    ):
        self.channel = Channel(base_url, auth, conversation or Conversation(seconds=SECONDS), parameters or {})
        self.known = metadata

    def __enter__(self) -> Self:
        self.channel.conversation.__enter__()
        return self

    def __exit__(self, *error) -> None:
        self.channel.conversation.__exit__(*error)

    def metadata(self) -> Metadata:
        """What the service offers, asked for once."""
        if self.known is None:
            accept = {"Accept": "application/xml"}
            answer = self.channel.read(self.channel.address("$metadata"), headers=accept, largest=LARGEST_METADATA)
            self.known = csdl.read(answer.body)
        return self.known

    def pages(
        self,
        entity_set: str,
        *,
        select: Iterable[str] = (),
        where: Expression | None = None,
        expand: Mapping[str, Iterable[str]] | None = None,
        order_by: Iterable[str] = (),
        top: int | None = None,
        position: str | None = None,
        page_size: int = PAGE_SIZE,
        track: bool = False,
    ) -> Iterator[Page]:
        """Page by page, as the service cuts them. With a `position`, from there on, whatever the other arguments say.

        `track` asks for a position at the end from which only changes come. Raises Gone when a position is not valid any more.
        """
        entity_type = self.metadata().type_of(entity_set)
        query = options(entity_type, select=select, where=where, expand=expand, order_by=order_by, top=top)
        url = self.located(position) if position else self.channel.address(checked(entity_set), query)
        wishes = [f"odata.maxpagesize={page_size}", *(["odata.track-changes"] if track else [])]
        while url:
            answer = self.channel.read(url, headers={"Prefer": ", ".join(wishes)})
            page = self.page_of(answer, entity_type, url)
            yield page
            url = "" if page.is_last else self.located(page.position)

    def page_of(self, answer: Answer, entity_type: EntityType, url: str) -> Page:
        body = content_of(answer)
        found = body.get("value")
        if not isinstance(found, list):
            raise NotConnected("The service does not answer with a list")
        removed = tuple(
            str(each.get("@odata.id", each.get("@id", each.get("id")))) for each in found if is_removal(each)
        )
        rows = tuple(row_of(each, entity_type, self.metadata()) for each in found if not is_removal(each))
        following = body.get("@odata.nextLink", body.get("@nextLink"))
        if following:
            return Page(rows, NEXT + self.channel.inside(urljoin(url, following)), is_last=False, removed=removed)
        later = body.get("@odata.deltaLink", body.get("@deltaLink"))
        return Page(rows, DELTA + self.channel.inside(urljoin(url, later)) if later else None, removed=removed)

    def get(self, entity_set: str, key: Mapping[str, Value], select: Iterable[str] = ()) -> Row | None:
        """The record, None when it is not there."""
        entity_type = self.metadata().type_of(entity_set)
        url = self.channel.address(resource(entity_set, key, entity_type), options(entity_type, select=select))
        try:
            return self.found(self.channel.read(url), entity_type)
        except Gone:
            return None

    def get_many(
        self, entity_set: str, keys: Sequence[Mapping[str, Value]], select: Iterable[str] = ()
    ) -> list[Row | None]:
        """The records with these keys, by one request; None for each that is not there."""
        if not keys:
            return []
        entity_type = self.metadata().type_of(entity_set)
        query = options(entity_type, select=select)
        asked = [
            Part("GET", self.channel.relative(resource(entity_set, key, entity_type), query), {}, b"") for key in keys
        ]
        headers, body = enveloped(asked)
        try:
            told, _is_whole = batches.decode(
                self.channel.read(self.channel.address("$batch"), "POST", body=body, headers=headers)
            )
        except ValueError as error:
            raise Temporary("The answer to the batch cannot be read") from error
        if len(told) != len(keys):
            raise Temporary("The answer to the batch was cut")
        return [self.found(each.answers[0], entity_type) for each in told]

    def insert(self, entity_set: str, values: Mapping[str, Value]) -> Row:
        """A new record; Conflict when there is one with its key already."""
        return self.change(Change(Kind.INSERT, entity_set, values))

    def update(
        self, entity_set: str, key: Mapping[str, Value], values: Mapping[str, Value], etag: str | None = None
    ) -> Row:
        """These values of the record; Conflict when it has another version by now, Gone when it is not there."""
        return self.change(Change(Kind.UPDATE, entity_set, values, key, etag))

    def upsert(self, entity_set: str, key: Mapping[str, Value], values: Mapping[str, Value]) -> Row:
        """The record with these values, made if it is not there, whatever its version."""
        try:
            return self.change(Change(Kind.UPSERT, entity_set, values, key))
        except Gone:
            # A service that does not make records by PATCH.
            return self.insert(entity_set, {**values, **key})
        except Conflict as error:
            if error.status != HTTPStatus.PRECONDITION_REQUIRED:
                raise
        # One that keeps versions wants to know beforehand whether there is one.
        try:
            return self.update(entity_set, key, values)
        except Gone:
            return self.insert(entity_set, {**values, **key})

    def delete(self, entity_set: str, key: Mapping[str, Value], etag: str | None = None) -> None:
        """Take the record away, of any version if none is named; Gone when it is not there."""
        self.change(Change(Kind.DELETE, entity_set, {}, key, etag))

    def invoke(
        self, action: str, parameters: Mapping[str, Value], *, of: tuple[str, Mapping[str, Value]] | None = None
    ) -> Any:
        """Do an action of the service, or of the record `of` (entity set and key); its result as it came."""
        path = checked_action(action)
        if of is not None:
            path = f"{resource(*of, self.metadata().type_of(of[0]))}/{path}"
        body = batches.json_body({checked(name): to_json(value, None) for name, value in parameters.items()})
        answer = self.channel.write("POST", self.channel.address(path), body, {"Content-Type": JSON})
        try:
            return body_of(answer) if answer.body.strip() else None
        except ValueError as error:
            raise Unknown("The answer cannot be read") from error

    def change(self, change: Change) -> Row:
        part = self.part(change)
        headers = {**part.headers, **({"Content-Type": JSON} if part.body else {})}
        answer = self.channel.sent(part.method, self.channel.base_url + part.address, part.body, headers)
        return self.changed(answer, change)

    def batch(self, elements: Sequence[Change | ChangeSet]) -> list[Outcome]:
        """All changes in one request: each alone, those of a set together; outcomes in the order of the changes.

        What it raises is true of all of them; Unknown leaves each of them open.
        """
        changes = [change for each in elements for change in members(each)]
        if not changes:
            return []
        if len(changes) > MOST_CHANGES:
            raise ValueError(f"more than {MOST_CHANGES} changes")
        asked = [
            [self.part(one) for one in members(each)] if isinstance(each, ChangeSet) else self.part(each)
            for each in elements
        ]
        headers, body = enveloped(asked)
        answer = self.channel.write("POST", self.channel.address("$batch"), body, headers)
        try:
            answers, is_whole = batches.decode(answer)
        except ValueError as error:
            raise Unknown("The answer to the batch cannot be read") from error
        missing = (
            Temporary("The service did not come to it") if is_whole else Unknown("The answer to the batch was cut")
        )
        found: list[Outcome] = []
        for position, element in enumerate(elements):
            told = answers[position] if position < len(answers) else None
            found += self.outcomes(element, told, missing, len(found) + 1)
        return found

    def outcomes(
        self, element: Change | ChangeSet, told: Told | None, missing: RemoteError, first: int
    ) -> list[Outcome]:
        """Of one element, whose first request was the `first` of the batch."""
        changes = members(element)
        if told is None:
            return [Outcome(change, error=missing) for change in changes]
        if isinstance(element, Change) or told.is_set:
            ordered = told.to(range(first, first + len(changes)))
            if ordered is None:
                return [Outcome(change, error=Unknown("Not every change was answered")) for change in changes]
            return [self.outcome(change, answer) for change, answer in zip(changes, ordered, strict=True)]
        # The one answer to a change set says why none of it was done.
        [answer] = told.answers
        error = Unknown("Not every change was answered") if is_done(answer) else error_of(answer, changes=True)
        return [Outcome(change, error=error) for change in changes]

    def outcome(self, change: Change, answer: Answer) -> Outcome:
        try:
            return Outcome(change, self.changed(answer, change))
        except RemoteError as error:
            return Outcome(change, error=error)

    def part(self, change: Change) -> Part:
        entity_type = self.metadata().type_of(change.entity_set)
        is_new = change.kind is Kind.INSERT
        address = checked(change.entity_set) if is_new else resource(change.entity_set, change.key, entity_type)
        body = b"" if change.kind is Kind.DELETE else batches.json_body(record_to_json(change.values, entity_type))
        return Part(METHODS[change.kind], self.channel.relative(address), condition(change), body)

    def changed(self, answer: Answer, change: Change) -> Row:
        """The record as the change left it: what the service tells of it, else what was sent."""
        if not is_done(answer):
            error = error_of(answer, changes=True)
            if answer.status == HTTPStatus.PRECONDITION_FAILED and needs_one(change):
                error = Gone(str(answer.status), "There is no such record", status=answer.status)
            raise error
        entity_type = self.metadata().type_of(change.entity_set)
        if answer.body.strip():
            try:
                return row_of(body_of(answer), entity_type, self.metadata())
            except ValueError as error:
                raise Unknown("The answer cannot be read") from error
        return Row({**change.values, **change.key}, answer.headers.get("etag"))

    def found(self, answer: Answer, entity_type: EntityType) -> Row | None:
        """The record that was asked for by its key."""
        if answer.status in NOT_THERE:
            return None
        if not is_done(answer):
            raise error_of(answer, changes=False)
        row = row_of(content_of(answer), entity_type, self.metadata())
        return row if row.etag else Row(row.values, answer.headers.get("etag"))

    def located(self, position: str | None) -> str:
        """The address that a position stands for."""
        kind, separator, path = (position or "").partition(":")
        if kind + separator not in (NEXT, DELTA):
            raise Gone("position", "This is no position of a service")
        url = self.channel.base_url + path
        self.channel.inside(url)
        return url


def enveloped(asked: Sequence[Part | Sequence[Part]]) -> tuple[dict[str, str], bytes]:
    """Headers and body of a batch that is carried out to its end whatever fails in it."""
    content_type, body = batches.encode(asked)
    return {"Content-Type": content_type, "Accept": "multipart/mixed", "Prefer": "odata.continue-on-error"}, body


def members(element: Change | ChangeSet) -> tuple[Change, ...]:
    return element.changes if isinstance(element, ChangeSet) else (element,)


def is_removal(found: Any) -> bool:
    """A row of a delta that says that a record is not there any more."""
    return isinstance(found, dict) and (
        "@removed" in found or "@odata.removed" in found or "$deletedEntity" in str(found.get("@odata.context"))
    )


def content_of(answer: Answer) -> dict[str, Any]:
    """The object of the answer. Cut ones may be asked for again; what is no JSON at all is another kind of server."""
    try:
        return body_of(answer)
    except ValueError as error:
        if "json" in answer.headers.get("content-type", ""):
            raise Temporary("The answer was cut") from error
        raise NotConnected("The service does not answer with OData") from error


def checked_action(name: str) -> str:
    """The name of an action with its namespace; raises ValueError for what cannot be one."""
    for each in name.split("."):
        checked(each)
    return name
