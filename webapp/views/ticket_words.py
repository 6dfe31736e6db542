"""What a ticket says, the same on the page, on paper and in the calendar: never a name or what it is about."""

from dataclasses import dataclass
from datetime import datetime

import segno
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from ..clock import local
from ..config import Settings
from ..models import Visit
from ..rendering import clock, weekday
from ..services import reception


@dataclass(frozen=True)
class Ticket:
    """The words of one ticket, in the reader's language; `address` is all that the QR code holds."""

    number: str
    at: datetime
    time: str
    day: str
    weekday: str
    where: str
    street: str
    directions: str
    prepare: list[str]
    change: str
    address: str
    qr_label: str

    @property
    def qr(self) -> Markup:
        """As a picture in the page."""
        code = segno.make(self.address, error="m")
        drawn = code.svg_inline(light="#fff", border=2, omitsize=True, svgclass="qr")
        return Markup(drawn)  # noqa: S704 - drawn by us, of dark and light squares alone


def of(visit: Visit, settings: Settings) -> Ticket:
    point, at = visit.bridge_point, visit.slot_start or visit.sitting.starts_at
    alone = visit.petition.account.phone is not None
    return Ticket(
        number=visit.ticket,
        at=at,
        time=clock(at) if visit.slot_start else "",
        day=at_day(at),
        weekday=weekday(at),
        where=point.name if point else _("Gặp qua điện thoại, ở nhà"),
        street=point.address if point else "",
        directions=point.directions if point else "",
        prepare=_to_prepare(at_home=point is None, for_now=visit.slot_start is None),
        change=_change(visit, settings.hotline.replace(" ", "\u00a0"), alone=alone),
        # Whoever has no phone cannot sign in: their code leads to the page that everyone can open.
        address=url_for("waiting.page", code=visit.code, _external=True)
        if alone
        else url_for("tracking.page", _external=True),
        qr_label=_("Mã QR: địa chỉ của giấy hẹn này") if alone else _("Mã QR: trang tra cứu đơn"),
    )


def _change(visit: Visit, hotline: str, *, alone: bool) -> str:
    if not alone:
        return _("Đổi giờ hoặc hủy: hỏi người ở điểm cầu này, hoặc gọi %(hotline)s.", hotline=hotline)
    if visit.slot_start is None:
        return _(
            "Muốn gặp lúc khác: trước khi được gọi, hủy số này trên trang Tiếp công dân trực tuyến, "
            "mục Việc của tôi, rồi lấy số hoặc hẹn giờ khác; hoặc gọi %(hotline)s.",
            hotline=hotline,
        )
    return _(
        "Đổi giờ hoặc hủy: trước giờ hẹn, trên trang Tiếp công dân trực tuyến, mục Việc của tôi, "
        "hoặc gọi %(hotline)s. Còn dưới %(hours)d giờ thì xin ghi thêm lý do.",
        hours=reception.TIMES.late_change.total_seconds() // 3600,
        hotline=hotline,
    )


def at_day(at: datetime) -> str:
    """19/11/2026, in Hanoi."""
    return f"{local(at):%d/%m/%Y}"


def _to_prepare(*, at_home: bool, for_now: bool) -> list[str]:
    papers = [
        _("Căn cước công dân, hoặc giấy tờ đã ghi trong đơn"),
        _("Đơn và giấy tờ liên quan"),
    ]
    if at_home:
        return [*papers, _("Chỗ yên tĩnh, đủ sáng, máy đầy pin")]
    if for_now:
        return [*papers, _("Đến điểm cầu thì báo với người ở đó")]
    return [*papers, _("Đến trước giờ hẹn 15 phút, báo với người ở điểm cầu")]
