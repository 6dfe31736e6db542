"""The live door: sockets of people signed in, told what changed after each commit."""

from ..config import Settings
from ..services import unit_of_work
from . import announcer, events


def register(settings: Settings) -> None:
    """Hang the socket events and listen to the units of work; building two apps listens once."""
    events.register()
    if announcer.on_commit not in unit_of_work.listeners:
        unit_of_work.listeners.append(announcer.on_commit)
