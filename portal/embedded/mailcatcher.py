"""An SMTP server on loopback that keeps each message as a file before it answers 250, and sends nothing on.

`python -m portal.embedded mail --port 1025` runs it; the page `/mailbox/` reads the folder.
"""

import asyncio
import os
import secrets
import signal
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT_MESSAGES = 2000
PRUNE_EVERY = 100
ACCEPTED = "250 Message kept"


class Keeping:
    """Stores what arrives; the envelope becomes two header lines, as it is nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        store(self.folder, envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b"")
        self.count += 1
        if self.count % PRUNE_EVERY == 0:
            prune(self.folder, KEPT_MESSAGES)
        return ACCEPTED


def store(folder: Path, sender: str, recipients: list[str], content: bytes) -> Path:
    """Write one message whole or not at all; names sort by time of arrival."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(8)}"
    envelope = f"X-Envelope-From: {_line(sender)}\r\nX-Envelope-To: {_line(', '.join(recipients))}\r\n"
    passing = folder / f"{name}.part"
    with passing.open("wb") as target:
        target.write(envelope.encode("utf-8", "replace") + content)
        target.flush()
        os.fsync(target.fileno())
    return passing.rename(folder / f"{name}.eml")


def prune(folder: Path, kept: int) -> None:
    """Forget the oldest messages beyond `kept`."""
    for path in sorted(folder.glob("*.eml"))[:-kept]:
        path.unlink(missing_ok=True)


def catch(folder: Path, port: int) -> None:
    """Take mail until SIGTERM."""
    prune(folder, KEPT_MESSAGES)
    asyncio.run(serve(folder, port))


async def serve(folder: Path, port: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    handler = Keeping(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", enable_SMTPUTF8=True, loop=loop), host="127.0.0.1", port=port
    )
    print(f"Taking mail on 127.0.0.1:{port}", flush=True)
    await ended.wait()
    server.close()


def _line(text: str) -> str:
    return " ".join(text.split())
