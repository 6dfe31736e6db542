"""Communes and wards, for lists to choose from; old names stand beside the new."""

from sqlalchemy import select

from ..extensions import db
from ..models import Locality, Pilot


def choices(*, pilot: bool = False) -> list[tuple[str, str]]:
    """(code, name with its former names), by name; those of the pilot alone when asked."""
    query = select(Locality).order_by(Locality.name)
    if pilot:
        query = query.where(Locality.pilot != Pilot.NO)
    return [(place.code, _shown(place)) for place in db.session.scalars(query)]


def name_of(code: str) -> str:
    """The full name, or nothing for an unknown code."""
    place = db.session.get(Locality, code)
    return place.full_name if place else ""


def _shown(place: Locality) -> str:
    former = [
        name.strip() for name in place.old_names.split(";") if name.strip() and name.strip() != place.name
    ]
    return f"{place.full_name} ({', '.join(former)})" if former else place.full_name
