"""Communes and wards, for lists to choose from; old names stand beside the new."""

import csv
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from ..extensions import db
from ..models import Locality, Pilot
from .unit_of_work import unit_of_work

_FILE = Path(__file__).resolve().parent.parent / "data" / "localities.csv"


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


def load_localities() -> int:
    """Add the communes and wards of Hanoi that are missing; returns how many.

    No two places of Hanoi share a name, so the name says which are there already: drafts of the
    national list had other codes for some.
    """
    with unit_of_work() as work:
        known = set(work.session.scalars(select(Locality.name)))
        missing = [place for place in _all() if place.name not in known]
        work.session.add_all(missing)
        return len(missing)


def _all() -> Iterator[Locality]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Locality(
                code=row["code"],
                kind=row["kind"],
                name=row["name"],
                former_district=row["former_district"],
                pilot=Pilot(row["core"]),
                old_names=row["old_names"],
            )


def _shown(place: Locality) -> str:
    former = [
        name.strip() for name in place.old_names.split(";") if name.strip() and name.strip() != place.name
    ]
    return f"{place.full_name} ({', '.join(former)})" if former else place.full_name
