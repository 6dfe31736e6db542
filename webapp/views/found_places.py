"""Communes and wards to choose from: those that a typed name finds, and those that were chosen before."""

from typing import Any

from ..forms import PickField
from ..models import Pilot
from ..services import localities


def found_places(field: PickField, typed: str, kept: list[str]) -> dict[str, Any]:
    """For the template; the field gets its choices, of which `kept` come first."""
    found = localities.search(typed)
    before = [place for place in map(localities.by_code, kept) if place and place not in found]
    choices = {place.code: place for place in before + found}
    field.options = [(code, place.full_name) for code, place in choices.items()]
    if not field.data and len(found) == 1:
        field.data = found[0].code
    chosen = localities.by_code(field.data or "")
    return {
        "places": field,
        "former": {code: ", ".join(localities.former_names(place)) for code, place in choices.items()},
        "found": bool(found),
        "in_part": bool(chosen and chosen.pilot is Pilot.PART),
    }
