"""Communes and wards, for lists to choose from; old names stand beside the new."""

import csv
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from ..domain.errors import InvalidInput
from ..domain.texts import clean_text, search_form
from ..extensions import db
from ..models import Locality, Pilot
from .unit_of_work import unit_of_work

_FILE = Path(__file__).resolve().parent.parent / "data" / "localities.csv"


def by_code(code: str) -> Locality | None:
    """The commune or ward, or nothing for an unknown code."""
    return db.session.get(Locality, code) if code else None


def check_places(lives_in_code: str, old_address: str, happened_in_code: str | None) -> str:
    """The old address as it is kept; people outside the pilot are told so.

    Where it happened is not looked at when it is None.

    Raises:
        InvalidInput: an unknown place, one outside the pilot, a part of one without the old address, or
            too long an address.
    """
    lives_in = db.session.get(Locality, lives_in_code)
    if lives_in is None:
        raise InvalidInput("Hãy chọn xã hoặc phường nơi Ông/Bà ở.", "lives_in")
    if lives_in.pilot is Pilot.NO:
        raise InvalidInput(
            "Đang làm thí điểm cho bà con Bắc Từ Liêm, Ba Vì, Quốc Oai, Mỹ Đức. "
            "Nơi Ông/Bà ở chưa có, mời Ông/Bà đến trụ sở hoặc gọi số hỗ trợ.",
            "lives_in",
        )
    kept = clean_text(old_address)
    if len(kept) > 300:
        raise InvalidInput("Địa chỉ cũ dài quá 300 chữ cái.", "old_address")
    if lives_in.pilot is Pilot.PART and len(kept) < 5:
        raise InvalidInput(
            "Chỉ một phần nơi này thuộc thí điểm. Hãy ghi địa chỉ cũ để chúng tôi xem.", "old_address"
        )
    if happened_in_code is not None and db.session.get(Locality, happened_in_code) is None:
        raise InvalidInput("Hãy chọn xã hoặc phường nơi xảy ra việc.", "happened_in")
    return kept


def search(typed: str, most: int = 8) -> list[Locality]:
    """Communes and wards by a present or a former name, with or without marks, the nearest first.

    It may stand anywhere in an address: village, commune, district. One old commune may lie in several new
    ones today: all are offered, none is guessed.
    """
    places = db.session.scalars(select(Locality).order_by(Locality.name)).all()
    found: dict[Locality, tuple[bool, int]] = {}
    districts: set[str] = set()
    for part in typed.split(","):
        written = search_form(part).strip()
        wanted = next(
            (written.removeprefix(word) for word in _KINDS if written.startswith(word)), written
        ).strip()
        if len(wanted) < 2 or written in districts:
            continue  # a commune may bear the name of the district behind it
        ranks = {place: rank for place in places if (rank := _rank(place, wanted)) < _NOT_FOUND}
        for place, rank in ranks.items():
            found[place] = min(found.get(place, _LAST), (written == wanted, rank))
        districts |= {search_form(place.former_district) for place in ranks}
    return sorted(found, key=found.__getitem__)[:most]


_KINDS = ("xa ", "phuong ", "thi tran ")
_NOT_FOUND = 4
_LAST = (True, _NOT_FOUND)
"""How near a name is: whether nothing says that a commune is meant, and its rank."""


def _rank(place: Locality, wanted: str) -> int:
    name, old = search_form(place.name), [search_form(one) for one in former_names(place)]
    if wanted == name:
        return 0
    if wanted in old:
        return 1
    if any(one.startswith(wanted) for one in (name, *old)):
        return 2
    return 3 if any(f" {wanted}" in one for one in (name, *old)) else _NOT_FOUND


def former_names(place: Locality) -> list[str]:
    """The names of communes that the place was made from, without its own."""
    names = (name.strip() for name in place.old_names.split(";"))
    return [name for name in names if name and name != place.name]


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
