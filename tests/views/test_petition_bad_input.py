"""What people can rely on at each question when an answer cannot be taken.

Each mistake gets 422 and its sentence beside its field; everything typed is still there, and nothing
of it replaces what was kept before.
"""

from collections.abc import Callable

import pytest

from tests import people
from tests.views.conftest import Browser, Page, Scene
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.petition_matter import Need
from webapp.extensions import db
from webapp.models import Account, Locality
from webapp.services import drafts, petition_steps

Make = Callable[[Account | None], Browser]
Row = tuple[dict[str, str], str, str]
"""(what is sent besides what is right, the field that is blamed, its sentence)"""

NOT_THERE = [
    "",
    " ",
    "<b>",
    "complaint ",
    "COMPLAINT",
    "0",
    "\x00",
    "yes;no",
    "khiếu nại",
    "ế" * 300,
    "None",
    "👍",
]
EMPTY = ["", "   ", "\t", "\u200d", "\x00\x1b"]


def picks(field: str, sentence: str, *more: str) -> list[Row]:
    return [({field: one}, field, sentence) for one in [*NOT_THERE, *more]]


def numbers(kind: str, sentence: str, *typed: str) -> list[Row]:
    return [({"paper_kind": kind, "paper_number": one}, "paper_number", sentence) for one in typed]


def days(sentence: str, *typed: str, of: str = "learned") -> list[Row]:
    names = [f"{of}_{part}" for part in ("day", "month", "year")]
    return [(dict(zip(names, one.split("/"), strict=True)), names[0], sentence) for one in typed]


TWELVE, PROVINCE = "phải có đủ 12 chữ số", "Ba chữ số đầu không phải mã tỉnh"
NAME, LONG_NAME = "họ và tên", "từ 2 đến 120 chữ cái"
TOO_MANY, DIGITS = "Nhiều người đại diện quá", "bằng chữ số, ví dụ 12"
LONG, FEW = "Dài quá 3.000 chữ cái", "Hãy ghi vài chữ cho rõ"
NO_DAY, ALL_BOXES = "không có trong lịch", "đủ ngày, tháng, năm bằng chữ số"
OTHERS = {f"rep{n}_name": f"Người Thứ {n}" for n in range(1, 5)}

TABLE: dict[str, list[Row]] = {
    "kind": picks("kind", "Hãy chọn một loại việc."),
    "protection": picks("protection_wanted", "Hãy chọn có hay không.", "maybe", "Yes"),
    "behalf": picks("on_behalf", "Hãy chọn một câu trả lời.", "self", "myself,group"),
    "represented": [({"represented": one}, "represented", NAME) for one in [*EMPTY, "L", "ế" * 121]],
    "group": [
        *(({"people": one}, "people", "Hãy ghi số người") for one in EMPTY[:1]),
        *(
            ({"people": one}, "people", DIGITS)
            for one in ["mười", "12 người", "-5", "1e3", "٣", "1234567", " ", "²"]
        ),
        *(({"people": one}, "people", "từ 2 người") for one in ["0", "1", "01"]),
        *(({"people": one}, "people", "lớn quá") for one in ["10001", "999999"]),
        ({"people": "5"} | OTHERS, "rep2_name", TOO_MANY),
        ({"people": "10", "rep1_name": "Lê A", "rep4_name": "Lê B"}, "rep4_name", TOO_MANY),
        ({"people": "2", "rep1_name": "Lê A", "rep2_name": "Lê B"}, "rep2_name", TOO_MANY),
        ({"people": "4"} | OTHERS, "rep4_name", TOO_MANY),
        ({"people": "12", "rep1_phone": "0912345678"}, "rep1_name", LONG_NAME),
        ({"people": "12", "rep3_address": "Xóm Mít"}, "rep3_name", LONG_NAME),
        ({"people": "12", "rep1_name": "L"}, "rep1_name", LONG_NAME),
        ({"people": "12", "rep1_name": "L" * 121}, "rep1_name", LONG_NAME),
        *(
            (
                {"people": "12", "rep1_name": "Lê A", "rep1_phone": one},
                "rep1_phone",
                "Số điện thoại chưa đúng",
            )
            for one in ["không có", "113", "0912", "0" * 16]
        ),
        ({"people": "12", "rep2_name": "Lê B", "rep2_address": "x" * 201}, "rep2_address", "dài quá 200"),
    ],
    "who": [
        *(({"full_name": one}, "full_name", NAME) for one in [*EMPTY, "L", "ế" * 121, "ế" * 5000]),
        ({"birth_year": ""}, "birth_year", "Hãy ghi năm sinh."),
        *(
            ({"birth_year": one}, "birth_year", "bằng 4 chữ số")
            for one in [" ", "56", "1/1/1956", "năm 56", "19560", "-956", "۱۹۵۶", "1956.5", "1 956"]
        ),
        *(({"birth_year": one}, "birth_year", "chưa đúng") for one in ["1800", "0000", "9999", "2099"]),
        ({"birth_year": "2024"}, "birth_year", "dưới 14 tuổi"),
    ],
    "paper": [
        *picks("paper_kind", "Hãy chọn loại giấy tờ.", "cmnd", "driving_licence"),
        ({"paper_number": ""}, "paper_number", "Hãy ghi số giấy tờ."),
        *numbers(
            "citizen_card",
            TWELVE,
            " ",
            "1",
            "12345678901",
            "1234567890123",
            "00106201234O",
            "٠" * 12,
            "9" * 90,
        ),
        *numbers("certificate", TWELVE, "012345678", "C1234567", "001 062 01234"),
        *numbers("personal_number", TWELVE, "00106201234a", "không có", "001/062/012/345"),
        *numbers("citizen_card", PROVINCE, "000062012345", "097062012345", "999999999999"),
        *numbers(
            "passport",
            "Số hộ chiếu",
            "12",
            "12345",
            "C12345",
            "CCC123456",
            "C123456789",
            "001062012345",
            "Đ1234567",
        ),
        *days(ALL_BOXES, "1//", "/3/2021", "1/3/", "hai/ba/2021", "1.5/3/2021", of="issued"),
        *days(NO_DAY, "31/6/2021", "29/2/2021", "0/1/2021", of="issued"),
        *days("chưa tới", "1/1/2999", of="issued"),
        *days("năm bằng 4 chữ số", "1/1/21", of="issued"),
        *days("trước năm sinh", "31/12/1961", "1/1/1950", of="issued"),
        ({"issued_by": "Công an " * 16}, "issued_by", "Nơi cấp dài quá 120"),
    ],
    "home": [
        *(
            ({"lives_in": one}, "lives_in", "Hãy chọn xã hoặc phường")
            for one in ["", "1", "99999", "Yên Bài", "<b>", "Other", " "]
        ),
        *(({"village": one}, "village", "thôn, xóm, tổ dân phố") for one in [*EMPTY, "x", "ế" * 201]),
        *(
            ({"lives_in": "00160", "old_address": one}, "old_address", "Hãy ghi địa chỉ cũ")
            for one in ["", " ", "a", "xóm", "  \x00 "]
        ),
    ],
    "place": [
        ({"happened_in": one}, "happened_in", "nơi xảy ra việc")
        for one in ["", "1", "99999", "other", "Ba Vì", "<i>", " "]
    ],
    "help": [
        *(
            ({"need_spoken": "y", "language": one}, "language", "Hãy ghi tiếng cần phiên dịch")
            for one in EMPTY
        ),
        ({"language": "Mường " * 20}, "language", "Dài quá 60"),
    ],
    "story": [
        ({"narrative": ""}, "narrative", "Hãy kể việc của Ông/Bà."),
        *(
            ({"narrative": one}, "narrative", "ít nhất 50 chữ cái")
            for one in [
                " ",
                "Mất đất ạ.",
                "a" * 49,
                "\x00" * 60,
                " " * 400,
                "\u200d" * 80,
            ]
        ),
        *(({"narrative": one}, "narrative", "Bài dài quá 20.000") for one in ["ế" * 20_001, "từ " * 7_000]),
    ],
    "split": [
        *picks("split", "Hãy chọn một cách.", "both"),
        ({"split": "apart"}, "split", "Hãy đánh dấu ít nhất một việc"),
        ({"split": "apart", "apart_feedback": "y"}, "split", "Hãy đánh dấu ít nhất một việc"),
    ],
    "against": [
        *(({"against": one}, "against", FEW) for one in [*EMPTY, "ạ", "QĐ"]),
        *(({"against": one}, "against", LONG) for one in ["ế" * 3001, "x y " * 2000]),
        *days(
            ALL_BOXES,
            "1//",
            "/3/2026",
            "1/3/",
            "hai/ba/2026",
            "-1/3/2026",
            "1/3/20260",
            "½/3/2026",
            "1.5/3/2026",
        ),
        *days(NO_DAY, "31/6/2026", "29/2/2025", "0/1/2026", "1/13/2026", "32/1/2026", "1/1/0"),
        *days("chưa tới", "1/1/2999", "31/12/9999"),
        *days("năm bằng 4 chữ số", "1/1/26", "1/1/1944"),
    ],
    "settled": [
        *picks("settled", "Hãy chọn một câu trả lời.", "agency,court"),
        *(
            ({"settled": one, "settled_by": text}, "settled_by", FEW)
            for one in ("agency", "court")
            for text in ("", " ", "x")
        ),
        *(({"settled": one, "settled_by": "ế" * 3001}, "settled_by", LONG) for one in ("no", "court")),
    ],
    "wish": [
        *(({"wish": one}, "wish", FEW) for one in [*EMPTY, "đo", "xin"]),
        *(({"wish": one}, "wish", LONG) for one in ["ế" * 3001, "đo lại đất " * 400]),
    ],
}
BEFORE = {
    "protection": {"kind": "denunciation"},
    "represented": {"on_behalf": "lawyer", "represented": "Trần Thị Mận"},
    "group": {"on_behalf": "group", "people": "12"}
    | {f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")},
    "split": {"narrative": people.STORY + " Tôi tố cáo cán bộ."},
}
CHOSEN = {
    "kind",
    "protection_wanted",
    "on_behalf",
    "paper_kind",
    "lives_in",
    "happened_in",
    "split",
    "settled",
}
TICKED = {f"need_{need}" for need in Need} | set(petition_steps.APART.values())


def test_the_table_has_two_hundred_mistakes_and_every_question() -> None:
    assert set(TABLE) == {step.name for step in petition_steps.STEPS}
    assert sum(map(len, TABLE.values())) >= 200


@pytest.mark.parametrize("name", TABLE)
def test_each_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser: Make, scene: Scene, name: str
) -> None:
    kept = people.ANSWERS | BEFORE.get(name, {})
    drafts.keep(scene.citizen.id, people.DRAFT, kept, now=scene.now)
    step = next(step for step in petition_steps.STEPS if step.name == name)
    citizen, wrong = browser(scene.citizen), []
    for changed, field, sentence in TABLE[name]:
        sent = {one: kept.get(one, "") for one in step.fields} | changed
        answer = citizen.post(f"{people.WRITING}/{name}", dict(sent))
        page = Page(answer.text)
        if answer.status_code != 422 or sentence not in page.beside(field):
            wrong.append((changed, answer.status_code, page.beside(field)))
        if f"#{field}" not in {link["href"] for link in page.all("a") if "href" in link}:
            wrong.append((changed, "the summary does not lead to it"))
        wrong += [(changed, f"{one} is gone") for one in sent if _is_gone(page, one, sent[one])]
    assert wrong == []
    assert drafts.answers_of(scene.citizen.id, people.DRAFT) == kept


def _is_gone(page: Page, field: str, typed: str) -> bool:
    """A choice that the page never offered cannot stay; everything that was typed can."""
    if field in TICKED:
        return bool(typed) != bool(page.holds(field))
    if field == "old_address" and not typed.strip():
        return False
    offered = {one.get("value") for one in page.all("input") if one.get("name") == field}
    if field in CHOSEN and typed not in offered:
        return False
    return (
        page.holds(field) != [typed.replace("\r\n", "\n")] if typed else page.holds(field) not in ([], [""])
    )


def test_questions_that_do_not_exist_are_not_found(browser: Make, scene: Scene) -> None:
    for name in ("places", "kind2", "%00", "review/x"):
        assert browser(scene.citizen).get(f"{people.WRITING}/{name}").status_code == 404


def test_who_lives_outside_the_pilot_is_shown_the_way_and_keeps_the_draft(
    browser: Make, scene: Scene
) -> None:
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS, now=scene.now)
    citizen = browser(scene.citizen)
    for place, told in (
        ("00004", "Nơi tiếp công dân của Phường Ba Đình"),
        ("other", "xã, phường nơi Ông/Bà ở"),
    ):
        sent = {"lives_in": place, "village": "Số 5", "old_address": ""}
        answer = citizen.post(f"{people.WRITING}/home", sent)
        assert (answer.status_code, answer.location) == (303, f"{people.WRITING}/elsewhere")
        page = Page(citizen.get(answer.location).text)
        assert told in page.text
        assert "34 Lý Thái Tổ" in page.text and "1800 0000" in page.text
        assert drafts.answers_of(scene.citizen.id, people.DRAFT) == people.ANSWERS | sent
        assert citizen.post(f"{people.WRITING}/review").location == f"{people.WRITING}/elsewhere"
    citizen.post(f"{people.WRITING}/home", {"lives_in": "09706", "village": "Xóm Mít", "old_address": ""})
    assert citizen.get(people.WRITING).location == f"{people.WRITING}/review"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("thôn Đông, huyện Hải Hậu, Nam Định", "other"),
        ("Ba Đình", "00004"),
        ("Ngọc Hà", "00004"),
        ("Atlantis", "other"),
    ],
    ids=["another province", "a commune outside", "an old name", "unknown"],
)
def test_whatever_they_typed_leads_outside_the_pilot_to_the_kind_page_and_the_draft_is_found_again(
    browser: Make, scene: Scene, typed: str, offered: str
) -> None:
    place = db.session.get_one(Locality, "00004")
    place.old_names = "Ngọc Hà"
    db.session.commit()
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS | {"lives_in": ""}, now=scene.now)
    own = browser(scene.citizen)
    looked = Page(own.post(f"{people.WRITING}/home", {"look": "yes", "find": typed, "village": "Số 5"}).text)
    assert offered in looked.values("lives_in")
    assert ("Tôi ở tỉnh, thành phố khác" in looked.text) and looked.holds("village") == ["Số 5"]
    sent = {"lives_in": offered, "village": "Số 5", "find": typed}
    answer = own.post(f"{people.WRITING}/home", sent)
    assert answer.location == f"{people.WRITING}/elsewhere"
    assert "/account" in Page(own.get(answer.location).text).links()
    assert "Viết tiếp đơn đang dở" in own.get("/account").text
    assert people.WRITING in Page(own.get("/petitions/new").text).links()
    assert own.get(people.WRITING).location == f"{people.WRITING}/elsewhere"


def test_an_old_name_finds_todays_commune_and_several_are_all_offered(browser: Make, scene: Scene) -> None:
    citizen = browser(scene.citizen)
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS | {"lives_in": "09700"}, now=scene.now)
    for typed in ("Vân Hòa", "xã vân hòa, huyện Ba Vì", "VAN HOA", "van h"):
        page = Page(
            citizen.post(f"{people.WRITING}/home", {"look": "yes", "find": typed, "village": "Xóm"}).text
        )
        assert "Xã Yên Bài Gồm: Vân Hòa cũ" in page.text
        assert page.holds("lives_in") == ["09706"], "the only one found is already chosen"
        assert page.holds("village") == ["Xóm"]
    page = Page(citizen.post(f"{people.WRITING}/home", {"look": "yes", "find": "Atlantis"}).text)
    assert "Không thấy tên này" in page.text
    fragment = citizen.post(
        f"{people.WRITING}/place", {"look": "yes", "find": "Ba"}, headers={"HX-Request": "true"}
    )
    assert not Page(fragment.text).whole and "Xã Ba Vì" in Page(fragment.text).text
    assert "Phường Ba Đình" in Page(fragment.text).text, "where it happened may be anywhere"


@pytest.mark.parametrize("kind", PetitionKind)
def test_a_late_complaint_is_explained_and_never_stopped(
    browser: Make, scene: Scene, kind: PetitionKind
) -> None:
    day = {"learned_day": "2", "learned_month": "1", "learned_year": "2026"}
    given = people.ANSWERS | day | {"kind": kind.value, "protection_wanted": "no"}
    drafts.keep(scene.citizen.id, people.DRAFT, given, now=scene.now)
    citizen = browser(scene.citizen)
    page = Page(citizen.get(f"{people.WRITING}/review").text)
    assert ("đã quá 90 ngày" in page.text) == (kind is PetitionKind.COMPLAINT)
    assert citizen.post(f"{people.WRITING}/review").status_code == 303
