"""What the forms of the schedule send, as the service takes it; and back into their rows."""

from dataclasses import dataclass
from datetime import date, time

from flask import request

from ..domain.errors import InvalidInput
from ..forms.schedule import SittingForm, TemplateForm
from ..models import SittingKind, SittingMode
from ..services.schedule import FrameFields, OnDuty, SittingFields, TemplateFields
from .common import small_number

ROWS = 4
"""So many frames a form offers; more than what it holds."""
_COLUMNS = ("starts", "ends", "desks", "minutes")


@dataclass(frozen=True)
class Rows:
    """What stands in the rows of frames, and which desk each person has."""

    frames: list[dict[str, str]]
    desks: dict[str, str]

    @classmethod
    def empty(cls) -> "Rows":
        return cls(_filled([]), {})

    @classmethod
    def of(cls, form: TemplateForm, fields: TemplateFields) -> "Rows":
        """Fills the form with a template, and gives its rows."""
        told = fields.sitting
        for name in ("host", "content", "decision", "home_offered", "moderated"):
            form[name].data = getattr(told, name)
        form.kind.data, form.mode.data = told.kind.value, told.mode.value
        form.ground.data = told.ground.replace(",", " ").split()
        form.kept_percent.data = str(told.kept_percent)
        form.places.data = [str(one) for one in told.places]
        form.weekday.data, form.nth.data = str(fields.weekday), str(fields.nth)
        form.first_day.data = fields.first_day.isoformat()
        form.last_day.data = fields.last_day.isoformat() if fields.last_day else ""
        duties = {one.account_id: one.desk_id for frame in told.frames for one in frame.duties}
        form.duties.data = [str(one) for one in duties]
        rows = [
            {
                "starts": f"{one.starts:%H:%M}",
                "ends": f"{one.ends:%H:%M}",
                "desks": str(one.desks),
                "minutes": str(one.minutes),
            }
            for one in told.frames
        ]
        return cls(_filled(rows), {str(one): str(desk or "") for one, desk in duties.items()})


def _filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    missing = max(ROWS - len(rows), 1)
    return rows + [dict.fromkeys(_COLUMNS, "") for _ in range(missing)]


def frame_rows() -> Rows:
    """What was typed, as it was typed."""
    columns = [request.form.getlist(name) for name in _COLUMNS]
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in zip(*columns, strict=False)]
    typed = [row for row in rows if any(row.values())][:20]
    desks = {name[5:]: value for name, value in request.form.items() if name.startswith("desk-")}
    return Rows(_filled(typed), desks)


def sitting_fields(form: SittingForm) -> SittingFields:
    """Raises InvalidInput: what can be no sitting's."""
    duties = duties_of(form.duties.data)
    frames = tuple(
        FrameFields(
            time_of(row["starts"], "frames"),
            time_of(row["ends"], "frames"),
            number_of(row["desks"], "frames"),
            number_of(row["minutes"], "frames"),
            duties,
        )
        for row in frame_rows().frames
        if any(row.values())
    )
    places = [small_number(one) for one in form.places.data or []]
    return SittingFields(
        kind=SittingKind(_known(form.kind.data, set(SittingKind), "kind")),
        mode=SittingMode(_known(form.mode.data, set(SittingMode), "mode")),
        host=form.host.data or "",
        frames=frames,
        places=tuple(dict.fromkeys(one or 0 for one in places)),
        content=form.content.data or "",
        ground=" ".join(form.ground.data or []),
        decision=form.decision.data or "",
        home_offered=bool(form.home_offered.data),
        moderated=bool(form.moderated.data),
        kept_percent=number_of(form.kept_percent.data, "kept_percent"),
    )


def template_fields(form: TemplateForm) -> TemplateFields:
    """Raises InvalidInput: as `sitting_fields`, and a day that is none."""
    return TemplateFields(
        sitting_fields(form),
        number_of(form.weekday.data, "weekday"),
        number_of(form.nth.data, "nth"),
        day_of(form.first_day.data, "first_day"),
        day_of(form.last_day.data, "last_day") if form.last_day.data else None,
    )


def duties_of(ticked: list[str] | None) -> tuple[OnDuty, ...]:
    """Who was ticked, each with the desk that was chosen beside. Raises InvalidInput: a desk that is none."""
    found = []
    for one in dict.fromkeys(ticked or []):
        desk = request.form.get(f"desk-{one}", "")
        number = small_number(desk)
        if desk and number is None:
            raise InvalidInput("Hãy chọn bàn trong danh sách.", "duties")
        found.append(OnDuty(small_number(one) or 0, number))
    return tuple(found)


def _known(typed: str | None, words: set[str], field: str) -> str:
    if typed not in words:
        raise InvalidInput("Hãy chọn một mục trong danh sách.", field)
    return typed


def number_of(typed: str | None, field: str) -> int:
    """Raises InvalidInput."""
    found = small_number((typed or "").strip())
    if found is None:
        raise InvalidInput("Hãy ghi một số.", field)
    return found


def day_of(typed: str | None, field: str) -> date:
    """Raises InvalidInput: no day, or one that no calendar of ours has."""
    try:
        found = date.fromisoformat((typed or "").strip())
    except ValueError:
        found = date.min
    if not 2020 <= found.year <= 2060:
        raise InvalidInput("Hãy ghi một ngày có trong lịch.", field)
    return found


def time_of(typed: str | None, field: str) -> time:
    """Raises InvalidInput."""
    try:
        return time.fromisoformat((typed or "").strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise InvalidInput("Hãy ghi giờ theo 24 giờ, ví dụ 08:00.", field) from None
