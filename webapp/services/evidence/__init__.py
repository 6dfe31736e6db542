"""Evidence: files that a citizen attaches to a petition, before it is submitted and after."""

from .arriving import Begun, Broken, OffsetMismatch, append, begin, settle_whole, take
from .keeping import forget_given_up, forget_unfinished, mark, rescan_one, reseal, settle_due
from .reading import (
    Place,
    Store,
    Told,
    brought,
    content_of,
    is_sealed,
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
from .sharing import carry_proofs

__all__ = [
    "Begun",
    "Broken",
    "OffsetMismatch",
    "Place",
    "Store",
    "Told",
    "append",
    "begin",
    "brought",
    "carry_proofs",
    "check_joining",
    "check_standing_beside",
    "content_of",
    "forget_given_up",
    "forget_unfinished",
    "is_sealed",
    "issue",
    "issue_due",
    "mark",
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
