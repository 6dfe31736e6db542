"""What people can rely on when they look at what is kept about them: all of it, theirs alone, correctable."""

import json
import re
from datetime import date

import pytest
from sqlalchemy import select

from tests import people
from tests.people import NINE, in_minutes
from webapp.documents import my_data as paper
from webapp.documents.my_data import Paper, Part
from webapp.documents.typesetting import cleaned
from webapp.domain.codes import new_code
from webapp.domain.errors import InvalidInput
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.own_data import LABELS
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.petition_matter import Need, Settled
from webapp.extensions import db
from webapp.models import Account, AuditEntry, Petition, Role
from webapp.services import (
    audit,
    contact_details,
    conversation,
    data_requests,
    drafts,
    minutes,
    my_data,
    petition_contents,
    petitions,
    readers,
    reception,
    sign_in,
    tracking,
)
from webapp.services.actor import citizen
from webapp.services.contact_details import Contact
from webapp.services.one_time_codes import Asked
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PHONE = "+84912345678"


def a_life() -> Account:
    """Someone about whom there is something of everything that the services make."""
    account = people.a_citizen(PHONE)
    by = citizen(account.id)
    sign_in.send_code(PHONE, asked=Asked("192.0.2.1"), now=NINE)
    desk, staff = people.an_open_desk()
    visit, _ = people.a_waiting_visit(people.a_sitting(), NINE, account)
    reception.call(visit.id, desk.id, by=staff, now=NINE, key=people.key())
    reception.enter_room(visit.id, by=by, now=NINE)
    conversation.say(visit.id, "Tôi nghe rõ.", by=by, now=NINE, key=people.key())
    conversation.say(visit.id, "Mời Ông trình bày.", by=staff, now=NINE, key=people.key())
    minutes.save(visit.id, "Ông Lành trình bày.", base_version=0, by=staff, now=NINE)
    reception.close(visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=staff, now=NINE, key=people.key())
    drafts.keep(account.id, people.DRAFT, {"kind": "feedback"}, now=NINE)
    contact_details.correct(Contact("Nguyễn Văn Lành", "lanh@thu.vn", "Xóm Mít"), by=by, now=NINE)
    data_requests.ask("Xóa địa chỉ.", by=by, now=NINE, key=people.key())
    db.session.rollback()
    return account


def taken(account: Account) -> dict[str, list[dict[str, object]]]:
    return json.loads(my_data.as_json(my_data.everything(account.id), NINE))  # type: ignore[no-any-return]


def test_everything_is_there_under_its_name() -> None:
    kept = taken(a_life())
    assert kept["made_at"] == "2026-11-25T02:00:00+00:00"
    assert kept["account"] == [
        {"phone": PHONE, "since": "2026-11-25T02:00:00+00:00", "message_language": "Tiếng Việt"}
    ]
    assert kept["contact"][0]["email"] == "lanh@thu.vn"
    assert json.loads(str(kept["drafts"][0]["answers"])) == {"kind": "feedback"}
    petition, visit = kept["petitions"][0], kept["visits"][0]
    assert (petition["narrative"], petition["paper_number"]) == (people.STORY, "001062012345")
    assert (petition["kind"], petition["full_name"]) == ("Khiếu nại", "Nguyễn Văn Lành")
    assert (visit["outcome"], visit["explanation"]) == ("Trả lời tại chỗ", "Đã trả lời.")
    assert visit["minutes"] == "Ông Lành trình bày."
    assert [(row["mine"], row["body"]) for row in kept["messages"]] == [
        (False, "Mời Ông trình bày."),
        (True, "Tôi nghe rõ."),
    ]
    assert len(kept["codes"]) == len(kept["data_requests"]) == 1
    assert "petition_submitted" in {row["action"] for row in kept["log"]}
    assert all(row["what"] for row in kept["log"]), "each has a name that people understand"


def test_nothing_of_anyone_else_is_there() -> None:
    a_life()
    other = taken(people.a_citizen())
    assert {name: rows for name, rows in other.items() if rows and name not in ("made_at", "account")} == {}


def test_a_denouncer_reads_their_own_sealed_identity() -> None:
    account = people.a_citizen()
    people.a_petition(account, kind=PetitionKind.DENUNCIATION, protection_wanted=True)
    assert taken(account)["petitions"][0]["full_name"] == "Nguyễn Văn Lành"


def test_every_answer_of_a_petition_is_there() -> None:
    account = people.a_citizen()
    told = {
        "kind": PetitionKind.DENUNCIATION,
        "protection_wanted": False,
        "needs": frozenset({Need.SIGN_LANGUAGE, Need.WRITER}),
        "learned_on": date(2026, 10, 1),
        "settled": Settled.AGENCY,
    }
    people.a_petition(account, **told)
    kept = taken(account)["petitions"][0]
    assert kept["needs"] == ["Người phiên dịch ngôn ngữ ký hiệu", "Người viết hộ, đọc hộ"]
    assert (kept["protection_wanted"], kept["learned_on"]) == (False, "2026-10-01")
    assert kept["settled"] == "Cơ quan nhà nước đã trả lời hoặc giải quyết"


def test_that_somebody_asked_for_a_case_with_my_number_is_there() -> None:
    account = people.a_citizen(PHONE)
    tracking.ask(new_code(), PHONE, address="192.0.2.1", now=NINE, key=people.key())
    tracking.ask(new_code(), "+84987654321", address="192.0.2.1", now=NINE, key=people.key())
    assert taken(account)["followed"] == [{"at": "2026-11-25T02:00:00+00:00"}]


def test_who_moved_the_number_read_a_copy_or_opened_the_identity_is_told_by_office_and_time() -> None:
    account, (desk, by) = people.a_citizen(PHONE), people.an_open_desk()
    petition = people.a_petition(account, kind=PetitionKind.DENUNCIATION, protection_wanted=False)
    petitions.decide_gate(petition.id, online=True, reason="Việc phức tạp.", by=by, now=NINE)
    about = {"bridge_point_id": None, "by": citizen(account.id), "now": NINE, "key": people.key()}
    visit = reception.take_number(petition.id, people.a_sitting().id, **about)  # type: ignore[arg-type]
    reception.call(visit.id, desk.id, by=by, now=NINE, key=people.key())
    petitions.open_identity(petition.id, reason="Đối chiếu giấy tờ khi tiếp", by=by, now=NINE)
    people.staff(Role.ADVISORY, username="sonnmt9")
    copy = petition_contents.copy_of(db.session.get_one(Petition, petition.id), at=NINE)
    seen = petition_contents.mark_of(copy, ())
    readers.invite(visit.id, "sonnmt9", (), confirmed=True, seen=seen, by=by, now=NINE)
    with unit_of_work() as work:
        about = {"way": "officer", "reason": "Mất điện thoại, xem căn cước."}
        audit.record(work, "phone_changed", "account", account.id, by=by, now=NINE, **about)
    db.session.rollback()
    kept, at = taken(account), "2026-11-25T02:00:00+00:00"
    office = "Cán bộ tiếp công dân"
    assert kept["opened"] == [{"code": petition.code, "done_by": office, "at": at}]
    [read] = kept["readers"]
    assert (read["code"], read["done_by"], read["at"]) == (petition.code, "Bộ phận tham mưu", at)
    assert kept["phone_changes"] == [
        {"settled_at": at, "done_by": office, "reason": "Mất điện thoại, xem căn cước."}
    ]
    assert "Lê Thu Hà" not in json.dumps(kept, ensure_ascii=False), "by office, not by name"
    names = {name for section in my_data.everything(account.id) for row in section.rows for name in row}
    assert names <= set(LABELS)


def test_minutes_of_a_visit_that_is_not_over_are_not_shown_yet() -> None:
    desk, staff = people.an_open_desk()
    account = people.a_citizen()
    visit, by = people.a_waiting_visit(people.a_sitting(), NINE, account)
    reception.call(visit.id, desk.id, by=staff, now=NINE, key=people.key())
    reception.enter_room(visit.id, by=by, now=NINE)
    minutes.save(visit.id, "Đang ghi.", base_version=0, by=staff, now=NINE)
    db.session.rollback()
    assert taken(account)["visits"][0]["minutes"] is None


def test_every_field_has_a_label() -> None:
    account = a_life()
    names = {name for section in my_data.everything(account.id) for row in section.rows for name in row}
    assert names <= set(LABELS)


def test_contact_is_corrected_and_the_trail_knows_which_fields_not_what_they_say() -> None:
    by = citizen(people.a_citizen().id)
    contact_details.correct(Contact(" Nguyễn  Văn Lành ", "lanh@thu.vn", "Xóm Mít"), by=by, now=NINE)
    contact_details.correct(Contact("Nguyễn Văn Lành", "", "Xóm Mít"), by=by, now=in_minutes(1))
    contact_details.correct(Contact("Nguyễn Văn Lành", "", "Xóm Mít"), by=by, now=in_minutes(2))
    kept = contact_details.of_account(by.account_id or 0)
    assert kept is not None
    assert (kept.full_name, kept.email, kept.address, kept.updated_at) == (
        "Nguyễn Văn Lành",
        "",
        "Xóm Mít",
        in_minutes(1),
    )
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact_corrected")).all()
    assert [entry.details["fields"] for entry in entries] == [["full_name", "email", "address"], ["email"]]
    assert not any("Lành" in str(entry.details) for entry in entries)


def test_what_is_emptied_is_kept_no_more() -> None:
    by = citizen(people.a_citizen().id)
    contact_details.correct(Contact("", "", ""), by=by, now=NINE)
    assert contact_details.of_account(by.account_id or 0) is None
    contact_details.correct(Contact("Nguyễn Văn Lành", "lanh@thu.vn", ""), by=by, now=NINE)
    for minute in (1, 2):
        contact_details.correct(Contact(" ", "", ""), by=by, now=in_minutes(minute))
    db.session.rollback()
    assert contact_details.of_account(by.account_id or 0) is None
    assert not data_requests.holdings(by.account_id or 0).contact


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Contact("L", "", ""), "full_name"),
        (Contact("L" * 121, "", ""), "full_name"),
        *(
            (Contact("", email, ""), "email")
            for email in (
                *("a", "a@b", "a b@c.vn", "@c.vn", "a@@c.vn", "a@c..vn"),
                *(
                    "a,b@c.vn",
                    "<a@c.vn>",
                    "a@c.vn>",
                    "a;b@c.vn",
                    '"a"@c.vn',
                    "bà@c.vn",
                    "a@thư.vn",
                    "a@-c.vn",
                ),
            )
        ),
        (Contact("", f"{'a' * 250}@c.vn", ""), "email"),
        (Contact("", "", "đ" * 301), "address"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(typed: Contact, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        contact_details.correct(typed, by=citizen(people.a_citizen().id), now=NINE)
    assert refusal.value.field == field


HOSTILE = [
    '#eval("1/0")',
    '#read("/etc/passwd")',
    '"] #panic("x")',
    "*đậm* _nghiêng_ $x$ <nhãn> @tham-chiếu",
    "\x00\x07\u202e ngược",
    "😀 中文 ☑ \ue000 \U000e0041",
    "n" * 3_000,
    "a\n\n\tb\r\nc",
    "Tie\u0302\u0301p co\u0302ng da\u0302n",
]


def test_no_text_of_a_person_breaks_the_paper_or_is_a_command_in_it() -> None:
    rows = [[("Chữ", text), (text, "Chữ")] for text in HOSTILE]
    told = Paper("vi", "Ban", "Dữ liệu của tôi", "Lập lúc 9:00", "Không có.", [Part(HOSTILE[2], rows)])
    made = paper.pdf(told, at=NINE)
    assert made.startswith(b"%PDF-1.7")
    assert re.search(rb"/Lang ?\(vi\)", made)


def test_texts_are_composed_visible_and_breakable_on_paper() -> None:
    assert cleaned("Tie\u0302\u0301p\x07\u202e công\n") == "Tiếp công\n"
    assert max(len(word) for word in cleaned("n" * 500).split("\u200b")) == 40
