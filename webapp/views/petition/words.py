"""The answers of a draft in words, for the page on which the person reads them before sending."""

from collections.abc import Callable
from datetime import date

from flask_babel import gettext as _

from ...domain.identity_papers import PAPER_LABELS, PaperKind, masked
from ...domain.petition_kinds import KIND_LABELS, PetitionKind
from ...domain.petition_matter import NEED_LABELS, SETTLED_LABELS, Need, Settled, needs_of
from ...domain.representation import BEHALF_LABELS, OnBehalf
from ...domain.telling import TELLING_SENTENCES, TOLD
from ...domain.texts import clean_line
from ...services import localities, petition_steps, told_answers
from ...services.petition_steps import OTHERS
from ...services.told_answers import Answers

_FEW_WORDS = 80  # characters


def summary_of(answers: Answers, today: date) -> list[tuple[str, str, str]]:
    """(name of the question, its title, the answer), in the order in which they were asked."""
    return [
        (step.name, _(step.title), _WORDS[step.name](answers) or _("Không có"))
        for step in petition_steps.steps_for(answers)
    ]


def about(answers: Answers) -> tuple[str, str]:
    """Of a draft: its kind, and a few words by which its author knows it among others.

    Of a denunciation for whom it is, not what it tells: others may look at the list of drafts too.
    """
    kind = answers.get("kind", "")
    title = _(KIND_LABELS[PetitionKind(kind)]) if kind else _("Chưa chọn loại việc")
    whom, story = answers.get("represented", ""), clean_line(answers.get("narrative", ""))
    told = _for_whom(answers, whom)
    if not story and answers.get(told_answers.TICKS["narrative"]):
        told.append(_(TOLD))
    if story and kind != PetitionKind.DENUNCIATION:
        told.append(story if len(story) <= _FEW_WORDS else f"{story[:_FEW_WORDS].rsplit(' ', 1)[0]} …")
    return title, ": ".join(told)


def _for_whom(answers: Answers, whom: str) -> list[str]:
    asked = {step.name for step in petition_steps.steps_for(answers)}
    if "represented" in asked and whom:
        return [_("cho %(name)s", name=whom)]
    return [_("cho nhiều người")] if "group" in asked else []


def _home(answers: Answers) -> str:
    parts = (answers["village"], _place(answers["lives_in"]), answers["old_address"])
    return ", ".join(part for part in parts if part)


def _place(code: str) -> str:
    place = localities.by_code(code)
    return place.full_name if place else ""


def _paper(answers: Answers) -> str:
    lines = [f"{_(PAPER_LABELS[PaperKind(answers['paper_kind'])])} {masked(answers['paper_number'])}"]
    if answers["issued_day"]:
        day = "/".join(answers[f"issued_{part}"] for part in ("day", "month", "year"))
        lines.append(_("Cấp ngày %(day)s", day=day))
    if answers["issued_by"]:
        lines.append(_("Nơi cấp: %(place)s", place=answers["issued_by"]))
    return "\n".join(lines)


def _group(answers: Answers) -> str:
    told = [[answers[f"rep{place}_{part}"] for part in ("name", "phone", "address")] for place in OTHERS]
    others = [", ".join(part for part in other if part) for other in told if any(other)]
    people = _("%(n)s người", n=answers["people"])
    return "\n".join([people, *others])


def _help(answers: Answers) -> str:
    needs, language = needs_of(answers), clean_line(answers["language"])
    wanted = {need: _(label) for need, label in NEED_LABELS.items() if need in needs}
    if language:
        wanted[Need.INTERPRETER] += f": {language}"
    return "\n".join(wanted.values())


def _split(answers: Answers) -> str:
    kinds = petition_steps.apart(answers)
    if not kinds:
        return _("Để chung một đơn")
    others = ", ".join(_(KIND_LABELS[kind]) for kind in kinds)
    return _("Tách làm %(n)d đơn. Gửi đơn này xong thì viết tiếp: %(kinds)s", n=len(kinds) + 1, kinds=others)


def _against(answers: Answers) -> str:
    boxes = [answers[f"learned_{part}"] for part in ("day", "month", "year")]
    learned = _("Biết việc ngày %(day)s", day="/".join(boxes)) if any(boxes) else ""
    return "\n".join(text for text in (_text(answers, "against"), learned) if text)


def _settled(answers: Answers) -> str:
    texts = (_(SETTLED_LABELS[Settled(answers["settled"])]), _text(answers, "settled_by"))
    return "\n".join(text for text in texts if text)


def _text(answers: Answers, field: str) -> str:
    """What was written, and that it is told by word of mouth; of the story also what becomes of that."""
    lines = [answers[field]]
    if field in told_answers.told_aloud(answers):
        more = TELLING_SENTENCES[told_answers.telling_of(answers)] if field == "narrative" else ""
        lines.append(f"{_(TOLD)}. {_(more)}" if more else _(TOLD))
    return "\n".join(line for line in lines if line)


_WORDS: dict[str, Callable[[Answers], str]] = {
    "kind": lambda answers: _(KIND_LABELS[PetitionKind(answers["kind"])]),
    "protection": lambda answers: _("Có") if answers["protection_wanted"] == "yes" else _("Không"),
    "behalf": lambda answers: _(BEHALF_LABELS[OnBehalf(answers["on_behalf"])]),
    "represented": lambda answers: answers["represented"],
    "group": _group,
    "who": lambda answers: f"{answers['full_name']}, {answers['birth_year']}",
    "paper": _paper,
    "home": _home,
    "place": lambda answers: _place(answers["happened_in"]),
    "help": _help,
    "story": lambda answers: _text(answers, "narrative"),
    "split": _split,
    "against": _against,
    "settled": _settled,
    "wish": lambda answers: _text(answers, "wish"),
}
