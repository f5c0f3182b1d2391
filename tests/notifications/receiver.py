"""A real SMTP server in a thread. It stores before it answers, as a mail server does, and misbehaves when told."""

import asyncio
import email
import threading
from collections import Counter

from aiosmtpd.smtp import SMTP


class Receiver:
    """Takes mail on a loopback port of its own. `answers` are given in turn before it accepts the rest.

    An answer is a reply like "451 Later", "hang up" (take the mail, then cut the connection) or "" (accept).
    """

    def __init__(self, *answers, port=0):
        self.answers = list(answers)
        self.messages = []
        self.came = threading.Condition()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self.run(self.loop.create_server(self.session, "127.0.0.1", port))
        self.port = self.server.sockets[0].getsockname()[1]

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def session(self):
        return SMTP(self, hostname="localhost", loop=self.loop)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else ""
        if answer in ("", "hang up"):
            with self.came:
                self.messages.append(email.message_from_bytes(envelope.content))
                self.came.notify_all()
        if answer == "hang up":
            server.transport.abort()
        return answer if answer[:1].isdigit() else "250 Kept"

    def wait_for(self, count, seconds=240) -> bool:
        """Whether so many mails have come in time."""
        with self.came:
            return self.came.wait_for(lambda: len(self.messages) >= count, seconds)

    def by_message_id(self) -> Counter:
        """How often each Message-ID came."""
        return Counter(each["Message-ID"] for each in self.messages)

    def close(self):
        async def close():
            self.server.close()

        self.run(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)
        self.loop.close()
