"""What the emulated link promises: its figures are only as good as this."""

from random import Random

import pytest

from bench.network.line import Direction, Shape


@pytest.fixture
def direction() -> Direction:
    return Direction(Random(1))


def run(direction: Direction, packets: list[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
    """Send at the given times; gives when each arrived, to the millisecond."""
    arrived = []
    coming = sorted(packets, key=lambda one: one[0])
    for millisecond in range(20_000):
        now = millisecond / 1000
        while coming and coming[0][0] <= now:
            direction.take(coming.pop(0)[1], now)
        arrived += [(now, packet) for packet in direction.arrived(now)]
    return arrived


def test_a_packet_takes_its_time_on_the_air_and_on_the_way(direction: Direction) -> None:
    direction.reshape(Shape(rate=100, delay=150))
    [(at, _packet)] = run(direction, [(1.0, bytes(1250))])  # 100 ms at 100 kbit/s
    assert at == pytest.approx(1.25, abs=0.002)


def test_a_saturated_link_carries_its_rate_and_no_more(direction: Direction) -> None:
    direction.reshape(Shape(rate=50, queue=500))
    arrived = run(direction, [(n / 100, bytes(250)) for n in range(1000)])  # 200 kbit/s for ten seconds
    carried = sum(len(packet) for at, packet in arrived if 1 <= at < 9) * 8 / 8 / 1000
    traffic = direction.traffic(0, 20)
    assert carried == pytest.approx(50, rel=0.02)
    assert traffic.overflowed + traffic.delivered_packets == 1000
    assert 450 < traffic.queue_mean < traffic.queue_max < 600


def test_packets_keep_their_order_when_the_way_grows_shorter(direction: Direction) -> None:
    direction.reshape(Shape(delay=500))
    direction.take(b"first", 1.0)
    direction.reshape(Shape(delay=10))
    direction.take(b"second", 1.1)
    assert direction.arrived(1.4) == []
    assert direction.arrived(1.6) == [b"first", b"second"]


def lost_of(shape: Shape) -> set[int]:
    direction = Direction(Random(1))
    direction.reshape(shape)
    arrived = run(direction, [(n / 1000, str(n).encode()) for n in range(10_000)])
    return set(range(10_000)) - {int(packet) for _, packet in arrived}


def test_loss_is_what_was_asked() -> None:
    assert len(lost_of(Shape(loss=10))) == pytest.approx(1000, rel=0.15)


def test_bursts_are_as_long_and_as_frequent_as_was_asked() -> None:
    lost = lost_of(Shape(burst=(0.03, 0.4, 0.8)))
    assert len(lost) == pytest.approx(10_000 * 0.8 * 0.03 / 0.43, rel=0.25)
    assert sum(n + 1 in lost for n in lost) > 0.35 * len(lost)  # by chance it would be 6 %


def test_a_cut_link_passes_nothing_and_forgets_what_was_under_way(direction: Direction) -> None:
    direction.reshape(Shape(rate=10, delay=100))
    for n in range(3):
        direction.take(bytes(100), n / 1000)
    direction.cut()
    direction.take(bytes(100), 0.05)
    assert direction.arrived(9) == []
    direction.mend()
    direction.take(b"after", 10)
    assert direction.arrived(11) == [b"after"]
    assert direction.traffic(0, 10).cut == 4
