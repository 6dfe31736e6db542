"""What the law and the rules ask of a petition, answer by answer."""

from datetime import date

import pytest

from webapp.domain import petition_matter as matter
from webapp.domain.codes import in_groups, is_code, new_code, read_code
from webapp.domain.mixed_kinds import other_kinds
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.representation import (
    PROOF_LABELS,
    PROOFS,
    OnBehalf,
    Proof,
    most_representatives,
    read_people,
)

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(("people", "most"), [(2, 2), (4, 4), (5, 2), (10, 2), (11, 5), (300, 5)], ids=str)
def test_as_many_speak_for_a_group_as_the_law_lets(people: int, most: int) -> None:
    assert most_representatives(people) == most


@pytest.mark.parametrize(("typed", "people"), [("2", 2), (" 12 ", 12), ("1.200", 1200), ("10 000", 10_000)])
def test_people_are_counted_as_they_are_written(typed: str, people: int) -> None:
    assert read_people(typed) == people


def test_who_acts_for_another_is_asked_for_the_decrees_proof() -> None:
    assert all(PROOFS[one] for one in OnBehalf if one is not OnBehalf.MYSELF)
    assert PROOFS[OnBehalf.LAWYER][0] is Proof.LAWYER_CARD
    assert Proof.LEGAL_AID_ASSIGNMENT in PROOFS[OnBehalf.LEGAL_AID]
    assert set(PROOF_LABELS) == set(Proof)


@pytest.mark.parametrize(
    ("boxes", "day"),
    [
        (("", "", ""), None),
        (("27", "3", "2026"), date(2026, 3, 27)),
        (("29", "02", "2024"), date(2024, 2, 29)),
        ((" 1 ", "1", "1945"), date(1945, 1, 1)),
    ],
)
def test_a_day_is_read_from_its_three_boxes(boxes: tuple[str, str, str], day: date | None) -> None:
    assert matter.read_date(*boxes, today=TODAY) == day


@pytest.mark.parametrize(
    ("kind", "learned", "late"),
    [
        ("complaint", date(2026, 8, 27), False),
        ("complaint", date(2026, 8, 26), True),
        ("denunciation", date(2020, 1, 1), False),
        ("complaint", None, False),
    ],
)
def test_only_a_complaint_after_ninety_days_is_late(kind: str, learned: date | None, late: bool) -> None:
    assert matter.complaint_is_late(kind, learned, today=TODAY) is late


@pytest.mark.parametrize(
    ("kind", "text", "others"),
    [
        ("complaint", "Tôi khiếu nại quyết định và tố cáo ông chủ tịch nhận hối lộ.", ["denunciation"]),
        ("complaint", "TÔI TỐ CÁO cán bộ địa chính", ["denunciation"]),
        ("complaint", "Tôi không tố cáo ai, chỉ khiếu nại quyết định.", []),
        ("complaint", "Tôi khiếu nại. Tôi kiến nghị lắp đèn và phản ánh đường hỏng.", ["recommendation"]),
        ("recommendation", "Tôi phản ánh đường hỏng và kiến nghị sửa.", []),
        ("feedback", "Tôi phản ánh đường hỏng, và khiếu nại việc thu hồi đất.", ["complaint"]),
        ("denunciation", "Tôi tố cáo ông A. Ngoài ra tôi khiếu nại.", ["complaint"]),
        ("unsure", "Tôi khiếu nại và tố cáo.", []),
        ("complaint", "Xã tố cáobáo", []),
    ],
)
def test_a_text_that_mixes_kinds_is_found_by_its_words(kind: str, text: str, others: list[str]) -> None:
    assert other_kinds(text, kind) == tuple(PetitionKind(one) for one in others)


def test_a_code_is_read_as_people_copy_it_and_old_ones_hold() -> None:
    code = new_code()
    for typed in (
        code,
        in_groups(code),
        f" {in_groups(code).upper()} ",
        code.replace("", " "),
        f"{code[:5]}—{code[5:]}.",
    ):
        assert read_code(typed) == code and is_code(read_code(typed))
    assert [len(part) for part in in_groups(code).split("-")] == [5, 5, 4]
