"""Emulated links between namespaces, used as a context manager.

    with Links(1) as links:
        links.shape(Shape(rate=50, delay=200, loss=5))
        subprocess.run(links.in_core("ping", "-c1", links.address()))

A core (server, officer) at 10.99.1.1 and citizens behind one link each. Needs root, iproute2 and
/dev/net/tun; no module of the kernel, no package.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from bench.network import namespaces
from bench.network.emulator import subnet
from bench.network.line import Shape, Traffic

ROOT = Path(__file__).resolve().parents[2]
STEM = "tcdlink"
CORE = f"{subnet(1)}.1"
"""The address at which every citizen finds the core."""


class Links:
    """Links numbered from 1; `way` is "up" (from the citizen), "down", or both when left out."""

    def __init__(self, count: int = 1):
        self.core = f"{STEM}-{os.getpid()}-core"
        self._citizens = [f"{STEM}-{os.getpid()}-{number}" for number in range(1, count + 1)]
        self._addresses = {number: f"{subnet(number)}.2" for number in range(1, count + 1)}

    def __enter__(self) -> Self:
        namespaces.remove_orphans(STEM)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "bench.network.emulator", self.core, *self._citizens],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child.stdin and self._child.stdout
        self._child.stdin.close()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child.stdout.close()
        for name in (self.core, *self._citizens):
            namespaces.remove(name)

    def citizen(self, link: int = 1) -> str:
        """The namespace behind a link."""
        return self._citizens[link - 1]

    def address(self, link: int = 1) -> str:
        """The citizen's present address."""
        return self._addresses[link]

    def in_core(self, *words: str) -> list[str]:
        return namespaces.command(self.core, *words)

    def at_citizen(self, *words: str, link: int = 1) -> list[str]:
        return namespaces.command(self.citizen(link), *words)

    def shape(self, shape: Shape, way: str | None = None, link: int = 1) -> None:
        """From now on; packets already on the air keep their time."""
        self._order("shape", link, way=way, shape=asdict(shape))

    def cut(self, way: str | None = None, link: int = 1) -> None:
        self._order("cut", link, way=way)

    def mend(self, way: str | None = None, link: int = 1) -> None:
        self._order("mend", link, way=way)

    def move(self, link: int = 1) -> str:
        """Give the citizen another address and take the old one away; returns the new one."""
        self._addresses[link] = str(self._order("move", link))
        return self._addresses[link]

    def traffic(self, since: float = 0, until: float | None = None, link: int = 1) -> tuple[Traffic, Traffic]:
        """Up and down, of the packets sent between two moments of time.time()."""
        up, down = self._order("traffic", link, since=since, until=until)
        return Traffic(**up), Traffic(**down)

    def forget(self, link: int = 1) -> None:
        """Begin the record of traffic anew."""
        self._order("forget", link)

    def _order(self, do: str, link: int, **more: object) -> Any:
        assert self._child.stdin
        self._child.stdin.write(json.dumps({"do": do, "link": link, **more}) + "\n")
        self._child.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._child.stdout
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"the emulator ended with {self._child.wait()}")
        return json.loads(line)
