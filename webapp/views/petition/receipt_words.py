"""What the receipt of a petition says.

It names nobody and nothing of the matter, and is worded alike for every kind: whoever finds it on a printer
or a phone cannot tell that somebody denounces.
"""

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from ...clock import local
from ...config import Settings
from ...documents.receipt_of_petition import Paper, Part
from ...domain.codes import in_groups
from ...domain.deadlines import Deadline, Term, due
from ...domain.petition_kinds import OPEN_LABELS
from ...domain.telling import TELLING_SENTENCES, TEXT_TITLES, TOLD
from ...models import Petition
from ...rendering import clock
from ...services import calendar


def first_answer(petition: Petition) -> Deadline:
    """By when the Board says what becomes of it, counted from the day on which it came (law art. 28.1)."""
    return due(
        Term.FIRST_ANSWER, local(petition.submitted_at).date(), calendar.as_it_stood(petition.submitted_at)
    )


def receipt_paper(petition: Petition, settings: Settings) -> Paper:
    """The notice that it was received, which the law promises (law art. 7.1), as a paper."""
    day = f"{local(petition.submitted_at):%d/%m/%Y}"
    return Paper(
        lang=str(get_locale() or "vi"),
        title=_("Biên nhận đơn"),
        place_and_date=_("Hà Nội, ngày %(day)s", day=day),
        opening=_("Ban Tiếp công dân TP Hà Nội đã nhận đơn sau đây của Ông/Bà:"),
        facts=[
            (_("Mã đơn"), in_groups(petition.code)),
            (_("Nhận lúc"), f"{clock(petition.submitted_at)} {day}"),
            (_("Loại việc"), _(OPEN_LABELS[petition.kind])),
            *([(_("Nội dung"), what_is_told(petition))] if petition.told_aloud else []),
            (_("Nơi nhận"), _("Ban Tiếp công dân TP Hà Nội, qua trang Tiếp công dân trực tuyến")),
        ],
        parts=[
            Part(_("Việc tiếp theo"), _what_follows(petition, settings)),
            Part(_("Xem việc đến đâu"), _how_to_follow(settings)),
        ],
        note=_(
            "Biên nhận không ghi tên người gửi và nội dung đơn, để người khác nhìn thấy cũng không biết. "
            "Hệ thống lập tự động, không ký tay."
        ),
    )


def what_is_told(petition: Petition) -> str:
    """That it is told by word of mouth; which texts only where the story itself is written.

    With the story any text may be left to the officer, and which must be there tells the kind.
    """
    told = petition.told_aloud
    if "narrative" in told:
        return _(TOLD)
    return f"{_(TOLD)}: {', '.join(_(title) for field, title in TEXT_TITLES.items() if field in told)}"


def _what_follows(petition: Petition, settings: Settings) -> list[str]:
    answer = first_answer(petition)
    by = _("Chậm nhất ngày %(day)s:", day=f"{answer.on:%d/%m/%Y}")
    return [
        f"{by} {_(answer.rule.promise)} ({_(answer.rule.article)}).",
        *([_(TELLING_SENTENCES[petition.told])] if petition.told_aloud else []),
        _(
            "Gặp cán bộ: lấy số trên trang Tiếp công dân trực tuyến, hoặc gọi %(hotline)s để được hẹn.",
            hotline=_unbroken(settings.hotline),
        ),
        _("Nhớ thêm điều gì thì bổ sung vào đơn, có ghi ngày."),
    ]


def _how_to_follow(settings: Settings) -> list[str]:
    host = settings.public_host
    return [
        _(
            "Trên trang Tiếp công dân trực tuyến, bấm “%(link)s”, ghi mã đơn và số điện thoại dùng để đăng "
            "nhập. Trang mở bằng mã nhắn vào số đó.",
            link=_("Xem việc của tôi đến đâu"),
        ),
        *([_("Địa chỉ: %(where)s", where=host + url_for("tracking.page"))] if host else []),
        _("Không vào mạng được thì gọi %(hotline)s.", hotline=_unbroken(settings.hotline)),
    ]


def _unbroken(number: str) -> str:
    return number.replace(" ", "\u00a0")
