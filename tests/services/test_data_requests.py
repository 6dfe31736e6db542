"""What people can rely on when they ask for their data to be deleted: an answer, its reason, and a message."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.data_requests import Answer, KeptBecause
from webapp.domain.errors import Conflict, FormUsed, InvalidInput, NotFound
from webapp.extensions import db
from webapp.jobs import rounds
from webapp.models import (
    Account,
    AuditEntry,
    ContactDetails,
    DataRequest,
    Petition,
    PetitionDraft,
    Petitioner,
    Role,
    Visit,
)
from webapp.services import accounts, contact_details, data_requests, drafts, mail_address, notifications
from webapp.services.actor import Actor, citizen, officer
from webapp.services.contact_details import Contact
from webapp.services.data_requests import AlreadyAnswered, AlreadyAsked
from webapp.services.unit_of_work import safe_to_repeat, unit_of_work

pytestmark = pytest.mark.usefixtures("app")

PART, NO = Answer.GRANTED_IN_PART, Answer.REFUSED
REGISTER = KeptBecause.REGISTER


def ask(by: Actor, at: timedelta = timedelta(0), key: str = "") -> DataRequest:
    return data_requests.ask("Xóa địa chỉ của tôi.", by=by, now=NINE + at, key=key or people.key())


def answer(
    code: str, decided: Answer = NO, words: str = "Sổ phải lưu.", by: Actor | None = None
) -> DataRequest:
    by = by or officer(people.staff(Role.DATA_PROTECTION).id)
    done = data_requests.answer(code, decided, REGISTER, words, by=by, now=in_minutes(60))
    db.session.rollback()
    return done


def someone() -> Actor:
    return citizen(people.a_citizen().id)


def test_a_request_is_due_in_two_working_days_and_listed_by_its_day() -> None:
    friday = ask(someone(), timedelta(days=2))
    wednesday, late = ask(someone()), ask(someone(), timedelta(hours=16))
    assert (wednesday.due_on, friday.due_on) == (date(2026, 11, 27), date(2026, 12, 1))
    assert late.due_on == date(2026, 11, 30)  # one in the morning of Thursday in Hanoi
    assert [row.id for row in data_requests.open_ones()] == [wednesday.id, late.id, friday.id]


def test_one_request_at_a_time_and_the_same_form_twice_is_one() -> None:
    by, key = someone(), people.key()
    first = ask(by, key=key)
    assert ask(by, key=key).id == first.id
    with pytest.raises(AlreadyAsked):
        ask(by)
    answer(first.code)
    assert ask(by).id != first.id


def test_another_wish_under_a_used_key_is_not_swallowed() -> None:
    """As when somebody goes back in the browser and writes something else."""
    by, key = someone(), people.key()
    first = ask(by, key=key)
    other = {"by": by, "now": in_minutes(90), "key": key}
    with pytest.raises(AlreadyAsked):
        data_requests.ask("Xóa cả đơn viết dở.", **other)
    answer(first.code)
    with pytest.raises(FormUsed):
        data_requests.ask("Xóa cả đơn viết dở.", **other)
    assert ask(by, key=key).id == first.id


@pytest.mark.parametrize("wish", ["", " \n", "\x00", "x" * 2_001])
def test_a_request_says_what_is_to_go(wish: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        data_requests.ask(wish, by=someone(), now=NINE, key=people.key())
    assert refusal.value.field == "wish"


def test_what_may_go_goes_and_what_the_law_keeps_stays() -> None:
    account = people.a_citizen()
    by = citizen(account.id)
    petition = people.a_petition(account)
    contact_details.correct(Contact("Nguyễn Văn Lành", "lanh@thu.vn", "Yên Bài"), by=by, now=NINE)
    drafts.keep(account.id, people.DRAFT, {"kind": "complaint"}, now=NINE)
    held = data_requests.holdings(account.id)
    assert (held.petitions, held.visits, held.drafts, held.contact) == (1, 0, 1, True)
    other = people.a_citizen()
    contact_details.correct(Contact("Đỗ Thị Mai", "", ""), by=citizen(other.id), now=NINE)
    answer(ask(by).code, PART, "Đã xóa liên hệ và đơn viết dở.")
    assert db.session.get(PetitionDraft, (account.id, people.DRAFT)) is None
    assert db.session.get(ContactDetails, account.id) is None
    assert db.session.get(ContactDetails, other.id) is not None
    assert db.session.get(Petition, petition.id) is not None
    assert db.session.get_one(Petitioner, petition.id).full_name == "Nguyễn Văn Lành"


def test_a_refusal_deletes_nothing_and_names_its_law() -> None:
    by = someone()
    contact_details.correct(Contact("Nguyễn Văn Lành", "", ""), by=by, now=NINE)
    answer(ask(by).code)
    assert contact_details.of_account(by.account_id or 0) is not None
    (kept,) = data_requests.of_account(by.account_id or 0)
    assert (kept.answer, kept.kept_because, kept.words) == (NO, REGISTER, "Sổ phải lưu.")
    with pytest.raises(InvalidInput) as refusal:
        data_requests.answer(ask(by).code, NO, None, "Không.", by=someone(), now=NINE)
    assert refusal.value.field == "kept_because"


def test_the_person_is_told_once_that_it_came_with_its_day_and_once_that_there_is_an_answer() -> None:
    account, key = people.a_citizen("+84912345678"), people.key()
    by = officer(people.staff(Role.DATA_PROTECTION).id)
    for _ in range(2):
        request = ask(citizen(account.id), key=key)
    for _ in range(2):
        answer(request.code, words="Nội dung riêng.", by=by)
    answered, came = notifications.newest()
    assert {came.recipient, answered.recipient} == {"+84912345678"}
    assert came.body == (
        "Tiep cong dan truc tuyen: da nhan yeu cau ve du lieu cua Ong/Ba. "
        "Tra loi cham nhat ngay 27/11/2026. Xem o trang Du lieu cua toi."
    )
    assert answered.body == (
        "Tiep cong dan truc tuyen: da tra loi yeu cau ve du lieu cua Ong/Ba. Xem o trang Du lieu cua toi."
    )
    query = select(func.count(AuditEntry.id)).where(AuditEntry.action == "data_deletion_answered")
    assert db.session.scalar(query) == 1


def with_a_letter_box(account: Account, address: str) -> Account:
    by = officer(account.id)
    contact_details.correct(Contact("", address, ""), by=by, now=NINE)
    mail_address.send_code(by=by, now=NINE)
    [code] = re.findall(r"\d{6}", notifications.newest(1)[0].body)
    mail_address.confirm(code, by=by, now=NINE)
    db.session.rollback()
    return account


def letters() -> list[tuple[str, str]]:
    """To whom a notice went by letter, and what it says first, the oldest first."""
    db.session.rollback()
    rows = [row for row in notifications.newest() if row.channel == "email" and row.useful_until is None]
    return [(row.recipient, row.body.splitlines()[2]) for row in reversed(rows)]


def test_whoever_answers_is_told_that_a_request_came_and_nobody_else_is() -> None:
    first = with_a_letter_box(people.staff(Role.DATA_PROTECTION), "mot@thu.vn")
    with_a_letter_box(people.staff(Role.DATA_PROTECTION, Role.OFFICER), "hai@thu.vn")
    with_a_letter_box(people.staff(Role.DATA_PROTECTION, Role.ADMIN), "quantri@thu.vn")
    with_a_letter_box(people.an_officer(), "canbo@thu.vn")
    people.staff(Role.DATA_PROTECTION)  # has given no address: the count in the navigation is there for all
    shut = with_a_letter_box(people.staff(Role.DATA_PROTECTION), "khoa@thu.vn")
    accounts.disable(shut.id, by=officer(first.id), now=NINE)
    by, key = someone(), people.key()
    for _ in range(2):
        request = ask(by, key=key)
    came = "Có một yêu cầu mới về dữ liệu cá nhân. Trả lời chậm nhất ngày 27/11/2026."
    assert letters() == [("mot@thu.vn", came), ("hai@thu.vn", came)]
    assert data_requests.count_open() == 1
    answer(request.code)
    assert data_requests.count_open() == 0


def test_whoever_answers_is_reminded_once_at_half_the_time_and_once_when_it_is_late() -> None:
    """Asked on Wednesday at nine, due on Friday: half is over on Thursday at half past four in the afternoon."""
    with_a_letter_box(people.staff(Role.DATA_PROTECTION), "mot@thu.vn")
    ask(someone())
    reminded = []
    for hours in (31, 31.6, 40, 62.9, 63.1, 90, 24 * 30):
        rounds.each_minute(in_minutes(60 * hours))
        reminded.append([words.split(":")[0][:60] for _address, words in letters()[1:]])
    half = "Một yêu cầu về dữ liệu cá nhân đã qua nửa thời hạn mà chưa trả lời. "[:60]
    late = "Một yêu cầu về dữ liệu cá nhân đã quá hạn"
    assert reminded[:6] == [[], [half], [half], [half], [half, late], [half, late]]
    assert reminded[6] == [], "the outbox forgets letters, and sends none anew for that"


def test_what_was_answered_and_what_is_found_late_gets_no_reminder_of_half_the_time() -> None:
    with_a_letter_box(people.staff(Role.DATA_PROTECTION), "mot@thu.vn")
    answered, forgotten = ask(someone()), ask(someone())
    answer(answered.code)
    data_requests.remind(in_minutes(60 * 80))
    assert [words[:41] for _address, words in letters()[2:]] == ["Một yêu cầu về dữ liệu cá nhân đã quá hạn"]
    assert data_requests.by_code(forgotten.code).half_told_at is None


def test_an_answer_is_given_once() -> None:
    request = ask(someone())
    answer(request.code)
    with pytest.raises(AlreadyAnswered):
        answer(request.code, PART, "Khác.")
    officer_of_it = officer(data_requests.by_code(request.code).answered_by_id or 0)
    with pytest.raises(AlreadyAnswered):
        other_law = KeptBecause.RECORDING
        data_requests.answer(
            request.code, NO, other_law, "Sổ phải lưu.", by=officer_of_it, now=in_minutes(61)
        )
    assert data_requests.by_code(request.code).answer is NO
    assert data_requests.open_ones() == []
    assert [row.code for row in data_requests.answered_ones()] == [request.code]


def test_what_is_not_there_is_not_found() -> None:
    for code in ("khong-co", "22222222222222"):
        with pytest.raises(NotFound):
            data_requests.by_code(code)
    with pytest.raises(NotFound):
        answer("22222222222222")
    with pytest.raises(InvalidInput):
        answer(ask(someone()).code, Answer.OPEN)


def test_wish_and_answer_are_encrypted_and_the_trail_has_neither() -> None:
    request = ask(someone())
    answer(request.code, words="Sổ phải lưu.")
    raw = db.session.connection().exec_driver_sql("SELECT wish, words FROM data_request").one()
    assert not any("địa chỉ".encode() in bytes(part) or "Sổ".encode() in bytes(part) for part in raw)
    details = [str(entry.details) for entry in db.session.scalars(select(AuditEntry))]
    assert not any("địa chỉ" in one or "Sổ phải lưu" in one for one in details)


def test_two_open_requests_of_one_person_are_refused_by_the_database() -> None:
    by = someone()
    first = ask(by)
    twin = {"code": people.key()[:20], "account_id": by.account_id, "wish": "x", "asked_at": NINE}
    with pytest.raises(Conflict):
        _force(twin | {"due_on": first.due_on, "request_key": people.key(), "answer": Answer.OPEN})
    assert db.session.scalar(select(func.count(Visit.id))) == 0


def _force(values: dict[str, object]) -> None:
    @safe_to_repeat
    def write() -> None:
        with unit_of_work() as work:
            work.session.add(DataRequest(**values))

    write()
