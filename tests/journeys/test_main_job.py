"""The main job with plain forms alone, on both databases, every form of the citizen sent twice."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests import people
from tests.journeys.hands import Hands
from webapp.clock import utc_now
from webapp.extensions import db
from webapp.models import Message, Petition, Visit
from webapp.services import notifications


@pytest.fixture
def someone(app: Flask) -> Callable[[], Hands]:
    people.places()
    people.a_sitting(start=utc_now())
    return lambda: Hands(app)


def signs_in(citizen: Hands, phone: str = "0912 345 678") -> None:
    citizen.opens("/petitions/new").fills("Nhận mã", phone=phone)
    code = notifications.newest(1)[0].body.split(": ")[1][:6]
    citizen.fills("Tiếp tục", code=code)


def presents(citizen: Hands, kind: str = "complaint", protection: str | None = None) -> None:
    citizen.fills("Tiếp tục", kind=kind)
    if protection:
        citizen.fills("Tiếp tục", protection_wanted=protection)
    if protection == "yes":
        return
    citizen.fills("Tiếp tục", on_behalf="myself")
    citizen.fills("Tiếp tục", full_name="Nguyễn Văn Lành", birth_year="1962")
    citizen.fills("Tiếp tục", paper_kind="passport", paper_number="C1234567")
    citizen.fills("Tiếp tục", lives_in="09706", village="Xóm Mít")
    citizen.fills("Tiếp tục", happened_in="09700")
    citizen.fills("Bỏ qua câu này")
    citizen.fills("Tiếp tục", narrative=people.STORY)
    citizen.fills("Tiếp tục", against="Quyết định số 15 của Ủy ban nhân dân xã")
    citizen.fills("Tiếp tục", settled="no")
    citizen.fills("Tiếp tục", wish="Đo lại đất của gia đình tôi.")
    citizen.follows("Tiếp tục")  # without papers
    citizen.presses_twice("Gửi đơn")
    assert "Đã nhận đơn của Ông/Bà" in citizen.reads
    citizen.follows("Lấy số gặp cán bộ")


def count(table: type) -> int:
    db.session.rollback()  # see what the requests have written since
    return db.session.query(table).count()


def sits_down(officer: Hands) -> None:
    account, desk = people.an_officer(), people.a_desk()
    officer.opens("/desk").fills("Đăng nhập", username=account.username or "", password=people.PASSWORD)
    officer.fills(f"Bàn {desk.number}")


def test_from_the_home_page_to_the_outcome(someone: Callable[[], Hands]) -> None:
    citizen, officer = someone(), someone()
    signs_in(citizen)
    presents(citizen)
    citizen.presses_twice("Lấy số", place="home")
    assert "Số của Ông/Bà 001" in citizen.reads
    assert count(Petition) == count(Visit) == 1

    sits_down(officer)
    officer.fills("Gọi số tiếp theo: 001")
    assert "Nguyễn Văn Lành" in officer.reads

    citizen.opens(citizen.path)
    assert "Mời Ông/Bà số 001 vào phòng tiếp" in citizen.reads
    citizen.follows("Vào phòng tiếp")
    citizen.presses_twice("Tin nhắn", body="Tôi nhận quyết định hôm 2 tháng 10")
    assert count(Message) == 1

    officer.opens("/desk")
    assert "Đang tiếp" in officer.reads
    assert "hôm 2 tháng 10" in officer.reads
    officer.fills("Tin nhắn", body="Ông cho xem trang 2")
    citizen.opens(citizen.path)
    assert "Ông cho xem trang 2" in citizen.reads

    officer.fills(
        "Kết thúc lượt tiếp", body="Đo thiếu 46 m².", outcome="accepted", explanation="Đề nghị đo lại."
    )
    assert "Bàn đang trống" in officer.reads
    citizen.opens(citizen.path)
    assert "Đề nghị thụ lý" in citizen.reads
    assert "Đề nghị đo lại." in citizen.reads
    assert "Lấy số 001" in citizen.reads and "Kết thúc" in citizen.reads


def test_a_denouncer_who_asks_for_protection_is_shown_the_way_in_person(someone: Callable[[], Hands]) -> None:
    citizen = someone()
    signs_in(citizen)
    presents(citizen, "denunciation", "yes")
    assert "Gặp trực tiếp, kín đáo" in citizen.reads
    assert count(Visit) == 0


def test_a_denunciation_waits_for_an_officers_decision_and_stays_nameless(
    someone: Callable[[], Hands],
) -> None:
    citizen, officer = someone(), someone()
    signs_in(citizen)
    presents(citizen, "denunciation", "no")
    citizen.fills("Lấy số", place="home")
    assert "Cán bộ đang xem đơn trước khi gọi" in citizen.reads

    sits_down(officer)
    assert "Chưa gọi được ai" in officer.reads
    assert "Nguyễn Văn Lành" not in officer.reads and "Tố cáo" not in officer.reads
    officer.follows("Quyết định cách tiếp").fills(
        "Tiếp trực tuyến", online="yes", reason="Việc phức tạp, giữ kín được"
    )
    officer.fills("Gọi số tiếp theo: 001")
    assert "Nguyễn Văn Lành" not in officer.reads
    officer.fills("Mở danh tính", reason="Cần gửi giấy mời cho người tố cáo")
    assert "Nguyễn Văn Lành" in officer.reads


def test_who_left_the_queue_takes_another_number(someone: Callable[[], Hands]) -> None:
    citizen = someone()
    signs_in(citizen)
    presents(citizen)
    citizen.fills("Lấy số", place="home").fills("Rời hàng chờ")
    assert "Đã rời hàng chờ" in citizen.reads
    citizen.follows("Xem đơn, lấy số khác").follows("Lấy số gặp cán bộ").fills("Lấy số", place="home")
    assert "Số của Ông/Bà 002" in citizen.reads


def test_an_admin_makes_an_account_whose_owner_sets_the_password(
    someone: Callable[[], Hands], app: Flask
) -> None:
    from webapp.models import Role

    admin, newcomer = someone(), someone()
    account = people.staff(Role.ADMIN)
    admin.opens("/admin/accounts").fills(
        "Đăng nhập", username=account.username or "", password=people.PASSWORD
    )
    admin.follows("Thêm tài khoản").presses_twice(
        "Lưu", username="canbo9", full_name="Phùng Thị Mận", roles="officer", desk_rights="y"
    )
    admin.fills("Đặt lại mật khẩu")
    link = admin.page.get_data(as_text=True).split('value="http://localhost')[1].split('"')[0]  # type: ignore[union-attr]
    newcomer.opens(link).fills("Đặt mật khẩu", password="một câu dễ nhớ của tôi")
    newcomer.fills("Đăng nhập", username="canbo9", password="một câu dễ nhớ của tôi")
    assert "Hàng chờ hôm nay" in newcomer.reads

    admin.follows("quay lại").fills("Khóa tài khoản")
    newcomer.opens("/desk")
    assert "Cán bộ đăng nhập" in newcomer.reads
