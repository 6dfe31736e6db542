"""The process that carries the packets between namespaces, from one TUN device to the other.

python -m bench.network.emulator CORE CITIZEN… — one order a line on its input, one answer a line; it
ends, and removes the namespaces, when its input ends, however its parent did.
"""

import contextlib
import fcntl
import json
import math
import os
import select
import signal
import struct
import sys
import time
from random import Random
from typing import Any

from bench.network.line import Direction, Shape
from bench.network.namespaces import TUN, create, inside, ip, remove

_SET, _TUN, _PLAIN = 0x400454CA, 0x0001, 0x1000  # TUNSETIFF, IFF_TUN, IFF_NO_PI


def subnet(link: int) -> str:
    return f"10.99.{link}"


class Link:
    """The two devices of a link and what lies between."""

    def __init__(self, number: int, core: str, citizen: str):
        self.number, self.citizen, self._host = number, citizen, 2
        self.up, self.down = Direction(Random()), Direction(Random())  # noqa: S311 - chance, no secret
        self.core_end = _device(core, f"air{number}")
        self.citizen_end = _device(citizen, "air")
        ip("-n", core, "address", "add", f"{subnet(number)}.1/24", "dev", f"air{number}")
        # Alone in its prefix, so that the routes outlive a change of address.
        ip("-n", citizen, "address", "add", f"{self.address}/32", "dev", "air")
        for namespace, device in ((core, f"air{number}"), (citizen, "air")):
            ip("-n", namespace, "link", "set", device, "up", "mtu", "1500", "txqueuelen", "1000")
        # No default route: a browser's own errands find no way and are not counted.
        ip("-n", citizen, "route", "add", "10.99.0.0/16", "dev", "air")

    @property
    def address(self) -> str:
        return f"{subnet(self.number)}.{self._host}"

    def move(self) -> str:
        """Another address, as from one network to another: the old one is gone at once."""
        old, self._host = self.address, self._host + 1
        ip("-n", self.citizen, "address", "add", f"{self.address}/32", "dev", "air")
        ip("-n", self.citizen, "address", "del", f"{old}/32", "dev", "air")
        return self.address

    def directions(self, which: str | None) -> list[Direction]:
        return [getattr(self, which)] if which else [self.up, self.down]


def _device(namespace: str, name: str) -> int:
    with inside(namespace):
        device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, _SET, struct.pack("16sH14x", name.encode(), _TUN | _PLAIN))
    return device


def obey(order: dict[str, Any], links: dict[int, Link]) -> Any:
    link = links[order["link"]]
    directions = link.directions(order.get("way"))
    match order["do"]:
        case "shape":
            for direction in directions:
                direction.reshape(Shape(**order["shape"]))
        case "cut" | "mend" | "forget" as deed:
            for direction in directions:
                getattr(direction, deed)()
        case "move":
            return link.move()
        case "traffic":
            until = order["until"] or math.inf
            return [one.traffic(order["since"], until).as_dict() for one in directions]
    return None


def carry(links: dict[int, Link]) -> None:
    """Until the input ends."""
    ends = {link.citizen_end: (link.up, link.core_end) for link in links.values()}
    ends |= {link.core_end: (link.down, link.citizen_end) for link in links.values()}
    orders = sys.stdin.buffer
    while True:
        soonest = min(direction.next_at() for direction, _ in ends.values())
        patience = min(max(soonest - time.time(), 0), 1)
        ready, _, _ = select.select([orders.fileno(), *ends], [], [], patience)
        for end in ready:
            if end in ends:
                _read(end, ends[end][0])
            elif line := orders.readline():
                print(json.dumps(obey(json.loads(line), links)), flush=True)
            else:
                return
        for direction, target in ends.values():
            for packet in direction.arrived(time.time()):
                with contextlib.suppress(OSError):  # the device is down, or its queue full
                    os.write(target, packet)


def _read(end: int, direction: Direction) -> None:
    with contextlib.suppress(BlockingIOError):
        for _ in range(64):
            direction.take(os.read(end, 65535), time.time())


def main(core: str, *citizens: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells everyone; the parent ends us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(OSError):
        os.nice(-10)  # a late packet would be blamed on the call
    with contextlib.ExitStack() as stack:
        for name in (core, *citizens):
            stack.callback(remove, name)
            create(name)
        links = {number: Link(number, core, name) for number, name in enumerate(citizens, 1)}
        print(json.dumps("ready"), flush=True)
        carry(links)


if __name__ == "__main__":
    main(*sys.argv[1:])
