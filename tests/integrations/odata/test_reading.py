"""Reading in pages: where to go on, what is cut, what is refused (INT-2, SECURITY 35)."""

import json
from decimal import Decimal

import pytest

from integrations.odata.client import Page, Service
from integrations.odata.errors import Gone, NotConnected, Refused, Temporary
from integrations.odata.query import F
from integrations.odata.wire import Row
from portal.kit.outgoing import Answer
from tests.erp.finance import COMPANY
from tests.erp.proxy import busy, cut, lost, replied, shortened
from tests.integrations.odata.records import CUSTOMERS, LINES, ORDERS, PRODUCTS, customer, customer_key, line, order

pytestmark = pytest.mark.erp


def numbers(pages) -> list[str]:
    return [row.values["ProductNumber"] for page in pages for row in page.rows]


def test_all_pages_are_read_once_each(erp, service):
    erp.fill(PRODUCTS, COMPANY, 1150)
    pages = list(service.pages(PRODUCTS, select=["ProductNumber", "SalesPrice"]))
    assert [len(page.rows) for page in pages] == [500, 500, 150]
    assert [page.is_last for page in pages] == [False, False, True]
    assert len(set(numbers(pages))) == 1150
    assert pages[-1].position is None
    assert pages[0].rows[3].values["SalesPrice"] == Decimal("0.750000")


def test_another_reader_goes_on_where_the_first_stopped(erp, service):
    erp.fill(PRODUCTS, COMPANY, 1150)
    first = next(service.pages(PRODUCTS, select=["ProductNumber"], where=F.eq("dataAreaId", COMPANY)))
    kept = json.loads(json.dumps(first.position))
    with erp.service() as other:
        rest = list(other.pages(PRODUCTS, position=kept))
    assert sorted(numbers([first, *rest])) == [f"Produ{number:06}" for number in range(1150)]
    assert erp.proxy.url not in kept


def test_what_changes_between_two_pages_shifts_nothing(erp, service):
    erp.fill(PRODUCTS, COMPANY, 750)
    pages = service.pages(PRODUCTS, select=["ProductNumber"])
    first = next(pages)
    for number in (0, 250):
        service.delete(PRODUCTS, {"dataAreaId": COMPANY, "ProductNumber": f"Produ{number:06}"})
    assert sorted(numbers([first, *pages])) == [f"Produ{number:06}" for number in range(750)]


def test_what_is_asked_for_is_what_comes(erp, service):
    erp.fill(PRODUCTS, COMPANY, 10)
    [page] = service.pages(
        PRODUCTS,
        select=["ProductNumber"],
        where=F.ge("SalesPrice", Decimal("0.5")) & F.lt("SalesPrice", Decimal(2)),
        order_by=["-ProductNumber"],
        top=3,
    )
    assert numbers([page]) == ["Produ000007", "Produ000006", "Produ000005"]
    assert set(page.rows[0].values) <= {"ProductNumber", "dataAreaId", "RecordVersion"}
    assert page.rows[0].etag


def test_an_order_with_its_lines(service):
    service.insert(ORDERS, order())
    for number in (1, -1):
        service.insert(LINES, line(number, OrderedSalesQuantity=Decimal("1.5")))
    [page] = service.pages(ORDERS, expand={"SalesOrderLines": ["LineCreationSequenceNumber", "OrderedSalesQuantity"]})
    [found] = page.rows
    lines = found.values["SalesOrderLines"]
    assert {(row.values["LineCreationSequenceNumber"], row.values["OrderedSalesQuantity"]) for row in lines} == {
        (1, Decimal("1.500000")),
        (-1, Decimal("1.500000")),
    }
    [line_page] = service.pages(LINES, expand={"SalesOrderHeader": []}, where=F.eq("LineCreationSequenceNumber", 1))
    assert line_page.rows[0].values["SalesOrderHeader"].values["OrderingCustomerAccountNumber"] == "C-1"


def test_one_record_by_its_key(service):
    service.insert(CUSTOMERS, customer("C/1 'ö' & more?", AddressLatitude=Decimal("47.376886")))
    found = service.get(CUSTOMERS, customer_key("C/1 'ö' & more?"))
    assert found.values["AddressLatitude"] == Decimal("47.376886")
    assert found.etag
    assert service.get(CUSTOMERS, customer_key("C-2")) is None
    assert set(service.get(CUSTOMERS, customer_key("C/1 'ö' & more?"), ["LanguageId"]).values) >= {"LanguageId"}


def test_many_records_by_their_keys_at_once(erp, service):
    for number in ("C-1", "C-3"):
        service.insert(CUSTOMERS, customer(number))
    before = len(erp.proxy.seen)
    found = service.get_many(CUSTOMERS, [customer_key(f"C-{number}") for number in (3, 2, 1)], ["OrganizationName"])
    assert [row and row.values["OrganizationName"] for row in found] == ["Customer C-3", None, "Customer C-1"]
    assert found[0].etag == service.get(CUSTOMERS, customer_key("C-3")).etag
    assert len(erp.proxy.seen) == before + 2
    assert service.get_many(CUSTOMERS, []) == []


@pytest.mark.parametrize("fault", [cut, shortened, lost, busy], ids=["cut", "shortened", "lost", "busy"])
def test_many_records_of_which_not_all_came(erp, service, fault):
    """Nothing was changed, so nothing is unknown."""
    erp.plan(fault())
    with pytest.raises(Temporary):
        service.get_many(CUSTOMERS, [customer_key("C-1"), customer_key("C-2")])


@pytest.mark.parametrize("fault", [cut, shortened, lost], ids=["cut", "shortened", "lost"])
def test_a_page_that_was_cut_is_asked_for_again(erp, service, fault):
    erp.fill(PRODUCTS, COMPANY, 750)
    pages = service.pages(PRODUCTS, select=["ProductNumber"])
    first = next(pages)
    erp.plan(fault())
    with pytest.raises(Temporary):
        next(pages)
    rest = list(service.pages(PRODUCTS, position=first.position))
    assert len(numbers([first, *rest])) == 750


def test_a_page_larger_than_allowed_is_not_taken(erp):
    erp.fill(PRODUCTS, COMPANY, 500)
    with erp.service(largest=64 * 1024) as service, pytest.raises(Refused, match="too large"):
        next(service.pages(PRODUCTS))


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/data/CustomersV2?$skiptoken=1",
        "http://127.0.0.1:1/data/CustomersV2",
        "//evil.example/data/CustomersV2",
        "../control/Effects",
        "/control/Effects",
        "/data/../control/Effects",
        "/data/%2e%2e/control/Effects",
        "file:///etc/passwd",
    ],
)
def test_a_service_sends_us_nowhere_else(erp, service, link):
    """The token would go with the request."""
    body = json.dumps({"value": [], "@odata.nextLink": link}).encode()
    erp.plan(replied(200, body, Content_Type="application/json"))
    with pytest.raises(NotConnected, match="outside"):
        list(service.pages(CUSTOMERS))
    assert len(erp.proxy.seen) == 1


@pytest.mark.parametrize(
    "position", ["", "next", "https://evil.example/", "next:../control/Effects", "what:CustomersV2"]
)
def test_a_position_that_is_none(erp, service, position):
    if not position:
        assert [page.rows for page in service.pages(CUSTOMERS, position=position)] == [()]
        return
    with pytest.raises((Gone, NotConnected)):
        next(service.pages(CUSTOMERS, position=position))
    assert erp.proxy.seen == []


def test_a_position_that_the_service_has_forgotten(erp, service):
    erp.plan(replied(410, b'{"error":{"code":"DeltaLinkExpired","message":"Start again"}}'))
    with pytest.raises(Gone, match="Start again"):
        next(service.pages(CUSTOMERS, position="delta:CustomersV2?$deltatoken=1"))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"<html>Sign in</html>", "text/html"), (b'{"d":{"results":[]}}', "application/json"), (b"[]", "text/plain")],
)
def test_another_kind_of_server(erp, service, body, content_type):
    erp.plan(replied(200, body, Content_Type=content_type))
    with pytest.raises(NotConnected):
        next(service.pages(CUSTOMERS))


class Scripted:
    """A conversation in which the answers are written down beforehand."""

    def __init__(self, *bodies):
        self.bodies = list(bodies)
        self.asked = []

    def ask(self, method, url, *, headers, body=b"", largest=None):
        self.asked.append((url, headers))
        return Answer(200, {"content-type": "application/json"}, json.dumps(self.bodies.pop(0)).encode())


def test_only_what_changed_since(erp):
    """The real server keeps no changes; what it would say is written in the standard."""
    conversation = Scripted(
        {"value": [customer("C-1")], "@odata.deltaLink": "CustomersV2?$deltatoken=7"},
        {
            "value": [
                customer("C-2"),
                {
                    "@odata.context": "$metadata#CustomersV2/$deletedEntity",
                    "id": "CustomersV2('C-1')",
                    "reason": "deleted",
                },
                {"@removed": {"reason": "deleted"}, "@id": "CustomersV2('C-3')"},
            ],
            "@odata.deltaLink": "http://erp.example/data/CustomersV2?$deltatoken=8",
        },
    )
    service = Service("http://erp.example/data", conversation=conversation, metadata=erp.metadata)

    [first] = service.pages(CUSTOMERS, track=True)
    assert first == Page((Row(customer("C-1")),), "delta:CustomersV2?$deltatoken=7")
    [second] = service.pages(CUSTOMERS, position=first.position)

    assert second.rows == (Row(customer("C-2")),)
    assert second.removed == ("CustomersV2('C-1')", "CustomersV2('C-3')")
    assert second.position == "delta:CustomersV2?$deltatoken=8"
    assert conversation.asked[0][1]["Prefer"] == "odata.maxpagesize=500, odata.track-changes"
    assert conversation.asked[1][0] == "http://erp.example/data/CustomersV2?$deltatoken=7"


def test_what_goes_with_every_request(erp):
    with erp.service(parameters={"cross-company": "true"}) as service:
        service.get(CUSTOMERS, customer_key("C-1"), ["LanguageId"])
        list(service.pages(CUSTOMERS, top=1))
    assert [request.target.partition("?")[2] for request, _status in erp.proxy.seen] == [
        "$select=LanguageId&cross-company=true",
        "$top=1&cross-company=true",
    ]
