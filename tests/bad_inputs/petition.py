"""Wrong answers at each question of a petition."""

from tests import people
from tests.bad_inputs import Case, Group, Place, World
from tests.views.conftest import Browser
from webapp.clock import utc_now
from webapp.domain.codes import new_code
from webapp.services import drafts, petition_steps

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
                "Số điện thoại chưa đúng. Ví dụ:",
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
        ({"lives_in": "00160", "old_address": "ế" * 301}, "old_address", "dài quá 300"),
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
        *(({"narrative": one}, "narrative", "Hãy kể việc của Ông/Bà.") for one in ["", "\x00" * 60]),
        *(
            ({"narrative": one}, "narrative", "ít nhất 50 chữ cái")
            for one in [
                " ",
                "Mất đất ạ.",
                "a" * 49,
                " " * 400,
                "\u200d" * 80,
            ]
        ),
        *(({"narrative": one}, "narrative", "Bài dài quá 20.000") for one in ["ế" * 20_001, "từ " * 7_000]),
    ],
    "split": [
        *picks("split", "Hãy chọn một cách.", "both"),
        ({"split": "apart"}, "split", "Hãy đánh dấu ít nhất một việc"),
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


TITLES = {
    "kind": ("Loại việc", "Kind of matter"),
    "protection": ("Giữ kín tên", "Protection of a denouncer"),
    "behalf": ("Cho ai", "For whom"),
    "represented": ("Người được thay mặt", "Who is represented"),
    "group": ("Số người và người đại diện", "How many people, and who speaks for them"),
    "who": ("Họ tên, năm sinh", "Name and year of birth"),
    "paper": ("Giấy tờ tùy thân", "Identity paper"),
    "home": ("Nơi ở", "Where they live"),
    "place": ("Nơi xảy ra việc", "Where it happened"),
    "help": ("Trợ giúp", "Help that is needed"),
    "story": ("Việc xảy ra", "What happened"),
    "split": ("Nhiều việc trong một đơn", "Several matters in one petition"),
    "against": ("Về quyết định, việc làm nào", "Against which decision or act"),
    "settled": ("Đã ai giải quyết", "Who has dealt with it"),
    "wish": ("Đề nghị", "What is asked for"),
}


def _group(step: petition_steps.Step) -> Group:
    kept = people.ANSWERS | BEFORE.get(step.name, {})

    def come(world: World) -> Place:
        people.places()
        citizen = people.a_citizen()
        drafts.keep(citizen.id, key := new_code(), kept, now=utc_now())
        usual = {field: kept.get(field, "") for field in step.fields}
        person = Browser(world.app, citizen)
        answers = lambda: drafts.answers_of(citizen.id, key)  # noqa: E731
        return Place(person, f"/petitions/new/{key}/{step.name}", usual, kept=answers)

    return Group(f"petition-{step.name}", TITLES[step.name], come, [Case(*row) for row in TABLE[step.name]])


GROUPS = [_group(step) for step in petition_steps.STEPS]
