"""What people can rely on at the pages of signing in, of their devices, and of messages that did not go out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import people
from tests.views.conftest import Browser, Page
from webapp.clock import utc_now
from webapp.domain.deliveries import NO_ANSWER_IN_TIME, NoAnswer, Receipt, Refused
from webapp.domain.sign_in_rules import read_code
from webapp.models import Account, Role
from webapp.rendering import clock
from webapp.services import notifications, sessions, sign_in
from webapp.services.one_time_codes import Asked
from webapp.services.unit_of_work import unit_of_work

Make = Callable[[Account | None], Browser]
PHONE = "+84912345678"
pytestmark = pytest.mark.usefixtures("app")


def test_the_message_as_it_came_signs_in_when_it_is_pasted(browser: Make) -> None:
    person = _asks(browser(None))
    assert _enters(person, code=notifications.newest(1)[0].body).location == "/account"
    assert person.get("/account").status_code == 200


def test_on_ones_own_device_the_browser_keeps_the_session_for_thirty_days(browser: Make) -> None:
    cookie = _cookie(_enters(_asks(browser(None))))
    days = (parsedate_to_datetime(cookie["expires"]) - utc_now()).total_seconds() / 86_400
    assert 29.9 < days <= 30


@pytest.mark.parametrize("staff", [False, True])
def test_on_a_shared_device_and_for_staff_it_ends_with_the_browser(browser: Make, staff: bool) -> None:
    person = browser(None)
    if staff:
        name = people.an_officer().username or ""
        answer = person.post("/staff/login", {"username": name, "password": people.PASSWORD})
    else:
        answer = _enters(_asks(person), shared="y")
    assert answer.status_code == 303
    assert {"expires", "max-age"}.isdisjoint(_cookie(answer))


def test_the_tick_for_a_shared_device_stays_when_the_code_was_wrong(browser: Make) -> None:
    answer = _asks(browser(None)).post("/login/code", {"code": "12", "shared": "y"})
    assert (answer.status_code, Page(answer.text).holds("shared")) == (422, ["y"])


def test_a_form_whose_answer_was_lost_is_answered_when_it_is_sent_again(browser: Make, app: Flask) -> None:
    person, key = _asks(browser(None)), people.key()
    before = person.client.get_cookie("tcd")
    form = {"code": notifications.newest(1)[0].body, "key": key}
    assert person.post("/login/code", form).location == "/account"
    person.client.set_cookie("tcd", before.value if before else "")
    assert person.post("/login/code", form).location == "/account"
    assert Page(person.get("/account").text).text.count("Đăng nhập lúc") == 1


def test_the_page_says_when_another_code_may_be_asked_for(browser: Make) -> None:
    person = _asks(browser(None))
    [told] = [one for one in Page(person.get("/login/code").text).all("p") if "data-wait" in one]
    assert 0 < int(told["data-wait"]) <= 60
    early = person.post("/login/code/resend")
    assert (early.status_code, 0 < int(early.headers["Retry-After"]) <= 60) == (429, True)
    assert "Hãy chờ một phút rồi xin mã khác." in Page(early.text).text
    assert Page(early.text).all("input")[1]["name"] == "key", "the code that came can still be typed"


def test_after_five_codes_the_page_says_from_what_time_on_there_are_more(browser: Make) -> None:
    now = utc_now().replace(second=30)  # a second more or less is the same minute
    for minutes in (50, 40, 30, 20):
        sign_in.send_code(PHONE, asked=Asked("192.0.2.1"), now=now - timedelta(minutes=minutes))
    person = _asks(browser(None))
    told = f"Từ {clock(now + timedelta(minutes=10))} thì xin mã khác được."
    assert told in Page(person.get("/login/code").text).text
    assert 500 < int(person.post("/login/code/resend").headers["Retry-After"]) < 700


def test_whoever_asks_again_at_once_comes_to_the_page_of_the_code(browser: Make) -> None:
    """The first answer may have been lost on the way; the code has come all the same."""
    _asks(browser(None))
    assert _enters(_asks(browser(None))).location == "/account"
    assert len(notifications.newest()) == 1


def test_where_no_code_was_sent_nobody_is_led_to_the_page_of_the_code(browser: Make) -> None:
    """Also in the last minute of the hour in which an address had its five."""
    asked, at = Asked("203.0.113.9"), utc_now() - timedelta(minutes=59, seconds=30)
    for number in range(5):
        sign_in.send_code(f"+8498765432{number}", asked=asked, now=at)
    answer = browser(None).post("/login", {"phone": PHONE}, environ_base={"REMOTE_ADDR": asked.address})
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 60) == (429, True)
    assert "Đã xin mã nhiều lần. Hãy chờ một phút" in Page(answer.text).beside("phone")
    assert len(notifications.newest()) == 5


def test_the_code_field_is_what_phones_look_for(app: Flask, browser: Make) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_host="tiepdan.example")
    page = Page(_asks(browser(None)).get("/login/code").text)
    [field] = [one for one in page.all("input") if one.get("name") == "code"]
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    assert int(field["maxlength"]) > len(notifications.newest(1)[0].body)
    assert notifications.newest(1)[0].body.splitlines()[-1].startswith("@tiepdan.example #")


def test_people_see_where_they_are_signed_in_and_end_one_or_all_others(browser: Make) -> None:
    account = people.a_citizen()
    lost, left = browser(account), browser(account)
    code = account.session_code
    here = browser(account)
    page = Page(here.get("/account").text)
    assert page.text.count("Chrome trên Android") == 3
    assert page.text.count("Máy này") == 1
    ended = here.post("/account/devices/end-others")
    assert (ended.status_code, ended.location) == (303, "/account/devices")
    assert [person.get("/account").status_code for person in (lost, left, here)] == [302, 302, 200]
    assert here.post(f"/account/devices/{code}/end").status_code == 303, "what is over stays over"
    third = browser(account)
    assert here.post(f"/account/devices/{account.session_code}/end").status_code == 303
    assert third.get("/account").status_code == 302


def test_staff_see_their_devices_on_a_page_of_their_own(browser: Make) -> None:
    account = people.an_officer()
    other, here = browser(account), browser(account)
    assert "/account/devices" in Page(here.get("/desk").text).links()
    assert Page(here.get("/account/devices").text).text.count("Chrome trên Android") == 2
    here.post("/account/devices/end-others")
    assert [person.get("/desk").status_code for person in (other, here)] == [302, 200]


def test_whoever_signs_out_cannot_come_back_by_the_old_cookie(browser: Make) -> None:
    account = people.a_citizen()
    person = browser(account)
    person.get("/account")
    kept = person.client.get_cookie("tcd")
    assert person.post("/logout").status_code == 303
    person.client.set_cookie("tcd", kept.value if kept else "")
    assert person.get("/account").status_code == 302
    assert sessions.list_of(account.id, now=utc_now()) == []


def test_an_admin_sees_what_did_not_go_out_and_nothing_of_what_it_said(browser: Make) -> None:
    _asks(browser(None))
    code = read_code(notifications.newest(1)[0].body)
    _deliver(NoAnswer(NO_ANSWER_IN_TIME))
    with unit_of_work() as work:
        about = {"key": "near:7", "now": utc_now()}
        notifications.enqueue(work, notifications.EMAIL, "lanh@example.vn", "Sắp đến lượt.", **about)
    _deliver(Refused("HTTP 400"))
    admin = browser(people.staff(Role.ADMIN))
    page = Page(admin.get("/admin/messages").text)
    for told in ("0912 ••• 678", "Không rõ", "cổng không trả lời kịp", "l•••@example.vn", "HTTP 400"):
        assert told in page.text
    for hidden in (code, "345 678", "lanh@", "Sắp đến lượt"):
        assert hidden not in page.text
    [again] = [one["action"] for one in page.all("form") if one.get("action", "").endswith("/again")]
    assert admin.post(again).status_code == 303
    assert "HTTP 400" not in Page(admin.get("/admin/messages").text).text
    taken: list[str] = []
    notifications.deliver_due(lambda *message: taken.append(message[2]) or Receipt(), utc_now())
    assert taken == ["Sắp đến lượt."]


def _asks(person: Browser) -> Browser:
    answer = person.post("/login", {"phone": "0912 345 678"})
    assert answer.location.startswith("/login/code")
    return person


def _enters(person: Browser, **form: str) -> TestResponse:
    code = read_code(notifications.newest(1)[0].body)
    return person.post("/login/code", {"code": code, "key": people.key()} | form)


def _cookie(answer: TestResponse) -> dict[str, str]:
    [line] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("tcd=")]
    parts = (part.strip().partition("=") for part in line.split(";"))
    return {name.lower(): value for name, _, value in parts}


def _deliver(problem: Exception) -> None:
    def send(*_message: str) -> Receipt:
        raise problem

    assert notifications.deliver_due(send, utc_now()) == 0
