"""Many changes in one request: alone or together, told in order, also when the answer is lost or cut (INT-2, INT-3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.odata import batch
from integrations.odata.batch import MOST_CHANGES, Change, ChangeSet, Kind
from integrations.odata.client import Service
from integrations.odata.errors import Conflict, Gone, NotConnected, Refused, Temporary, Unknown
from portal.kit.outgoing import Answer
from tests.erp.proxy import busy, cut, dropped, lost, replied, shortened, twice
from tests.integrations.odata.records import (
    CUSTOMERS,
    LINES,
    ORDERS,
    customer,
    customer_key,
    insert,
    line,
    line_key,
    order,
)


def kinds(outcomes) -> list[str]:
    return [type(each.error).__name__ if each.error else "done" for each in outcomes]


def records(erp) -> list[str]:
    return [each["record"] for each in erp.effects()]


@pytest.mark.erp
def test_each_change_is_told_in_its_place(erp, service):
    present = service.insert(CUSTOMERS, customer("C-1"))
    changes = [
        insert(CUSTOMERS, customer("C-2")),
        insert(CUSTOMERS, customer("C-1")),
        insert(CUSTOMERS, customer("C-3", OrganizationName=None)),
        Change(Kind.UPDATE, CUSTOMERS, {"LanguageId": "de"}, customer_key("C-1"), present.etag),
        Change(Kind.UPDATE, CUSTOMERS, {"LanguageId": "fr"}, customer_key("C-1"), present.etag),
        Change(Kind.UPDATE, CUSTOMERS, {"LanguageId": "fr"}, customer_key("C-9")),
        Change(Kind.UPSERT, LINES, {"ProductNumber": "P-1"}, line_key(1)),
        Change(Kind.DELETE, CUSTOMERS, key=customer_key("C-2")),
        Change(Kind.DELETE, CUSTOMERS, key=customer_key("C-2")),
    ]

    outcomes = service.batch(changes)

    assert [each.change for each in outcomes] == changes
    assert kinds(outcomes) == ["done", "Conflict", "Refused", "done", "Conflict", "Gone", "done", "done", "Gone"]
    assert outcomes[2].error.target == "OrganizationName"
    assert outcomes[3].row.values["LanguageId"] == "de"
    assert outcomes[3].row.etag == service.get(CUSTOMERS, customer_key("C-1")).etag
    assert len(erp.proxy.seen) == 3


@pytest.mark.erp
def test_a_change_set_is_done_whole_or_not_at_all(erp, service):
    whole = ChangeSet((insert(ORDERS, order("WO-1")), insert(LINES, line(1)), insert(LINES, line(-1))))
    broken = ChangeSet(
        (
            insert(ORDERS, order("WO-2")),
            insert(LINES, line(1, "WO-2")),
            insert(LINES, line(2, "WO-2", ProductNumber=None)),
        )
    )
    after = insert(CUSTOMERS, customer())

    outcomes = service.batch([whole, broken, after])

    assert kinds(outcomes) == ["done", "done", "done", "Refused", "Refused", "Refused", "done"]
    assert [each.row.values.get("LineCreationSequenceNumber") for each in outcomes[:3]] == [None, 1, -1]
    assert {each.error.target for each in outcomes[3:6]} == {"ProductNumber"}
    assert sorted(records(erp)) == ["usmf|C-1", "usmf|WO-1", "usmf|WO-1|-1", "usmf|WO-1|1"]


@pytest.mark.erp
def test_nothing_to_do_asks_nobody_and_too_much_is_refused(erp, service):
    assert service.batch([]) == []
    assert service.batch([ChangeSet(())]) == []
    with pytest.raises(ValueError, match="more than"):
        service.batch([insert(CUSTOMERS, customer())] * (MOST_CHANGES + 1))
    assert erp.proxy.seen == []


@pytest.mark.erp
@pytest.mark.parametrize(
    ("fault", "error", "is_done"),
    [
        (lost(), Unknown, True),
        (cut(), Unknown, True),
        (dropped(), Unknown, False),
        (busy(retry_after="3"), Temporary, False),
        (busy(503, "3"), Temporary, False),
        (busy(503), Unknown, False),
        (replied(502), Unknown, False),
        (replied(403), Refused, False),
        (replied(302, Location="https://evil.example/"), NotConnected, False),
    ],
    ids=["lost", "cut", "dropped", "429", "503", "503 without a pause", "502", "403", "302"],
)
def test_what_is_true_of_the_whole_batch(erp, service, fault, error, is_done):
    erp.plan(fault)
    with pytest.raises(error) as raised:
        service.batch([insert(CUSTOMERS, customer("C-1")), insert(CUSTOMERS, customer("C-2"))])
    assert type(raised.value) is error
    assert records(erp) == (["usmf|C-1", "usmf|C-2"] if is_done else [])
    # Read back by key, the rest is known.
    assert (service.get(CUSTOMERS, customer_key("C-1")) is not None) is is_done


@pytest.mark.erp
def test_an_answer_that_ends_early_leaves_the_rest_open(erp, service):
    erp.plan(shortened(1200))
    outcomes = service.batch([insert(CUSTOMERS, customer(f"C-{number}")) for number in range(8)])
    told = kinds(outcomes)
    assert told == ["done"] * told.count("done") + ["Unknown"] * told.count("Unknown")
    assert 0 < told.count("done") < 8
    assert len(records(erp)) == 8


@pytest.mark.erp
def test_a_batch_that_comes_twice_is_done_once(erp, service):
    erp.plan(twice())
    outcomes = service.batch([insert(CUSTOMERS, customer(f"C-{number}")) for number in range(3)])
    assert kinds(outcomes) == ["Conflict"] * 3
    assert records(erp) == ["usmf|C-0", "usmf|C-1", "usmf|C-2"]


class Scripted:
    """A conversation that answers a batch with what was written down."""

    def __init__(self, body: str, content_type: str = "multipart/mixed; boundary=b"):
        self.answer = Answer(200, {"content-type": content_type}, body.replace("\n", "\r\n").encode())

    def ask(self, method, url, *, headers, body=b"", largest=None):
        return self.answer


def part(status: str, body: str = "", head: str = "Content-Type: application/json") -> str:
    return f"Content-Type: application/http\n\nHTTP/1.1 {status}\n{head}\n\n{body}\n"


def told(running_erp, body: str, elements, **more):
    service = Service("http://erp.example/", conversation=Scripted(body, **more), metadata=running_erp.metadata)
    return service.batch(elements)


NEW = insert(CUSTOMERS, customer())


@pytest.mark.erp
def test_a_service_that_stops_at_the_first_error_did_not_come_to_the_rest(running_erp):
    body = f"--b\n{part('400 Bad', '{}')}--b--\n"
    assert kinds(told(running_erp, body, [NEW, NEW])) == ["Refused", "Temporary"]


@pytest.mark.erp
def test_a_service_that_is_busy_in_the_middle(running_erp):
    body = f"--b\n{part('204 No Content', head='ETag: W/1')}--b\n{part('429 Busy', head='Retry-After: 9')}--b--\n"
    first, second = told(running_erp, body, [NEW, NEW])
    assert first.row.etag == "W/1"
    assert isinstance(second.error, Temporary)
    assert second.error.retry_after == 9


@pytest.mark.erp
def test_answers_inside_a_set_are_told_apart_by_their_names(running_erp):
    changes = ChangeSet((insert(LINES, line(1)), insert(LINES, line(2))))
    inner = "".join(
        f"--c\nContent-ID: {name}\n" + part("201 Created", f'{{"LineDescription":"{name}"}}') for name in ("3", "2")
    )
    body = f"--b\n{part('204 No Content')}--b\nContent-Type: multipart/mixed; boundary=c\n\n{inner}--c--\n--b--\n"
    outcomes = told(running_erp, body, [NEW, changes])
    assert [each.row.values.get("LineDescription") for each in outcomes] == [None, "2", "3"]


@pytest.mark.erp
@pytest.mark.parametrize(
    "inner",
    [
        "--c\nContent-ID: 1\n" + part("204 No Content") + "--c--\n",
        "--c\nContent-ID: 1\n" + part("204 No Content") + "--c\nContent-ID: 7\n" + part("204 No Content") + "--c--\n",
    ],
    ids=["one is missing", "one is nobody's"],
)
def test_a_set_of_which_not_all_was_told(running_erp, inner):
    body = f"--b\nContent-Type: multipart/mixed; boundary=c\n\n{inner}--b--\n"
    assert kinds(told(running_erp, body, [ChangeSet((NEW, NEW))])) == ["Unknown", "Unknown"]


@pytest.mark.erp
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{}", "application/json"),
        ("--b\n", "multipart/mixed"),
        ("--b\nContent-Type: application/http\n\nnonsense\n--b--\n", "multipart/mixed; boundary=b"),
    ],
)
def test_an_answer_that_is_no_batch(running_erp, body, content_type):
    with pytest.raises(Unknown):
        told(running_erp, body, [NEW], content_type=content_type)


@given(st.binary(max_size=200), st.text(max_size=30))
def test_no_answer_breaks_the_reader(body, boundary):
    try:
        found, _is_whole = batch.decode(
            Answer(200, {"content-type": f"multipart/mixed; boundary={boundary}"}, b"--b\r\n" + body)
        )
    except ValueError:
        return
    assert all(each.answers or each.is_set for each in found)


def test_the_errors_are_of_one_family():
    assert issubclass(Conflict, Refused)
    assert issubclass(Gone, Refused)
    assert not issubclass(Unknown, Temporary)
