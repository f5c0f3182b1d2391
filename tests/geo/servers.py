"""Small real servers on loopback that stand for a routing and a geocoding service."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

# Seconds: a service that hangs does so for longer than anybody waits; whoever asks gives up after a moment, or after
# this long where the service is well and only the machine is slow. In between lies what tests hold to be soon.
HANG_SECONDS = 60.0
GIVES_UP, PATIENT, SOON = 0.4, 20.0, 10.0
NEVER_ENDING = {"hang", "drip", "huge"}
DRIP_SECONDS = 0.2


class Service:
    """What the server is asked (`asked`) and how it behaves (`mood`: well, hang, drip, error, garbage, redirect, refuse)."""

    def __init__(self, answer):
        self.answer = answer
        self.mood = "well"
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.released = threading.Event()
        self.url = ""

    @property
    def limit(self) -> float:
        """The seconds that a question may take in the present mood."""
        return GIVES_UP if self.mood in NEVER_ENDING else PATIENT

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


class Handler(BaseHTTPRequestHandler):
    service: Service

    def do_GET(self):
        service = self.service
        service.asked.append(unquote(self.path))
        service.agents.append(self.headers["User-Agent"])
        getattr(self, f"be_{service.mood}")()

    def be_well(self):
        self.reply(200, json.dumps(self.service.answer(unquote(self.path))).encode())

    def be_hang(self):
        self.service.released.wait(HANG_SECONDS)

    def be_drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        end = time.monotonic() + HANG_SECONDS
        while time.monotonic() < end and not self.service.released.wait(DRIP_SECONDS):
            self.wfile.write(b" ")
            self.wfile.flush()

    def be_error(self):
        self.reply(500, b"out of order")

    def be_garbage(self):
        self.reply(200, b"<html>a captive portal</html>")

    def be_nonsense(self):
        self.reply(200, b'{"code": "Ok", "durations": [["x"]], "distances": {}, "lat": []}')

    def be_redirect(self):
        self.send_response(302)
        self.send_header("Location", f"{self.service.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def be_refuse(self):
        self.reply(400, b'{"code": "NoSegment", "message": "Could not find a matching segment"}')

    def be_huge(self):
        self.send_response(200)
        self.end_headers()
        while not self.service.released.is_set():
            self.wfile.write(b" " * 100_000)

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):  # noqa: A002
        """Quiet."""


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, request, client_address):
        """Clients that hung up are what the tests are about."""


@contextmanager
def serve(answer):
    """Serve `answer(path)` as JSON on loopback while the block runs."""
    service = Service(answer)
    server = QuietServer(("127.0.0.1", 0), type("Bound", (Handler,), {"service": service}))
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def osrm_table(path: str) -> dict:
    """A table like OSRM's: a degree of latitude or longitude is a thousand seconds and ten thousand metres.

    Going south costs a second more than going north, so that mixed-up directions show. Longitudes from 170 on lie on
    an island without a bridge; those from 175 on are off the map, snapped to a road far away.
    """
    address = urlsplit(path)
    coordinates = [tuple(map(float, each.split(","))) for each in address.path.rpartition("/")[2].split(";")]
    query = parse_qs(address.query)
    sources, targets = ([coordinates[int(n)] for n in query[key][0].split(";")] for key in ("sources", "destinations"))
    assert query["annotations"] == ["duration,distance"]
    assert len(coordinates) <= 100

    def degrees(a, b):
        return abs(a[0] - b[0]) + abs(a[1] - b[1])

    def joined(a, b):
        return (170 <= a[0] < 175) == (170 <= b[0] < 175)

    def waypoint(each):
        return {"location": list(each), "distance": 900_000.0 if each[0] >= 175 else 4.2, "name": ""}

    return {
        "code": "Ok",
        "durations": [
            [1000 * degrees(a, b) + (1 if a[1] > b[1] else 0) if joined(a, b) else None for b in targets]
            for a in sources
        ],
        "distances": [[10_000 * degrees(a, b) if joined(a, b) else None for b in targets] for a in sources],
        "sources": [waypoint(each) for each in sources],
        "destinations": [waypoint(each) for each in targets],
    }
