"""Staff accounts for admins: find, make, change, reset, disable, enable. No petition in sight."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..domain.errors import InvalidInput
from ..domain.visit_flow import By
from ..forms.screens import AccountForm
from ..models import STAFF_ROLES, Account, Role
from ..policy import Permission, requires
from ..rendering import page_or_fragment, render
from ..services import accounts
from ..services.accounts import AccountFields
from ..services.actor import Actor
from .common import request_key, small_number

pages = Blueprint("admin_accounts", __name__, url_prefix="/admin/accounts")

ROLE_LABELS = {
    Role.OFFICER: _l("Cán bộ tiếp công dân"),
    Role.LEADER: _l("Lãnh đạo"),
    Role.ADVISORY: _l("Bộ phận tham mưu"),
    Role.BRIDGE: _l("Cán bộ điểm cầu"),
    Role.ADMIN: _l("Quản trị"),
    Role.DATA_PROTECTION: _l("Phụ trách dữ liệu cá nhân"),
    Role.INSPECTOR: _l("Thanh tra"),
}


def _admin() -> Actor:
    return Actor(current_user.id, By.ADMIN)


@pages.get("")
@requires(Permission.MANAGE_ACCOUNTS)
def listing() -> Response:
    text, role, state = (request.args.get(name, "") for name in ("q", "role", "state"))
    found = accounts.search(
        text[:100],
        Role(role) if role in set(STAFF_ROLES) else None,
        {"open": False, "disabled": True}.get(state),
    )
    return page_or_fragment(
        "admin/accounts.html",
        "admin/_accounts.html",
        accounts=found,
        text=text,
        role=role,
        state=state,
        role_labels=ROLE_LABELS,
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def create() -> Any:
    form = AccountForm()
    if form.validate_on_submit():
        try:
            account = accounts.create(
                form.username.data or "", _fields(form), by=_admin(), now=utc_now(), key=request_key()
            )
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return redirect(url_for(".edit", account_id=account.id), 303)
    return _page(form, None)


@pages.route("/<int(max=999999999):account_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def edit(account_id: int) -> Any:
    account = accounts.staff_account(account_id)
    form = AccountForm(obj=account)
    if request.method == "GET":
        form.roles.data = sorted(account.roles)
        form.bridge_point_id.data = str(account.bridge_point_id or "")
    if form.validate_on_submit():
        try:
            accounts.change(account_id, _fields(form, account), by=_admin(), now=utc_now())
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return redirect(url_for(".listing"), 303)
    return _page(form, account)


def _point(form: AccountForm, account: Account | None) -> int | None:
    """The point that was chosen; what a form does not say stays. Raises InvalidInput: no such point."""
    if not form.bridge_point_id.raw_data:
        return account.bridge_point_id if account else None
    typed = form.bridge_point_id.data or ""
    found = small_number(typed)
    if typed and found is None:
        raise InvalidInput("Hãy chọn điểm cầu trong danh sách.", "bridge_point_id")
    return found


def _fields(form: AccountForm, account: Account | None = None) -> AccountFields:
    known = {role.value for role in STAFF_ROLES}
    return AccountFields(
        full_name=form.full_name.data or "",
        roles=frozenset(Role(role) for role in form.roles.data or [] if role in known),
        desk_rights=bool(form.desk_rights.data),
        bridge_point_id=_point(form, account),
    )


def _page(form: AccountForm, account: Account | None) -> Any:
    form.bridge_point_id.options = [(str(one.id), one.name) for one in accounts.bridge_points()]
    page = render("admin/account.html", form=form, account=account, role_labels=ROLE_LABELS)
    return page, 422 if form.problems else 200


@pages.post("/<int(max=999999999):account_id>/reset")
@requires(Permission.MANAGE_ACCOUNTS)
def reset(account_id: int) -> str:
    """Shown once: the admin hands it over, and never learns the password."""
    account = accounts.staff_account(account_id)
    token = accounts.make_reset_link(account_id, by=_admin(), now=utc_now())
    link = url_for("sign_in.new_password", token=token, _external=True)
    return render("admin/reset.html", account=account, link=link)


@pages.post("/<int(max=999999999):account_id>/disable")
@requires(Permission.MANAGE_ACCOUNTS)
def disable(account_id: int) -> Any:
    accounts.disable(account_id, by=_admin(), now=utc_now())
    return redirect(url_for(".edit", account_id=account_id), 303)


@pages.post("/<int(max=999999999):account_id>/enable")
@requires(Permission.MANAGE_ACCOUNTS)
def enable(account_id: int) -> Any:
    accounts.enable(account_id, by=_admin(), now=utc_now())
    return redirect(url_for(".edit", account_id=account_id), 303)
