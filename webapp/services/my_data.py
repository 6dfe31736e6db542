"""Everything kept about a citizen, for the citizen: to see, to take along, and in part to correct."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from ..domain.data_requests import ANSWER_LABELS
from ..domain.identity_papers import PAPER_LABELS
from ..domain.outcomes import OUTCOME_LABELS
from ..domain.own_data import ACTION_LABELS, STATE_LABELS
from ..domain.petition_kinds import KIND_LABELS
from ..domain.petition_matter import NEED_LABELS, SETTLED_LABELS, Need
from ..domain.representation import BEHALF_LABELS, PROOF_LABELS
from ..domain.telling import TOLD
from ..domain.texts import N_
from ..domain.visit_flow import By, State
from ..domain.working_days import day_in_hanoi
from ..extensions import db
from ..models import (
    Account,
    Attachment,
    AuditEntry,
    CallBack,
    ElectronicIdentity,
    Evidence,
    IdentityCheck,
    Message,
    OneTimeCode,
    Petition,
    PetitionDraft,
    Rating,
    Recording,
    SignInSession,
    Visit,
)
from . import (
    audit,
    contact_details,
    data_requests,
    device_checks,
    mail_address,
    petitions,
    place_story,
    proofs,
    registered,
    staff_deeds,
    tracking,
    visits,
)
from .actor import Actor
from .staff_deeds import Msgid, Row, Value
from .unit_of_work import unit_of_work

__all__ = ["Msgid", "Row", "Section", "Value", "as_json", "everything", "note_taken"]


@dataclass(frozen=True)
class Section:
    """One sort of things kept: its name in a file, its title, its rows."""

    name: str
    title: str
    rows: list[Row]


def everything(account_id: int) -> list[Section]:
    """All that is kept about the person, in sections; empty ones too, so that one sees what is not there."""
    account = db.session.get_one(Account, account_id)
    held = visits.list_of_citizen(account_id)
    return [Section(name, title, gather(account, held)) for name, title, gather in SECTIONS]


def as_json(sections: list[Section], now: datetime) -> str:
    """The sections under their names; times as ISO 8601."""

    def plain(value: object) -> str:
        if isinstance(value, date):
            return value.isoformat()
        raise TypeError(type(value).__name__)

    content = {"made_at": now} | {section.name: section.rows for section in sections}
    return json.dumps(content, ensure_ascii=False, indent=2, default=plain)


def _account(account: Account, _held: list[Visit]) -> list[Row]:
    language = Msgid(N_("Tiếng Anh") if account.language == "en" else N_("Tiếng Việt"))
    return [{"phone": account.phone, "since": account.created_at, "message_language": language}]


def _contact(account: Account, _held: list[Visit]) -> list[Row]:
    kept = contact_details.of_account(account.id)
    if kept is None:
        return _registered(account)
    told: Row = {"full_name": kept.full_name, "email": kept.email, "address": kept.address}
    return [told | {"updated_at": kept.updated_at, "email_confirmed_at": kept.email_confirmed_at}]


def _registered(account: Account) -> list[Row]:
    known = registered.of_account(account.id)
    if known is None:
        return []
    told = registered.told(known)
    return [
        {"full_name": told["full_name"], "paper_number": told["paper_number"], "address": told["village"]}
    ]


def _drafts(account: Account, _held: list[Visit]) -> list[Row]:
    return [
        {"begun_at": one.begun_at, "updated_at": one.updated_at, "answers": one.answers}
        for one in db.session.scalars(select(PetitionDraft).where(PetitionDraft.account_id == account.id))
    ]


def _petitions(account: Account, _held: list[Visit]) -> list[Row]:
    return [_petition(petition) for petition in petitions.list_of_citizen(account.id)]


def _petition(petition: Petition) -> Row:
    who, home = petition.petitioner, petitions.home_of(petition)
    issue = who.issue
    return {
        "code": petition.code,
        "kind": Msgid(KIND_LABELS[petition.kind]),
        "protection_wanted": petition.protection_wanted,
        "submitted_at": petition.submitted_at,
        "full_name": who.full_name,
        "paper_kind": Msgid(PAPER_LABELS[who.paper_kind]),
        "paper_number": who.paper_number,
        "paper_issued_on": issue.on,
        "paper_issued_by": issue.by or None,
        "issue_history": _issue_history(petition),
        "lives_in": home.full_name if home else None,
        "old_address": who.old_address,
        "happened_in": petition.happened_in.full_name,
        "narrative": petition.narrative,
        "told": Msgid(TOLD) if petition.told_aloud else None,
        "statements": "\n\n".join(one.body for one in petition.statements),
        "objections": "\n".join(
            step.words for one in petition.statements for step in one.steps if step.words
        ),
        "on_behalf": Msgid(BEHALF_LABELS[petition.on_behalf]),
        "people": petition.people,
        "represented": who.represented,
        "representatives": "\n".join(
            ", ".join(filter(None, (one.full_name, one.phone, one.address))) for one in who.representatives
        ),
        "birth_year": who.birth_year,
        "phone": who.phone,
        "village": who.village,
        "language": who.language,
        "needs": tuple(Msgid(NEED_LABELS[Need(need)]) for need in petition.needs.split()),
        "against": petition.against,
        "learned_on": petition.learned_on,
        "settled": Msgid(SETTLED_LABELS[petition.settled]) if petition.settled else None,
        "settled_by": petition.settled_by,
        "wish": petition.wish,
        "proofs_on_paper": tuple(
            Msgid(PROOF_LABELS[one.proof])
            for one in proofs.of_petition(petition)
            if one.promised or one.seen_at is not None
        ),
        "additions": "\n".join(one.body for one in petition.additions),
        "withdrawn_at": petition.withdrawn_at,
        "withdrawal_reason": petition.withdrawal_reason,
    }


def _issue_history(petition: Petition) -> str:
    """What was told of the paper's issue and when, the first first; nothing where it was never corrected."""
    who = petition.petitioner
    if not who.corrections:
        return ""
    told = [
        (petition.submitted_at, who.told_issue),
        *((one.at, one.issue) for one in who.corrections),
    ]
    days = (
        (f"{day_in_hanoi(at):%Y-%m-%d}", f"{issue.on:%d/%m/%Y}" if issue.on else "", issue.by)
        for at, issue in told
    )
    return "\n".join(" · ".join(part or "–" for part in row) for row in days)


def _visits(_account: Account, held: list[Visit]) -> list[Row]:
    return [_visit(visit) for visit in held]


def _visit(visit: Visit) -> Row:
    """Minutes are the person's to read once the visit is over."""
    home = Msgid(N_("Ở nhà, bằng điện thoại"))
    over = visit.minutes if visit.state is State.FINISHED else None
    return {
        "code": visit.code,
        "number": visit.ticket,
        "sitting": visit.sitting.starts_at,
        "slot": visit.slot_start,
        "state": Msgid(STATE_LABELS[visit.state]),
        "place": visit.bridge_point.name if visit.bridge_point else home,
        "priority": visit.priority,
        "outcome": Msgid(OUTCOME_LABELS[visit.outcome.kind]) if visit.outcome else None,
        "explanation": visit.outcome.explanation if visit.outcome else None,
        "minutes": over.body if over else None,
    }


def _messages(_account: Account, held: list[Visit]) -> list[Row]:
    mine = [visit.id for visit in held]
    rows = db.session.scalars(select(Message).where(Message.visit_id.in_(mine)).order_by(Message.id.desc()))
    return [{"at": row.sent_at, "mine": row.by is By.CITIZEN, "body": row.body} for row in rows]


def _attachments(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(
        select(Attachment).where(Attachment.author_id == account.id).order_by(Attachment.id.desc())
    )
    return [{"at": row.began_at, "name": row.name, "size": row.size} for row in rows]


def _evidence(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(
        select(Evidence).where(Evidence.account_id == account.id).order_by(Evidence.id.desc())
    )
    return [{"at": row.began_at, "name": row.name, "size": row.kept_size or row.size} for row in rows]


def _identities(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(select(ElectronicIdentity).where(ElectronicIdentity.account_id == account.id))
    return [
        {"at": row.linked_at, "full_name": row.full_name, "paper_number": row.number, "level": row.assurance}
        for row in rows
    ]


def _papers_seen(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(select(IdentityCheck).where(IdentityCheck.account_id == account.id))
    return [{"at": row.at} for row in rows]


def _sessions(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(select(SignInSession).where(SignInSession.account_id == account.id))
    return [
        {
            "at": row.begun_at,
            "device": f"{row.browser} {row.system}".strip(),
            "last_seen_at": row.last_seen_at,
        }
        for row in rows
    ]


def _recordings(_account: Account, held: list[Visit]) -> list[Row]:
    mine = [visit.id for visit in held]
    rows = db.session.scalars(select(Recording).where(Recording.visit_id.in_(mine)))
    return [
        {"number": row.visit.ticket, "started_at": row.started_at, "seconds": (row.duration_ms or 0) // 1000}
        for row in rows
    ]


def _call_backs(_account: Account, held: list[Visit]) -> list[Row]:
    mine = [visit.id for visit in held]
    rows = db.session.scalars(select(CallBack).where(CallBack.visit_id.in_(mine)))
    return [{"asked_at": row.asked_at, "settled_at": row.settled_at} for row in rows]


def _ratings(_account: Account, held: list[Visit]) -> list[Row]:
    mine = [visit.id for visit in held]
    rows = db.session.scalars(select(Rating).where(Rating.visit_id.in_(mine)))
    return [{"score": row.score, "words": row.words, "given_on": row.given_on} for row in rows]


def _codes(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(select(OneTimeCode).where(OneTimeCode.phone_look_up == account.phone_look_up))
    return [{"at": row.sent_at} for row in rows]


def _mail_codes(account: Account, _held: list[Visit]) -> list[Row]:
    return [{"at": row.sent_at} for row in mail_address.codes_of(account.id)]


def _followed(account: Account, _held: list[Visit]) -> list[Row]:
    return [{"at": row.asked_at} for row in tracking.asked_with(account.phone)] if account.phone else []


def _requests(account: Account, _held: list[Visit]) -> list[Row]:
    return [
        {
            "asked_at": row.asked_at,
            "wish": row.wish,
            "due_on": row.due_on,
            "answer": Msgid(ANSWER_LABELS[row.answer]),
            "words": row.words,
        }
        for row in data_requests.of_account(account.id)
    ]


def _log(account: Account, _held: list[Visit]) -> list[Row]:
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.actor_id == account.id).order_by(AuditEntry.id.desc())
    )
    return [{"at": row.at, "what": _named(row.action), "action": row.action} for row in rows]


def _named(action: str) -> Msgid | None:
    return Msgid(ACTION_LABELS[action]) if action in ACTION_LABELS else None


SECTIONS: tuple[tuple[str, str, Callable[[Account, list[Visit]], list[Row]]], ...] = (
    ("account", N_("Tài khoản"), _account),
    ("contact", N_("Liên hệ"), _contact),
    ("drafts", N_("Đơn đang viết dở"), _drafts),
    ("petitions", N_("Đơn đã gửi"), _petitions),
    ("visits", N_("Các lượt tiếp"), _visits),
    ("place_requests", N_("Đề nghị về nơi gặp"), place_story.told_to_person),
    ("device_checks", N_("Những lần thử máy và mạng"), device_checks.told_to_person),
    ("messages", N_("Tin nhắn trong các lượt tiếp"), _messages),
    ("attachments", N_("Giấy tờ đã gửi"), _attachments),
    ("evidence", N_("Giấy tờ kèm đơn"), _evidence),
    ("recordings", N_("Bản ghi âm, ghi hình"), _recordings),
    ("call_backs", N_("Hẹn gọi điện thoại"), _call_backs),
    ("ratings", N_("Nhận xét có ghi tên"), _ratings),
    ("electronic_identity", N_("Định danh điện tử"), _identities),
    ("papers_seen", N_("Những lần cán bộ xem giấy tờ"), _papers_seen),
    ("sessions", N_("Những máy đã đăng nhập"), _sessions),
    ("phone_changes", N_("Những lần đổi số điện thoại"), staff_deeds.phone_changes),
    ("readers", N_("Những lần mời tham mưu đọc đơn, bản đã che tên"), staff_deeds.readers_of),
    ("opened", N_("Những lần mở danh tính, tệp niêm phong"), staff_deeds.openings),
    ("codes", N_("Những lần nhắn mã đăng nhập"), _codes),
    ("mail_codes", N_("Những lần gửi mã xác nhận thư"), _mail_codes),
    ("followed", N_("Những lần hỏi mã xem việc bằng số này"), _followed),
    ("data_requests", N_("Yêu cầu về dữ liệu"), _requests),
    ("log", N_("Những việc Ông/Bà đã làm, ghi trong sổ của máy"), _log),
)
"""What each sort is called and who gathers it. A new table about people gets its line here."""


def note_taken(form: str, *, by: Actor, now: datetime) -> None:
    """The person took everything along: written down, for whoever wonders later whether it was them."""
    with unit_of_work() as work:
        audit.record(work, "own_data_taken", "account", by.account_id, by=by, now=now, form=form)
