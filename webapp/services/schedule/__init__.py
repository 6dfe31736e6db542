"""The schedule of sittings: templates, what they become, what is added, moved and called off, and reading it."""

from .against import OVERRULED, Against, SpokenAgainst
from .changes import (
    add,
    cancel,
    move,
    people_of,
    revise,
)
from .fields import (
    GROUNDS,
    FrameFields,
    OnDuty,
    SittingFields,
    TemplateFields,
    all_desks,
    can_receive,
)
from .frames import FrameEdit, change_frame
from .places import PlacesEdit, change_places
from .reading import Announced, Week, announced, coming, frame_of, places_in_schedule, week_of
from .templates import (
    WEEKS_AHEAD,
    change,
    create,
    end,
    fields_of,
    lay_out,
    template_of,
    templates,
)

__all__ = [
    "GROUNDS",
    "OVERRULED",
    "WEEKS_AHEAD",
    "Against",
    "Announced",
    "FrameEdit",
    "FrameFields",
    "OnDuty",
    "PlacesEdit",
    "SittingFields",
    "SpokenAgainst",
    "TemplateFields",
    "Week",
    "add",
    "announced",
    "all_desks",
    "can_receive",
    "cancel",
    "change",
    "change_frame",
    "change_places",
    "coming",
    "create",
    "end",
    "fields_of",
    "frame_of",
    "lay_out",
    "move",
    "people_of",
    "places_in_schedule",
    "revise",
    "template_of",
    "templates",
    "week_of",
]
