"""A copy of a text from which nobody learns who wrote it (law on denunciations art. 8.3, 49.2: kept secret).

What is hidden of an author, typed with or without marks, composed or not, in any usual way:

* the name, its last two words, and each of its words by itself where it is written as a name; its initials;
* what the text calls the author's kin ("con tôi …"), as if it were the author's own name;
* the birth year, dates in it and the age, every grown person's in words; the day on which the paper was issued;
* numbers of papers and telephones, every mail address, every row of digits that may be either, with letters in
  front too, and plates of vehicles;
* words that an officer struck besides (`struck`);
* the hamlet, street and former address, the commune under its present and former names; the language.

What stays, because the matter could not be understood without it, or because it tells nothing:

* the name of somebody else who shares a family name, a middle name or a given name with the author: a row of
  capitalised words that begins with a family name and has a word which is not the author's is another
  person's. Two words that are the end of the author's name are hidden even there. One word alone ("ông Hà")
  may be either's and is hidden: the copy must rather say too little;
* "Văn" and "Thị" by themselves, which half of all names have;
* the commune where the matter happened, which the petition tells openly, except where the text says that
  somebody lives there;
* sums of money, dates and numbers of decisions.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from . import telling_marks
from .person_names import EVERYBODYS, NameWords, is_family, people_in, public_places, same
from .texts import clean_line, search_form

HIDDEN = "▇▇▇"
_MOST_NAMES = 60
"""Each is looked for by itself; more kin than this no text names."""


@dataclass(frozen=True)
class Secrets:
    """What would tell who wrote a text; `said_in` is the year in which it was written, for ages."""

    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    """Present and former names of where they live."""
    also_the_matter: bool = False
    """The matter happened in that same commune."""
    numbers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    birth: str = ""
    said_in: int | None = None
    language: str = ""
    struck: tuple[str, ...] = ()


_Span = tuple[int, int]
_FROM, _TO = r"(?<![^\W_])", r"(?![^\W_])"
"""Ends of words; an underscore, as in names of files, parts words too."""
_GAP = r"[\W_]{0,3}"
_BETWEEN = r"[\W_]{1,3}"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_BEFORE_A_NAME = r"(?:ong|ba|anh|chi|em|co|chu|bac|cau|cu|chau|ten|ten la|toi la|vo|chong|ho ten|ho va ten)"
_PLACE_KINDS = (
    "to dan pho|cum dan cu|khu dan cu|khu do thi|khu tap the|thanh pho|thi tran|thi xa|so nha|can ho|phuong|duong|"
    "ngach|chung cu|toa nha|quan|huyen|thon|xom|lang|ban|buon|to|khu|cum|ngo|hem|kiet|pho|doi|xa|tinh|tp|tt|ap"
)
_KIND = re.compile(rf"(?:{_PLACE_KINDS})\s+")
_LIVES = (
    r"(?:thuong tru|tam tru|cu tru|tru tai|tru o|tru quan|sinh song|song o|song tai|ngu tai|ngu o|dia chi|que quan|"
    r"que o|nha toi|nha o|gia dinh toi o|toi o|hien o|dang o)"
)
_BORN = r"(?:sinh ngay|sinh nam|nam sinh|ngay sinh|sinh|sn|s\.n\.?)"
_OUR_LANGUAGE = {"", "viet", "viet nam", "kinh", "pho thong"}


def redact(text: str, secrets: Secrets) -> str:
    """The text, composed (NFC), with everything that tells its author hidden."""
    text = unicodedata.normalize("NFC", text)
    plain = _Plain(text)
    kin = telling_marks.names_after(text, (end for _start, end in plain.find(telling_marks.KIN)))
    secrets = replace(secrets, names=tuple(dict.fromkeys((*secrets.names, *kin)))[:_MOST_NAMES])
    spans: list[_Span] = []
    for pattern in (*_patterns(secrets), telling_marks.AGES_IN_WORDS):
        spans += plain.find(pattern)
    spans += _names(secrets, plain)
    spans += _lonely_words(text, secrets, spans)
    spans += telling_marks.numbers(text)
    spans += telling_marks.initials(text, telling_marks.initials_of(secrets.names))
    spans += [found.span() for found in _MAIL.finditer(text)]
    return _covered(text, spans)


class _Plain:
    """A text without marks and capitals, whose places lead back into the text."""

    def __init__(self, text: str):
        letters, self._at = [], []
        for place, ch in enumerate(text):
            form = search_form(ch) or ("" if unicodedata.combining(ch) else "\n" if ch == "\n" else " ")
            if ch.isdigit():
                form = str(unicodedata.digit(ch, 0))
            letters.append(form)
            self._at += [place] * len(form)
        self.text, self._end = "".join(letters), len(text)
        self._whole = text

    def find(self, pattern: str) -> Iterator[_Span]:
        for found in re.finditer(pattern, self.text):
            yield self.back(found.start("hide"), found.end("hide"))

    def back(self, start: int, end: int) -> _Span:
        """Marks that follow the last letter by themselves belong to it."""
        stop = self._at[end - 1] + 1
        while stop < self._end and unicodedata.combining(self._whole[stop]):
            stop += 1
        return self._at[start], stop

    def said(self, span: _Span) -> str:
        """The part of the text as it stands there."""
        return self._whole[span[0] : span[1]]


def _covered(text: str, spans: list[_Span]) -> str:
    parts: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        if start > end or not parts:
            parts += [text[end:start], HIDDEN]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


def _whole(words: list[str], joined: bool = False) -> str:
    """These words one after another; `joined` also where nothing stands between them."""
    gap = _GAP if joined else r"[\W_]{1,3}"
    return rf"{_FROM}(?P<hide>{gap.join(map(re.escape, words))}){_TO}"


def _names(secrets: Secrets, plain: _Plain) -> Iterator[_Span]:
    """Whole names, their last two words, and the given name after a word that goes before a name.

    Of fewer than three words the marks must fit, or there are none: "vẫn ăn" is not Văn An.
    """
    for name in secrets.names:
        words = clean_line(name).split()
        forms = [search_form(word) for word in words]
        letters = len("".join(forms))
        if len(words) > 2:
            yield from plain.find(_whole(forms, joined=letters > 6))
        for few in {tuple(words), tuple(words[-2:])}:
            if len(few) == 2:
                for span in plain.find(_whole([search_form(word) for word in few])):
                    said = _WORD.findall(plain.said(span))
                    if len(said) != 2 or all(map(same, said, few)):
                        yield span
        if words and len(forms[-1]) > 1 and words[-1].casefold() not in EVERYBODYS:
            for span in plain.find(rf"{_FROM}{_BEFORE_A_NAME}\s+(?P<hide>{re.escape(forms[-1])}){_TO}"):
                if same(plain.said(span), words[-1]):
                    yield span


def _patterns(secrets: Secrets) -> Iterator[str]:
    for place in secrets.places:
        yield from _of_place(place)
    for commune in secrets.communes:
        yield from _of_commune(search_form(commune).split(), secrets.also_the_matter)
    for number in secrets.numbers:
        yield from _of_number(number)
    for day in secrets.days:
        yield from _of_day(day)
    yield from _of_birth(secrets)
    for phrase in secrets.struck:
        words = re.findall(r"[^\W_]+", search_form(phrase))
        if words:
            yield rf"{_FROM}(?P<hide>{_BETWEEN.join(map(re.escape, words))}){_TO}"
    language = _language(secrets.language)
    if language:
        yield rf"{_FROM}(?P<hide>(?:tieng|nguoi|dan toc|chu)\s+{re.escape(search_form(language))}){_TO}"


def _language(told: str) -> str:
    words, plain = clean_line(told).split(), search_form(told)
    kind = next((one for one in ("tieng", "dan toc", "nguoi") if plain.startswith(f"{one} ")), "")
    own = " ".join(words[len(kind.split()) :])
    return "" if search_form(own) in _OUR_LANGUAGE else own


def _parts(place: str) -> Iterator[tuple[str, str]]:
    """Each part of an address as it was typed, and its own name without the word for what it is."""
    for part in re.split(r"[,;\n]|\s[-–]\s", place):
        words = clean_line(part).strip(" .").split()
        if words and search_form(words[-1]) == "cu" and len(words) > 1:
            words = words[:-1]
        whole = " ".join(words)
        kind = _KIND.match(search_form(whole))
        yield whole, " ".join(words[len(kind[0].split()) :]) if kind else whole


def _of_place(place: str) -> Iterator[str]:
    for whole, own in ((search_form(whole), search_form(own)) for whole, own in _parts(place)):
        named = any(ch.isalpha() for ch in own)
        if (named or whole != own) and len(whole) > 2:
            yield _whole(whole.split())
        if named and len(own) > 1:
            yield rf"{_FROM}(?:{_PLACE_KINDS})[\W_]{{1,3}}(?P<hide>{re.escape(own)}){_TO}"
        if named and len(own.split()) > 1:
            yield _whole(own.split())


def _of_commune(words: list[str], also_the_matter: bool) -> Iterator[str]:
    if not words:
        return
    name = r"\s+".join(map(re.escape, words))
    if also_the_matter:
        yield rf"{_FROM}{_LIVES}{_TO}[^.\n]{{0,60}}?{_FROM}(?P<hide>{name}){_TO}"
        return
    if len(words) > 1:
        yield _whole(words)
    yield rf"{_FROM}(?:{_PLACE_KINDS})\s+(?P<hide>{name}){_TO}"


def _of_number(number: str) -> Iterator[str]:
    plain = re.sub(r"[^0-9a-z]", "", search_form(number))
    if len(plain) < 6:
        return
    if plain.isdigit() and plain.startswith(("84", "0")) and len(plain) < 12:
        # A telephone: with the country or without, with the nought or without.
        own = plain.removeprefix("84") if plain.startswith("84") else plain[1:]
        digits = _GAP.join(own)
        yield rf"(?<!\d)(?P<hide>\(?\+?(?:(?:00{_GAP})?8{_GAP}4{_GAP}\(?0?\)?|0)?{_GAP}{digits})(?!\d)"
        return
    yield rf"(?<![0-9a-z])(?P<hide>{_GAP.join(plain)})(?![0-9a-z])"


def _of_day(day: date) -> Iterator[str]:
    between = r"\s{0,2}[/.\-_ ]\s{0,2}"
    year = rf"(?:{day.year}|{day.year % 100:02d})"
    yield rf"(?<!\d)(?P<hide>0?{day.day}{between}0?{day.month}{between}{year})(?!\d)"
    yield rf"(?<!\d)(?P<hide>{day.year}{between}0?{day.month}{between}0?{day.day})(?!\d)"
    yield rf"(?<!\d)(?P<hide>0?{day.day}\s+thang\s+0?{day.month}(?:\s*,)?\s+nam\s+{year})(?!\d)"


def _of_birth(secrets: Secrets) -> Iterator[str]:
    found = re.search(r"(?:19|20)\d\d", secrets.birth)
    if found is None:
        return
    year, short = found[0], found[0][2:]
    between = r"\s{0,2}[/.\-_ ]\s{0,2}"
    yield rf"(?<!\d)(?P<hide>\d{{1,2}}{between}\d{{1,2}}{between}{year})(?!\d)"
    yield rf"(?<!\d)(?P<hide>\d{{1,2}}\s+thang\s+\d{{1,2}}(?:\s*,)?\s+nam\s+{year})(?!\d)"
    # Not the number of a decision: "số 1962", "1962/QĐ-UBND".
    yield rf"(?<![\w/])(?<!so )(?P<hide>{year})(?!\w|/[a-z])"
    yield rf"{_FROM}{_BORN}[\s:.]{{0,3}}(?:\d{{1,2}}{between}\d{{1,2}}{between})?(?P<hide>{short})(?!\d)"
    if secrets.said_in is not None:
        age = secrets.said_in - int(year)
        ages = "|".join(str(one) for one in (age - 1, age, age + 1) if one > 0)
        yield rf"(?<!\d)(?P<hide>{ages})(?=\s+tuoi)"


def _lonely_words(text: str, secrets: Secrets, hidden: list[_Span]) -> list[_Span]:
    """Words of the author's name, of a place or language by one word, where they are written as a name."""
    own, givens = (
        NameWords(_own_words(secrets)),
        NameWords(clean_line(name).split()[-1] for name in secrets.names if name),
    )
    found: list[_Span] = []
    for run in _runs(text, hidden):
        words = [text[start:end] for start, end in run]
        public = public_places(words)
        for part in people_in(words) if any(word in own for word in words) else ():
            found += [run[place] for place in _to_hide(words, part, own, givens) if place not in public]
    return found


def _own_words(secrets: Secrets) -> Iterator[str]:
    for name in secrets.names:
        yield from clean_line(name).split()
    places = [own for place in secrets.places for _whole_part, own in _parts(place)]
    if not secrets.also_the_matter:
        places += secrets.communes
    yield from (one for one in (*places, _language(secrets.language)) if len(one.split()) == 1)


def _runs(text: str, hidden: Iterable[_Span]) -> Iterator[list[_Span]]:
    """Capitalised words that stand beside one another, with spaces or underscores between."""
    gone = list(hidden)
    run: list[_Span] = []
    for found in _WORD.finditer(text):
        span = found.span()
        covered = any(start < span[1] and span[0] < end for start, end in gone)
        if run and (covered or re.fullmatch(r"[ \t\u00a0_]+", text[run[-1][1] : span[0]]) is None):
            yield run
            run = []
        if covered or not found[0][0].isupper():
            if run:
                yield run
            run = []
            continue
        run.append(span)
    if run:
        yield run


def _to_hide(words: list[str], part: range, own: NameWords, givens: NameWords) -> Iterator[int]:
    there = [words[place] for place in part]
    strange = any(word not in own and word.casefold() not in EVERYBODYS for word in there)
    if not (strange and len(there) > 1 and is_family(there[0])):
        yield from (place for place in part if words[place] in own)
    elif there[0] in own and there[1] in givens:
        # The author's family and given name with something behind, not another person's.
        yield from part[:2]
