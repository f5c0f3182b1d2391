"""The supervisor takes a worker for stuck only on clear and repeated evidence."""

import http.server
import json
import threading

import pytest

from portal.embedded import health

WELL, LATE = {"ready": True}, {"ready": False}


@pytest.fixture
def portal():
    """A server whose answer to `/readyz` is `portal.answer`."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/healthz" else 503)
            self.end_headers()
            self.wfile.write(self.server.answer)

        def log_message(self, *_arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    server.answer = b""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def looks(portal, monkeypatch):
    """`looks(answer, …)`: what the watch says after each look."""
    monkeypatch.setattr(health, "LOOK_SECONDS", 0)
    watch = health.WorkerWatch(portal.server_port)

    def look(*answers):
        said = []
        for answer in answers:
            portal.answer = answer if isinstance(answer, bytes) else json.dumps({"checks": answer}).encode()
            said.append(watch.is_stuck())
        return said

    return look


def test_the_fourth_late_look_in_a_row_counts_and_then_it_begins_anew(looks):
    late = {"database": WELL, "worker": LATE}

    assert looks(late, late, late, late, late) == [False, False, False, True, False]


def test_one_good_look_forgives(looks):
    late, well = {"database": WELL, "worker": LATE}, {"database": WELL, "worker": WELL}

    assert not any(looks(late, late, late, well, late, late, late))


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", {"database": LATE}, {"database": LATE, "worker": LATE}])
def test_without_a_clear_answer_nobody_is_blamed(looks, answer):
    assert not any(looks(*[answer] * 8))


def test_looks_are_rare(portal):
    watch = health.WorkerWatch(portal.server_port)
    portal.answer = json.dumps({"checks": {"database": WELL, "worker": LATE}}).encode()

    assert not any(watch.is_stuck() for _ in range(20))
    assert watch.looks == 1


def test_a_portal_that_is_not_there_does_not_answer(portal):
    assert health.answers(portal.server_port)
    port = portal.server_port
    portal.shutdown()
    portal.server_close()

    assert not health.answers(port)
