"""The plain page of a call, and the wire between its two ends, served in the core namespace."""

import contextlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from simple_websocket import ConnectionClosed, Server

from bench.network.link import CORE, Links
from bench.network.namespaces import inside

PORT = 8081
URL = f"http://{CORE}:{PORT}"
PAGE = Path(__file__).with_name("defaults.html").read_bytes()


class _Handler(BaseHTTPRequestHandler):
    server: "_Wire"

    def do_GET(self) -> None:
        if self.path == "/wire":
            self._pass_on()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def _pass_on(self) -> None:
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        end = Server.accept({"werkzeug.socket": self.connection, **headers})
        self.server.ends.append(end)
        self.close_connection = True
        with contextlib.suppress(ConnectionClosed):
            while True:
                message = end.receive()
                for other in self.server.ends:
                    if other is not end:
                        with contextlib.suppress(ConnectionClosed):
                            other.send(message)
        self.server.ends.remove(end)

    def log_message(self, *_: Any) -> None:
        pass


class _Wire(ThreadingHTTPServer):
    ends: list[Server]


@contextlib.contextmanager
def served(links: Links) -> Iterator[str]:
    """Gives the page's address."""
    with inside(links.core):
        wire = _Wire((CORE, PORT), _Handler)
    wire.ends = []
    Thread(target=wire.serve_forever, daemon=True).start()
    try:
        yield URL
    finally:
        wire.shutdown()
        wire.server_close()
