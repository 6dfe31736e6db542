"""What an admin and the staff can rely on about accounts."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import people
from tests.people import NINE, PASSWORD, in_minutes, key
from webapp.domain.devices import Device
from webapp.domain.errors import Conflict, DomainError, InvalidInput, NotFound
from webapp.extensions import db
from webapp.models import Account, AuditEntry, Role
from webapp.services import accounts, desks, sessions, sign_in
from webapp.services.accounts import AccountFields
from webapp.services.actor import SYSTEM, Actor, officer
from webapp.services.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")

OFFICER = AccountFields("Đỗ Văn Khoát", frozenset({Role.OFFICER}), desk_rights=True)
NEW_PASSWORD = "hoa hong bach nhat"


def test_an_account_made_twice_with_one_key_is_one_account() -> None:
    by, same = _admin(), key()
    first, second = (accounts.create("khoat.dv", OFFICER, by=by, now=NINE, key=same) for _ in range(2))
    assert first.id == second.id
    assert (first.full_name, first.roles, first.desk_rights) == ("Đỗ Văn Khoát", {Role.OFFICER}, True)
    assert _actions(first.id) == ["account_created"]


@pytest.mark.parametrize("taken", ["khoat.dv", " KHOAT.dv "])
def test_a_username_belongs_to_one_person(taken: str) -> None:
    by = _admin()
    accounts.create("khoat.dv", OFFICER, by=by, now=NINE, key=key())
    with pytest.raises(InvalidInput) as refusal:
        accounts.create(taken, OFFICER, by=by, now=NINE, key=key())
    assert refusal.value.field == "username"


@pytest.mark.parametrize(
    ("username", "fields", "field"),
    [
        ("ab", OFFICER, "username"),
        ("1abc", OFFICER, "username"),
        ("đỗ.khoát", OFFICER, "username"),
        ("a" * 41, OFFICER, "username"),
        ("khoat.dv", AccountFields(" K ", frozenset({Role.OFFICER})), "full_name"),
        ("khoat.dv", AccountFields("Đỗ Văn Khoát", frozenset()), "roles"),
        ("khoat.dv", AccountFields("Đỗ Văn Khoát", frozenset({Role.CITIZEN})), "roles"),
    ],
)
def test_what_an_account_lacks_is_said_at_its_place(username: str, fields: AccountFields, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.create(username, fields, by=_admin(), now=NINE, key=key())
    assert refusal.value.field == field
    assert accounts.search(username.strip()) == []


def test_a_new_account_opens_with_no_password_until_its_owner_sets_one() -> None:
    account = _made()
    for password in ("", PASSWORD):
        with pytest.raises(InvalidInput):
            _sign_in(password)
    _set_password(accounts.make_reset_link(account.id, by=_admin(), now=NINE))
    assert _sign_in(NEW_PASSWORD).id == account.id


def test_disabling_ends_the_sessions_and_frees_the_desk_at_once() -> None:
    account, desk = people.an_officer(), people.a_desk()
    desks.open_desk(desk.id, by=officer(account.id), now=NINE)
    code = _signed_in(account)

    shut = accounts.disable(account.id, by=_admin(), now=in_minutes(1))
    assert not shut.is_active
    assert sessions.holder(code, now=in_minutes(1)) is None
    assert sessions.over_since(NINE, now=in_minutes(1)) == [code]
    assert desks.held_by(account.id) is None
    other = people.an_officer()
    assert desks.open_desk(desk.id, by=officer(other.id), now=in_minutes(2)).officer_id == other.id
    with pytest.raises(DomainError):
        desks.open_desk(people.a_desk().id, by=officer(account.id), now=in_minutes(2))


def test_disabling_twice_disables_once_and_an_enabled_account_signs_in_anew() -> None:
    account, by = people.an_officer(), _admin()
    code = _signed_in(account)
    for minute in (1, 2):
        accounts.disable(account.id, by=by, now=in_minutes(minute))
    opened = accounts.enable(account.id, by=by, now=in_minutes(3))
    assert opened.is_active
    assert sessions.holder(code, now=in_minutes(3)) is None, "the sessions from before stay ended"
    assert sessions.holder(_signed_in(account), now=in_minutes(3))
    assert _actions(account.id) == ["account_disabled", "account_enabled"]


def test_nobody_shuts_themselves_out() -> None:
    by = _admin()
    _admin()
    with pytest.raises(Conflict):
        accounts.disable(by.account_id or 0, by=by, now=NINE)


def test_the_last_admin_is_kept() -> None:
    last = _admin()
    shut = _admin()
    accounts.disable(shut.account_id or 0, by=last, now=NINE)
    by = officer(people.an_officer().id)
    with pytest.raises(Conflict):
        accounts.disable(last.account_id or 0, by=by, now=NINE)
    with pytest.raises(Conflict):
        accounts.change(last.account_id or 0, OFFICER, by=by, now=NINE)
    assert accounts.staff_account(last.account_id or 0).roles == {Role.ADMIN}
    accounts.enable(shut.account_id or 0, by=last, now=NINE)
    assert accounts.change(last.account_id or 0, OFFICER, by=by, now=NINE).roles == {Role.OFFICER}


def test_two_admins_who_shut_each_other_at_one_moment_leave_one(app: Flask) -> None:
    first, second = _admin(), _admin()

    def shut_the_first() -> None:
        with app.app_context():
            try:
                accounts.disable(first.account_id or 0, by=second, now=NINE)
            except Conflict:
                refused.append(True)

    refused: list[bool] = []
    other = threading.Thread(target=shut_the_first)
    with unit_of_work():
        accounts.disable(second.account_id or 0, by=first, now=NINE)
        other.start()
        other.join(1)
    other.join()
    admins = accounts.search(role=Role.ADMIN, disabled=False)
    assert [account.id for account in admins] == [first.account_id]
    assert refused == [True]


def test_a_lost_role_ends_the_sessions_and_a_new_name_does_not() -> None:
    account, by = _made(), _admin()
    code = _signed_in(account)
    renamed = AccountFields("Đỗ Văn Khoát Anh", frozenset({Role.OFFICER, Role.LEADER}))
    accounts.change(account.id, renamed, by=by, now=NINE)
    assert sessions.holder(code, now=NINE)
    accounts.change(account.id, OFFICER, by=by, now=NINE)
    assert sessions.holder(code, now=NINE) is None
    assert _actions(account.id) == ["account_created", "account_changed", "account_changed"]


def test_a_reset_link_works_once_and_ends_every_older_session() -> None:
    account = _made()
    token = accounts.make_reset_link(account.id, by=_admin(), now=NINE)
    assert accounts.reset_link_holder(token, now=in_minutes(1)).id == account.id
    code = _signed_in(account)
    _set_password(token)
    assert sessions.holder(code, now=NINE) is None
    for use in (_set_password, lambda link: accounts.reset_link_holder(link, now=NINE)):
        with pytest.raises(NotFound):
            use(token)
    with pytest.raises(InvalidInput):
        _sign_in("hoa hong thang muoi")
    assert _sign_in(NEW_PASSWORD).id == account.id


def test_a_reset_link_lives_a_day_and_a_newer_one_replaces_it() -> None:
    account, by = _made(), _admin()
    old = accounts.make_reset_link(account.id, by=by, now=NINE)
    new = accounts.make_reset_link(account.id, by=by, now=in_minutes(1))
    late = NINE + timedelta(hours=24, minutes=2)
    for token, now in ((old, in_minutes(2)), (new, late), ("", NINE), ("khong-co", NINE)):
        with pytest.raises(NotFound):
            accounts.set_password(token, NEW_PASSWORD, now=now)
    assert accounts.set_password(new, NEW_PASSWORD, now=late - timedelta(minutes=2)).id == account.id


@pytest.mark.parametrize("password", ["", "11 ký tự nh", "x" * 129])
def test_a_password_too_short_or_too_long_leaves_the_link_good(password: str) -> None:
    token = accounts.make_reset_link(_made().id, by=_admin(), now=NINE)
    with pytest.raises(InvalidInput):
        accounts.set_password(token, password, now=NINE)
    assert _set_password(token)


def test_a_reset_link_is_for_staff_only() -> None:
    with pytest.raises(NotFound):
        accounts.make_reset_link(people.a_citizen().id, by=_admin(), now=NINE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Đỗ", ["khoat.dv"]),
        ("đỗ văn", ["khoat.dv"]),
        ("KHOAT", ["khoat.dv"]),
        ("khoát", ["khoat.dv"]),
        ("Nguye\u0302\u0303n", ["thuy.nt"]),
        ("nguyen  thi", ["thuy.nt"]),
        ("thuy.", ["thuy.nt"]),
        ("%", []),
        ("_", []),
        ("Lê", []),
        ("", ["khoat.dv", "thuy.nt"]),
    ],
)
def test_people_are_found_with_marks_or_without(text: str, found: list[str]) -> None:
    people.a_citizen()  # never in the list of staff
    _made()
    _made("thuy.nt", AccountFields("Nguyễn Thị Thủy", frozenset({Role.LEADER})))
    assert [account.username for account in accounts.search(text)] == found


def test_the_list_is_narrowed_by_role_and_by_who_is_shut() -> None:
    made = _made()
    leader = _made("thuy.nt", AccountFields("Nguyễn Thị Thủy", frozenset({Role.LEADER, Role.OFFICER})))
    accounts.disable(made.id, by=officer(leader.id), now=NINE)
    assert {account.id for account in accounts.search(role=Role.OFFICER)} == {made.id, leader.id}
    assert [account.id for account in accounts.search(role=Role.LEADER)] == [leader.id]
    assert [account.id for account in accounts.search(disabled=True)] == [made.id]
    assert [account.id for account in accounts.search("van", Role.OFFICER, disabled=False)] == []


def _admin() -> Actor:
    return officer(people.staff(Role.ADMIN).id)


def _made(username: str = "khoat.dv", fields: AccountFields = OFFICER) -> Account:
    return accounts.create(username, fields, by=SYSTEM, now=NINE, key=key())


def _set_password(token: str) -> Account:
    return accounts.set_password(token, NEW_PASSWORD, now=in_minutes(2))


def _sign_in(password: str) -> Account:
    return sign_in.check_password("khoat.dv", password, address="192.0.2.1", now=in_minutes(3))


def _actions(account_id: int) -> list[str]:
    query = select(AuditEntry.action).filter_by(object_kind="account", object_id=str(account_id))
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def _signed_in(account: Account) -> str:
    """The code of a session of theirs."""
    return sessions.begin(account, Device("Chrome", "Windows"), now=NINE).code
