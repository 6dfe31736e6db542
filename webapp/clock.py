"""The one clock of the doors: services are told the time, they do not ask."""

from datetime import UTC, datetime

from .domain.working_days import HANOI


def utc_now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The moment as clocks in Hanoi show it."""
    return moment.astimezone(HANOI)
