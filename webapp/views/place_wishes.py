"""What the pages of individual cases share: places to choose from, words, and how a wish is read from a form."""

from typing import Any

from flask_babel import gettext as _

from ..domain.errors import Conflict, InvalidInput
from ..domain.place_requests import DECIDED_LABELS, GROUND_LABELS, grounds_for
from ..errors import status_of
from ..forms import Form
from ..forms.places import PlaceRequestForm, ProposalForm
from ..models import Petition
from ..services import accounts
from ..services.place_requests import Wish
from .common import small_number

HOME = "home"
WORDS: dict[str, Any] = {"ground_labels": GROUND_LABELS, "decided_labels": DECIDED_LABELS}


def places() -> list[tuple[str, str]]:
    """At home, then every bridge point by its name."""
    points = [(str(point.id), point.name) for point in accounts.bridge_points()]
    return [(HOME, _("Ở nhà, bằng điện thoại")), *points]


def fill(form: PlaceRequestForm | ProposalForm, petition: Petition) -> None:
    """What can be chosen for this petition; a single ground is chosen already."""
    form.place.options = places()
    form.ground.options = [(one.value, GROUND_LABELS[one]) for one in grounds_for(petition.kind)]
    if len(form.ground.options) == 1 and not form.is_submitted():
        form.ground.data = form.ground.options[0][0]


def read_place(form: Form) -> int | None:
    """The bridge point, or None for at home. Raises InvalidInput: neither."""
    said = form["place"].data
    point = small_number(said)
    if said != HOME and point is None:
        raise InvalidInput("Hãy chọn một nơi trong danh sách.", "place")
    return None if said == HOME else point


def read_wish(form: PlaceRequestForm | ProposalForm) -> Wish:
    """Raises InvalidInput: no place."""
    return Wish(form.ground.data or "", read_place(form), form.reason.data or "")


def refused(form: Form, problem: InvalidInput | Conflict) -> int:
    """Put a refusal into the form; returns the page's status."""
    form.blame(problem if isinstance(problem, InvalidInput) else InvalidInput(problem.message))
    return status_of(problem)
