"""Real carriers on loopback: an SMS gateway over HTTP and a mail server, each as bad as it is told to be."""

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Gateway:
    """Takes messages as `{"to", "text"}`; drops what comes again with the same key.

    `behaviours` are used up one a request, then it behaves well: `slow` (answers when told to go on),
    `drip` (a byte of its answer now and then), `drop` (takes the message and closes the line), `twice` (sends
    its answer two times), or a status that it answers with, having taken nothing.
    """

    def __init__(self) -> None:
        self.behaviours: list[str | int] = []
        self.asked: list[dict[str, Any]] = []
        self.taken: dict[str, dict[str, str]] = {}
        self.answers: dict[str, object] = {}
        self.pause = 0.0
        self.go_on, self.somebody_waits = threading.Event(), threading.Event()
        self.lock = threading.Lock()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                gateway._serve(self)

            do_GET = do_PUT = do_POST

            def log_message(self, *_words: object) -> None:
                """Not on the screen of the tests."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_about: object) -> None:
                """The other side may have gone: that is what the tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/send"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        content = request.rfile.read(int(request.headers.get("Content-Length", 0))).decode()
        with self.lock:
            behaviour = self.behaviours.pop(0) if self.behaviours else ""
            key = request.headers.get("Idempotency-Key", "")
            about = {"key": key, "path": request.path, "method": request.command, "content": content}
            self.asked.append(about | {"headers": dict(request.headers)})
            if not isinstance(behaviour, int):
                self.taken.setdefault(key, {"id": f"sms-{len(self.taken) + 1}", "content": content})
        time.sleep(self.pause)
        if isinstance(behaviour, int):
            return self._answer(request, behaviour, {"problem": "as told"})
        if behaviour in ("slow", "drip"):
            self.somebody_waits.set()
        if behaviour == "slow":
            self.go_on.wait(60)
        if behaviour == "drip":
            while not self.go_on.wait(0.1):
                request.wfile.write(b"H")
        if behaviour == "drop":
            request.connection.shutdown(socket.SHUT_RDWR)
            request.close_connection = True
            return None
        for _ in range(2 if behaviour == "twice" else 1):
            self._answer(request, 200, {"id": self.taken[key]["id"], **self.answers})
        return None

    @staticmethod
    def _answer(request: BaseHTTPRequestHandler, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def close(self) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def gateway() -> Iterator[Gateway]:
    one = Gateway()
    try:
        yield one
    finally:
        one.close()


class Letters:
    """What a mail server does: keeps letters, or answers as `replies` tell, one a letter."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.secure: list[bool] = []
        self.replies: list[str] = []
        self.refused: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - the library's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply == "drop":
            self.taken.append(envelope)
            server.transport.abort()
        elif reply.startswith("250"):
            self.taken.append(envelope)
            self.secure.append(server.transport.get_extra_info("sslcontext") is not None)
        return reply


USER, PASSWORD = "tiepdan", "the password of tests"


def _known(_server: object, _session: object, _envelope: object, _kind: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))


@contextlib.contextmanager
def mail_server(letters: Letters, port: int, security: str, certificate: tuple[Path, Path]) -> Iterator[None]:
    """A server on loopback; by STARTTLS it takes letters of whom it knows only."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    more: dict[str, dict[str, Any]] = {
        "none": {},
        "starttls": {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _known,
        },
        "tls": {"ssl_context": context},
    }
    controller = Controller(letters, hostname="127.0.0.1", port=port, **more[security])
    controller.start()
    try:
        yield
    finally:
        controller.stop()
