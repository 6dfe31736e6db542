"""Codes, papers, texts, the gate and outcomes: what is taken, what is refused, and what stays as typed."""

import doctest
import importlib
import pkgutil
import unicodedata

import pytest

import webapp.domain
from webapp.domain.codes import ALPHABET, is_code, new_code
from webapp.domain.errors import InvalidInput
from webapp.domain.identity_papers import PaperKind, clean_paper_number, masked, paper_warning
from webapp.domain.outcomes import GROUND_LABELS, OutcomeKind, RefusalGround, check_outcome
from webapp.domain.petition_kinds import Gate, PetitionKind, clean_narrative, gate_for
from webapp.domain.texts import clean_line, clean_text, search_form

DIGITS = (PaperKind.CITIZEN_CARD, PaperKind.CERTIFICATE, PaperKind.PERSONAL_NUMBER)


def test_a_new_code_is_good_and_comes_once() -> None:
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(is_code(code) for code in codes)
    assert not set("".join(codes)) & set("01oil"), "no letter that is taken for another"
    assert len(ALPHABET) ** (len(min(codes)) - 1) >= 2**60


def test_every_single_slip_in_a_code_is_found() -> None:
    for code in (new_code() for _ in range(20)):
        for place, right in enumerate(code):
            for slip in ALPHABET.replace(right, ""):
                assert not is_code(code[:place] + slip + code[place + 1 :])


def test_every_swap_of_neighbours_in_a_code_is_found() -> None:
    for code in (new_code() for _ in range(200)):
        for place in range(len(code) - 1):
            first, second = code[place : place + 2]
            if first != second:
                assert not is_code(code[:place] + second + first + code[place + 2 :])


@pytest.mark.parametrize("text", ["", "2", "../../etc/passwd", "0" * 14, "é" * 14])
def test_what_is_no_code_is_refused(text: str) -> None:
    assert not is_code(text)


def test_a_code_with_anything_before_or_after_it_is_refused() -> None:
    code = new_code()
    assert not any(is_code(near) for near in (code + "2", "2" + code, code + "\n", " " + code, code[:-1]))


@pytest.mark.parametrize("kind", DIGITS)
def test_twelve_digits_are_kept_without_spaces_and_dots(kind: PaperKind) -> None:
    assert clean_paper_number(kind, " 001 062.012-345 ") == "001062012345"


@pytest.mark.parametrize("kind", DIGITS)
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "00106201234",
        "0010620123456",
        "00106201234x",
        "000062012345",
        "097062012345",
        "００１０６２０１２３４５",
    ],
)
def test_a_number_that_no_card_has_is_refused(kind: PaperKind, typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        clean_paper_number(kind, typed)
    assert refusal.value.field == "paper_number"


@pytest.mark.parametrize(
    "typed", ["b1234567", "C 1234 5678", "PA123456", "123456", "12345678", "533 380 006"]
)
def test_a_passport_is_kept_in_capitals(typed: str) -> None:
    assert clean_paper_number(PaperKind.PASSPORT, typed) == typed.replace(" ", "").upper()


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567890", "B12345", "ABC123456", "B123456789", "Đ1234567", "B１２３４５６７"]
)
def test_what_no_passport_has_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        clean_paper_number(PaperKind.PASSPORT, typed)
    assert refusal.value.field == "paper_number"


@pytest.mark.parametrize("kind", DIGITS)
@pytest.mark.parametrize(
    ("number", "year"),
    [("001062012345", 1962), ("001199000123", 1999), ("001200000123", 2000), ("001326000123", 2026)],
)
def test_a_birth_year_that_the_number_contradicts_is_a_warning_only(
    kind: PaperKind, number: str, year: int
) -> None:
    assert clean_paper_number(kind, number) == number
    assert paper_warning(kind, number, year) is None
    for wrong in (year - 1, year + 1, year - 100, year + 100):
        warning = paper_warning(kind, number, wrong)
        assert warning and "cứ đi tiếp" in warning


def test_where_nothing_can_be_compared_nothing_is_warned_of() -> None:
    assert paper_warning(PaperKind.CITIZEN_CARD, "001062012345", None) is None
    assert paper_warning(PaperKind.PASSPORT, "B1234567", 1962) is None
    assert paper_warning(PaperKind.PERSONAL_NUMBER, "001", 1962) is None


def test_a_masked_number_shows_its_last_three_only() -> None:
    assert masked("001062012345") == "•••••••••345"


@pytest.mark.parametrize("code", [0x00, 0x08, 0x1B, 0x7F, 0x9B, 0x202E, 0x2066, 0x200E, 0xFEFF, 0xD800])
def test_what_cannot_be_seen_but_changes_the_reading_goes(code: int) -> None:
    assert clean_text(f"Tôi{chr(code)} ở Yên Bài") == "Tôi ở Yên Bài"


@pytest.mark.parametrize(
    "typed",
    [
        "👨\u200d👩\u200d👧",
        "👍🏽",
        "❤\ufe0f",
        "🇻🇳",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "q\u0323\u0301",
        "a\n\tb",
    ],
)
def test_emoji_flags_marks_and_lines_stay_as_typed(typed: str) -> None:
    assert clean_text(typed) == typed


def test_vietnamese_is_kept_in_one_form_however_it_was_typed() -> None:
    words = "Khiếu nại về việc đền bù đất ở thôn Đồng Chằm"
    apart = unicodedata.normalize("NFD", words)
    assert apart != words
    assert clean_text(apart) == clean_text(words) == words


def test_line_ends_become_one_kind_and_blank_edges_go() -> None:
    assert clean_text(" \r\nmột\r\nhai\rba\n\n") == "một\nhai\nba"
    assert clean_line("  Nguyễn\tVăn \n Lành ") == "Nguyễn Văn Lành"


@pytest.mark.parametrize(
    "typed", ["Đỗ Văn Khoát", "đỗ  văn khoát", "DO VAN KHOAT", unicodedata.normalize("NFD", "Đỗ Văn Khoát")]
)
def test_people_are_found_with_marks_or_without(typed: str) -> None:
    assert search_form(typed) == "do van khoat"


@pytest.mark.parametrize(
    ("length", "field"), [(49, "narrative"), (50, None), (20_000, None), (20_001, "narrative")]
)
def test_a_story_has_50_to_20000_characters(length: int, field: str | None) -> None:
    story = "ế" * length
    if field is None:
        assert clean_narrative(f"  {story}\x00 ") == story
        return
    with pytest.raises(InvalidInput) as refusal:
        clean_narrative(story + " " * 100)
    assert refusal.value.field == field


@pytest.mark.parametrize("kind", [kind for kind in PetitionKind if kind is not PetitionKind.DENUNCIATION])
@pytest.mark.parametrize("answer", [None, True, False])
def test_only_a_denunciation_stands_at_the_gate(kind: PetitionKind, answer: bool | None) -> None:
    assert gate_for(kind, answer) is Gate.OPEN


def test_a_denouncer_is_asked_and_the_answer_decides() -> None:
    assert gate_for(PetitionKind.DENUNCIATION, True) is Gate.IN_PERSON
    assert gate_for(PetitionKind.DENUNCIATION, False) is Gate.AWAITING
    with pytest.raises(InvalidInput) as refusal:
        gate_for(PetitionKind.DENUNCIATION, None)
    assert refusal.value.field == "protection_wanted"


@pytest.mark.parametrize("kind", OutcomeKind)
def test_an_outcome_needs_words_for_the_citizen(kind: OutcomeKind) -> None:
    ground = RefusalGround.L3
    assert check_outcome(kind, ground, " Đã trả lời.\x00 ") == "Đã trả lời."
    assert check_outcome(kind, ground, "ế" * 2_000) == "ế" * 2_000
    for words in ("", " \n\t ", "\x00\x1b", "ế" * 2_001):
        with pytest.raises(InvalidInput) as refusal:
            check_outcome(kind, ground, words)
        assert refusal.value.field == "explanation"


@pytest.mark.parametrize("kind", OutcomeKind)
def test_only_a_refusal_needs_its_ground(kind: OutcomeKind) -> None:
    if kind is not OutcomeKind.REFUSED:
        assert check_outcome(kind, None, "Đã trả lời.") == "Đã trả lời."
        return
    with pytest.raises(InvalidInput) as refusal:
        check_outcome(kind, None, "Đã trả lời.")
    assert refusal.value.field == "ground"


def test_every_ground_of_law_and_decree_has_its_words() -> None:
    assert {ground.value for ground in GROUND_LABELS} == {"L1", "L2", "L3", "L4", *"abcdđeghik"}
    assert len(set(GROUND_LABELS.values())) == 14


def test_the_examples_in_the_rules_are_true() -> None:
    names = [module.name for module in pkgutil.iter_modules(webapp.domain.__path__)]
    results = [doctest.testmod(importlib.import_module(f"webapp.domain.{name}")) for name in names]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 0
