"""On whose behalf a petition is brought, and what proves it.

Legal source: decree 154/2026 art. 13 (proofs), law on reception of citizens art. 29 (groups).
"""

from collections.abc import Iterable
from enum import StrEnum

from .errors import InvalidInput
from .texts import N_


class OnBehalf(StrEnum):
    """For whom the person at the keyboard petitions."""

    MYSELF = "myself"
    REPRESENTATIVE = "representative"
    MANDATEE = "mandatee"
    LAWYER = "lawyer"
    LEGAL_AID = "legal_aid"
    GROUP = "group"

    @property
    def for_another(self) -> bool:
        """Whether one other person, or an organisation, stands behind."""
        return self not in (OnBehalf.MYSELF, OnBehalf.GROUP)


BEHALF_LABELS = {
    OnBehalf.MYSELF: N_("Cho tôi"),
    OnBehalf.GROUP: N_("Cho nhiều người, có tôi trong đó"),
    OnBehalf.REPRESENTATIVE: N_("Tôi đại diện cho một người hoặc tổ chức"),
    OnBehalf.MANDATEE: N_("Tôi được ủy quyền"),
    OnBehalf.LAWYER: N_("Tôi là luật sư"),
    OnBehalf.LEGAL_AID: N_("Tôi là trợ giúp viên pháp lý"),
}

ROLE_WORDS = {
    OnBehalf.MYSELF: N_("Chính người viết"),
    OnBehalf.GROUP: N_("Đại diện nhóm"),
    OnBehalf.REPRESENTATIVE: N_("Người đại diện"),
    OnBehalf.MANDATEE: N_("Người được ủy quyền"),
    OnBehalf.LAWYER: N_("Luật sư"),
    OnBehalf.LEGAL_AID: N_("Trợ giúp viên pháp lý"),
}
"""The same, said of somebody else."""

BEHALF_HINTS = {
    OnBehalf.GROUP: N_("Cùng một việc, từ 2 người trở lên."),
    OnBehalf.REPRESENTATIVE: N_("Cha mẹ, người giám hộ, người đứng đầu tổ chức."),
    OnBehalf.MANDATEE: N_("Có giấy ủy quyền đã chứng thực."),
}


class Proof(StrEnum):
    """A paper by which somebody proves that they may speak for others."""

    REPRESENTATION = "representation"
    MANDATE = "mandate"
    LAWYER_CARD = "lawyer_card"
    LEGAL_REQUEST = "legal_request"
    LEGAL_AID_CARD = "legal_aid_card"
    LEGAL_AID_ASSIGNMENT = "legal_aid_assignment"
    APPOINTMENT = "appointment"


PROOF_LABELS = {
    Proof.REPRESENTATION: N_("Giấy tờ chứng minh việc đại diện"),
    Proof.MANDATE: N_("Giấy ủy quyền có công chứng hoặc chứng thực"),
    Proof.LAWYER_CARD: N_("Thẻ luật sư"),
    Proof.LEGAL_REQUEST: N_("Giấy yêu cầu giúp đỡ về pháp luật hoặc giấy ủy quyền"),
    Proof.LEGAL_AID_CARD: N_("Thẻ trợ giúp viên pháp lý"),
    Proof.LEGAL_AID_ASSIGNMENT: N_("Quyết định phân công trợ giúp pháp lý"),
    Proof.APPOINTMENT: N_("Giấy cử người đại diện, có chữ ký của tất cả mọi người"),
}

PROOFS: dict[OnBehalf, tuple[Proof, ...]] = {
    OnBehalf.MYSELF: (),
    OnBehalf.REPRESENTATIVE: (Proof.REPRESENTATION,),
    OnBehalf.MANDATEE: (Proof.MANDATE,),
    OnBehalf.LAWYER: (Proof.LAWYER_CARD, Proof.LEGAL_REQUEST),
    OnBehalf.LEGAL_AID: (Proof.LEGAL_AID_CARD, Proof.LEGAL_AID_ASSIGNMENT),
    OnBehalf.GROUP: (Proof.APPOINTMENT,),
}
"""Papers that the officer asks to see (decree 154/2026 art. 13; for a group law art. 29)."""

MOST_PEOPLE, MOST_REPRESENTATIVES = 10_000, 5
_FORCED_FROM = 5
"""Below five people the law asks for no representatives."""


def read_people(typed: str) -> int:
    """How many people petition together. Raises InvalidInput: no number from 2 to 10,000."""
    digits = typed.strip().replace(".", "").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 6):
        raise InvalidInput("Hãy ghi số người bằng chữ số, ví dụ 12.", "people")
    people = int(digits)
    if people < 2:
        raise InvalidInput("Nhiều người là từ 2 người. Một mình thì hãy chọn Cho tôi.", "people")
    if people > MOST_PEOPLE:
        raise InvalidInput("Số người lớn quá. Hãy xem lại.", "people")
    return people


def most_representatives(people: int) -> int:
    """How many may speak for so many: from 5 to 10 people two, over 10 five (law art. 29).

    Below five the law is silent: everyone may come.
    """
    if people < _FORCED_FROM:
        return people
    return 2 if people <= 10 else MOST_REPRESENTATIVES


def proofs_of(on_behalf: str) -> tuple[Proof, ...]:
    """The proofs for an answer as it stands in a draft; none for an answer not given."""
    return PROOFS[OnBehalf(on_behalf)] if on_behalf in set(OnBehalf) else ()


def read_proof(value: str, asked: tuple[Proof, ...]) -> Proof:
    """One of the papers that are asked for. Raises InvalidInput: any other."""
    found = next((proof for proof in asked if proof == value), None)
    if found is None:
        raise InvalidInput("Đơn này không cần giấy tờ ấy.")
    return found


def in_words(proofs: Iterable[Proof]) -> str:
    """Several proofs as one column keeps them: their words with spaces between, always in one order.

    >>> in_words([Proof.LEGAL_REQUEST, Proof.LAWYER_CARD])
    'lawyer_card legal_request'
    """
    chosen = set(proofs)
    return " ".join(proof for proof in Proof if proof in chosen)


def from_words(words: str) -> tuple[Proof, ...]:
    """The other way round; a word that is no proof is left out."""
    return tuple(proof for proof in Proof if proof in words.split())
