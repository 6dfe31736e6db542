"""Giấy biên nhận thông tin, tài liệu (decree 154/2026, form 02/TCD), in Vietnamese as the form is."""

from datetime import datetime

from ..clock import local
from ..domain.evidence import KIND_LABELS
from ..domain.identity_papers import PAPER_LABELS
from ..domain.representation import PROOF_LABELS, from_words
from ..domain.telling import TOLD
from ..models import Evidence, EvidenceReceipt, Petition, Petitioner
from .typesetting import pdf as typeset

_RECEIVER = "Hệ thống Tiếp công dân trực tuyến"
_UNTOLD = "chưa khai"
_SEALED = "Người nộp đơn mã"
"""Whose name is kept is not told either: that alone would say what the petition is."""


def pdf(receipt: EvidenceReceipt, dated: datetime) -> bytes:
    """The receipt as of that day, its own or a later one on which it was drawn anew after a correction.

    Of a denunciation it names nobody.
    """
    petition, there = receipt.petition, local(receipt.issued_at)
    day = f"ngày {there.day:02d} tháng {there.month:02d} năm {there.year}"
    sealed, anew = petition.petitioner.sealed, local(dated)
    again = (
        f" Lập lại ngày {anew:%d/%m/%Y} sau khi sửa ngày cấp, nơi cấp; các bản lập trước vẫn được giữ."
        if dated != receipt.issued_at
        else ""
    )
    data = {
        "title": "GIẤY BIÊN NHẬN THÔNG TIN, TÀI LIỆU",
        "form": "Mẫu số 02/TCD",
        "number": f"Số: {receipt.number}/{petition.code}",
        "place_and_date": f"Hà Nội, ngày {anew.day:02d} tháng {anew.month:02d} năm {anew.year}",
        "when_and_where": f"Vào {there.hour} giờ {there.minute:02d} phút, {day}, tại: cổng Tiếp công dân trực tuyến.",
        "receiver": _RECEIVER,
        "position": "nhận thay Ban Tiếp công dân thành phố Hà Nội.",
        "giver": f"{_SEALED} {petition.code}" if sealed else petition.petitioner.full_name,
        "paper": _paper(petition.petitioner, dated),
        "petition": _petition(petition),
        "files": [_row(number, file, sealed) for number, file in enumerate(receipt.files, 1)],
        "missing": _missing(receipt),
        "copies": "Giấy biên nhận thông tin, tài liệu, được lập thành 02 bản, "
        "giao cho người cung cấp thông tin, tài liệu 01 bản.",
        "giver_note": "(nộp qua mạng sau khi đăng nhập)",
        "receiver_note": "(lập tự động, không ký tay)",
        "proof": "Hệ thống giữ dấu riêng (SHA-256) của từng tệp, nên biết được nếu tệp bị sửa." + again,
    }
    return typeset("receipt-of-documents", data, at=dated)


def _paper(petitioner: Petitioner, dated: datetime) -> str:
    if petitioner.sealed:
        return "Số giấy tờ: như đã khai trong đơn."
    issue = petitioner.issue_at(dated)
    on, by = issue.on, issue.by
    number = f"Số {PAPER_LABELS[petitioner.paper_kind]}: {petitioner.paper_number}"
    return f"{number}, ngày cấp: {f'{on:%d/%m/%Y}' if on else _UNTOLD}, nơi cấp: {by or _UNTOLD}."


def _missing(receipt: EvidenceReceipt) -> str:
    """Which proofs of whoever speaks for others were still missing on that day (decree 154/2026 art. 13)."""
    names = "; ".join(PROOF_LABELS[proof] for proof in from_words(receipt.missing))
    return f"Giấy tờ chứng minh tư cách chưa có: {names}." if names else ""


def _petition(petition: Petition) -> str:
    """What the papers belong to; of a matter told by word of mouth nobody looks for a text."""
    told = f" ({TOLD.lower()}, cán bộ ghi lại)" if petition.told_aloud else ""
    return f"Kèm đơn mã {petition.code}{told}, nộp ngày {local(petition.submitted_at):%d/%m/%Y},"


def _row(number: int, file: Evidence, sealed: bool) -> dict[str, str]:
    there = local(file.kept_at or file.began_at)
    kind = KIND_LABELS[file.kind] if file.kind else ""
    return {
        "name": f"Tệp {number} ({kind})" if sealed else f"{file.name} ({kind})",
        "pages": str(file.pages or ""),
        "at": f"{there.hour}:{there.minute:02d} {there:%d/%m/%Y}",
        "condition": "Bản điện tử, chưa đối chiếu bản gốc",
    }
