"""Evidence: files that a citizen attaches to a petition, before it is submitted and after."""

from .arriving import Begun, Broken, OffsetMismatch, Withdrawn, append, begin
from .keeping import forget_given_up, forget_unfinished, mark, rescan_one, reseal, settle_due
from .reading import (
    Place,
    Store,
    Told,
    brought,
    content_of,
    is_sealed,
    kept_of,
    note_opened,
    of_owner,
    of_petition,
    of_place,
    of_visit,
    open_sealed,
    place_of_draft,
    place_of_petition,
    told_by_voice,
)
from .receipts import issue, issue_due, of_petition_by_number, receipts_of
from .removing import remove
from .room import check_joining, check_standing_beside
from .settling import LOOKING_THROUGH, is_looked_through, settle_whole, take
from .sharing import carry_proofs

__all__ = [
    "LOOKING_THROUGH",
    "Begun",
    "Broken",
    "OffsetMismatch",
    "Place",
    "Store",
    "Told",
    "Withdrawn",
    "append",
    "begin",
    "brought",
    "carry_proofs",
    "check_joining",
    "check_standing_beside",
    "content_of",
    "forget_given_up",
    "forget_unfinished",
    "is_looked_through",
    "is_sealed",
    "issue",
    "issue_due",
    "kept_of",
    "mark",
    "note_opened",
    "of_owner",
    "of_petition",
    "of_petition_by_number",
    "of_place",
    "of_visit",
    "open_sealed",
    "place_of_draft",
    "place_of_petition",
    "receipts_of",
    "remove",
    "rescan_one",
    "reseal",
    "settle_due",
    "settle_whole",
    "take",
    "told_by_voice",
]
