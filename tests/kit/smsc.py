"""A message center that speaks SMPP 3.4 on a loopback port: written from the specification, not from the client's library."""

import socket
import struct
import threading
from dataclasses import dataclass, field

BIND_TRANSMITTER, SUBMIT, UNBIND, ENQUIRE = 0x02, 0x04, 0x06, 0x15
RESPONSE = 0x8000_0000
HEAD = struct.Struct(">IIII")
OK, BIND_FAILED = 0x0, 0x0D
UDHI = 0x40


@dataclass(frozen=True)
class Submitted:
    """One submit_sm."""

    sender: str
    number: str
    ton: int
    esm_class: int
    coding: int
    message: bytes


def texts_of(parts: list[Submitted]) -> str:
    """The whole text of one message, its parts put together by their headers."""
    if not parts[0].esm_class & UDHI:
        [only] = parts
        return read(only.message, only.coding)
    heads = [struct.unpack(">BBBBBB", each.message[:6]) for each in parts]
    assert {head[:3] for head in heads} == {(5, 0, 3)}
    assert len({head[3] for head in heads}) == 1
    assert [(head[5], head[4]) for head in heads] == [(number + 1, len(parts)) for number in range(len(parts))]
    return "".join(read(each.message[6:], each.coding) for each in parts)


def read(message: bytes, coding: int) -> str:
    """The letters of a message: GSM's own for the plain ones of these tests, or UTF-16."""
    if coding == 8:
        return message.decode("utf-16-be")
    extended = {b"\x1b\x65": "€", b"\x1b\x28": "{", b"\x1b\x29": "}"}
    text, position = "", 0
    while position < len(message):
        size = 2 if message[position : position + 1] == b"\x1b" else 1
        piece = message[position : position + size]
        text += extended[piece] if size == 2 else {b"\x7e": "ü", b"\x00": "@"}.get(piece) or piece.decode("ascii")
        position += size
    return text


@dataclass
class MessageCenter:
    """Accepts `user` with `password`. `answers` are given to submit_sm in turn before it accepts the rest.

    An answer is a status, or "hang up": take the message and cut the connection.
    """

    user: str = "acme"
    password: str = "secret"
    answers: list = field(default_factory=list)
    submitted: list[Submitted] = field(default_factory=list)
    unbound: int = 0

    def __post_init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"smpp://{self.user}:{self.password}@127.0.0.1:{self.port}"

    def serve(self):
        while True:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            with connection:
                self.talk(connection)

    def talk(self, connection):
        while True:
            head = take(connection, HEAD.size)
            if head is None:
                return
            length, command, _status, sequence = HEAD.unpack(head)
            body = take(connection, length - HEAD.size) or b""
            # A center asks for life whenever it likes.
            if command == SUBMIT:
                connection.sendall(HEAD.pack(HEAD.size, ENQUIRE, 0, 7_000_000 + sequence))
            if not self.answer(connection, command, sequence, body):
                return

    def answer(self, connection, command, sequence, body) -> bool:
        """Whether the talk goes on."""
        if command == BIND_TRANSMITTER:
            user, rest = c_string(body)
            password, _rest = c_string(rest)
            is_right = (user, password) == (self.user, self.password)
            reply(connection, command, sequence, OK if is_right else BIND_FAILED, b"center\0" if is_right else b"")
        elif command == SUBMIT:
            status = self.answers.pop(0) if self.answers else OK
            if status in (OK, "hang up"):
                self.submitted.append(parse(body))
            if status == "hang up":
                return False
            reply(connection, command, sequence, status, f"{len(self.submitted)}\0".encode() if status == OK else b"")
        elif command == UNBIND:
            self.unbound += 1
            reply(connection, command, sequence, OK, b"")
            return False
        return True

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(10)


def take(connection, size) -> bytes | None:
    found = b""
    while len(found) < size:
        try:
            piece = connection.recv(size - len(found))
        except OSError:
            return None
        if not piece:
            return None
        found += piece
    return found


def reply(connection, command, sequence, status, body):
    connection.sendall(HEAD.pack(HEAD.size + len(body), command | RESPONSE, status, sequence) + body)


def c_string(body: bytes) -> tuple[str, bytes]:
    text, _zero, rest = body.partition(b"\0")
    return text.decode("ascii"), rest


def parse(body: bytes) -> Submitted:
    """The mandatory fields of submit_sm, in the specification's order."""
    _service, rest = c_string(body)
    rest = rest[2:]
    sender, rest = c_string(rest)
    ton = rest[0]
    number, rest = c_string(rest[2:])
    esm_class, rest = rest[0], rest[3:]
    _schedule, rest = c_string(rest)
    _validity, rest = c_string(rest)
    _registered, _replace, coding, _default, length = rest[:5]
    return Submitted(sender, number, ton, esm_class, coding, rest[5 : 5 + length])
