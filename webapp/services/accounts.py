"""Staff accounts: made, changed, reset, disabled and enabled by an admin."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from ..domain import sign_in_rules as rules
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.texts import clean_line, search_form
from ..extensions import db
from ..models import STAFF_ROLES, Account, AccountRole, BridgePoint, ResetLink, Role
from . import audit, desks, sessions
from .actor import Actor, officer
from .passwords import hash_password
from .unit_of_work import Work, safe_to_repeat, unit_of_work

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")


@dataclass(frozen=True)
class AccountFields:
    """What an admin may set."""

    full_name: str
    roles: frozenset[Role]
    desk_rights: bool = False
    bridge_point_id: int | None = None


@safe_to_repeat
def create(username: str, fields: AccountFields, *, by: Actor, now: datetime, key: str) -> Account:
    """A new staff account, without a password until its owner sets one by a reset link.

    Raises:
        InvalidInput: the username's form, a missing name or role, a username taken, or no such bridge point.
    """
    name = clean_line(username).lower()
    if not _USERNAME.fullmatch(name):
        raise InvalidInput("Tên đăng nhập gồm 3 đến 40 chữ thường không dấu, số, dấu chấm.", "username")
    with unit_of_work() as work:
        before = work.session.scalar(select(Account).where(Account.request_key == key))
        if before is not None:
            return before
        if work.session.scalar(select(Account.id).where(Account.username == name)):
            raise InvalidInput("Tên đăng nhập này đã có người dùng.", "username")
        account = Account(username=name, created_at=now, request_key=key)
        work.session.add(account)
        _apply(work, account, fields)
        work.session.flush()
        audit.record(work, "account_created", "account", account.id, by=by, now=now, **_told(fields))
        return account


def change(account_id: int, fields: AccountFields, *, by: Actor, now: datetime) -> Account:
    """Set name, roles and rights; lost roles end the person's sessions.

    Raises:
        NotFound: no such staff account. InvalidInput: a missing name or role.
        Conflict: the last admin would lose the role.
    """
    with unit_of_work() as work:
        account = _staff(work, account_id)
        lost = account.roles - fields.roles
        if Role.ADMIN in lost:
            _keep_an_admin(work, account)
        _apply(work, account, fields)
        if lost:
            sessions.end_all(work, account.id, now=now)
        if lost or not account.desk_rights:
            desks.release(work, account.id)
        audit.record(work, "account_changed", "account", account.id, by=by, now=now, **_told(fields))
        return account


def _told(fields: AccountFields) -> dict[str, object]:
    return {"roles": sorted(fields.roles), "bridge_point": fields.bridge_point_id}


def _apply(work: Work, account: Account, fields: AccountFields) -> None:
    name = clean_line(fields.full_name)
    if not 2 <= len(name) <= 120:
        raise InvalidInput("Hãy ghi họ tên, từ 2 đến 120 chữ cái.", "full_name")
    if not fields.roles or not fields.roles <= set(STAFF_ROLES):
        raise InvalidInput("Hãy chọn ít nhất một vai trò.", "roles")
    point = fields.bridge_point_id
    if point is not None and work.session.get(BridgePoint, point) is None:
        raise InvalidInput("Hãy chọn điểm cầu trong danh sách.", "bridge_point_id")
    if point is not None and Role.BRIDGE not in fields.roles:
        raise InvalidInput(
            "Chỉ cán bộ điểm cầu mới làm ở một điểm cầu. Hãy chọn vai trò ấy.", "bridge_point_id"
        )
    account.full_name = name
    account.search_name = search_form(name)
    account.roles = set(fields.roles)
    account.desk_rights = fields.desk_rights
    account.bridge_point_id = fields.bridge_point_id


def disable(account_id: int, *, by: Actor, now: datetime) -> Account:
    """Shut the account: its sessions and sockets end at once and its desk becomes free.

    Raises:
        NotFound: no such account. Conflict: it is one's own, or the last admin's.
    """
    with unit_of_work() as work:
        account = _get(work, account_id)
        if account.id == by.account_id:
            raise Conflict("Anh/chị không thể tự khóa tài khoản của mình.")
        if account.disabled:
            return account
        if Role.ADMIN in account.roles:
            _keep_an_admin(work, account)
        account.disabled = True
        sessions.end_all(work, account.id, now=now)
        desks.release(work, account.id)
        audit.record(work, "account_disabled", "account", account.id, by=by, now=now)
        return account


def enable(account_id: int, *, by: Actor, now: datetime) -> Account:
    """Open a disabled account again."""
    with unit_of_work() as work:
        account = _get(work, account_id)
        if account.disabled:
            account.disabled = False
            audit.record(work, "account_enabled", "account", account.id, by=by, now=now)
        return account


def make_reset_link(account_id: int, *, by: Actor, now: datetime) -> str:
    """A token, shown once, with which the person sets a new password within 24 hours."""
    token = secrets.token_urlsafe(24)
    with unit_of_work() as work:
        account = _staff(work, account_id)
        for old in work.session.scalars(select(ResetLink).where(ResetLink.account_id == account.id)):
            old.used_at = old.used_at or now
        work.session.add(
            ResetLink(account_id=account.id, token_hash=_hash(token), expires_at=now + rules.RESET_LINK_LIFE)
        )
        audit.record(work, "password_reset_offered", "account", account.id, by=by, now=now)
    return token


def reset_link_holder(token: str, *, now: datetime) -> Account:
    """Whose link it is. Raises NotFound when it is unknown, used or outlived."""
    link = db.session.scalar(select(ResetLink).where(ResetLink.token_hash == _hash(token)))
    if link is None or link.used_at is not None or now > link.expires_at:
        raise NotFound("Đường dẫn này đã dùng hoặc đã hết hạn. Hãy xin quản trị gửi đường dẫn khác.")
    return link.account


def set_password(token: str, password: str, *, now: datetime) -> Account:
    """Set the password by a reset link; every older session ends.

    Raises:
        NotFound: the link is not good. InvalidInput: the password is shorter than 12 or longer than 128.
    """
    if not rules.PASSWORD_MIN <= len(password) <= 128:
        raise InvalidInput("Mật khẩu cần từ 12 đến 128 ký tự.", "password")
    reset_link_holder(token, now=now)
    hashed = hash_password(password)
    with unit_of_work() as work:
        link = work.session.scalar(
            select(ResetLink).where(ResetLink.token_hash == _hash(token)).with_for_update()
        )
        if link is None or link.used_at is not None:
            raise NotFound("Đường dẫn này đã dùng hoặc đã hết hạn. Hãy xin quản trị gửi đường dẫn khác.")
        link.used_at = now
        account = _get(work, link.account_id)
        account.password_hash = hashed
        sessions.end_all(work, account.id, now=now)
        audit.record(work, "password_set", "account", account.id, by=officer(account.id), now=now)
        return account


def bridge_points() -> list[BridgePoint]:
    """Where somebody may work, by name."""
    return list(db.session.scalars(select(BridgePoint).order_by(BridgePoint.name)))


def search(text: str = "", role: Role | None = None, disabled: bool | None = None) -> list[Account]:
    """Staff accounts by name or username, a role, or whether they are shut."""
    query = select(Account).where(Account.username.is_not(None)).order_by(Account.username)
    if text:
        wanted = search_form(clean_line(text))
        query = query.where(
            or_(
                Account.username.contains(wanted, autoescape=True),
                Account.search_name.contains(wanted, autoescape=True),
            )
        )
    if role is not None:
        query = query.where(Account.id.in_(select(AccountRole.account_id).where(AccountRole.role == role)))
    if disabled is not None:
        query = query.where(Account.disabled == disabled)
    return list(db.session.scalars(query.limit(500)))


def staff_account(account_id: int) -> Account:
    """One staff account. Raises NotFound."""
    account = db.session.get(Account, account_id)
    if account is None or account.username is None:
        raise NotFound
    return account


def _keep_an_admin(work: Work, account: Account) -> None:
    # Whoever takes an admin away waits here for whoever is doing the same.
    work.session.execute(
        select(AccountRole.account_id).where(AccountRole.role == Role.ADMIN).with_for_update()
    )
    others = (
        select(func.count(AccountRole.account_id))
        .join(AccountRole.account)
        .where(AccountRole.role == Role.ADMIN, Account.disabled.is_(False), Account.id != account.id)
    )
    if not work.session.scalar(others):
        raise Conflict("Đây là quản trị cuối cùng, không khóa hay bỏ vai trò được.")


def _staff(work: Work, account_id: int) -> Account:
    account = _get(work, account_id)
    if account.username is None:
        raise NotFound
    return account


def _get(work: Work, account_id: int) -> Account:
    account = work.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
