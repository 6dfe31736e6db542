"""Those who wait, a process of their own, and the officers who call.

python -m bench.waiters PORT PID < people.json > figures.json
"""

import asyncio
import base64
import json
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.people import answer

IDLE, APART, EVERY = 60.0, 2.0, 15.0
AT_ONCE = 50  # that come at a time


@dataclass
class Waiter:
    """One person: the bytes of their line so far, and when each call was told to them."""

    bytes: int = 0
    told: list[float] = field(default_factory=list)


async def by_socket(port: int, cookie: str, topic: str, one: Waiter, ready: Callable[[], None]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    path = "/socket.io/?EIO=4&transport=websocket"
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Cookie: tcd={cookie}"]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 101 " in head.split(b"\r\n")[0], head
    while True:
        packet, size = await frame(reader)
        one.bytes += size
        if packet.startswith("0"):
            one.bytes += send(writer, "40")
        elif packet.startswith("40"):
            one.bytes += send(writer, f'420["join",{json.dumps({"topic": topic})}]')
        elif packet.startswith("430"):
            assert '"ok":true' in packet.replace(" ", ""), packet
            ready()
        elif packet == "2":
            one.bytes += send(writer, "3")
        elif packet.startswith('42["line"'):
            one.told.append(time.monotonic())


async def frame(reader: asyncio.StreamReader) -> tuple[str, int]:
    head = await reader.readexactly(2)
    length, size = head[1] & 0x7F, 2
    if length == 126:
        length, size = int.from_bytes(await reader.readexactly(2)), 4
    return (await reader.readexactly(length)).decode(), size + length


def send(writer: asyncio.StreamWriter, text: str) -> int:
    """A short masked frame; the mask is zero, which leaves the text as it is."""
    content = text.encode()
    writer.write(bytes([0x81, 0x80 | len(content)]) + bytes(4) + content)
    return 6 + len(content)


async def by_asking(port: int, code: str, cookie: str, one: Waiter, ready: Callable[[], None]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    etag = ""
    await asyncio.sleep(random.uniform(0, EVERY))
    while True:
        lines = [f"GET /visits/{code}/wait HTTP/1.1", "Host: 127.0.0.1", f"Cookie: tcd={cookie}"]
        lines += ["HX-Request: true", "Accept-Encoding: gzip", *([f"If-None-Match: {etag}"] if etag else [])]
        asked = ("\r\n".join(lines) + "\r\n\r\n").encode()
        writer.write(asked)
        status, headers = await answer(reader)
        one.bytes += (
            len(asked)
            + int(headers.get("content-length", 0))
            + sum(len(name) + len(value) + 4 for name, value in headers.items())
        )
        assert status in (200, 304), status
        if not etag:
            ready()
        elif headers.get("etag") != etag:
            one.told.append(time.monotonic())
        etag = headers.get("etag", etag)
        await asyncio.sleep(EVERY)


async def press(port: int, cookie: str, token: str) -> float:
    """The officer's key; when it was pressed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    form = urlencode({"csrf_token": token, "key": f"key-{random.getrandbits(60):020d}"}).encode()
    lines = ["POST /desk/call-next HTTP/1.1", "Host: 127.0.0.1", f"Cookie: tcd={cookie}"]
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    pressed = time.monotonic()
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + form)
    status, _headers = await answer(reader)
    assert status < 400, status
    writer.close()
    return pressed


def memory(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def main(port: int, pid: int, told: dict[str, Any]) -> dict[str, Any]:
    asks = told["way"] == "poll"
    waiters = [Waiter() for _ in told["people"]]
    here, problems = [0], []

    def ready() -> None:
        here[0] += 1

    async def wait(code: str, cookie: str, one: Waiter) -> None:
        if asks:
            await by_asking(port, code, cookie, one, ready)
        else:
            await by_socket(port, cookie, told["topic"], one, ready)

    def over(task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception():
            problems.append(repr(task.exception()))

    await press_nobody(port)  # the process has done its first work before it is weighed
    before, tasks = memory(pid), []
    for place, ((code, cookie), one) in enumerate(zip(told["people"], waiters, strict=True)):
        tasks.append(asyncio.create_task(wait(code, cookie, one)))
        tasks[-1].add_done_callback(over)
        while not asks and place - here[0] > AT_ONCE and not problems:
            await asyncio.sleep(0.005)
    while here[0] < len(waiters) and not problems:
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    weighs = memory(pid) - before

    bytes_before = sum(one.bytes for one in waiters)
    await asyncio.sleep(IDLE)
    idle = (sum(one.bytes for one in waiters) - bytes_before) * 60 / IDLE

    calls, bytes_before, rest = [], sum(one.bytes for one in waiters), EVERY + 3 if asks else APART
    for cookie in told["officers"]:
        for one in waiters:
            one.told.clear()
        pressed = await press(port, cookie, told["token"])
        await asyncio.sleep(rest)
        calls.append([min(one.told) - pressed for one in waiters if one.told])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not problems, problems[:3]
    return {
        "calls": calls,
        "listening": len(waiters),
        "memory": weighs,
        "idle_bytes": idle,
        "call_bytes": sum(one.bytes for one in waiters) - bytes_before,
    }


async def press_nobody(port: int) -> None:
    waits: list[Awaitable[object]] = []
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        waits.append(reader.read())
    await asyncio.gather(*waits)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), json.load(sys.stdin)))))
