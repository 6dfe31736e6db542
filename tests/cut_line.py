"""A line between a browser and a server that can be slow, and that breaks after so many bytes up."""

import contextlib
import socket
import threading
import time


class CutLine:
    """Listens on a port of its own; counts what goes up, and ends every connection at each of `cuts` bytes."""

    def __init__(self, server_port: int, speed: int):
        self._there, self._speed = server_port, speed
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.up, self.cuts_made = 0, 0
        self._cuts: list[int] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def break_at(self, *bytes_up: int) -> None:
        """From now on: after so many more bytes up."""
        with self._lock:
            self._cuts = sorted(self.up + more for more in bytes_up)

    def stop(self) -> None:
        self._listener.close()
        self._cut_all()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._there))
            except OSError:
                browser.close()
                continue
            with self._lock:
                self._open |= {browser, server}
            threading.Thread(target=self._carry, args=(browser, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, browser, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        try:
            while part := source.recv(4096 if up else 65536):
                target.sendall(part)
                if up and self._passed(len(part)):
                    self._cut_all()
                    return
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for one in (source, target):  # the one end hung up: so does the other
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _passed(self, size: int) -> bool:
        """Whether the line breaks here."""
        with self._lock:
            self.up += size
            due = bool(self._cuts) and self.up >= self._cuts[0]
            if due:
                self._cuts.pop(0)
                self.cuts_made += 1
        if self._speed:
            time.sleep(size / self._speed)
        return due

    def _cut_all(self) -> None:
        with self._lock:
            ending, self._open = self._open, set()
        for one in ending:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
