"""What people can rely on with their electronic identity: it is one account's, and never taken silently."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text

from tests import people
from tests.people import NINE, in_minutes
from webapp.domain.errors import Conflict, NotAllowed
from webapp.domain.identity_levels import ClaimNames, ElectronicClaims, claims_from
from webapp.extensions import db
from webapp.models import Account, AuditEntry, ElectronicIdentity, Role
from webapp.services import accounts, electronic_identity
from webapp.services.actor import SYSTEM

pytestmark = pytest.mark.usefixtures("app")

ISSUER = "https://id.example"
LANH = ElectronicClaims(ISSUER, "person-1", "Nguyễn Văn Lành", "001062012345", "2", "+84912345678")
MAI = ElectronicClaims(ISSUER, "person-2", "Trần Thị Mai", "001158000123")


def test_an_identity_that_is_nobodys_signs_nobody_in_even_with_a_known_phone() -> None:
    people.a_citizen(LANH.phone)
    assert electronic_identity.sign_in(LANH, now=NINE) is None
    assert (_count(ElectronicIdentity), _count(Account)) == (0, 1)


def test_the_same_person_comes_to_the_same_account_again() -> None:
    account = people.a_citizen()
    electronic_identity.link(LANH, account.id, now=NINE)
    again = replace(LANH, full_name="", number="", assurance="1")
    for minute in (1, 2):
        entered = electronic_identity.sign_in(again, now=in_minutes(minute))
        assert entered is not None and entered.id == account.id
    kept = electronic_identity.of_account(account.id)
    assert kept is not None
    assert (kept.full_name, kept.number, kept.assurance) == (LANH.full_name, LANH.number, "1")
    assert (kept.linked_at, kept.told_at) == (NINE, in_minutes(2))


def test_linking_twice_is_linking_once() -> None:
    account = people.a_citizen()
    first, second = (electronic_identity.link(LANH, account.id, now=NINE) for _ in range(2))
    assert first.id == second.id
    assert _actions() == ["electronic_identity_linked"]


def test_an_identity_is_one_accounts_only() -> None:
    owner, other = people.a_citizen(), people.a_citizen()
    electronic_identity.link(LANH, owner.id, now=NINE)
    with pytest.raises(Conflict):
        electronic_identity.link(LANH, other.id, now=NINE)
    assert electronic_identity.of_account(other.id) is None


def test_an_account_has_one_identity_of_a_provider() -> None:
    account = people.a_citizen()
    electronic_identity.link(LANH, account.id, now=NINE)
    with pytest.raises(Conflict):
        electronic_identity.link(MAI, account.id, now=NINE)
    assert electronic_identity.sign_in(MAI, now=NINE) is None


def test_the_same_subject_of_another_provider_is_another_person() -> None:
    electronic_identity.link(LANH, people.a_citizen().id, now=NINE)
    assert electronic_identity.sign_in(replace(LANH, issuer="https://other.example"), now=NINE) is None


def test_a_disabled_account_is_not_entered() -> None:
    account = people.a_citizen()
    electronic_identity.link(LANH, account.id, now=NINE)
    accounts.disable(account.id, by=SYSTEM, now=NINE)
    with pytest.raises(NotAllowed):
        electronic_identity.sign_in(LANH, now=NINE)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITIZEN])
def test_staff_have_no_electronic_identity(role: Role) -> None:
    with pytest.raises(NotAllowed):
        electronic_identity.link(LANH, people.staff(role).id, now=NINE)


def test_what_the_provider_told_is_nowhere_readable_in_the_database() -> None:
    electronic_identity.link(LANH, people.a_citizen().id, now=NINE)
    row = db.session.execute(text("SELECT * FROM electronic_identity")).one()
    cells = [bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row]
    assert ISSUER.encode() in cells, "what is kept as it is would be found"
    for secret in (LANH.full_name, LANH.number, LANH.subject):
        assert not [cell for cell in cells if secret.encode() in cell]


def test_claims_are_cleaned_and_what_cannot_be_used_is_left_out() -> None:
    names = ClaimNames(full_name="ten", number="so", assurance="muc", phone="dt")
    told = {"sub": "7", "ten": "  Lê\x00 Thị  Mỵ ", "so": "001 062 012345", "muc": 2, "dt": ["+84"]}
    assert claims_from(ISSUER, told, names) == ElectronicClaims(ISSUER, "7", "Lê Thị Mỵ", "001062012345", "2")
    for number in ("12", "999062012345", None, {"a": 1}, "001062012345" * 3):
        assert claims_from(ISSUER, {"sub": "7", "so": number}, names).number == ""


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256])
def test_who_is_nobody_in_particular_is_refused(subject: object) -> None:
    with pytest.raises(ValueError, match="subject"):
        claims_from(ISSUER, {"sub": subject}, ClaimNames())


def _actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def _count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
