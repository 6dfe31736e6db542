"""How a visit ends: the law's outcomes and the grounds for refusing to receive.

Outcomes: law on citizen reception art. 26 and 28. Grounds: its art. 9 (L1 to L4) and decree
154/2026 art. 4.1 (a to k). L3 and h need a written notice of the head within three working
days; the others are explained in the room (art. 4.2, 4.3).
"""

from enum import StrEnum

from .errors import InvalidInput
from .texts import N_, clean_text


class OutcomeKind(StrEnum):
    """What was decided at the end of a visit."""

    ACCEPTED = "accepted"
    VERIFYING = "verifying"
    GUIDED = "guided"
    FORWARDED = "forwarded"
    URGED = "urged"
    ANSWERED = "answered"
    ENDED = "ended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SPLIT = "split"


OUTCOME_LABELS = {
    OutcomeKind.ACCEPTED: N_("Đề nghị thụ lý"),
    OutcomeKind.VERIFYING: N_("Cần xác minh thêm"),
    OutcomeKind.GUIDED: N_("Hướng dẫn"),
    OutcomeKind.FORWARDED: N_("Chuyển đơn"),
    OutcomeKind.URGED: N_("Đôn đốc"),
    OutcomeKind.ANSWERED: N_("Trả lời tại chỗ"),
    OutcomeKind.ENDED: N_("Đã giải quyết xong"),
    OutcomeKind.REFUSED: N_("Từ chối tiếp"),
    OutcomeKind.WITHDRAWN: N_("Công dân rút đơn"),
    OutcomeKind.SPLIT: N_("Tách đơn"),
}

OUTCOME_SENTENCES = {
    OutcomeKind.ACCEPTED: N_("Việc của Ông/Bà thuộc thẩm quyền và được đề nghị thụ lý giải quyết."),
    OutcomeKind.VERIFYING: N_("Cơ quan cần thêm thời gian xác minh rồi sẽ trả lời Ông/Bà."),
    OutcomeKind.GUIDED: N_(
        "Việc này do cơ quan khác giải quyết. Cán bộ đã hướng dẫn nơi Ông/Bà cần gửi đơn."
    ),
    OutcomeKind.FORWARDED: N_("Chúng tôi chuyển đơn của Ông/Bà đến cơ quan có thẩm quyền."),
    OutcomeKind.URGED: N_("Chúng tôi đôn đốc cơ quan đang giữ việc giải quyết cho Ông/Bà."),
    OutcomeKind.ANSWERED: N_("Cán bộ đã trả lời Ông/Bà ngay trong buổi tiếp."),
    OutcomeKind.ENDED: N_("Việc này đã được giải quyết đúng pháp luật. Cán bộ đã giải thích với Ông/Bà."),
    OutcomeKind.REFUSED: N_("Cán bộ không tiếp việc này và đã nói rõ lý do."),
    OutcomeKind.WITHDRAWN: N_("Ông/Bà đã rút đơn."),
    OutcomeKind.SPLIT: N_("Đơn có nhiều việc khác loại nên được tách thành từng đơn."),
}


class RefusalGround(StrEnum):
    """Why a visit may be refused; the letter is the clause."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    A = "a"
    B = "b"
    C = "c"
    D = "d"
    DD = "đ"
    E = "e"
    G = "g"
    H = "h"
    I = "i"  # noqa: E741 - the clause's own letter
    K = "k"


GROUND_LABELS = {
    RefusalGround.L1: N_("Say rượu, dùng chất kích thích hoặc không làm chủ được hành vi"),
    RefusalGround.L2: N_("Đe dọa, xúc phạm hoặc vi phạm nội quy tiếp công dân"),
    RefusalGround.L3: N_(
        "Đã giải quyết đúng pháp luật, đã thông báo bằng văn bản và đã được tiếp, giải thích"
    ),
    RefusalGround.L4: N_("Trường hợp khác theo pháp luật"),
    RefusalGround.A: N_("Mang vũ khí, chất nổ mà không gửi lại"),
    RefusalGround.B: N_("Không chấp hành kiểm tra an ninh"),
    RefusalGround.C: N_("Ghi âm, ghi hình, phát trực tiếp trái yêu cầu của người chủ trì"),
    RefusalGround.D: N_("Kích động, gây rối"),
    RefusalGround.DD: N_("Không đủ năng lực hành vi dân sự mà không có người đại diện"),
    RefusalGround.E: N_("Người đại diện không chứng minh được tư cách"),
    RefusalGround.G: N_("Nội dung không phải khiếu nại, tố cáo, kiến nghị, phản ánh"),
    RefusalGround.H: N_("Kiến nghị, phản ánh đã được tiếp, trả lời bằng văn bản, không có tình tiết mới"),
    RefusalGround.I: N_("Đã có bản án, quyết định có hiệu lực của Tòa án"),
    RefusalGround.K: N_("Cơ quan khác có thẩm quyền đang giải quyết"),
}

EXPLANATION_MAX = 2_000


def check_outcome(kind: OutcomeKind, ground: RefusalGround | None, explanation: str) -> str:
    """The explanation as it is kept: what was decided, in words for the citizen.

    Raises:
        InvalidInput: a refusal without its ground, or words missing or too long.
    """
    if kind is OutcomeKind.REFUSED and ground is None:
        raise InvalidInput("Từ chối tiếp phải ghi rõ căn cứ.", "ground")
    text = clean_text(explanation)
    if not text:
        raise InvalidInput("Hãy ghi kết quả bằng lời để công dân đọc.", "explanation")
    if len(text) > EXPLANATION_MAX:
        raise InvalidInput("Kết quả dài quá 2.000 chữ cái.", "explanation")
    return text
