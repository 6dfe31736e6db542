"""Vietnamese names of people as they stand in a text: which words are one, and whose it may be."""

import unicodedata
from collections.abc import Iterable, Iterator

from .texts import search_form

EVERYBODYS = {"văn", "thị", "van", "thi"}
"""What half of all names have in their middle."""
FAMILIES_TOLD = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn trịnh mai đào hà tạ cao tô "
    "lưu chu lương trương kiều phùng quách khuất cấn bạch thái nghiêm doãn đàm vương tống thạch nhâm nông mã la "
    "lại lâm phí tăng tiêu giang quản khương mạc an âu hứa thân thiều triệu vi xa ung lò lữ giáp châu đồng"
)
_FAMILIES = frozenset(FAMILIES_TOLD.split())
_FAMILIES_PLAIN = {search_form(one) for one in _FAMILIES} - {"vo", "chu", "la", "dong"}
"""As who types no marks writes them; without those that would be other words then."""
_PUBLIC = (("viet", "nam"), ("ha", "noi"), ("ho", "chi", "minh"), ("ha", "dong"), ("ha", "tay"))
"""The country and its cities, in which an author's name may stand."""


class NameWords:
    """Words that are somebody's name, each with its marks; written without any it is found too."""

    def __init__(self, words: Iterable[str]):
        self._words = {
            _key(word)
            for word in words
            if len(word) > 1 and word.casefold() not in EVERYBODYS and not word.isdigit()
        }
        self._plain = {plain for plain, _marks in self._words}

    def __contains__(self, said: str) -> bool:
        plain, marks = _key(said)
        if not marks:
            return plain in self._plain
        return (plain, marks) in self._words or (plain, ()) in self._words

    def __bool__(self) -> bool:
        return bool(self._words)


def _key(word: str) -> tuple[str, tuple[str, ...]]:
    """Letters and marks: where a mark stands (hoà, hòa) makes no other word."""
    apart = unicodedata.normalize("NFD", word.casefold())
    marks = sorted(ch for ch in apart if unicodedata.combining(ch) or ch == "đ")
    return search_form(word), tuple(marks)


def same(said: str, word: str) -> bool:
    """Whether the word is this one, with its marks or without any."""
    plain, marks = _key(said)
    return plain == search_form(word) and (not marks or marks == _key(word)[1])


def is_family(word: str) -> bool:
    """Whether it may be a family name."""
    low = word.casefold()
    return low in _FAMILIES or (low.isascii() and low in _FAMILIES_PLAIN)


def public_places(words: list[str]) -> set[int]:
    """Where the country or a city is named among the words."""
    forms = [search_form(word) for word in words]
    return {
        place
        for name in _PUBLIC
        for start in range(len(forms))
        if tuple(forms[start : start + len(name)]) == name
        for place in range(start, start + len(name))
    }


def people_in(words: list[str]) -> Iterator[range]:
    """A run parted where another person begins: at a family name, but not within a name that began with one."""
    start = 0
    for place, word in enumerate(words):
        long_enough = place - start > 3 or (place > start and not is_family(words[start]))
        if is_family(word) and long_enough:
            yield range(start, place)
            start = place
    yield range(start, len(words))
