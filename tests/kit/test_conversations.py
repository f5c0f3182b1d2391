"""Requests with answers to addresses that somebody else chose: kept connections, limits, no redirects (SECURITY 32)."""

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from portal.kit.outgoing import AddressRefused, AnswerLost, Conversation, NotReached, TooLarge, post


class Site:
    """A server whose handler is written in the test; counts its connections and keeps what it was asked."""

    def __init__(self):
        self.answer = lambda handler: self.say(handler, 200, b"hello")
        self.connections = 0
        self.asked = []
        self.over = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                site.connections += 1
                super().setup()

            def handle_any(self):
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                site.asked.append((self.command, self.path, dict(self.headers)))
                site.answer(self)

            do_GET = do_POST = do_PATCH = handle_any  # noqa: N815 - the names that the base class looks for

            def log_message(self, *arguments):
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    @staticmethod
    def say(handler, status: int, body: bytes = b"", **headers) -> None:
        handler.send_response(status)
        for name, text in headers.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def site(settings):
    settings.OUTGOING_TO_PRIVATE = True
    found = Site()
    yield found
    found.close()


def test_one_connection_serves_many_requests(site):
    with Conversation(seconds=10) as conversation:
        for number in range(3):
            answer = conversation.ask("PATCH", f"{site.url}{number}", headers={"X-Name": "x"}, body=b"{}")
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers["content-length"] == "5"
    assert site.connections == 1
    assert [(method, path) for method, path, _headers in site.asked] == [("PATCH", f"/{n}") for n in range(3)]


def test_a_redirect_is_an_answer_and_is_not_followed(site):
    site.answer = lambda handler: site.say(handler, 302, Location=f"{site.url}elsewhere")
    with Conversation(seconds=10) as conversation:
        assert conversation.ask("GET", site.url, headers={}).status == 302
    assert len(site.asked) == 1


def test_no_cookie_is_kept(site):
    site.answer = lambda handler: site.say(handler, 200, Set_Cookie="session=1; Path=/")
    with Conversation(seconds=10) as conversation:
        for _ in range(2):
            conversation.ask("GET", site.url, headers={})
    assert not any("Cookie" in headers for _method, _path, headers in site.asked)


def test_nothing_comes_from_the_environment(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1/")
    with Conversation(seconds=10) as conversation:
        assert conversation.ask("GET", site.url, headers={}).status == 200


@pytest.mark.parametrize("packs", [bytes, gzip.compress], ids=["plain", "packed"])
def test_an_answer_is_taken_up_to_its_limit(site, packs):
    encoding = {"Content_Encoding": "gzip"} if packs is gzip.compress else {}
    site.answer = lambda handler: site.say(handler, 200, packs(b"x" * 100_000), **encoding)
    with Conversation(seconds=10, largest=100_000) as conversation:
        assert conversation.ask("GET", site.url, headers={}).body == b"x" * 100_000
        with pytest.raises(TooLarge):
            conversation.ask("GET", site.url, headers={}, largest=99_999)


def test_a_packed_answer_that_is_damaged_is_lost(site):
    site.answer = lambda handler: site.say(handler, 200, b"no gzip", Content_Encoding="gzip")
    with Conversation(seconds=10) as conversation, pytest.raises(AnswerLost):
        conversation.ask("GET", site.url, headers={})


def test_the_deadline_holds_for_each_request_anew_and_for_one_that_drips(site, monkeypatch):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not site.over.wait(0.05):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    moments = [0.0]
    monkeypatch.setattr("portal.kit.outgoing.monotonic", lambda: moments[-1])
    with Conversation(seconds=10) as conversation:
        for later in (0.0, 9.0, 18.0):
            moments.append(later)
            assert conversation.ask("GET", site.url, headers={}).status == 200
        monkeypatch.setattr("portal.kit.outgoing.monotonic", time.monotonic)
        site.answer = drip
        conversation.seconds = 0.4
        with pytest.raises(AnswerLost):
            conversation.ask("GET", site.url, headers={})


def test_who_is_not_there_has_got_nothing(site):
    site.close()
    with Conversation(seconds=10) as conversation, pytest.raises(NotReached) as raised:
        conversation.ask("POST", site.url, headers={}, body=b"{}")
    assert type(raised.value) is NotReached


def test_a_connection_that_the_other_side_ended_is_made_anew(site):
    def once(handler):
        site.say(handler, 200, Connection="close")
        handler.close_connection = True

    site.answer = once
    with Conversation(seconds=10) as conversation:
        for _ in range(3):
            assert conversation.ask("GET", site.url, headers={}).status == 200
    assert site.connections == 3


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "http://93.184.216.34/",
        "https://93.184.216.34:22/",
    ],
)
def test_a_conversation_goes_where_a_message_may_go(url, settings, monkeypatch):
    settings.OUTGOING_TO_PRIVATE = False
    monkeypatch.setattr("socket.socket.connect", lambda *_rest: pytest.fail("connected"))
    with Conversation() as conversation, pytest.raises(AddressRefused):
        conversation.ask("GET", url, headers={})
    with pytest.raises(AddressRefused):
        post(url, b"", {})


def test_a_name_is_asked_for_with_each_connection_and_checked(site, settings, monkeypatch):
    """An address that was public when the connection was set up may not be another one at the next."""
    asked = []

    def resolve(host, port, *_rest, **_more):
        if host == "rebinding.example":
            asked.append(host)
            settings.OUTGOING_TO_PRIVATE = len(asked) == 1
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    port = site.url.rsplit(":", 1)[1]
    site.answer = lambda handler: site.say(handler, 200, Connection="close")
    with Conversation(seconds=10) as conversation:
        assert conversation.ask("GET", f"http://rebinding.example:{port}", headers={}).status == 200
        settings.OUTGOING_TO_PRIVATE = True
        with pytest.raises(AddressRefused, match="not a public address"):
            conversation.ask("GET", f"http://rebinding.example:{port}", headers={})
    assert len(asked) == 2
