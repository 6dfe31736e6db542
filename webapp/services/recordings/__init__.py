"""The recording of a reception: begins with it, grows by pieces, ends as one file; nothing edits it."""

from .contents import Store
from .finishing import end_ended, finish_one
from .gaps import close_gap, decide, note_gap, notice_stalls
from .keeping import dispose, kept_to, over
from .listening import every, for_listener, listen, newest, of_visit, whole
from .pieces import Piece, add_piece, begin
from .proof import Proof, verify
from .raw_voices import take_over
from .sign import Sign, sign_of

__all__ = [
    "Piece",
    "Proof",
    "Sign",
    "Store",
    "add_piece",
    "begin",
    "close_gap",
    "decide",
    "dispose",
    "end_ended",
    "every",
    "finish_one",
    "for_listener",
    "kept_to",
    "listen",
    "newest",
    "note_gap",
    "notice_stalls",
    "of_visit",
    "over",
    "sign_of",
    "take_over",
    "verify",
    "whole",
]
