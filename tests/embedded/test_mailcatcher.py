"""The mail catcher keeps before it says yes, and shows who a mail was really for."""

import smtplib
import sys
import time
from email import message_from_bytes, policy

import pytest

from portal.embedded import mailcatcher, processes, valkey
from portal.embedded.folders import CHECKOUT

MESSAGE = b"From: a@harbor.example\r\nTo: b@harbor.example\r\nSubject: Visit\r\n\r\nCome.\r\n"


@pytest.fixture
def catcher(var, environment):
    port = valkey.free_port()
    command = [sys.executable, "-m", "portal.embedded", "mail", "--port", str(port)]
    child = processes.spawn(command, log=var / "catcher.log", env=environment, cwd=CHECKOUT)
    while valkey.is_free(port):
        assert child.poll() is None, (var / "catcher.log").read_text()
        time.sleep(0.02)
    yield port
    processes.end_child(child, ((15, 60.0), (9, 60.0)))
    assert child.returncode == 0


@pytest.mark.slow
def test_a_mail_is_on_disk_when_it_is_accepted(catcher, folders):
    with smtplib.SMTP("127.0.0.1", catcher, timeout=60) as sender:
        sender.sendmail("bounces@harbor.example", ["b@harbor.example", "hidden@harbor.example"], MESSAGE)
        [kept] = folders.mailbox.glob("*.eml")

    mail = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Visit"
    assert mail["X-Envelope-From"] == "bounces@harbor.example"
    assert mail["X-Envelope-To"] == "b@harbor.example, hidden@harbor.example"
    assert mail.get_content() == "Come.\r\n"
    assert not list(folders.mailbox.glob("*.part"))


def test_names_sort_by_arrival_and_the_oldest_are_forgotten(tmp_path):
    stored = [mailcatcher.store(tmp_path, "", ["b@harbor.example"], MESSAGE) for _ in range(5)]

    assert sorted(stored) == stored
    mailcatcher.prune(tmp_path, kept=2)
    assert sorted(tmp_path.iterdir()) == stored[-2:]


def test_an_envelope_cannot_add_header_lines(tmp_path):
    stored = mailcatcher.store(tmp_path, "a@harbor.example\r\nX-Evil: 1", [], MESSAGE)

    assert message_from_bytes(stored.read_bytes())["X-Evil"] is None
