"""Rating a reception (decree 224/2026 art. 10.3: also without a name)."""

from datetime import timedelta

from .errors import InvalidInput
from .texts import N_, clean_text

SCORE_LABELS = {
    5: N_("Rất hài lòng"),
    4: N_("Hài lòng"),
    3: N_("Bình thường"),
    2: N_("Không hài lòng"),
    1: N_("Rất không hài lòng"),
}

WORDS_MAX = 1_000
CHANGED_FOR = timedelta(days=7)
"""So long after the visit's end it may be given, and one with a name be changed."""

FEWEST = 5
"""Figures of fewer ratings could tell who gave them: they are not shown."""


def check_score(typed: str) -> int:
    """One of 1 to 5. Raises InvalidInput for anything else."""
    if typed not in {str(score) for score in SCORE_LABELS}:
        raise InvalidInput("Hãy chọn một mức.", "score")
    return int(typed)


def clean_words(typed: str) -> str:
    """What was added in words, or nothing. Raises InvalidInput over 1,000 characters."""
    words = clean_text(typed)
    if len(words) > WORDS_MAX:
        raise InvalidInput("Góp ý dài quá 1.000 chữ cái. Hãy rút bớt.", "words")
    return words
