"""docs/bad-inputs.md: every bad input with its status and the sentences that a real run gave."""

import re
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

from tests import servers
from tests.bad_inputs import Case, Group, Result, later, pages, petition

DOCUMENT = servers.ROOT / "docs" / "bad-inputs.md"
GROUPS = [
    *pages.GROUPS[: pages.BEFORE_PETITION],
    *petition.GROUPS,
    *pages.GROUPS[pages.BEFORE_PETITION :],
    *later.GROUPS,
]
"""In the order of the citizen's way."""

Outcome = Sequence[tuple[Group, list[Result], list[Result]]]


def document(outcome: Outcome) -> str:
    """The page, in both languages, from what came of the groups."""
    total = sum(len(results) for _group, results, _english in outcome)
    statuses = Counter(result.status for _group, results, _english in outcome for result in results)
    lines = [
        "# Nhập sai thì được gì / What a bad input gets",
        "",
        f"{total} điều nhập sai ở {len(outcome)} chỗ, mỗi điều được gửi thật tới phần mềm bằng hai thứ tiếng "
        "(`make bad-inputs`; `tests/views/test_bad_inputs.py` giữ trang này đúng). Câu trả lời đứng cạnh ô nhập, "
        "điều đã gõ còn nguyên, không có gì bị ghi đè.",
        "",
        f"{total} bad inputs in {len(outcome)} places, each really sent to the application in both languages "
        "(`make bad-inputs`; `tests/views/test_bad_inputs.py` keeps this page true). The sentence stands beside "
        "the field, what was typed is still there, and nothing that was kept is changed.",
        "",
        "| | |",
        "| --- | --- |",
        *(
            f"| {status} {HTTPStatus(status).phrase} | {times} |"
            for status, times in sorted(statuses.items())
        ),
    ]
    for group, results, english in outcome:
        lines += [
            "",
            f"## {group.title[0]} / {group.title[1]}",
            "",
            "| # | nhập / input | | câu trả lời | answer |",
        ]
        lines += ["| --- | --- | --- | --- | --- |"]
        for number, (told, other) in enumerate(zip(results, english, strict=True), 1):
            cells = (
                str(number),
                _input(told.case),
                str(told.status),
                _safe(told.sentence),
                _safe(other.sentence),
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _input(case: Case) -> str:
    vi, en = case.what
    if vi:
        return _safe(vi if vi == en else f"{vi} / {en}")
    return "; ".join(f"{name} = {_typed(str(value))}" for name, value in case.sent.items())


def _typed(text: str) -> str:
    """As one would say it: what is long is cut, what cannot be seen is named."""
    if not text:
        return "∅"
    shown = "".join(f"\\u{ord(one):04x}" if _unseen(one) else one for one in text[:40])
    more = f" … ({len(text)})" if len(text) > 40 else ""
    return f"`{_safe(shown.replace('`', ''), code=True)}`{more}"


def _unseen(letter: str) -> bool:
    return letter != " " and not letter.isprintable()


def _safe(text: str, code: bool = False) -> str:
    text = text.replace("|", "\\|")
    return text if code else re.sub(r"([<>*_`])", r"\\\1", text)
