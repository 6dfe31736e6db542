"""Does a relay answer: one allocation asked of it as a browser asks (RFC 8656), and given back.

Plain sockets of the standard library, which the serving loop makes wait without blocking it.
"""

import contextlib
import hashlib
import hmac
import re
import secrets
import socket
import ssl
import struct
from collections.abc import Iterator

from ..config import RELAY

PATIENCE = 4.0
"""seconds for each step"""

_COOKIE = 0x2112A442
_ALLOCATE, _REFRESH, _ANSWERED, _REFUSED = 0x0003, 0x0004, 0x0100, 0x0110
_USERNAME, _INTEGRITY, _ERROR, _LIFETIME = 0x0006, 0x0008, 0x0009, 0x000D
_REALM, _NONCE, _TRANSPORT = 0x0014, 0x0015, 0x0019
_UNAUTHORISED, _STALE_NONCE = 401, 438
_UDP = bytes([17, 0, 0, 0])


class RelayError(Exception):
    """The relay cannot be used; the message says why."""


def check(url: str, username: str, credential: str) -> None:
    """Allocate and release.

    Raises:
        RelayError: no way there, no answer, or a refusal.
    """
    parts = RELAY.fullmatch(url)
    if not parts:
        raise RelayError("not a relay's address")
    try:
        with _connected(parts) as way:
            _Talk(way, username, credential).allocate()
    except TimeoutError:
        raise RelayError("no answer") from None
    except ssl.SSLCertVerificationError as problem:
        raise RelayError(f"its certificate is not accepted: {problem.verify_message}") from None
    except OSError as problem:
        raise RelayError(problem.strerror or "no connection") from None


class _Way:
    """A socket that sends whole messages: by UDP said again when nothing comes, by TCP as a stream."""

    def __init__(self, end: socket.socket, stream: bool):
        self._end, self._stream = end, stream

    def ask(self, message: bytes) -> bytes:
        if self._stream:
            self._end.settimeout(PATIENCE)
            self._end.sendall(message)
            head = self._read(20)
            return head + self._read(struct.unpack("!H", head[2:4])[0])
        for share in (1, 2, 5):
            self._end.settimeout(PATIENCE * share / 8)
            self._end.send(message)
            with contextlib.suppress(TimeoutError):
                # An answer to an earlier question that was asked twice is not this one's.
                while (answer := self._end.recv(4096))[8:20] != message[8:20]:
                    pass
                return answer
        raise TimeoutError

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._end.recv(size - len(data))
            if not part:
                raise RelayError("it hung up")
            data += part
        return data


@contextlib.contextmanager
def _connected(parts: re.Match[str]) -> Iterator[_Way]:
    secure, host = parts["scheme"] == "turns", parts["host"].strip("[]")
    stream = secure or parts["way"] == "tcp"
    port = int(parts["port"] or (5349 if secure else 3478))
    kind = socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
    family, _, _, _, address = socket.getaddrinfo(host, port, type=kind)[0]
    with socket.socket(family, kind) as end:
        end.settimeout(PATIENCE)
        end.connect(address)
        if not secure:
            yield _Way(end, stream)
            return
        with ssl.create_default_context().wrap_socket(end, server_hostname=host) as wrapped:
            yield _Way(wrapped, stream)


class _Talk:
    """The questions, signed once the relay has told its realm and nonce."""

    def __init__(self, way: _Way, username: str, credential: str):
        self._way, self._username, self._credential = way, username, credential
        self._realm = self._nonce = b""

    def allocate(self) -> None:
        wanted = [(_TRANSPORT, _UDP)]
        self._refusal(_ALLOCATE, wanted)  # the first one is always refused: it learns realm and nonce
        if not self._realm:
            raise RelayError("it gives relays to anyone")
        code = self._refusal(_ALLOCATE, wanted)
        if code == _STALE_NONCE:
            code = self._refusal(_ALLOCATE, wanted)
        if code == _UNAUTHORISED:
            raise RelayError("it refuses the credentials: is TURN_SECRET its static-auth-secret?")
        if code:
            raise RelayError(f"it refuses with {code}")
        self._refusal(_REFRESH, [(_LIFETIME, bytes(4))])

    def _refusal(self, method: int, attributes: list[tuple[int, bytes]]) -> int:
        """Ask; the error's number, or 0."""
        number = secrets.token_bytes(12)
        answer = self._way.ask(self._message(method, number, attributes))
        kind, _size, cookie = struct.unpack("!HHI", answer[:8]) if len(answer) >= 20 else (0, 0, 0)
        if cookie != _COOKIE or answer[8:20] != number:
            raise RelayError("what answers is no relay")
        if kind == method | _ANSWERED:
            return 0
        if kind != method | _REFUSED:
            raise RelayError("what answers is no relay")
        said = dict(_attributes(answer[20:]))
        self._realm, self._nonce = said.get(_REALM, self._realm), said.get(_NONCE, self._nonce)
        error = said.get(_ERROR, bytes(4)).ljust(4, b"\0")
        return (error[2] & 7) * 100 + error[3]

    def _message(self, method: int, number: bytes, attributes: list[tuple[int, bytes]]) -> bytes:
        if not self._realm:
            return _head(method, number, 0, attributes) + _packed(attributes)
        signed = [
            *attributes,
            (_USERNAME, self._username.encode()),
            (_REALM, self._realm),
            (_NONCE, self._nonce),
        ]
        text = _head(method, number, 24, signed) + _packed(signed)
        words = b":".join((self._username.encode(), self._realm, self._credential.encode()))
        key = hashlib.md5(words, usedforsecurity=False).digest()  # the protocol's own
        return text + _packed([(_INTEGRITY, hmac.new(key, text, hashlib.sha1).digest())])


def _head(method: int, number: bytes, more: int, attributes: list[tuple[int, bytes]]) -> bytes:
    return struct.pack("!HHI", method, len(_packed(attributes)) + more, _COOKIE) + number


def _packed(attributes: list[tuple[int, bytes]]) -> bytes:
    return b"".join(
        struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4) for kind, value in attributes
    )


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        kind, size = struct.unpack("!HH", data[:4])
        yield kind, data[4 : 4 + size]
        data = data[4 + size + (-size % 4) :]
