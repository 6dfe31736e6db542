"""What people can rely on about notices: by SMS, by letter too where they confirmed an address, in neutral words."""

import re
from dataclasses import astuple
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.data_requests import Answer, KeptBecause
from webapp.domain.errors import InvalidInput, TooMany
from webapp.domain.notices import GREETING, LETTER_WITH_CODE, NOTICES, SIGNED, Notice, place_for_sms
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.preparation import TASK_LABELS
from webapp.domain.sign_in_rules import AT_DESK, CODE_WORDS, NUMBER_TAKEN, TRACKING_WORDS, code_message
from webapp.domain.staff_letters import STAFF_GREETING, STAFF_LETTERS, STAFF_SIGNED, StaffNotice
from webapp.extensions import db
from webapp.jobs import rounds
from webapp.languages import LANGUAGES
from webapp.models import Account, AuditEntry, Notification, Petition, Role
from webapp.services import (
    contact_details,
    data_requests,
    languages,
    mail_address,
    notices,
    notifications,
    petition_changes,
)
from webapp.services.actor import Actor, citizen, officer
from webapp.services.contact_details import Contact
from webapp.services.languages import in_language
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

ADDRESS = "lanh@thu.vn"


def gives(by: Actor, email: str = ADDRESS, name: str = "", at: float = 0) -> None:
    contact_details.correct(Contact(name, email, ""), by=by, now=in_minutes(at))
    db.session.rollback()


def asks(by: Actor, at: float = 0) -> str:
    """The code that came by letter."""
    mail_address.send_code(by=by, now=in_minutes(at))
    newest = notifications.newest(1)[0]
    assert (newest.channel, newest.recipient) == ("email", ADDRESS)
    found = re.search(r"\d{6}", newest.body)
    assert found
    return found.group()


def someone_with_a_letter_box() -> Account:
    account = people.a_citizen()
    by = citizen(account.id)
    gives(by)
    mail_address.confirm(asks(by), by=by, now=NINE)
    db.session.rollback()
    return account


def confirmed(by: Actor) -> bool:
    db.session.rollback()
    return mail_address.standing_of(by.account_id or 0, now=NINE).confirmed


def told() -> list[tuple[str, str]]:
    """Channel and key of each notice."""
    db.session.rollback()
    rows = db.session.scalars(select(Notification).order_by(Notification.id))
    return [(row.channel, re.sub(r"\d+", "N", row.key)) for row in rows if row.useful_until is None]


TELLING = (
    *("tố cáo", "to cao", "khiếu nại", "khieu nai", "kiến nghị", "kien nghi", "phản ánh", "phan anh"),
    *("denunc", "complain", "danh tính", "danh tinh", "bảo vệ", "bao ve", "gặp riêng", "gap rieng"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", Notice)
def test_no_notice_tells_of_what_kind_a_petition_is(notice: Notice, language: str) -> None:
    sms, *letters = _spoken(language, *astuple(NOTICES[notice]), SIGNED, GREETING, LETTER_WITH_CODE)
    for text in (sms, *letters):
        assert [word for word in TELLING if word in text.casefold()] == []
    about: dict[str, object] = {"code": "abcde-fghjk-mnpq", "day": "27/11/2026", "at": "13:30 27/11/2026"}
    about |= {"number": "1027", "ahead": 2, "desk": 50, "time": "14:35"}
    about["place"] = place_for_sms("Điểm cầu xã Ứng Hòa, nhà văn hóa thôn Đoài và các thôn lân cận")
    sent = sms.format(**about)
    assert sent.isascii() and len(sent) <= 160, "one message of the phone's own letters"
    filled_in = re.findall(r"\{(\w*)", "".join((sms, *letters)))
    assert set(filled_in) <= set(about), "nothing but a code, a day, a time, a place, and how many are ahead"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [*CODE_WORDS.values(), AT_DESK, TRACKING_WORDS, NUMBER_TAKEN], ids=range(6))
def test_a_message_about_a_code_is_one_sms_and_says_nothing_else(words: str, language: str) -> None:
    [text] = _spoken(language, words)
    host = "tiepcongdan.hanoi.gov.vn" if words not in (TRACKING_WORDS, NUMBER_TAKEN) else ""
    sent = code_message("048213", host, text)
    assert re.fullmatch(r"[A-Za-z0-9 .:,@#/\n-]+", sent) and len(sent) <= 160
    assert [word for word in TELLING if word in sent.casefold()] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", StaffNotice)
def test_a_letter_to_somebody_on_duty_tells_of_nobody(notice: StaffNotice, language: str) -> None:
    texts = _spoken(language, STAFF_LETTERS[notice], STAFF_SIGNED, STAFF_GREETING, *TASK_LABELS.values())
    assert [word for word in TELLING for text in texts if word in text.casefold()] == []
    of_a_task = {"day", "due", "what", "place"}
    named = {
        StaffNotice.POINT_SOON: of_a_task,
        StaffNotice.POINT_LATE: of_a_task,
        StaffNotice.OWED_MOVED: {"number", "was", "at"},
        StaffNotice.OWED_PLACE: {"number", "was"},
        StaffNotice.OWED_GONE: {"number", "was"},
        StaffNotice.OWED_ANSWER: set[str](),
    }
    assert set(re.findall(r"\{(\w*)", "".join(texts))) == named.get(notice, {"day"})


def _spoken(language: str, *texts: str) -> list[str]:
    """Each text as it is sent in this language: in another one it is another."""
    spoken = [in_language(text, language) for text in texts]
    assert [
        one for one, text in zip(spoken, texts, strict=True) if text and language != "vi" and one == text
    ] == []
    return spoken


def test_each_is_written_to_in_their_own_language() -> None:
    vietnamese, english = someone_with_a_letter_box(), someone_with_a_letter_box()
    languages.choose(english.id, "en")
    db.session.rollback()
    for account in (vietnamese, english):
        people.a_petition(account)
    said = {(row.channel, row.body) for row in notifications.newest() if row.useful_until is None}
    words = NOTICES[Notice.RECEIVED]
    for language in LANGUAGES:
        for channel, text in (("sms", words.sms), ("email", words.letter)):
            beginning = in_language(text, language).split("{")[0]
            assert [body for where, body in said if where == channel and beginning in body] != []
    assert len(said) == 4


def test_without_a_confirmed_address_there_is_the_sms_alone() -> None:
    account = people.a_citizen()
    petition, by = people.a_petition(account), citizen(account.id)
    gives(by)
    petition_changes.add(petition.id, "Tôi nhớ thêm.", by=by, now=NINE, key=people.key())
    petition_changes.withdraw(petition.id, "Đã đo lại.", by=by, now=NINE, key=people.key())
    assert told() == [("sms", "petition:N:received"), ("sms", "petition:N:withdrawn")]


@pytest.mark.parametrize("kind", [PetitionKind.COMPLAINT, PetitionKind.DENUNCIATION])
def test_with_a_confirmed_address_each_notice_comes_by_letter_too_and_once(kind: PetitionKind) -> None:
    account = someone_with_a_letter_box()
    protected = False if kind is PetitionKind.DENUNCIATION else None
    petition, by = people.a_petition(account, kind=kind, protection_wanted=protected), citizen(account.id)
    key = people.key()
    for _ in range(2):
        petition_changes.add(petition.id, "Tôi nhớ thêm.", by=by, now=NINE, key=key)
    petition_changes.add(petition.id, "Và một việc nữa.", by=by, now=NINE, key=people.key())
    for _ in range(2):
        petition_changes.withdraw(petition.id, "Đã đo lại.", by=by, now=NINE, key=people.key())
    _refused_request(account)
    assert told() == [
        ("sms", "petition:N:received"),
        ("email", "petition:N:received:letter"),
        ("email", "addition:N:added_to:letter"),
        ("email", "addition:N:added_to:letter"),
        ("sms", "petition:N:withdrawn"),
        ("email", "petition:N:withdrawn:letter"),
        ("sms", "data-request:N:asked"),
        ("email", "data-request:N:asked:letter"),
        ("sms", "data-request:N:answered"),
        ("email", "data-request:N:answered:letter"),
    ]
    letters = [row for row in notifications.newest() if row.channel == "email"]
    assert {row.recipient for row in letters} == {ADDRESS}
    private = (people.STORY[:20], "Lành", "Tôi nhớ thêm", "Đã đo lại", "001062012345", account.phone or "-")
    assert [(word, row.body) for row in letters for word in private if word in row.body] == []


def _refused_request(account: Account, decided: Answer = Answer.REFUSED) -> None:
    asked = data_requests.ask("Xóa địa chỉ.", by=citizen(account.id), now=NINE, key=people.key())
    by = officer(people.staff(Role.DATA_PROTECTION).id)
    data_requests.answer(asked.code, decided, KeptBecause.REGISTER, "Sổ phải lưu.", by=by, now=NINE)


def test_an_address_that_is_deleted_gets_no_letter_about_it() -> None:
    account = someone_with_a_letter_box()
    _refused_request(account, Answer.GRANTED_IN_PART)
    assert told() == [
        ("sms", "data-request:N:asked"),
        ("email", "data-request:N:asked:letter"),
        ("sms", "data-request:N:answered"),
    ]


def test_a_petition_that_is_rolled_back_tells_nobody() -> None:
    account = someone_with_a_letter_box()
    with pytest.raises(RuntimeError), unit_of_work() as work:
        notices.tell(work, account.id, Notice.WITHDRAWN, about="petition:7", now=NINE)
        raise RuntimeError("the power went")
    assert told() == []


def test_an_address_counts_from_the_code_in_its_letter_on_and_another_needs_its_own() -> None:
    by = citizen(people.a_citizen().id)
    gives(by)
    assert not confirmed(by)
    code = asks(by)
    for _ in range(2):
        mail_address.confirm(f" {code[:3]} {code[3:]} ", by=by, now=in_minutes(1))
    assert confirmed(by)
    gives(by, name="Nguyễn Văn Lành", at=2)
    assert confirmed(by), "the name is another matter"
    gives(by, "khac@thu.vn", at=3)
    assert not confirmed(by)
    gives(by, at=4)
    assert not confirmed(by), "whoever has it now is asked again"
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "mail_address_confirmed")
    ).all()
    assert [entry.details for entry in entries] == [{"by": "citizen"}]


def test_the_letter_with_the_code_goes_out_at_most_once_and_in_time() -> None:
    by = citizen(people.a_citizen().id)
    gives(by)
    asks(by)
    row = notifications.newest(1)[0]
    assert (row.purpose, row.useful_until) == ("code", NINE + mail_address.CODE_LIFE)


@pytest.mark.parametrize("typed", ["", "không có", "12345", "١٢٣٤٥٦", "9" * 5_000])
def test_what_is_no_code_costs_no_try(typed: str) -> None:
    by = citizen(people.a_citizen().id)
    gives(by)
    code = asks(by)
    for _ in range(6):
        with pytest.raises(InvalidInput) as refusal:
            mail_address.confirm(typed, by=by, now=NINE)
        assert refusal.value.field == "code"
    mail_address.confirm(code, by=by, now=NINE)
    assert confirmed(by)


def test_guessing_ends_after_five_tries_and_waiting_after_half_an_hour() -> None:
    by = citizen(people.a_citizen().id)
    gives(by)
    code = asks(by)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(InvalidInput, match="chưa đúng"):
            mail_address.confirm(wrong, by=by, now=NINE)
    with pytest.raises(TooMany):
        mail_address.confirm(code, by=by, now=NINE)
    later = asks(by, at=2)
    with pytest.raises(InvalidInput, match="hết hạn"):
        mail_address.confirm(later, by=by, now=in_minutes(33))
    assert not confirmed(by)


def test_the_code_of_one_address_confirms_no_other() -> None:
    by = citizen(people.a_citizen().id)
    gives(by)
    code = asks(by)
    gives(by, "khac@thu.vn")
    with pytest.raises(InvalidInput):
        mail_address.confirm(code, by=by, now=NINE)
    assert not confirmed(by)


def test_letters_with_codes_are_asked_for_once_a_minute_and_five_times_an_hour() -> None:
    by = citizen(people.a_citizen().id)
    with pytest.raises(InvalidInput) as refusal:
        mail_address.send_code(by=by, now=NINE)
    assert refusal.value.field == "email", "there is no address yet"
    gives(by)
    asks(by)
    with pytest.raises(TooMany):
        mail_address.send_code(by=by, now=in_minutes(0.5))
    for at in (2, 4, 6, 8):
        asks(by, at)
    with pytest.raises(TooMany):
        mail_address.send_code(by=by, now=in_minutes(10))
    rounds.each_minute(in_minutes(120))
    mail_address.confirm(asks(by, 121), by=by, now=in_minutes(121))
    mail_address.send_code(by=by, now=in_minutes(200))
    assert len([row for row in notifications.newest() if row.channel == "email"]) == 6, (
        "confirmed is confirmed"
    )


def test_addresses_of_letters_leave_the_outbox_after_a_week_and_phones_of_notices_stay() -> None:
    account = someone_with_a_letter_box()
    people.a_petition(account)
    send = notifications.deliver_due
    send(lambda *_about: notifications.Receipt("taken"), in_minutes(1))
    rounds.each_minute(NINE + timedelta(days=6))
    assert len(told()) == 2
    rounds.each_minute(NINE + timedelta(days=8))
    assert told() == [("sms", "petition:N:received")]
    assert db.session.scalar(select(Petition.id)) is not None
