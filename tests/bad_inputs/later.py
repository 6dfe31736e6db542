"""Wrong inputs at what came after the first petition: its matter, proofs, files in pieces, another phone, the desk."""

from collections.abc import Callable

from sqlalchemy import func, select

from tests import files, people
from tests.bad_inputs import Case, Group, Place, World
from tests.bad_inputs.pages import (
    EXAMPLE,
    FRESH,
    KEY,
    NO_CODE,
    NO_SIX,
    PHONES,
    SHORT,
    a_file,
    count,
    guesses,
    nobody,
    picks,
    received,
    signed_in,
    wrong_code,
)
from tests.views.conftest import Browser, Scene, a_denouncer_waits, a_scene
from webapp.clock import utc_now
from webapp.domain import evidence as rules
from webapp.domain.codes import new_code
from webapp.domain.telling import Telling
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import (
    Account,
    AuditEntry,
    CalendarDay,
    ContentReader,
    Evidence,
    Petition,
    PetitionDraft,
    PetitionStatement,
    PhoneChange,
    Role,
    StatementEvent,
    Visit,
)
from webapp.services import drafts, evidence, identity, reception, statements, visits
from webapp.services.actor import citizen, officer
from webapp.services.evidence import Begun

FEW_REASON, LONG_REASON = "Hãy ghi lý do, ít nhất 5 chữ cái.", "Lý do dài quá 500"
REASON_TO_OPEN = "Hãy ghi rõ lý do mở danh tính, ít nhất 10 chữ cái."
NOTHING = ("", " ", "\x00", "\u200d")
A_CHANGE = {"new_phone": "0987 654 321", "reason": "Mất điện thoại, xem căn cước."}
A_PAPER = {"paper_kind": "citizen_card", "paper_number": "001062012345"}


def at_desk(
    path: str,
    kept: Callable[[], object],
    before: Callable[[Scene], object] = received,
    **usual: str,
) -> Callable[[World], Place]:
    """The officer who holds the visit of a scene; the path may name it, and what `before` made."""

    def come(world: World) -> Place:
        scene = a_scene()
        made = before(scene)
        where = path.format(visit=scene.code, made=made, own=scene.petition.code)
        meant = FRESH | {"phone": lambda: str(scene.citizen.phone), "own": lambda: scene.petition.code}
        return Place(Browser(world.app, scene.officer), where, usual | KEY, meant, kept=kept)

    return come


def told_to_the_officer(scene: Scene, **changed: object) -> Visit:
    """Somebody who told instead of writing is in the room."""
    told: dict[str, object] = {"told": Telling.OFFICER, "narrative": ""}
    account = people.a_citizen()
    petition = people.a_petition(account, scene.now, **(told | changed))
    by, at = citizen(account.id), {"now": utc_now(), "key": people.key()}
    visit = reception.take_number(petition.id, scene.sitting.id, bridge_point_id=None, by=by, **at)
    reception.call(visit.id, scene.desk.id, by=officer(scene.officer.id), now=utc_now(), key=people.key())
    reception.enter_room(visit.id, by=by, now=utc_now())
    return visits.by_code(visit.code)


def reads_the_statement(world: World) -> Place:
    scene = a_scene()
    visit = told_to_the_officer(scene)
    by, about = officer(scene.officer.id), {"now": utc_now(), "key": people.key()}
    statements.write(visit.id, "Công dân kể đất đo thiếu 46 mét vuông.", base_version=0, by=by, **about)
    person = Browser(world.app, db.session.get_one(Account, visit.petition.account_id))
    usual = KEY | {"version": "1", "answer": "contested"}
    path = f"/petitions/{visit.petition.code}/statement"
    return Place(person, path, usual, FRESH, kept=count(StatementEvent))


def a_denunciation_in_hand(scene: Scene) -> str:
    code = a_denouncer_waits(scene.sitting, scene.now).code
    visit, by = visits.by_code(code), officer(scene.officer.id)
    about = {"by": by, "now": utc_now()}
    reception.decide_gate(visit.id, online=True, reason="Phức tạp", key=people.key(), **about)
    reception.call(visit.id, scene.desk.id, key=people.key(), **about)
    return code


def with_a_sealed_file(scene: Scene) -> str:
    """The code of the visit of a denouncer, and of a file of theirs."""
    visit = visits.by_code(a_denunciation_in_hand(scene))
    content, by = files.photo(), citizen(visit.petition.account_id)
    place, what = evidence.place_of_petition(visit.petition), Begun("Đơn viết tay.jpg", len(content))
    about = {"store": objects, "inspect": inspection.inspect, "by": by, "now": utc_now()}
    file = evidence.take(place, what, content, key=people.key(), **about)
    return f"{visit.code}/files/{file.code}"


def waits_at_the_gate(scene: Scene) -> str:
    return a_denouncer_waits(scene.sitting, scene.now).code


def changes_the_phone(world: World) -> Place:
    account = people.a_citizen()
    meant = FRESH | {"own": lambda: str(account.phone)}
    return Place(Browser(world.app, account), "/account/phone", KEY, meant, kept=count(PhoneChange))


def changed() -> object:
    db.session.rollback()
    return db.session.scalar(select(func.count(PhoneChange.done_at)))


def proves_the_new_phone(world: World) -> Place:
    place = signed_in("/account/phone", count())(world)
    place.person.client.environ_base["REMOTE_ADDR"] = nobody(world).client.environ_base["REMOTE_ADDR"]
    phone = f"0987{next(people.numbers):06d}"
    place.person.post("/account/phone", {"phone": phone, "key": people.key()})
    return Place(place.person, "/account/phone/new", KEY, FRESH | {"wrong": wrong_code}, kept=changed)


def has_no_change_open(world: World) -> Place:
    return Place(signed_in("/", count())(world).person, "/account/phone/old", KEY, FRESH, kept=changed)


def with_the_paper_seen(scene: Scene) -> None:
    scene.receive()
    identity.record_seen(scene.visit.id, by=officer(scene.officer.id), now=utc_now())


def moves_a_phone(world: World) -> Place:
    """The officer, with the code of the new number to come."""
    scene = a_scene()
    with_the_paper_seen(scene)
    desk = Browser(world.app, scene.officer)
    desk.client.environ_base["REMOTE_ADDR"] = nobody(world).client.environ_base["REMOTE_ADDR"]
    new = {"new_phone": f"0987{next(people.numbers):06d}"}
    form = {"old_phone": str(scene.citizen.phone), **A_PAPER, **A_CHANGE, **new, "key": people.key()}
    return Place(
        desk,
        desk.post(f"/desk/visit/{scene.code}/phone", dict(form)).location,
        KEY,
        FRESH | {"wrong": wrong_code},
        kept=changed,
    )


def keeps_the_calendar(world: World) -> Place:
    usual = {"day": "2027-02-11", "works": "off", "name": "Nghỉ Tết"}
    return Place(
        Browser(world.app, people.staff(Role.ADMIN)), "/admin/calendar", usual, kept=count(CalendarDay)
    )


def for_others(path: str, on_behalf: str = "lawyer", **more: str) -> Callable[[World], Place]:
    """Whoever writes for others; the path may name their draft."""

    def come(world: World) -> Place:
        people.places()
        account, key = people.a_citizen(), new_code()
        told = people.ANSWERS | {"on_behalf": on_behalf, "represented": "Trần Thị Mận"}
        drafts.keep(account.id, key, told, now=utc_now())
        kept = lambda: drafts.answers_of(account.id, key)  # noqa: E731
        return Place(Browser(world.app, account), path.format(draft=key), more | KEY, FRESH, kept=kept)

    return come


def sends_in_pieces(world: World) -> Place:
    return Place(
        Browser(world.app, people.a_citizen()),
        f"/petitions/new-{new_code()}/files/tus",
        method="TUS",
        kept=kept_files,
    )


def kept_files() -> object:
    db.session.rollback()
    return db.session.scalar(select(func.count(Evidence.kept_at)))


def has_sixty(world: World) -> Place:
    place = sends_in_pieces(world)
    where = place.path.split("/")[2].removeprefix("new-")
    account = db.session.scalars(select(Account).order_by(Account.id.desc())).first()
    assert account is not None
    at = evidence.place_of_draft(account.id, where)
    for number in range(rules.PETITION_MOST_FILES):
        what = Begun(f"{number}.jpg", 9)
        evidence.begin(at, what, by=citizen(account.id), now=utc_now(), key=people.key())
    return place


def piece(
    name: str, content: bytes, sentence: str, vi: str, en: str, status: int = 422, **more: object
) -> Case:
    return Case(
        {"name": name, "content": content} | more, "", sentence, status, (f"{name} ({vi})", f"{name} ({en})")
    )


VOICE = "Lời kể"
PIECES = [
    piece("trong.jpg", b"", rules.EMPTY, "0 byte", "0 bytes"),
    piece("phim.mp4", b"", rules.TOO_BIG, "51 MB", "51 MB", 413, size=51_000_000 + 5_000_000),
    piece("game.exe", b"MZ\x90\0" + bytes(60), rules.UNKNOWN, "chương trình Windows", "a Windows program"),
    piece("dut.jpg", files.photo()[:400], rules.BROKEN, "ảnh đứt đoạn", "a photo cut short"),
    piece("khoa.pdf", files.pdf(script="locked"), rules.LOCKED, "PDF có mật khẩu", "a PDF with a password"),
    piece(
        "lenh.pdf", files.pdf(script="open"), rules.PDF_SCRIPT, "PDF có lệnh tự chạy", "a PDF with a command"
    ),
    piece("macro.doc", files.old_word(macros=True), rules.MACROS, "Word cũ có macro", "old Word with macros"),
    piece(
        "nhieu-hon.jpg",
        files.photo(),
        rules.BROKEN,
        "nhiều byte hơn đã báo",
        "more bytes than announced",
        size=500,
    ),
]
VOICES = [
    piece(VOICE, b"", rules.UNHEARD, "0 byte", "0 bytes", duration=4_000),
    piece(VOICE, b"x" * 400, rules.TOO_LONG, "máy báo 11 phút", "11 minutes, it says", duration=660_000),
    piece(
        VOICE, files.told(612), rules.TOO_LONG, "dài 10 phút 12 giây", "10 minutes 12 s long", duration=1_000
    ),
    piece(VOICE, files.told(30, kbits=48), rules.TOO_RICH, "48 kbit/s", "48 kbit/s", duration=30_000),
    piece(VOICE, files.told(4)[:90], rules.UNHEARD, "đứt ở đầu", "cut at its head", duration=4_000),
]

GROUPS = [
    Group(
        "matter",
        ("Đơn này về việc nào", "Of which matter a petition is"),
        signed_in("/petitions/new/{draft}/matter", count(PetitionDraft)),
        picks("of", "Hãy chọn một việc trong danh sách.", "", " ", "khác", "2" * 14, "<b>", "\x00", "NEW"),
    ),
    Group(
        "proof-files",
        ("Giấy tờ chứng minh tư cách (không JavaScript)", "Proofs (without JavaScript)"),
        for_others("/petitions/new-{draft}/files", proof="lawyer_card"),
        [
            Case(
                {"files": []},
                "files-lawyer_card",
                "Hãy chọn ảnh hoặc tệp",
                what=("không chọn tệp nào", "no file chosen"),
            ),
            *(
                a_file(name, content, sentence, vi, en)._replace(field="files-lawyer_card")
                for name, content, sentence, vi, en in (
                    ("the.jpg", b"", rules.EMPTY, "0 byte", "0 bytes"),
                    (
                        "the.exe",
                        b"MZ\x90\0" + bytes(60),
                        rules.UNKNOWN,
                        "chương trình Windows",
                        "a Windows program",
                    ),
                    ("the.pdf", b"%PDF-1.7\nnothing", rules.BROKEN, "PDF hỏng", "a broken PDF"),
                )
            ),
        ],
    ),
    Group(
        "proof-unasked",
        ("Giấy chứng minh mà đơn không cần", "A proof that the petition does not need"),
        for_others("/petitions/new-{draft}/proofs/"),
        [
            Case(
                {"on_paper": "y"}, "", "Đơn này không cần giấy tờ ấy.", 422, (f"…/{word}", f"…/{word}"), word
            )
            for word in ("mandate", "appointment", "the-nao-cung-duoc", "%00")
        ],
        stays=False,
        summed=False,
    ),
    Group(
        "pieces",
        ("Tệp gửi từng phần (có JavaScript)", "Files in pieces (with JavaScript)"),
        sends_in_pieces,
        PIECES,
        stays=False,
        summed=False,
    ),
    Group(
        "pieces-full",
        ("Tệp thứ 61 của một đơn", "A petition's sixty-first file"),
        has_sixty,
        [piece("nua.jpg", files.photo(), rules.FULL_FILES, "đã có 60 tệp", "60 are there")],
        stays=False,
        summed=False,
    ),
    Group(
        "voice",
        ("Kể bằng giọng nói", "Telling by voice"),
        sends_in_pieces,
        VOICES,
        stays=False,
        summed=False,
    ),
    Group(
        "objection",
        ("Bản ghi lời trình bày: chỗ chưa đúng", "The statement: what is not right in it"),
        reads_the_statement,
        [
            *picks("reason", "Hãy ghi chỗ nào chưa đúng.", *NOTHING, "ạ"),
            *picks("reason", "Dài quá 500 chữ cái", "ế" * 501, "sai " * 200),
        ],
    ),
    Group(
        "phone-change",
        ("Đổi số điện thoại: số mới", "Another phone: the new number"),
        changes_the_phone,
        [
            *PHONES,
            Case(
                {"phone": "{own}"},
                "phone",
                "đang dùng số này rồi",
                what=("số đang dùng", "the number one has"),
            ),
        ],
    ),
    Group(
        "phone-change-code",
        ("Đổi số điện thoại: mã gửi đến số mới", "Another phone: the code to the new number"),
        proves_the_new_phone,
        [
            *picks("code", "Hãy nhập 6 số", ""),
            *picks("code", NO_SIX, *NO_CODE),
            *guesses("Mã chưa đúng.", "Hãy xin mã khác."),
        ],
    ),
    Group(
        "phone-change-unasked",
        ("Đổi số điện thoại: mã khi chưa xin đổi", "Another phone: a code before anything was asked for"),
        has_no_change_open,
        [Case({"code": "123456"}, "", "hết hạn", 409)],
        stays=False,
        summed=False,
    ),
    Group(
        "desk-statement",
        ("Bàn tiếp: bản ghi lời trình bày", "The desk: the statement"),
        at_desk(
            "/desk/visit/{made}/statement",
            count(PetitionStatement),
            lambda scene: told_to_the_officer(scene).code,
            base="0",
        ),
        [
            *picks("statement", "ít nhất 20 chữ cái", *NOTHING, "Mất đất."),
            *picks("statement", "dài quá 20.000", "ế" * 20_001),
        ],
    ),
    Group(
        "desk-priority",
        ("Bàn tiếp: sửa ưu tiên", "The desk: correcting priority"),
        at_desk("/desk/visit/{visit}/priority", count(AuditEntry), lambda scene: None, priority="y"),
        picks("reason", "Hãy ghi lý do.", *NOTHING),
    ),
    Group(
        "desk-readers",
        ("Bàn tiếp: mời tham mưu đọc", "The desk: asking an advisory unit to read"),
        at_desk("/desk/visit/{visit}/readers", count(ContentReader)),
        picks("username", "Không có ai thuộc bộ phận tham mưu", *NOTHING, "khong.co", "<b>", "x" * 300),
    ),
    Group(
        "desk-case-join",
        ("Bàn tiếp: ghép vụ việc", "The desk: joining cases"),
        at_desk("/desk/visit/{visit}/case", count(Petition), do="join", reason="Cùng một thửa đất"),
        [
            *picks("other", "Không thấy đơn nào ghép được", *NOTHING, "abc", "2" * 14, "<b>", "2" * 300),
            Case({"other": "{own}"}, "other", "chính đơn này", what=("mã của chính đơn này", "its own code")),
            *picks("reason", FEW_REASON, *NOTHING, "ạ", other="22222222222222"),
            *picks("reason", LONG_REASON, "ế" * 501, other="22222222222222"),
        ],
    ),
    Group(
        "desk-case-separate",
        ("Bàn tiếp: tách vụ việc", "The desk: taking a petition out of its case"),
        at_desk("/desk/visit/{visit}/case", count(Petition), do="separate"),
        [*picks("reason", FEW_REASON, *NOTHING, "tách"), *picks("reason", LONG_REASON, "ế" * 501)],
    ),
    Group(
        "desk-identity",
        ("Bàn tiếp: mở danh tính người tố cáo", "The desk: opening a denouncer's identity"),
        at_desk("/desk/visit/{made}/identity", count(AuditEntry), a_denunciation_in_hand),
        picks("reason", REASON_TO_OPEN, *NOTHING, "xem", "xem        "),
    ),
    Group(
        "desk-sealed-file",
        ("Bàn tiếp: mở tệp niêm phong", "The desk: opening a sealed file"),
        at_desk("/desk/visit/{made}/open", count(AuditEntry), with_a_sealed_file),
        picks("reason", REASON_TO_OPEN, *NOTHING, "xem"),
    ),
    Group(
        "desk-seal",
        ("Bàn tiếp: bỏ niêm phong một tệp", "The desk: taking the seal off a file"),
        at_desk("/desk/visit/{made}/seal", count(AuditEntry), with_a_sealed_file, shows_who="n"),
        picks("reason", "Hãy ghi rõ lý do", *NOTHING, "nhầm"),
    ),
    Group(
        "desk-gate",
        ("Bàn tiếp: quyết định tiếp người tố cáo", "The desk: deciding on a denouncer"),
        at_desk("/desk/visit/{made}/gate", count(AuditEntry), waits_at_the_gate, online="yes"),
        picks("reason", "Hãy ghi", *NOTHING),
    ),
    Group(
        "desk-phone",
        ("Bàn tiếp: đổi số điện thoại cho công dân", "The desk: another phone for somebody"),
        at_desk(
            "/desk/visit/{visit}/phone",
            count(PhoneChange),
            with_the_paper_seen,
            old_phone="{phone}",
            **A_PAPER,
            **A_CHANGE,
        ),
        [
            *picks("old_phone", "Hãy ghi số điện thoại.", ""),
            *picks("old_phone", EXAMPLE, "không có", "<b>"),
            *picks("old_phone", SHORT, "0912 345 67"),
            *picks("old_phone", "không phải của công dân đang được tiếp", "0912 999 999"),
            *picks("new_phone", "Hãy ghi số điện thoại.", ""),
            *picks("new_phone", EXAMPLE, "không có", "113"),
            Case(
                {"new_phone": "{phone}"},
                "new_phone",
                "đang dùng số này rồi",
                what=("số đang dùng", "the number they have"),
            ),
            *picks("paper_number", "Hãy ghi số giấy tờ.", ""),
            *picks("paper_number", "phải có đủ 12 chữ số", "001062", "không có"),
            *picks("paper_number", "Ba chữ số đầu", "000062012345"),
            Case(
                {"paper_number": "001062099999"},
                "old_phone",
                "không phải của công dân đang được tiếp",
                what=("giấy tờ của người khác", "another's paper"),
            ),
            *picks("reason", "Hãy ghi lý do.", ""),
            *picks("reason", "từ 10 đến 500 chữ cái", " ", "mất máy", "ế" * 501),
        ],
    ),
    Group(
        "desk-phone-code",
        ("Bàn tiếp: mã gửi đến số mới", "The desk: the code to the new number"),
        moves_a_phone,
        [
            *picks("code", "Hãy nhập 6 số", ""),
            *picks("code", NO_SIX, *NO_CODE),
            *guesses("Mã chưa đúng.", "Hãy xin mã khác."),
        ],
    ),
    Group(
        "calendar",
        ("Ngày nghỉ", "Holidays"),
        keeps_the_calendar,
        [
            *picks(
                "day", "Hãy ghi một ngày có trong lịch.", "", "30/02/2027", "2027-02-30", "hôm nay", "<b>"
            ),
            *picks("day", "không nằm trong lịch", "1999-01-01", "2090-01-01"),
            *picks("name", "Hãy ghi lý do", *NOTHING),
            *picks("name", "dài quá 120", "Nghỉ " * 30),
        ],
    ),
]
