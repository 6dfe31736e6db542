"""Linux network namespaces by name: made, entered for a moment, removed."""

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

TUN = Path("/dev/net/tun")
FOLDER = Path("/run/netns")
_NET = 0x40000000  # CLONE_NEWNET


def missing() -> str | None:
    """Why no namespace can be made here, or None."""
    if os.geteuid() != 0:
        return "links between network namespaces need root"
    if not TUN.exists():
        return f"links between network namespaces need {TUN}"
    if absent := [name for name in ("ip", "nsenter") if shutil.which(name) is None]:
        return f"links between network namespaces need {' and '.join(absent)}"
    return None


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def create(name: str) -> None:
    ip("netns", "add", name)
    ip("-n", name, "link", "set", "lo", "up")
    with inside(name):
        # Only what a test sends may pass: no neighbour discovery of a second protocol beside it.
        Path("/proc/sys/net/ipv6/conf/all/disable_ipv6").write_text("1")
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1")


def remove(name: str) -> None:
    subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def remove_orphans(stem: str) -> None:
    """Namespaces `stem-<process>-…` whose process is gone: killed before it could tidy up."""
    for path in FOLDER.glob(f"{stem}-*-*"):
        if not Path("/proc", path.name.split("-")[1]).exists():
            remove(path.name)


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """This thread is in the namespace; sockets made here stay in it."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net") as home, open(FOLDER / name) as there:
        if libc.setns(there.fileno(), _NET):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            libc.setns(home.fileno(), _NET)


def command(name: str, *words: str) -> list[str]:
    """The command that runs `words` in the namespace; its process id is that of `words`."""
    return ["nsenter", f"--net={FOLDER / name}", *words]
