"""My data: see everything, correct what can be corrected, take it along, ask for deletion."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ..clock import local, utc_now
from ..documents import my_data as paper
from ..documents.my_data import Paper, Part
from ..domain.data_requests import ANSWER_LABELS, KEPT_LABELS
from ..domain.errors import Conflict, InvalidInput, TooMany
from ..domain.identity_papers import ISSUERS, PAPER_LABELS, masked, masked_day, read_issue
from ..domain.own_data import LABELS
from ..extensions import limiter
from ..forms import Form
from ..forms.following import ContactForm, DeletionForm, MailCodeForm
from ..forms.petition import IssueForm
from ..policy import Permission, requires
from ..rendering import clock, render
from ..services import contact_details, data_requests, mail_address, my_data, petitions
from ..services.my_data import Msgid, Section
from ..services.phone_numbers import masked as masked_phone
from .common import as_citizen, blamed, request_key
from .staff_page import letters_can_go

pages = Blueprint("my_data", __name__, url_prefix="/account/data")

_SHOWN = 20
"""So many rows of a section stand on the page; the files have them all."""
_ONLY_IN_FILES = {"answers", "action", "issue_history"}


@pages.get("")
@requires(Permission.BE_CITIZEN)
def page() -> str:
    return _page(_contact_form(), DeletionForm(formdata=None))


@pages.post("")
@requires(Permission.BE_CITIZEN)
def correct() -> Any:
    form = ContactForm()
    typed = contact_details.Contact(form.full_name.data or "", form.email.data or "", form.address.data or "")
    try:
        contact_details.correct(typed, by=as_citizen(), now=utc_now())
    except InvalidInput as problem:
        form.blame(problem)
        return _page(form, DeletionForm(formdata=None)), 422
    return redirect(url_for(".page"), 303)


@pages.post("/email/code")
@requires(Permission.BE_CITIZEN)
@limiter.limit("20/minute")
def send_mail_code() -> Any:
    """A code by letter to the address that was given; its field stands on the page then."""
    contact = _contact_form()
    try:
        mail_address.send_code(by=as_citizen(), now=utc_now())
    except (InvalidInput, TooMany) as problem:
        status = blamed(contact, problem)
        return _page(contact, DeletionForm(formdata=None)), status
    return redirect(url_for(".page", _anchor="mail"), 303)


@pages.post("/email")
@requires(Permission.BE_CITIZEN)
@limiter.limit("60/minute")
def confirm_mail() -> Any:
    form = MailCodeForm()
    try:
        mail_address.confirm(form.code.data or "", by=as_citizen(), now=utc_now())
    except (InvalidInput, TooMany) as problem:
        status = blamed(form, problem, "code")
        return _page(_contact_form(), DeletionForm(formdata=None), form), status
    return redirect(url_for(".page", _anchor="mail"), 303)


@pages.route("/papers/<code>", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def correct_paper(code: str) -> Any:
    """When and where the paper was issued that a petition names."""
    petition, now = petitions.of_citizen(code, current_user.id), utc_now()
    who, form = petition.petitioner, IssueForm()
    told = who.issue
    on = told.on
    if request.method == "POST":
        boxes = (form.issued_day, form.issued_month, form.issued_year, form.issued_by)
        typed = [box.data or "" for box in boxes]
        try:
            issue = read_issue(*typed, birth_year=who.birth_year, today=local(now).date())
            petitions.correct_issue(petition, issue, by=as_citizen(), now=now)
        except InvalidInput as problem:
            form.blame(problem)
        else:
            return redirect(url_for(".page", _anchor="papers"), 303)
    else:
        form.issued_by.data = told.by
        if on is not None:
            form.issued_day.data, form.issued_month.data = str(on.day), str(on.month)
            form.issued_year.data = str(on.year)
    page = render(
        "account/paper.html",
        petition=petition,
        form=form,
        issuers=ISSUERS,
        kind=PAPER_LABELS[who.paper_kind],
        number=masked(who.paper_number),
    )
    return page, 422 if form.problems else 200


@pages.post("/deletion")
@requires(Permission.BE_CITIZEN)
def ask_deletion() -> Any:
    form, status = DeletionForm(), 422
    if form.validate_on_submit():
        try:
            data_requests.ask(form.wish.data or "", by=as_citizen(), now=utc_now(), key=request_key())
        except (InvalidInput, Conflict) as problem:
            status = blamed(form, problem, "wish")
        else:
            return redirect(url_for(".page", _anchor="deletion"), 303)
    return _page(_contact_form(), form), status


@pages.post("/download.<kind>")
@requires(Permission.BE_CITIZEN)
@limiter.limit("10/minute")
def download(kind: str) -> Response:
    """Everything as JSON or PDF; a POST, so that no link from elsewhere and no preview fetches it."""
    if kind not in ("json", "pdf"):
        raise NotFound
    now = utc_now()
    kept = my_data.everything(current_user.id)
    my_data.note_taken(kind, by=as_citizen(), now=now)  # which lets go of the connection, too
    if kind == "json":
        content, media_type = my_data.as_json(kept, now).encode(), "application/json"
    else:
        content, media_type = paper.pdf(_paper(kept, now), at=now), "application/pdf"
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="du-lieu-cua-toi.{kind}"'
    return answer


def _contact_form() -> ContactForm:
    return ContactForm(formdata=None, obj=contact_details.of_account(current_user.id))


def _page(contact: Form, deletion: Form, mail_code: Form | None = None) -> str:
    kept, now = my_data.everything(current_user.id), utc_now()
    return render(
        "account/data.html",
        parts=[(_readable(one, short=True), len(one.rows)) for one in kept],
        shown=_SHOWN,
        phone=masked_phone(current_user.phone) if current_user.phone else "",
        contact=contact,
        deletion=deletion,
        petitions=petitions.list_of_citizen(current_user.id),
        requests=data_requests.of_account(current_user.id),
        answer_labels=ANSWER_LABELS,
        kept_labels=KEPT_LABELS,
        mail=mail_address.standing_of(current_user.id, now=now) if letters_can_go() else None,
        mail_code=mail_code or MailCodeForm(formdata=None),
    )


def _readable(section: Section, *, short: bool = False) -> Part:
    """In the reader's language; short, as on a page that others may look at too, a number is masked."""
    rows = []
    for row in section.rows[: _SHOWN if short else None]:
        told = {name: _told(value) for name, value in row.items() if not (short and name in _ONLY_IN_FILES)}
        if short and "paper_number" in told:
            told["paper_number"] = masked(told["paper_number"])
        if short and isinstance(issued := row.get("paper_issued_on"), date):
            told["paper_issued_on"] = masked_day(issued)
        rows.append([(_(LABELS[name]), value) for name, value in told.items() if value])
    return Part(_(section.title), rows)


def _told(value: my_data.Value) -> str:
    if isinstance(value, Msgid):
        return str(_(value))
    if isinstance(value, tuple):
        return ", ".join(str(_(one)) for one in value)
    if isinstance(value, bool):
        return str(_("Có") if value else _("Không"))
    if isinstance(value, datetime):
        return f"{clock(value)} {local(value):%d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def _paper(kept: list[Section], now: datetime) -> Paper:
    return Paper(
        lang=str(get_locale() or "vi"),
        office=_("Ban Tiếp công dân TP Hà Nội"),
        title=_("Dữ liệu của tôi"),
        made=_("Lập lúc %(moment)s", moment=_told(now)),
        nothing=_("Không có."),
        sections=[_readable(one) for one in kept],
    )
