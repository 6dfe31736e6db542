"""ClamAV's daemon over its socket (INSTREAM): the file goes there in chunks, a verdict comes back."""

import socket
import struct

import structlog

log = structlog.get_logger()
_CHUNK = 128 * 1024
_PATIENCE = 60  # seconds


class Unavailable(Exception):
    """No verdict: the daemon does not answer, or takes no file of this size."""


def finds_virus(address: str, content: bytes) -> bool:
    """Whether the daemon at `unix:/path` or `tcp:host:port` knows the content as harmful.

    Raises:
        Unavailable: it said neither yes nor no.
    """
    try:
        with _connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), _CHUNK):
                part = content[at : at + _CHUNK]
                line.sendall(struct.pack(">I", len(part)) + part)
            line.sendall(struct.pack(">I", 0))
            verdict = _answer(line)
    except OSError as problem:
        raise Unavailable(str(problem)) from None
    if verdict.endswith(" FOUND"):
        log.warning("virus_found", signature=verdict.removeprefix("stream: "))
        return True
    if verdict != "stream: OK":
        raise Unavailable(verdict)
    return False


def _connected(address: str) -> socket.socket:
    kind, _, where = address.partition(":")
    if kind != "unix":
        host, _, port = where.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=_PATIENCE)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(_PATIENCE)
    try:
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while part := line.recv(4096):
        said += part
        if said.endswith(b"\0"):
            break
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
