"""Emulated links between namespaces: as asked, and gone without a trace."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from bench.network.line import Shape
from bench.network.link import CORE, STEM, Links
from bench.network.namespaces import FOLDER, inside

pytestmark = pytest.mark.links


@pytest.fixture
def links() -> Iterator[Links]:
    with Links(2) as links:
        yield links


def bound(namespace: str, address: str) -> socket.socket:
    with inside(namespace):
        end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        end.bind((address, 4000))
    end.settimeout(5)
    return end


def test_a_question_crosses_the_link_and_its_answer_comes_back(links: Links) -> None:
    links.shape(Shape(rate=100, delay=150))
    core, citizen = bound(links.core, CORE), bound(links.citizen(), links.address())
    asked = time.monotonic()
    citizen.sendto(bytes(600), (CORE, 4000))
    question, where = core.recvfrom(2000)
    core.sendto(question, where)
    citizen.recv(2000)
    took = time.monotonic() - asked
    up, down = links.traffic()
    for end in (core, citizen):
        end.close()
    assert where == (links.address(), 4000)
    assert took >= 2 * (0.15 + 628 * 8 / 100_000)  # a busy machine may only make it later
    assert (up.delivered_bytes, down.delivered_bytes) == (628, 628)


def test_after_a_change_of_address_the_old_one_is_dead_and_the_new_one_lives(links: Links) -> None:
    old = links.address()
    core, citizen = bound(links.core, CORE), bound(links.citizen(), old)
    new = links.move()
    with pytest.raises(OSError):
        citizen.sendto(b"from nowhere", (CORE, 4000))
    moved = bound(links.citizen(), new)
    moved.sendto(b"here", (CORE, 4000))
    assert core.recvfrom(100) == (b"here", (new, 4000))
    for end in (core, citizen, moved):
        end.close()


def test_two_citizens_reach_each_other_over_both_their_links(links: Links) -> None:
    first, second = bound(links.citizen(1), links.address(1)), bound(links.citizen(2), links.address(2))
    first.sendto(b"neighbour", (links.address(2), 4000))
    assert second.recv(100) == b"neighbour"
    assert links.traffic(link=2)[1].delivered_packets == 1
    for end in (first, second):
        end.close()


def test_nothing_stays_behind_when_the_process_is_killed() -> None:
    script = "from bench.network.link import Links\nwith Links() as l:\n print('up', flush=True)\n input()"
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin and child.stdout
    assert child.stdout.readline() == "up\n"
    assert list(FOLDER.glob(f"{STEM}-{child.pid}-*"))
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    until = time.monotonic() + 20
    while list(FOLDER.glob(f"{STEM}-{child.pid}-*")) and time.monotonic() < until:
        time.sleep(0.1)
    assert not list(FOLDER.glob(f"{STEM}-{child.pid}-*"))


def test_the_record_can_be_read_while_packets_pass(links: Links) -> None:
    core, citizen = bound(links.core, CORE), bound(links.citizen(), links.address())

    def talk() -> None:
        for _ in range(200):
            citizen.sendto(bytes(100), (CORE, 4000))
            time.sleep(0.002)

    talking = Thread(target=talk)
    talking.start()
    counts = [links.traffic()[0].offered_packets for _ in range(10)]
    talking.join()
    assert counts == sorted(counts)
    core.close()
    citizen.close()
