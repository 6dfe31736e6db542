"""Who acts, as services see it."""

from dataclasses import dataclass

from ..domain.visit_flow import By


@dataclass(frozen=True)
class Actor:
    """An account acting in one capacity; the system has no account, a guest has a place in a room."""

    account_id: int | None
    by: By
    participant_id: int | None = None


SYSTEM = Actor(None, By.SYSTEM)


def citizen(account_id: int) -> Actor:
    return Actor(account_id, By.CITIZEN)


def officer(account_id: int) -> Actor:
    return Actor(account_id, By.OFFICER)


def bridge(account_id: int) -> Actor:
    return Actor(account_id, By.BRIDGE)


def guest(participant_id: int) -> Actor:
    return Actor(None, By.GUEST, participant_id)
