"""How takes that ran side by side become one file, and what of a time is covered."""

import math
from datetime import UTC, datetime, timedelta

from webapp.domain.recording_parts import Part, Span, apart, arranged


def test_without_the_server_each_take_is_used_whole_in_the_order_of_time() -> None:
    assert arranged([Span(10, 20, False), Span(0, 9, False)]) == [[Part(1)], [Part(0)]]
    assert arranged([]) == []


def test_the_servers_sound_goes_over_the_browsers_and_keeps_its_picture() -> None:
    browser, server = Span(100, 160, False), Span(120, 140, True)
    assert arranged([browser, server]) == [
        [Part(0, 0, 20)],
        [Part(1), Part(0, 20, 40, 0, sound=False)],
        [Part(0, 40, math.inf)],
    ]


def test_a_browser_that_came_later_or_left_earlier_shows_its_picture_at_its_time() -> None:
    server, late, early = Span(0, 60, True), Span(50, 70, False), Span(-10, 5, False)
    assert arranged([server, late, early]) == [
        [Part(2, 0, 10)],
        [Part(0), Part(1, 0, 10, 50, sound=False), Part(2, 10, 15, 0, sound=False)],
        [Part(1, 10, math.inf)],
    ]


def test_a_browser_within_the_servers_time_gives_its_picture_only() -> None:
    assert arranged([Span(0, 60, True), Span(10, 20, False)]) == [
        [Part(0), Part(1, 0, 10, 10, sound=False)],
    ]


def test_between_two_takes_of_the_server_the_browser_is_heard() -> None:
    found = arranged([Span(0, 50, False), Span(10, 20, True), Span(30, 40, True)])
    assert [[part.take for part in parts] for parts in found] == [[0], [1, 0], [0], [2, 0], [0]]
    assert found[2] == [Part(0, 20, 30)]


def test_a_time_is_parted_into_what_is_covered_and_what_is_not() -> None:
    def at(minute: int) -> datetime:
        return datetime(2026, 11, 24, 9, tzinfo=UTC) + timedelta(minutes=minute)

    whole = (at(10), at(20))
    assert apart(whole, []) == ([whole], [])
    assert apart(whole, [(at(0), at(30))]) == ([], [whole])
    assert apart(whole, [(at(0), at(5)), (at(20), at(25))]) == ([whole], [])
    assert apart(whole, [(at(15), at(17)), (at(8), at(12)), (at(16), at(18))]) == (
        [(at(12), at(15)), (at(18), at(20))],
        [(at(10), at(12)), (at(15), at(17)), (at(17), at(18))],
    )
