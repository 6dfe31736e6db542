"""A guest with plain forms alone, on both databases: invited, let in, heard, put out."""

import re
from collections.abc import Callable

from tests.journeys.hands import Hands
from tests.journeys.test_main_job import count, presents, signs_in, sits_down
from tests.journeys.test_main_job import someone as someone
from webapp.models import Message, Participant


def test_an_interpreter_is_invited_and_takes_part(someone: Callable[[], Hands]) -> None:
    citizen, officer, guest, late = (someone() for _ in range(4))
    signs_in(citizen)
    presents(citizen)
    citizen.fills("Lấy số", place="home")
    sits_down(officer)
    officer.fills("Gọi số tiếp theo: 001")
    citizen.opens(citizen.path).follows("Vào phòng tiếp")

    officer.opens("/desk").presses_twice(
        "Tạo đường dẫn", role="interpreter", name="Trần Thị Mỵ", unit="Trung tâm", holds="30"
    )
    assert officer.page is not None
    (link,) = set(re.findall(r"/guest/[0-9a-f]{40}", officer.page.text))
    assert count(Participant) == 3, "the officer, the citizen, and one guest"

    guest.opens(link)
    assert "Người mời Lê Thu Hà" in guest.reads and "Trần Thị Mỵ" in guest.reads
    guest.fills("Đúng là tôi, xin vào")
    assert "Chờ cán bộ cho vào" in guest.reads
    refusal = late._asks(late._client.get, link)
    assert (refusal.status_code, "đã có người dùng" in refusal.text) == (409, True)

    officer.opens("/desk").presses_twice("Cho vào")
    officer.fills("Điều hành: được mời mới nói")
    guest.opens("/guest")
    assert "Nguyễn Văn Lành" in guest.reads and "Micro mở khi cán bộ mời nói" in guest.reads
    guest.presses_twice("Giơ tay xin nói")
    guest.presses_twice("Tin nhắn", body="Tôi xin dịch câu này")
    assert count(Message) == 1
    officer.opens("/desk")
    assert "Giơ tay" in officer.reads and "Tôi xin dịch câu này" in officer.reads
    officer.fills("Mời nói")
    citizen.opens(citizen.path)
    assert "Trần Thị Mỵ" in citizen.reads

    officer.opens("/desk").fills("Xác nhận", reason="Đã dịch xong")
    assert "Đã dịch xong" in guest.opens("/guest").reads
