"""What happens on the way: patience that is asked for, lost answers, logins, addresses that are refused (INT-3, SECURITY 32)."""

import threading
from datetime import UTC, datetime

import pytest
import time_machine

from integrations.odata.auth import ClientCredentials
from integrations.odata.client import Service
from integrations.odata.errors import NotConnected, Refused, RemoteError, Temporary, Unknown
from portal.kit.outgoing import Conversation
from tests.erp.proxy import busy, cut, dropped, lost, methods, replied, shortened, silent
from tests.integrations.odata.records import CUSTOMERS, customer, customer_key

pytestmark = pytest.mark.erp
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("99999999", 86400.0),
        ("Fri, 01 May 2026 12:02:00 GMT", 120.0),
        ("Fri, 01 May 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_how_long_to_stay_away_is_told_and_not_waited_for(erp, service, status, text, seconds):
    reply = busy(status, text)
    reply.reply.headers["Date"] = "Fri, 01 May 2026 12:00:00 GMT"
    erp.plan(reply)
    with pytest.raises(Temporary) as raised:
        service.get(CUSTOMERS, customer_key("C-1"))
    assert raised.value.retry_after == seconds


def test_a_date_without_the_services_clock_counts_from_ours(erp, service):
    reply = busy(429, "Fri, 01 May 2026 12:02:00 GMT")
    reply.reply.headers["Date"] = "nonsense"
    erp.plan(reply)
    with time_machine.travel(NOW, tick=False), pytest.raises(Temporary) as raised:
        service.get(CUSTOMERS, customer_key("C-1"))
    assert raised.value.retry_after == 120


@pytest.mark.parametrize(
    ("fault", "meant", "is_done"),
    [
        (lost(), (Temporary, Unknown), True),
        (cut(), (Temporary, Unknown), True),
        (shortened(), (Temporary, Unknown), True),
        (dropped(), (Temporary, Unknown), False),
        (busy(429, "1"), (Temporary, Temporary), False),
        (busy(429), (Temporary, Temporary), False),
        (busy(503, "1"), (Temporary, Temporary), False),
        (busy(503), (Temporary, Unknown), False),
        (replied(500), (Temporary, Unknown), False),
        (replied(504), (Temporary, Unknown), False),
        (replied(408), (Temporary, Temporary), False),
        (replied(501), (Refused, Refused), False),
        (replied(403), (Refused, Refused), False),
        (replied(400), (Refused, Refused), False),
        (replied(307, Location="https://evil.example/"), (NotConnected, NotConnected), False),
    ],
    ids=["lost", "cut", "shortened", "dropped", "429", "429 bare", "503", "503 bare", "500", "504", "408", "501", "403", "400", "307"],
)  # fmt: skip
def test_what_a_failure_means_for_reading_and_for_writing(erp, service, fault, meant, is_done):
    erp.plan(fault, fault)
    with pytest.raises(RemoteError) as raised:
        list(service.pages(CUSTOMERS))
    assert type(raised.value) is meant[0]
    with pytest.raises(RemoteError) as raised:
        service.insert(CUSTOMERS, customer())
    assert type(raised.value) is meant[1]
    assert len(erp.effects()) == is_done
    # The way is free again, over another connection if need be.
    assert (service.get(CUSTOMERS, customer_key("C-1")) is not None) is is_done


def test_an_answer_that_does_not_come_in_time_is_not_known(erp):
    done = threading.Event()
    erp.plan(silent(when=methods("POST"), after=done.set))
    with erp.service(seconds=0.5) as service, pytest.raises(Unknown):
        service.insert(CUSTOMERS, customer())
    assert done.wait(20)
    assert len(erp.effects()) == 1


def test_a_server_that_is_away_has_done_nothing(erp):
    service = Service("http://127.0.0.1:9/data", conversation=Conversation(seconds=2.0), metadata=erp.metadata)
    with service, pytest.raises(Temporary, match="Not reached"):
        service.insert(CUSTOMERS, customer())


def test_a_restart_after_the_commit_loses_nothing(erp, service):
    erp.plan(lost(when=methods("POST"), after=erp.server.restart))
    with pytest.raises(Unknown):
        service.insert(CUSTOMERS, customer())
    assert service.get(CUSTOMERS, customer_key("C-1")) is not None
    service.update(CUSTOMERS, customer_key("C-1"), {"LanguageId": "de"})
    first, second = erp.effects()
    assert (first["action"], second["action"]) == ("CREATE", "UPDATE")
    assert second["number"] == first["number"] + 1


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/data", "https://10.1.2.3/data", "https://169.254.169.254/", "http://93.184.216.34/data", "https://[::1]/data",
     "https://93.184.216.34:5432/data", "ftp://93.184.216.34/data", "https://user:password@93.184.216.34/data"],
)  # fmt: skip
def test_addresses_that_are_refused(erp, settings, monkeypatch, url):
    settings.OUTGOING_TO_PRIVATE = False
    monkeypatch.setattr("socket.socket.connect", lambda *_rest: pytest.fail("connected"))
    with Service(url, metadata=erp.metadata) as service, pytest.raises(NotConnected, match="refused"):
        service.get(CUSTOMERS, customer_key("C-1"))
    credentials = ClientCredentials(url, "id", "secret")
    with Service("https://93.184.216.34/", credentials) as service, pytest.raises(NotConnected, match="login service"):
        service.metadata()


def test_a_token_is_asked_for_once(erp):
    erp.proxy.wants_token = True
    with erp.service(auth=erp.credentials()) as service:
        for number in range(3):
            service.insert(CUSTOMERS, customer(f"C-{number}"))
    assert erp.proxy.tokens_asked == 1
    assert {request.headers["authorization"] for request, _status in erp.proxy.seen} == {"Bearer token-1"}
    assert "s3cret" not in repr(erp.credentials())


def test_a_token_that_is_not_taken_any_more_is_replaced_once(erp):
    erp.proxy.wants_token = True
    with erp.service(auth=erp.credentials()) as service:
        service.insert(CUSTOMERS, customer("C-1"))
        erp.proxy.revoke()
        service.insert(CUSTOMERS, customer("C-2"))
    assert erp.proxy.tokens_asked == 2
    assert [each["record"] for each in erp.effects()] == ["usmf|C-1", "usmf|C-2"]


def test_a_token_is_replaced_before_its_end(erp, monkeypatch):
    erp.proxy.wants_token = True
    moments = [1000.0]
    monkeypatch.setattr("integrations.odata.auth.monotonic", lambda: moments[-1])
    with erp.service(auth=erp.credentials()) as service:
        for later in (0, 3600 - 61, 3600 - 59):
            moments.append(1000.0 + later)
            service.get(CUSTOMERS, customer_key("C-1"))
    assert erp.proxy.tokens_asked == 2
    assert all(status == 404 for _request, status in erp.proxy.seen)


@pytest.mark.parametrize("life", [5, None, "3599"])
def test_whatever_life_a_token_has_it_is_used(erp, life):
    erp.proxy.wants_token, erp.proxy.token_life = True, life
    with erp.service(auth=erp.credentials()) as service:
        service.insert(CUSTOMERS, customer())


def test_a_wrong_secret_is_not_tried_again(erp):
    erp.proxy.wants_token = True
    with erp.service(auth=erp.credentials("wrong")) as service, pytest.raises(NotConnected, match="refuses us"):
        service.insert(CUSTOMERS, customer())
    assert erp.proxy.tokens_asked == 1
    assert erp.proxy.seen == []


def test_a_service_that_takes_no_token_of_ours(erp):
    erp.plan(replied(401), replied(401))
    with erp.service(auth=erp.credentials()) as service, pytest.raises(NotConnected):
        service.insert(CUSTOMERS, customer())
    assert erp.proxy.tokens_asked == 2


@pytest.mark.parametrize(
    ("life", "error"), [({"not": "a number"}, NotConnected), ("soon", NotConnected)], ids=["object", "word"]
)
def test_a_login_service_that_speaks_otherwise(erp, life, error):
    erp.proxy.wants_token, erp.proxy.token_life = True, life
    with erp.service(auth=erp.credentials()) as service, pytest.raises(error):
        service.insert(CUSTOMERS, customer())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (busy(429, "4"), Temporary),
        (busy(503), Temporary),
        (lost(), Temporary),
        (replied(400), NotConnected),
        (replied(302, Location="https://evil.example"), NotConnected),
        (replied(200, b"<html>"), NotConnected),
        (replied(200, b" " * 70_000), NotConnected),
    ],
    ids=["429", "503", "lost", "400", "302", "page", "large"],
)
def test_a_login_service_that_fails(erp, fault, error):
    """The change was not sent yet: nothing is unknown."""
    erp.plan(fault)
    credentials = ClientCredentials(f"{erp.url}login", "id", "secret")
    with erp.service(auth=credentials) as service, pytest.raises(error):
        service.insert(CUSTOMERS, customer())
    assert erp.effects() == []
