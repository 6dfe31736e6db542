"""The load itself, a process of its own: people who open pages with thought between them.

python -m bench.people PORT PEOPLE SECONDS < sessions.json > times.json
"""

import asyncio
import json
import random
import sys
import time

Session = dict[str, object]


async def person(port: int, session: Session, until: float, times: list[tuple[str, float, int]]) -> None:
    """One person on one kept-alive connection."""
    await asyncio.sleep(random.uniform(0, 3))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    etags: dict[str, str] = {}
    paths = list(session["paths"])  # type: ignore[call-overload]
    while time.monotonic() < until:
        name, path, swap = random.choice(paths)
        lines = [
            f"GET {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Cookie: {session['cookie']}",
            "Accept-Encoding: gzip",
        ]
        if swap:
            lines.append("HX-Request: true")
            if path in etags:
                lines.append(f"If-None-Match: {etags[path]}")
        began = time.monotonic()
        try:
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            status, headers = await answer(reader)
        except (OSError, asyncio.IncompleteReadError):
            times.append((name, time.monotonic() - began, 0))
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        times.append((name, time.monotonic() - began, status))
        if "etag" in headers:
            etags[path] = headers["etag"]
        await asyncio.sleep(random.uniform(1, 3))
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
    if headers.get("transfer-encoding") == "chunked":
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    elif length := int(headers.get("content-length", 0)):
        await reader.readexactly(length)
    return int(head[0].split()[1]), headers


async def main(
    port: int, people: int, seconds: float, sessions: list[Session]
) -> list[tuple[str, float, int]]:
    times: list[tuple[str, float, int]] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(person(port, sessions[n % len(sessions)], until, times) for n in range(people)))
    return times


if __name__ == "__main__":
    port, people, seconds = map(int, sys.argv[1:4])
    json.dump(asyncio.run(main(port, people, seconds, json.load(sys.stdin))), sys.stdout)
