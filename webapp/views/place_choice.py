"""Choosing when and where to be received, for a first place and for another one: one page, one reading of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import request
from flask_babel import gettext as _

from ..clock import local, utc_now
from ..domain.errors import Conflict, InvalidInput, SlotFull
from ..errors import status_of
from ..extensions import db
from ..forms.screens import PlaceForm
from ..models import Petition, PlaceAnswer, Sitting
from ..rendering import clock
from ..services import place_requests, queue, slots
from .common import small_number

NOW = "now"
_MOST_DAYS = 6
"""What a page shows first; all days with room are a link away."""


@dataclass(frozen=True)
class Chosen:
    """What the form says; without a slot a number in the sitting that is open."""

    sitting_id: int
    slot: datetime | None
    bridge_point_id: int | None


@dataclass(frozen=True)
class Open:
    """A sitting in which a number can be taken now: how many wait in it, and how long it may take."""

    sitting: Sitting
    waiting: int
    wait: tuple[int, int] | None


class Choice:
    """The sittings and slots as they are now, and the form that chooses one."""

    def __init__(
        self, petition: Petition, *, numbers: bool, first: int | None = None, point: int | None = None
    ) -> None:
        """`numbers`: whether one may be taken for now; `first`: the sitting that the page shows unless asked;
        `point`: the one place that is offered, where whoever works there chooses for somebody.
        """
        self.now, self.numbers, self.petition, self.point = utc_now(), numbers, petition, point
        at_point = self._at_point(first)
        opened = [one for one in queue.open_sittings(self.now) if at_point(one)]
        self.opened = opened if numbers else []
        offers = [one for one in slots.offered(self.now) if at_point(one.sitting)]
        self.full = bool(offers) and not any(offer.has_room for offer in offers)
        with_room = [offer for offer in offers if offer.has_room]
        self.further = len(with_room) > _MOST_DAYS and "days" not in request.args
        self.offers = with_room[:_MOST_DAYS] if self.further else with_room
        self.form = PlaceForm()
        self.shown = self._shown(offers, first)
        self.nearest: list[slots.Slot] = []
        self._fill()

    def _at_point(self, own: int | None) -> Callable[[Sitting], bool]:
        """Whether a sitting is to choose at the point: it offers it, a decision does to this petition, or it is
        the one where the place is now.
        """
        if self.point is None:
            return lambda _sitting: True
        there = slots.sittings_at(self.point)
        until = place_requests.allowed_until(db.session(), self.petition.id, self.point)
        return lambda one: (
            one.id in there or one.id == own or (until is not None and local(one.starts_at).date() <= until)
        )

    def _shown(self, offers: list[slots.Offer], usual: int | None) -> slots.Offer | None:
        """The sitting whose slots the page shows: that of the slot that was chosen, else of the address."""
        asked = (self.form.slot.data or "").split("-")[0], request.args.get("sitting")
        wanted = small_number(asked[0]) or small_number(asked[1]) or usual
        known = [*self.offers, *(offer for offer in offers if offer.sitting.id == wanted)]
        first = known[0] if known else None
        return next((offer for offer in known if offer.sitting.id == wanted), first)

    def _fill(self) -> None:
        sittings = list(self.opened)
        if self.shown:
            sittings.append(self.shown.sitting)
        self.allowed = {
            answer.request_id: answer
            for sitting in sittings
            for answer in place_requests.allowed_on(self.petition.id, sitting.starts_at)
        }
        self.form.place.options = _places(sittings, list(self.allowed.values()))
        if self.point is not None:
            self.form.place.data = str(self.point)
        elif request.method == "GET" and len(self.form.place.options) == 1:
            self.form.place.data = self.form.place.options[0][0]
        if len(self.opened) == 1 and request.method == "GET" and "sitting" not in request.args:
            self.form.slot.data = now_value(self.opened[0])
        elif self.form.slot.data == NOW:  # as forms named it while one sitting alone could be open
            self.form.slot.data = f"{NOW}-{self.form.sitting.data or ''}"

    def read(self) -> Chosen:
        """What was chosen. Raises InvalidInput, Conflict."""
        at_home, point = self.form.place.data == "home", small_number(self.form.place.data)
        if not at_home and point is None:
            raise InvalidInput("Hãy chọn một nơi trong danh sách.", "place")
        where = None if at_home else point
        said = self.form.slot.data or ""
        if not (said or self.offers) and ("sitting" in request.form or len(self.opened) < 2):
            said = f"{NOW}-{self.form.sitting.data or ''}"  # the page had nothing to choose
        now, _dash, named = said.partition("-")
        if self.numbers and now == NOW:
            sitting = small_number(named)
            if sitting is None:
                raise Conflict("Buổi tiếp này chưa mở hoặc đã hết giờ. Hãy chọn buổi khác.")
            return Chosen(sitting, None, where)
        return Chosen(*_read_slot(said), where)

    def blame(self, problem: InvalidInput | Conflict, chosen: Chosen | None) -> int:
        """Put a refusal into the form, of a full slot with the nearest free ones; returns the page's status."""
        if isinstance(problem, SlotFull) and chosen is not None and chosen.slot is not None and self.shown:
            self.nearest = slots.nearest(self.shown.slots, chosen.slot)
            times = ", ".join(clock(slot.at) for slot in self.nearest)
            said = _("Giờ %(time)s vừa hết chỗ.", time=clock(chosen.slot))
            more = (
                _("Gần nhất còn: %(times)s.", times=times)
                if times
                else _("Buổi này hết chỗ, xin chọn ngày khác.")
            )
            self.form.blame(InvalidInput(f"{said} {more}", "slot"))
            self.form.slot.data = ""
        elif isinstance(problem, InvalidInput):
            self.form.blame(problem)
        else:
            self.form.blame(InvalidInput(problem.message))
        return status_of(problem)

    def context(self) -> dict[str, Any]:
        """For the template."""
        points = [
            *(point for one in self.opened for point in one.places),
            *(self.shown.sitting.places if self.shown else ()),
            *(answer.bridge_point for answer in self.allowed.values() if answer.bridge_point),
        ]
        return {
            "opened": [
                Open(one, queue.waiting_count(one.id), queue.wait_for_newcomer(one.id)) for one in self.opened
            ],
            "form": self.form,
            "addresses": {str(point.id): point.address for point in points},
            "offers": self.offers,
            "further": self.further,
            "shown": self.shown,
            "nearest": [slot.at for slot in self.nearest],
            "full": self.full,
            "slot_value": slot_value,
            "now_value": now_value,
            "asker": self.petition,
            "at_point": self.point is not None,
        }


def now_value(sitting: Sitting) -> str:
    """A number for now as the form names it: in its sitting."""
    return f"{NOW}-{sitting.id}"


def slot_value(slot: slots.Slot) -> str:
    """A slot as the form names it: its sitting, and its minute."""
    return f"{slot.sitting_id}-{int(slot.at.timestamp() // 60)}"


def _read_slot(said: str) -> tuple[int, datetime]:
    sitting, minute = (small_number(part) for part in said.partition("-")[::2])
    if sitting is None or minute is None:
        raise InvalidInput("Hãy chọn một giờ.", "slot")
    return sitting, datetime.fromtimestamp(minute * 60, UTC)


def _places(sittings: list[Sitting], allowed: list[PlaceAnswer]) -> list[tuple[str, str]]:
    """What the sittings offer to everyone, and what decisions allow to this one petition."""
    home = any(sitting.home_offered for sitting in sittings)
    home = home or any(answer.bridge_point_id is None for answer in allowed)
    points = {point.id: point.name for sitting in sittings for point in sitting.places}
    points |= {answer.bridge_point.id: answer.bridge_point.name for answer in allowed if answer.bridge_point}
    return [("home", _("Ở nhà, bằng điện thoại này"))] * home + [
        (str(point), name) for point, name in sorted(points.items(), key=lambda item: item[1])
    ]
