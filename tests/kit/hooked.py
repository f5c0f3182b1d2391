"""A real HTTP server that takes webhooks and checks their signature by its own reckoning of the Standard Webhooks scheme."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300


def is_signed(secret: str, headers, body: bytes) -> bool:
    """Whether one of the signatures is the HMAC of id, time and body, and the time is about now."""
    moment = headers["webhook-timestamp"]
    if abs(time.time() - int(moment)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((headers["webhook-id"].encode(), moment.encode(), body))
    right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(right, each) for each in headers["webhook-signature"].split())


class Hooked:
    """`answers` are given in turn before it says 200: a status, "hang" (say nothing) or "drip" (a byte now and then)."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken: list[tuple[dict, bytes]] = []
        self.over = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                owner.taken.append((dict(self.headers), body))
                owner.answer(self)

            def log_message(self, *arguments):
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def answer(self, handler) -> None:
        answer = self.answers.pop(0) if self.answers else 200
        if answer == "hang":
            self.over.wait(20)
        elif answer == "drip":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.over.wait(0.1):
                try:
                    handler.wfile.write(b"X")
                except OSError:
                    return
        else:
            handler.send_response(answer)
            if answer == 302:
                handler.send_header("Location", "http://127.0.0.1:1/")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

    @property
    def events(self) -> list[dict]:
        return [json.loads(body) for _headers, body in self.taken]

    def close(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)
