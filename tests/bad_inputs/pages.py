"""Wrong inputs on the citizen's other pages, in the order in which they come to them."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select

from tests import files, people
from tests.bad_inputs import Case, File, Group, Place, World
from tests.views.conftest import Browser, Scene, a_scene
from webapp.clock import utc_now
from webapp.domain import evidence as rules
from webapp.domain.codes import new_code
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.sign_in_rules import read_code
from webapp.domain.visit_flow import State
from webapp.extensions import db
from webapp.models import (
    Account,
    ContactDetails,
    DataRequest,
    Message,
    Notification,
    PetitionAddition,
    Rating,
    SignInSession,
    Visit,
)
from webapp.services import notifications, reception, tracking
from webapp.services.actor import officer
from webapp.services.unit_of_work import unit_of_work

KEY = {"key": "{key}"}
FRESH = {"key": people.key}
EXAMPLE, NO_SMS = "Số điện thoại chưa đúng. Ví dụ", "không nhận được tin nhắn"
SHORT, LONG, ABROAD = "thiếu chữ số", "thừa chữ số", "không phải số của Việt Nam"


def count(*models: type) -> Callable[[], object]:
    """How many there are of each: a bad input makes none."""

    def look() -> list[object]:
        db.session.rollback()
        return [db.session.scalar(select(func.count()).select_from(model)) for model in models]

    return look


def at(path: str, *, kept: Callable[[], object], **usual: str) -> Callable[[World], Place]:
    """Somebody who is not signed in."""
    return lambda world: Place(nobody(world), path, usual | KEY, FRESH, kept=kept)


_addresses = iter(f"192.0.2.{n}" for n in range(1, 255))


def nobody(world: World) -> Browser:
    """A browser at an address of its own: how often codes are asked for is counted by address."""
    person = Browser(world.app)
    person.client.environ_base["REMOTE_ADDR"] = next(_addresses)
    return person


def signed_in(
    path: str,
    kept: Callable[[], object],
    before: Callable[[Scene], object] = lambda scene: None,
    **usual: str,
) -> Callable[[World], Place]:
    """The citizen of a scene; the path may name the petition and the visit."""

    def come(world: World) -> Place:
        scene = a_scene()
        before(scene)
        other = people.a_petition(scene.citizen, scene.now).code
        where = path.format(petition=scene.petition.code, other=other, visit=scene.code, draft=new_code())
        meant = FRESH | {"sitting": lambda: str(scene.sitting.id)}
        return Place(Browser(world.app, scene.citizen), where, usual | KEY, meant, kept=kept)

    return come


def received(scene: Scene) -> None:
    scene.receive()


def over(scene: Scene) -> None:
    scene.receive()
    about = {"by": officer(scene.officer.id), "now": utc_now(), "key": people.key()}
    reception.close(scene.visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", **about)
    db.session.rollback()


def to_book(scene: Scene) -> None:
    people.a_sitting_to_book(scene.now)


def soon(scene: Scene) -> None:
    """Their place begins in an hour."""
    about = {"now": scene.now, "account": scene.citizen}
    visit, _ = people.a_booked_visit(people.a_sitting_to_book(scene.now), **about)
    with unit_of_work() as work:
        scene.visit = work.session.get_one(Visit, visit.id)
        scene.visit.slot_start = scene.now + timedelta(hours=1)


def booked() -> object:
    db.session.rollback()
    return db.session.scalar(select(func.count(Visit.id)).where(Visit.state == State.BOOKED))


def picks(field: str, sentence: str, *typed: str, **usual: str) -> list[Case]:
    return [Case({**usual, field: one}, field, sentence) for one in typed]


def newest_code() -> str:
    return read_code(notifications.newest(1)[0].body)


def wrong_code() -> str:
    return f"{(int(newest_code()) + 1) % 1_000_000:06d}"


WRONG = {"code": "{wrong}"}
A_WRONG_CODE = ("sáu chữ số khác mã đã gửi, lần {n}", "six digits other than those sent, try {n}")


def guesses(sentence: str, sixth: str) -> list[Case]:
    """Five tries, and the sixth is one too many."""
    told = [tuple(words.format(n=n) for words in A_WRONG_CODE) for n in range(1, 7)]
    cases = [Case(WRONG, "code", sentence, what=told[n]) for n in range(5)]  # type: ignore[arg-type]
    return [*cases, Case(WRONG, "code", sixth, 429, told[5])]  # type: ignore[arg-type]


NO_CODE = ["không biết", "12345", "1234567890123", "12 34", "<b>", "١٢٣٤٥٦", "-12345", " "]


def asked_for_a_code(world: World) -> Place:
    person = nobody(world)
    person.post("/login", {"phone": f"0912{next(people.numbers):06d}"})
    meant = FRESH | {"wrong": wrong_code}
    kept = count(Account, SignInSession)
    return Place(person, "/login/code", KEY | {"shared": "y"}, meant, kept=kept)


def may_not_ask_again_yet(world: World) -> Place:
    person = nobody(world)
    person.post("/login", {"phone": f"0912{next(people.numbers):06d}"})
    return Place(person, "/login/code/resend", kept=count(Notification))


def asked_for_five_codes(world: World) -> Place:
    person = nobody(world)
    for _ in range(5):
        person.post("/login", {"phone": f"0912{next(people.numbers):06d}"})
    return Place(person, "/login", kept=count(Notification))


def tracks(world: World) -> Place:
    scene, person = a_scene(), nobody(world)
    person.post("/track", {"code": scene.petition.code, "phone": scene.citizen.phone, "key": people.key()})
    tracking.settle_asked(utc_now())
    return Place(person, "/track/code", KEY, FRESH | {"wrong": wrong_code})


def tells_of_mail(world: World) -> Place:
    place = signed_in("/account/data/email", count())(world)
    told = {"full_name": "", "email": f"lanh{next(people.numbers)}@thu.vn", "address": ""}
    place.person.post("/account/data", told)
    place.person.post("/account/data/email/code")
    return Place(place.person, place.path, KEY, FRESH | {"wrong": wrong_code}, kept=confirmed)


def confirmed() -> object:
    db.session.rollback()
    return db.session.scalar(select(func.count(ContactDetails.email_confirmed_at)))


def waiting() -> object:
    db.session.rollback()
    return db.session.scalar(select(func.count(Visit.id)).where(Visit.state == State.WAITING))


def contacts() -> object:
    db.session.rollback()
    return [(one.full_name, one.email, one.address) for one in db.session.scalars(select(ContactDetails))]


def asked_for_deletion(world: World) -> Place:
    place = signed_in("/account/data/deletion", count(DataRequest))(world)
    place.person.post("/account/data/deletion", {"wish": "Xóa địa chỉ.", "key": people.key()})
    return place


def from_the_provider(world: World, sub: str | None, start: str = "/login/electronic") -> tuple[Browser, str]:
    """Somebody who went to the provider, and the way back that it sent them."""
    person = nobody(world)
    back = urlsplit(world.provider.sign_in(person.get(start).location, sub))
    return person, f"{back.path}?{back.query}"


def comes_back(sub: str | None, **false: object) -> Callable[[World], Place]:
    def come(world: World) -> Place:
        person, path = from_the_provider(world, sub)
        if false:
            world.provider.falsify_next(**false)  # type: ignore[arg-type]
        return Place(person, path, method="GET", kept=count(Account, SignInSession))

    return come


def comes_back_twice(world: World) -> Place:
    person, path = from_the_provider(world, "person-1")
    person.get(path)
    return Place(person, path, method="GET", kept=count(Account, SignInSession))


def comes_back_elsewhere(world: World) -> Place:
    _person, path = from_the_provider(world, "person-1")
    return Place(nobody(world), path, method="GET", kept=count(Account, SignInSession))


def gives_a_phone(world: World) -> Place:
    person, path = from_the_provider(world, "person-1")
    person.get(path)
    return Place(person, "/login/electronic/phone", kept=count(Notification))


def gives_the_code(world: World) -> Place:
    person, path = from_the_provider(world, "person-1")
    person.get(path)
    person.post("/login/electronic/phone", {"phone": f"0912{next(people.numbers):06d}"})
    return Place(
        person,
        "/login/electronic/code",
        {"shared": "y"},
        {"wrong": wrong_code},
        kept=count(Account, SignInSession),
    )


def a_file(name: str, content: bytes, sentence: str, vi: str, en: str) -> Case:
    return Case(
        {"files": [File(name, content)]},
        "files",
        f"{name}: {sentence}",
        what=(f"{name} ({vi})", f"{name} ({en})"),
    )


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", files.office()[:0])
        packed.writestr("word/document.xml", bytes(40_000_000))
    return out.getvalue()


PDF_SCRIPTS = {
    "open": ("lệnh chạy khi mở", "a command run when opened"),
    "names": ("lệnh trong danh mục", "a command among its names"),
    "page": ("lệnh chạy khi xem trang", "a command run with a page"),
    "launch": ("lệnh mở chương trình", "a command that starts a program"),
}
FILES = [
    Case({"files": []}, "files", "Hãy chọn ảnh hoặc tệp", what=("không chọn tệp nào", "no file chosen")),
    a_file("trong.pdf", b"", rules.EMPTY, "0 byte", "0 bytes"),
    a_file("game.exe", b"MZ\x90\0" + bytes(60), rules.UNKNOWN, "chương trình Windows", "a Windows program"),
    a_file(
        "don.jpg",
        b"MZ\x90\0" + bytes(60),
        rules.UNKNOWN,
        "chương trình mang tên ảnh",
        "a program named as a photo",
    ),
    a_file("trang.html", b"<!doctype html><p>x", rules.UNKNOWN, "trang web", "a web page"),
    a_file(
        "anh.svg", b"<svg xmlns='x' onload='x'/>", rules.UNKNOWN, "hình có lệnh", "a drawing with a script"
    ),
    a_file("ghi-chu.txt", "Tôi khiếu nại".encode(), rules.UNKNOWN, "chữ thường", "plain text"),
    a_file("goi.zip", files.archive(), rules.UNKNOWN, "tệp nén", "an archive"),
    a_file("chay.elf", b"\x7fELF" + bytes(60), rules.UNKNOWN, "chương trình Linux", "a Linux program"),
    a_file("lenh.sh", b"#!/bin/sh\nrm -rf /\n", rules.UNKNOWN, "kịch bản lệnh", "a shell script"),
    a_file("dut.jpg", files.photo()[:400], rules.BROKEN, "ảnh đứt đoạn", "a photo cut short"),
    a_file("dut.png", files.photo("PNG")[:-40], rules.BROKEN, "ảnh PNG đứt đoạn", "a PNG cut short"),
    a_file("dut.webp", files.photo("WEBP")[:-10], rules.BROKEN, "ảnh WebP đứt đoạn", "a WebP cut short"),
    a_file(
        "dut.heic",
        files.photo("HEIF")[:500],
        rules.BROKEN,
        "ảnh iPhone đứt đoạn",
        "an iPhone photo cut short",
    ),
    a_file("hong.pdf", b"%PDF-1.7\nnothing at all", rules.BROKEN, "PDF hỏng", "a broken PDF"),
    a_file("hong.docx", files.office()[:80], rules.BROKEN, "Word hỏng", "a broken Word file"),
    a_file("khoa.pdf", files.pdf(script="locked"), rules.LOCKED, "PDF có mật khẩu", "a PDF with a password"),
    *(
        a_file(
            f"lenh-{script}.pdf",
            files.pdf(script=script),
            rules.PDF_SCRIPT,
            f"PDF có {vi}",
            f"a PDF with {en}",
        )
        for script, (vi, en) in PDF_SCRIPTS.items()
    ),
    a_file(
        "macro.docx",
        files.office(("word/vbaProject.bin", b"x")),
        rules.MACROS,
        "Word có macro",
        "Word with macros",
    ),
    a_file(
        "macro.doc", files.old_word(macros=True), rules.MACROS, "Word cũ có macro", "old Word with macros"
    ),
]

ADDING = "Hãy ghi điều muốn bổ sung, ít nhất 5 chữ cái."
NO_REASON, NO_WISH = "Hãy ghi lý do rút đơn.", "Hãy ghi Ông/Bà muốn xóa gì."
MAIL, NO_SIX = "Địa chỉ thư điện tử chưa đúng", "có đủ 6 chữ số"
MISTYPED = "có lẽ nhầm một chữ"
EXPIRED, NOT_OURS = "Hãy tải lại trang rồi gửi lần nữa.", "Trang gửi lên thiếu hoặc sai."
AGAIN = "bấm đăng nhập lại"
ALL_BOXES, NO_DAY = "đủ ngày, tháng, năm bằng chữ số", "không có trong lịch"
A_PHONE = {"phone": "0912345678"}


def days(sentence: str, *typed: str) -> list[Case]:
    names = ("issued_day", "issued_month", "issued_year")
    return [Case(dict(zip(names, one.split("/"), strict=True)), names[0], sentence) for one in typed]


PHONES = [
    *picks("phone", "Hãy ghi số điện thoại.", ""),
    *picks(
        "phone",
        EXAMPLE,
        "12 tuổi",
        "0" * 5000,
        "không có",
        "113",
        "<b>",
        "0",
        "lanh@thu.vn",
        "0912 ba bốn năm",
    ),
    *picks("phone", SHORT, "0912 345 67", "091234567"),
    *picks("phone", LONG, "0912 345 6789", "+84 912 345 6789"),
    *picks("phone", ABROAD, "+1 202 555 0143", "+44 7400 123456"),
    *picks("phone", NO_SMS, "024 3825 3536"),
    *picks("phone", "Số di động 11 chữ số đã đổi", "0168 234 5678"),
]

BEFORE_PETITION = 4
"""So many groups come before the questions of a petition."""

GROUPS = [
    Group(
        "sign-in",
        ("Đăng nhập: số điện thoại", "Signing in: the phone"),
        at("/login", kept=count(Notification)),
        PHONES,
    ),
    Group(
        "sign-in-code",
        ("Đăng nhập: mã một lần", "Signing in: the one-time code"),
        asked_for_a_code,
        [
            *picks("code", "Hãy nhập 6 số", ""),
            *picks("code", NO_SIX, *NO_CODE),
            *guesses("Mã chưa đúng.", "Hãy xin mã khác."),
        ],
        summed=False,
    ),
    Group(
        "sign-in-again",
        ("Xin mã khác ngay", "Another code at once"),
        may_not_ask_again_yet,
        [Case({}, "", "Hãy chờ một phút rồi xin mã khác.", 429, ("chưa đủ một phút", "within the minute"))],
        summed=False,
    ),
    Group(
        "sign-in-too-often",
        ("Xin mã nhiều lần", "Codes asked for too often"),
        asked_for_five_codes,
        [
            Case(
                A_PHONE,
                "phone",
                "Hãy chờ một giờ",
                429,
                ("lần thứ sáu trong một giờ", "the sixth within the hour"),
            )
        ],
    ),
    Group(
        "files",
        ("Giấy tờ, hình ảnh (không JavaScript)", "Papers and photos (without JavaScript)"),
        signed_in("/petitions/new-{draft}/files", count()),
        FILES,
    ),
    Group(
        "book",
        ("Lấy số", "Taking a number"),
        signed_in("/petitions/{other}/book", count(Visit), sitting="{sitting}", priority="y"),
        [
            *picks("place", "Hãy chọn một nơi trong danh sách.", "", "9" * 30, "nhà", "<b>", "-1", "0.5"),
        ],
    ),
    Group(
        "book-shut",
        ("Lấy số: buổi tiếp không mở", "Taking a number: no such sitting"),
        signed_in("/petitions/{other}/book", count(Visit), place="home", priority="y"),
        [
            Case({"sitting": one}, "", "Buổi tiếp này chưa mở hoặc đã hết giờ.", 409)
            for one in ("0", "", "x", "9" * 30)
        ],
        summed=False,
    ),
    Group(
        "book-slot",
        ("Hẹn giờ", "Booking an hour"),
        signed_in("/petitions/{other}/book", count(Visit), to_book, place="home", priority="y"),
        [
            *picks("slot", "Hãy chọn một giờ.", "", "9" * 30, "9:00", "<b>", "-1", "1-"),
            Case({"slot": "0-29663280"}, "", "Buổi tiếp này không giữ chỗ được nữa.", 409),
        ],
    ),
    Group(
        "cancel-late",
        ("Hủy hẹn khi đã sát giờ", "Cancelling shortly before the hour"),
        signed_in("/visits/{visit}/cancel", booked, soon),
        picks("reason", "Đã sát giờ hẹn. Xin Ông/Bà ghi vài chữ vì sao.", "", " ", "\u200d", "\x00"),
    ),
    Group(
        "message",
        ("Tin nhắn trong phòng", "A message in the room"),
        signed_in("/visits/{visit}/room/messages", count(Message), received),
        [Case({"body": one}, "body", "Hãy viết tin nhắn") for one in ("", " ", "\u200d", "\x00")]
        + [Case({"body": one}, "body", "dài quá 2.000") for one in ("ế" * 2001, "a b " * 600)],
        summed=False,
    ),
    Group(
        "add",
        ("Bổ sung đơn", "An addition"),
        signed_in("/petitions/{petition}/add", count(PetitionAddition)),
        [
            *picks("body", ADDING, "", "ạ", "    ", "thêm", "\x00\x00\x00\x00\x00\x00", "\u200d" * 9),
            *picks("body", "Dài quá 10.000", "ế" * 10_001, "từ " * 4000),
        ],
    ),
    Group(
        "withdraw",
        ("Rút đơn", "A withdrawal"),
        signed_in("/petitions/{petition}/withdraw", count(PetitionAddition)),
        [
            *picks("reason", NO_REASON, "", " ", "\t\n", "\u200d", "\x00"),
            *picks("reason", "quá 500 chữ cái", "l" * 501, "rút " * 200),
        ],
    ),
    Group(
        "rate",
        ("Nhận xét buổi tiếp", "Rating a reception"),
        signed_in("/visits/{visit}/rate", count(Rating), over, words="Cán bộ nghe hết.", named="y"),
        [
            *picks("score", "Hãy chọn một mức.", "", "0", "6", "10", "-1", "tốt", "5.0", "٥", "<b>"),
            *picks("words", "Góp ý dài quá 1.000", "ế" * 1001, "tốt " * 400, score="4"),
        ],
    ),
    Group(
        "rate-early",
        ("Nhận xét buổi chưa xong", "Rating a reception that is not over"),
        signed_in("/visits/{visit}/rate", count(Rating)),
        [Case({"score": "5"}, "", "chưa kết thúc", 409, ("còn đang chờ", "still waiting"))],
        stays=False,
        summed=False,
    ),
    Group(
        "contact",
        ("Dữ liệu của tôi: liên lạc", "My data: how to reach me"),
        signed_in(
            "/account/data", contacts, full_name="Nguyễn Văn Lành", email="lanh@thu.vn", address="Xóm Mít"
        ),
        [
            *picks("full_name", "họ và tên", "L", "ế" * 121),
            *picks(
                "email",
                MAIL,
                "lanh@",
                "lanh",
                "@thu.vn",
                "lanh@thu",
                "lành@thu.vn",
                "a b@thu.vn",
                "lanh@thu..vn",
                "x" * 250 + "@thu.vn",
                "lanh@thu.vn, ba@thu.vn",
                "<a@b.vn>",
            ),
            *picks("address", "dài quá 300", "ế" * 301, "Xóm Mít, " * 40),
        ],
    ),
    Group(
        "mail-code",
        ("Dữ liệu của tôi: mã trong thư", "My data: the code from a letter"),
        tells_of_mail,
        [*picks("code", NO_SIX, "", *NO_CODE), *guesses("Mã chưa đúng.", "Hãy xin mã khác.")],
    ),
    Group(
        "paper-issued",
        ("Dữ liệu của tôi: ngày, nơi cấp giấy tờ", "My data: when and where the paper was issued"),
        signed_in(
            "/account/data/papers/{petition}",
            count(),
            issued_day="5",
            issued_month="8",
            issued_year="2021",
            issued_by="Bộ Công an",
        ),
        [
            *days(ALL_BOXES, "1//", "/3/2021", "hai/ba/2021"),
            *days(NO_DAY, "31/6/2021", "0/1/2021", "1/13/2021"),
            *days("chưa tới", "1/1/2999"),
            *days("năm bằng 4 chữ số", "1/1/21"),
            *picks("issued_by", "Nơi cấp dài quá 120", "Công an " * 16),
        ],
    ),
    Group(
        "deletion",
        ("Dữ liệu của tôi: yêu cầu xóa", "My data: asking for deletion"),
        signed_in("/account/data/deletion", count(DataRequest)),
        [
            *picks("wish", NO_WISH, "", " ", "\x00", "\u200d"),
            *picks("wish", "dài quá 2.000", "ế" * 2001, "xóa " * 600),
        ],
    ),
    Group(
        "deletion-again",
        ("Dữ liệu của tôi: yêu cầu thứ hai", "My data: a second wish"),
        asked_for_deletion,
        [Case({"wish": "Xóa nữa."}, "wish", "đang xem xét", 409)],
    ),
    Group(
        "track",
        ("Theo dõi đơn", "Following a case"),
        at("/track", kept=count(Notification)),
        [
            *picks("code", "Hãy ghi mã đơn.", "", **A_PHONE),
            *picks(
                "code",
                MISTYPED,
                "abc",
                "22222222222223",
                "mã",
                "2" * 300,
                "<b>",
                "0912345678",
                "2222 2222",
                "😀",
                **A_PHONE,
            ),
            *picks("phone", "Hãy ghi số điện thoại.", "", code="22222222222222"),
            *picks("phone", EXAMPLE, "không có", "113", "0" * 90, code="22222222222222"),
            *picks("phone", SHORT, "0912 345 67", code="22222222222222"),
        ],
    ),
    Group(
        "track-code",
        ("Theo dõi đơn: mã một lần", "Following a case: the one-time code"),
        tracks,
        [
            *picks("code", "Hãy nhập 6 số", ""),
            *guesses("Mã chưa đúng.", "Hãy xin mã khác."),
        ],
        summed=False,
    ),
    Group(
        "electronic-unasked",
        ("Định danh điện tử: câu trả lời không ai hỏi", "Electronic identity: an answer to no question"),
        lambda world: Place(nobody(world), "/login/electronic/back", method="GET", kept=count(Account)),
        [
            Case(
                {},
                "",
                AGAIN,
                400,
                what=(f"địa chỉ {query or 'không có gì'}", f"the address {query or 'with nothing'}"),
                path=query,
            )
            for query in (
                "",
                "?code=a",
                "?state=a&code=b",
                "?error=access_denied",
                "?state=%00",
                "?state=" + "x" * 900,
            )
        ],
        stays=False,
        summed=False,
    ),
    *(
        Group(
            f"electronic-{name}",
            (f"Định danh điện tử: {vi}", f"Electronic identity: {en}"),
            come,
            [Case({}, "", sentence, status, (vi, en))],
            stays=False,
            summed=False,
        )
        for name, vi, en, come, sentence, status in (
            ("cancelled", "bấm Hủy", "cancelled there", comes_back(None), "đã thôi đăng nhập", 403),
            (
                "nonce",
                "trả lời cho lần hỏi khác",
                "an answer to another question",
                comes_back("person-1", nonce="another"),
                "Chưa xác minh được",
                502,
            ),
            (
                "foreign-key",
                "chữ ký lạ",
                "a foreign signature",
                comes_back("person-1", key="foreign"),
                "Chưa xác minh được",
                502,
            ),
            (
                "no-key",
                "không có chữ ký",
                "no signature",
                comes_back("person-1", key="none"),
                "Chưa xác minh được",
                502,
            ),
            (
                "audience",
                "trả lời cho trang khác",
                "an answer for another site",
                comes_back("person-1", aud="another"),
                "Chưa xác minh được",
                502,
            ),
            (
                "expired",
                "trả lời đã hết hạn",
                "an answer whose time is over",
                comes_back("person-1", exp=1),
                "Chưa xác minh được",
                502,
            ),
            ("twice", "dùng lần thứ hai", "used a second time", comes_back_twice, AGAIN, 400),
            (
                "elsewhere",
                "mở ở trình duyệt khác",
                "opened in another browser",
                comes_back_elsewhere,
                AGAIN,
                400,
            ),
        )
    ),
    Group(
        "electronic-phone",
        ("Định danh điện tử: số điện thoại", "Electronic identity: the phone"),
        gives_a_phone,
        PHONES,
    ),
    Group(
        "electronic-code",
        ("Định danh điện tử: mã một lần", "Electronic identity: the one-time code"),
        gives_the_code,
        [
            *picks("code", "Hãy nhập 6 số", ""),
            *picks("code", NO_SIX, *NO_CODE),
            *guesses("Mã chưa đúng.", "Hãy xin mã khác."),
        ],
        summed=False,
    ),
    Group(
        "token",
        ("Trang để lâu, hoặc không phải trang của ta", "A page left open for long, or none of ours"),
        signed_in("/visits/{visit}/leave", waiting),
        [
            *(
                Case({"csrf_token": one, "key": "key-12345678"}, "", EXPIRED, 400)
                for one in ("", "x", "Ikh1IjQ.aaaa.bbbb")
            ),
            *(
                Case({"key": one}, "", NOT_OURS, 400)
                for one in ("", "short", "k" * 65, "a key with spaces", "key-\x00-00000")
            ),
        ],
        stays=False,
        summed=False,
    ),
    *(
        Group(
            f"unknown-{name}",
            (f"Địa chỉ không có: {vi}", f"An address that leads nowhere: {en}"),
            lambda world, path=path: Place(Browser(world.app, people.a_citizen()), path, method="GET"),
            [
                Case({}, "", "Không tìm thấy", 404, what=(f"…/{code}", f"…/{code}"), path=code)
                for code in ("khong-co", "2" * 14, "%00", "Ông%20Lành", "%F0%9F%98%80")
            ],
            stays=False,
            summed=False,
        )
        for name, vi, en, path in (
            ("petition", "đơn", "a petition", "/petitions/"),
            ("visit", "lượt tiếp", "a visit", "/visits/"),
        )
    ),
    Group(
        "too-much",
        ("Gửi quá nhiều", "More than a form may carry"),
        signed_in("/petitions/new/{draft}/story", count()),
        [Case({"narrative": "a" * 5_000_000}, "", "Nội dung gửi lên lớn quá.", 413)],
        stays=False,
        summed=False,
    ),
]
