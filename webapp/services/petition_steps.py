"""The questions of a petition, in their order: which apply, what each keeps, when it is answered.

Answers are words by the names of their fields, as the draft keeps them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..domain import petition_matter as matter
from ..domain.errors import InvalidInput
from ..domain.identity_papers import Issue, PaperKind, clean_paper_number, read_issue, read_kind
from ..domain.mixed_kinds import WORDS, other_kinds
from ..domain.petition_kinds import PetitionKind, clean_narrative
from ..domain.representation import OnBehalf, most_representatives, proofs_of, read_people
from ..domain.texts import N_, clean_line
from ..extensions import db
from ..models import Locality, Pilot
from .localities import check_places
from .petitions import Person, PetitionFields
from .told_answers import TICKS, Answers, is_told, least_of, telling_of, told_aloud

Check = Callable[[Answers, date], None]

OTHER_PROVINCE = "other"
"""Where somebody lives who does not live in Hanoi."""
PROMISED = "on_paper_"
"""Beside the questions a draft keeps under this and a proof's word that it comes on paper."""
OTHERS = range(1, 5)
"""Places for the other representatives of a group, beside the person who writes."""


@dataclass(frozen=True)
class Step:
    """One question: the fields that it fills, its check, when it is asked, when it may stay empty.

    `aloud` is its tick "I cannot write it", which drafts of before do not have.
    """

    name: str
    title: str
    fields: tuple[str, ...]
    check: Check
    applies: Callable[[Answers], bool] = lambda answers: True
    optional: Callable[[Answers], bool] = lambda answers: False
    aloud: str = ""

    def is_answered(self, answers: Answers, today: date) -> bool:
        if not all(field in answers for field in self.fields if field != self.aloud):
            return False
        try:
            self.check(answers, today)
        except InvalidInput:
            return False
        return True


def _one_of(field: str, known: type[StrEnum] | tuple[str, ...], message: str) -> Check:
    def check(answers: Answers, today: date) -> None:
        if answers[field] not in {str(one) for one in known}:
            raise InvalidInput(message, field)

    return check


def _represented(answers: Answers, today: date) -> None:
    matter.clean_name(answers["represented"], "represented")


def _group(answers: Answers, today: date) -> None:
    most = most_representatives(read_people(answers["people"]))
    others = _others(answers)
    for place, person in others:
        matter.clean_name(person.full_name, f"rep{place}_name")
        digits = sum(ch.isdigit() for ch in person.phone)
        if person.phone and not 9 <= digits <= 15:
            raise InvalidInput("Số điện thoại chưa đúng. Ví dụ: 0912 345 678.", f"rep{place}_phone")
        if len(person.address) > 200:
            raise InvalidInput("Nơi ở dài quá 200 chữ cái.", f"rep{place}_address")
    if len(others) + 1 > most:
        first_too_many = others[most - 1][0]
        raise InvalidInput(
            "Nhiều người đại diện quá. Từ 5 đến 10 người cử một hoặc hai người, trên 10 người cử nhiều nhất "
            "năm người, kể cả Ông/Bà (Luật Tiếp công dân, Điều 29).",
            f"rep{first_too_many}_name",
        )


def _others(answers: Answers) -> list[tuple[int, Person]]:
    found = []
    for place in OTHERS:
        words = [clean_line(answers.get(f"rep{place}_{part}", "")) for part in ("name", "phone", "address")]
        if any(words):
            found.append((place, Person(*words)))
    return found


def _who(answers: Answers, today: date) -> None:
    matter.clean_name(answers["full_name"])
    matter.read_birth_year(answers["birth_year"], today=today)


def _paper(answers: Answers, today: date) -> None:
    clean_paper_number(read_kind(answers["paper_kind"]), answers["paper_number"])
    issue_of(answers, today)


def issue_of(answers: Answers, today: date) -> Issue:
    """When and where the paper was issued. Raises InvalidInput."""
    typed = [answers.get(f"issued_{part}", "") for part in ("day", "month", "year", "by")]
    return read_issue(*typed, birth_year=answers.get("birth_year"), today=today)


def _home(answers: Answers, today: date) -> None:
    check_places(answers["lives_in"], answers["old_address"], None)
    matter.clean_village(answers["village"])


def _place(answers: Answers, today: date) -> None:
    if db.session.get(Locality, answers["happened_in"]) is None:
        raise InvalidInput("Hãy chọn xã hoặc phường nơi xảy ra việc.", "happened_in")


def is_outside(answers: Answers) -> bool:
    """Whether the person lives where the pilot does not reach."""
    home = answers.get("lives_in", "")
    place = db.session.get(Locality, home) if home else None
    return home == OTHER_PROVINCE or (place is not None and place.pilot is Pilot.NO)


def _help(answers: Answers, today: date) -> None:
    language = clean_line(answers["language"])
    if answers["need_spoken"] and not language:
        raise InvalidInput("Hãy ghi tiếng cần phiên dịch.", "language")
    if len(language) > 60:
        raise InvalidInput("Dài quá 60 chữ cái.", "language")


def _story(answers: Answers, today: date) -> None:
    if not answers["narrative"] and not is_told(answers, "narrative"):
        raise InvalidInput("Hãy kể việc của Ông/Bà.", "narrative")
    clean_narrative(answers["narrative"], told=is_told(answers, "narrative"))


def _against(answers: Answers, today: date) -> None:
    _text(answers, "against")
    learned_on(answers, today)


def learned_on(answers: Answers, today: date) -> date | None:
    """The day on which the person learnt of it. Raises InvalidInput: no such day."""
    boxes = [answers.get(f"learned_{part}", "") for part in ("day", "month", "year")]
    return matter.read_date(*boxes, today=today)


def is_late(answers: Answers, today: date) -> bool:
    """Whether the complaint comes after 90 days, which is then explained."""
    try:
        day = learned_on(answers, today)
    except InvalidInput:
        return False
    return matter.complaint_is_late(answers.get("kind", ""), day, today=today)


def _settled(answers: Answers, today: date) -> None:
    if answers["settled"] not in set(matter.Settled):
        raise InvalidInput("Hãy chọn một câu trả lời.", "settled")
    _text(answers, "settled_by")


def _wish(answers: Answers, today: date) -> None:
    _text(answers, "wish")


def _text(answers: Answers, field: str) -> None:
    least = 0 if is_told(answers, field) else least_of(answers)[field]
    matter.clean_answer(answers[field], field, least=least)


def also_told(answers: Answers) -> tuple[PetitionKind, ...]:
    """Kinds that the story speaks of beside its own."""
    return other_kinds(answers.get("narrative", ""), answers.get("kind", ""))


def _behalf(answers: Answers) -> str:
    return answers.get("on_behalf", "")


_REP_FIELDS = tuple(f"rep{n}_{part}" for n in OTHERS for part in ("name", "phone", "address"))
_ISSUE_FIELDS = ("issued_day", "issued_month", "issued_year", "issued_by")
_KIND = _one_of("kind", PetitionKind, N_("Hãy chọn một loại việc."))
_YES_NO = _one_of("protection_wanted", ("yes", "no"), N_("Hãy chọn có hay không."))
_FOR_WHOM = _one_of("on_behalf", OnBehalf, N_("Hãy chọn một câu trả lời."))
_ONE_OR_APART = _one_of("split", ("one", "apart"), N_("Hãy chọn một cách."))
APART = {kind: f"apart_{kind}" for kind in WORDS}
"""By its kind, the field that says that a petition of its own is wanted for it."""


def _split(answers: Answers, today: date) -> None:
    _ONE_OR_APART(answers, today)
    if answers["split"] == "apart" and not apart(answers):
        raise InvalidInput("Hãy đánh dấu ít nhất một việc muốn tách ra, hoặc chọn để chung.", "split")


def apart(answers: Answers) -> list[PetitionKind]:
    """The kinds for which the person wants petitions of their own, of those that the story speaks of."""
    if answers.get("split") != "apart":
        return []
    return [kind for kind in also_told(answers) if answers.get(APART[kind])]


def ticked_at_first(answers: Answers) -> Answers:
    """Before the person has said how to send a mixed text, each kind in it is ticked."""
    return {} if "split" in answers else {APART[kind]: "y" for kind in also_told(answers)}


STEPS = (
    Step("kind", N_("Loại việc"), ("kind",), _KIND),
    Step(
        "protection",
        N_("Đề nghị bảo vệ"),
        ("protection_wanted",),
        _YES_NO,
        applies=lambda answers: answers.get("kind") == PetitionKind.DENUNCIATION,
    ),
    Step("behalf", N_("Trình bày cho ai"), ("on_behalf",), _FOR_WHOM),
    Step(
        "represented",
        N_("Người được đại diện"),
        ("represented",),
        _represented,
        applies=lambda answers: _behalf(answers) in {one for one in OnBehalf if one.for_another},
    ),
    Step(
        "group",
        N_("Những người cùng việc"),
        ("people", *_REP_FIELDS),
        _group,
        applies=lambda answers: _behalf(answers) == OnBehalf.GROUP,
    ),
    Step("who", N_("Họ tên, năm sinh"), ("full_name", "birth_year"), _who),
    Step("paper", N_("Giấy tờ"), ("paper_kind", "paper_number", *_ISSUE_FIELDS), _paper),
    Step("home", N_("Nơi ở"), ("lives_in", "village", "old_address"), _home),
    Step("place", N_("Nơi xảy ra"), ("happened_in",), _place),
    Step(
        "help",
        N_("Cần giúp gì"),
        ("need_sign", "need_spoken", "need_writing", "language"),
        _help,
        optional=lambda answers: True,
    ),
    Step("story", N_("Việc của Ông/Bà"), ("narrative", TICKS["narrative"]), _story, aloud=TICKS["narrative"]),
    Step(
        "split",
        N_("Tách việc"),
        ("split", *APART.values()),
        _split,
        applies=lambda answers: bool(also_told(answers)),
    ),
    Step(
        "against",
        N_("Về quyết định, việc làm hay người nào"),
        ("against", "learned_day", "learned_month", "learned_year", TICKS["against"]),
        _against,
        aloud=TICKS["against"],
        optional=lambda answers: not matter.needs_opponent(answers.get("kind", "")),
    ),
    Step(
        "settled",
        N_("Đã ai giải quyết chưa"),
        ("settled", "settled_by", TICKS["settled_by"]),
        _settled,
        aloud=TICKS["settled_by"],
    ),
    Step(
        "wish",
        N_("Điều đề nghị"),
        ("wish", TICKS["wish"]),
        _wish,
        aloud=TICKS["wish"],
        optional=lambda answers: not matter.needs_wish(answers.get("kind", "")),
    ),
)


def steps_for(answers: Answers) -> list[Step]:
    """The questions for this person, by what was answered before."""
    return [step for step in STEPS if step.applies(answers)]


def pages_in_all(answers: Answers) -> int:
    """How many pages this person goes through: the questions, the files, and reading it all."""
    return len(steps_for(answers)) + 2


def first_open(answers: Answers, today: date) -> Step | None:
    """The first question that still waits for its answer."""
    return next((step for step in steps_for(answers) if not step.is_answered(answers, today)), None)


def fields_of(answers: Answers, today: date) -> PetitionFields:
    """Complete answers as a petition. What no longer applies stays behind in the draft."""
    asked = {field for step in steps_for(answers) for field in step.fields}
    given = {field: text for field, text in answers.items() if field in asked}
    return PetitionFields(
        kind=PetitionKind(given["kind"]),
        protection_wanted=given["protection_wanted"] == "yes" if "protection_wanted" in given else None,
        lives_in=given["lives_in"],
        old_address=given["old_address"],
        happened_in=given["happened_in"],
        narrative=given["narrative"],
        told=telling_of(answers),
        told_texts=told_aloud(answers),
        full_name=given["full_name"],
        paper_kind=PaperKind(given["paper_kind"]),
        paper_number=given["paper_number"],
        issue=issue_of(given, today),
        birth_year=given["birth_year"],
        village=given["village"],
        on_behalf=OnBehalf(given["on_behalf"]),
        represented=given.get("represented", ""),
        people=read_people(given["people"]) if "people" in given else 1,
        representatives=tuple(person for _place, person in _others(given)),
        needs=matter.needs_of(given),
        language=given["language"],
        against=given["against"],
        learned_on=learned_on(given, today),
        settled=matter.Settled(given["settled"]),
        settled_by=given["settled_by"],
        wish=given["wish"],
        on_paper=frozenset(
            proof for proof in proofs_of(given["on_behalf"]) if answers.get(PROMISED + proof) == "y"
        ),
    )


_SHARED = ("behalf", "represented", "group", "who", "paper", "home", "place", "help", "story")


def answers_of_the_others(answers: Answers) -> list[Answers]:
    """What the drafts begin with that a split text leaves behind (decree 154/2026 art. 14.4).

    The person, and the whole text, from which they strike out what they have sent.
    """
    kept = {field for step in STEPS if step.name in _SHARED for field in step.fields}
    kept |= {field for field in answers if field.startswith(PROMISED)}
    shared = {field: text for field, text in answers.items() if field in kept}
    settled = {"split": "one"} | dict.fromkeys(APART.values(), "")
    return [shared | settled | {"kind": kind.value} for kind in apart(answers)]
