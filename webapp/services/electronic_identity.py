"""Accounts and the national electronic identity: who it signs in, and how it becomes an account's.

An identity becomes an account's only by that account's own act: by a code to its phone, or from its own
page. What the provider tells of a phone is never enough.
"""

from datetime import datetime

from sqlalchemy import select

from ..domain.errors import Conflict, NotAllowed
from ..domain.identity_levels import ElectronicClaims
from ..extensions import db
from ..keyring import keyring
from ..models import Account, ElectronicIdentity, Role
from . import audit
from .actor import citizen
from .unit_of_work import Work, safe_to_repeat, unit_of_work


def sign_in(claims: ElectronicClaims, *, now: datetime) -> Account | None:
    """The account whose identity this is; None when it is no account's yet.

    Raises:
        NotAllowed: the account is disabled.
    """
    with unit_of_work() as work:
        known = _by_subject(work, claims)
        if known is None:
            return None
        account = work.session.get_one(Account, known.account_id)
        if account.disabled:
            raise NotAllowed("Tài khoản này đang bị khóa. Hãy gọi số hỗ trợ.")
        _keep(known, claims, now)
        audit.record(
            work, "sign_in", "account", account.id, by=citizen(account.id), now=now, way="electronic_identity"
        )
        return account


@safe_to_repeat
def link(claims: ElectronicClaims, account_id: int, *, now: datetime) -> ElectronicIdentity:
    """Make this identity the account's; a second time changes nothing.

    Raises:
        NotAllowed: the account is no citizen's.
        Conflict: the identity is another account's, or the account has another identity.
    """
    with unit_of_work() as work:
        account = work.session.get_one(Account, account_id, with_for_update=True)
        if Role.CITIZEN not in account.roles:
            raise NotAllowed
        known = _by_subject(work, claims)
        if known is not None and known.account_id != account_id:
            raise Conflict(
                "Định danh điện tử này đã gắn với một tài khoản khác. "
                "Hãy thoát ra rồi đăng nhập bằng định danh điện tử, hoặc gọi số hỗ trợ."
            )
        if known is None:
            if _of(work, account_id, claims.issuer) is not None:
                raise Conflict(
                    "Số điện thoại này đã gắn với định danh điện tử của một người khác. "
                    "Hãy dùng số điện thoại của chính mình, hoặc gọi số hỗ trợ."
                )
            known = ElectronicIdentity(
                account_id=account_id,
                issuer=claims.issuer,
                subject_look_up=_subject(claims),
                linked_at=now,
            )
            work.session.add(known)
            audit.record(
                work, "electronic_identity_linked", "account", account_id, by=citizen(account_id), now=now
            )
        _keep(known, claims, now)
        work.session.flush()
        return known


def is_of(claims: ElectronicClaims, account_id: int) -> bool:
    """Whether this identity is the account's own."""
    found = select(ElectronicIdentity.account_id).where(
        ElectronicIdentity.subject_look_up == _subject(claims)
    )
    return db.session.scalar(found) == account_id


def of_account(account_id: int) -> ElectronicIdentity | None:
    """What the provider told last of this person; name and number may be put into a petition."""
    query = select(ElectronicIdentity).where(ElectronicIdentity.account_id == account_id)
    return db.session.scalar(query.order_by(ElectronicIdentity.id.desc()).limit(1))


def _keep(known: ElectronicIdentity, claims: ElectronicClaims, now: datetime) -> None:
    """What the provider tells now; what it leaves out this time stays as it was told before."""
    known.full_name = claims.full_name or known.full_name or ""
    known.number = claims.number or known.number or ""
    known.number_look_up = keyring.look_up(known.number) if known.number else ""
    known.assurance = claims.assurance or known.assurance or ""
    known.told_at = now


def _subject(claims: ElectronicClaims) -> str:
    return keyring.look_up(f"{claims.issuer}\0{claims.subject}")


def _by_subject(work: Work, claims: ElectronicClaims) -> ElectronicIdentity | None:
    return work.session.scalar(
        select(ElectronicIdentity).where(ElectronicIdentity.subject_look_up == _subject(claims))
    )


def _of(work: Work, account_id: int, issuer: str) -> ElectronicIdentity | None:
    return work.session.scalar(
        select(ElectronicIdentity).where(
            ElectronicIdentity.account_id == account_id, ElectronicIdentity.issuer == issuer
        )
    )
