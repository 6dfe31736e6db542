"""People at a bridge point: found or registered, and what they tell written down."""

from datetime import date
from typing import Any

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..clock import local, utc_now
from ..documents import issued
from ..domain.codes import is_code, new_code
from ..domain.errors import Conflict, InvalidInput, NotFound
from ..domain.helping import Confirmed
from ..domain.identity_papers import ISSUERS, PAPER_LABELS
from ..domain.mixed_kinds import other_kinds
from ..domain.petition_kinds import KIND_HINTS, PetitionKind
from ..extensions import limiter
from ..forms.bridge import FindForm, ReadForm, RegisterForm, WriteForm
from ..integrations import objects
from ..models import PointHelp
from ..policy import Permission, requires
from ..rendering import asked_by_htmx, render
from ..services import drafts, help_at_point, issued_documents, people_at_point, petitions, registered
from ..services.told_answers import Answers
from .bridge import pages, show
from .common import as_bridge, blamed, by_account, request_key, shown_pdf
from .found_places import found_places
from .petition.receipt_words import receipt_paper
from .petition.words import about, summary_of


def _today() -> date:
    return local(utc_now()).date()


def helped(code: str) -> PointHelp:
    """The person whose page is open at this point today. Raises NotFound."""
    return people_at_point.opened(code, by=as_bridge(), now=utc_now())


@pages.post("/find")
@requires(Permission.HELP_AT_POINT)
@limiter.limit("10/minute;100/day", key_func=by_account)
def find() -> Any:
    """By the whole of a number or code; whoever is not found and whoever is kept apart get one answer."""
    form = FindForm()
    if not form.validate_on_submit():
        return show(find_form=form), 422
    try:
        found = people_at_point.find(form.what.data or "", by=as_bridge(), now=utc_now())
    except InvalidInput as problem:
        form.blame(problem)
        return show(find_form=form), 422
    if found.visit is not None:
        return redirect(url_for(".place", code=found.visit.code), 303)
    if len(found.helps) == 1:
        return redirect(url_for(".person", code=found.helps[0].code), 303)
    people = [(help, people_at_point.person(help)) for help in found.helps]
    return show(find_form=form, people=people, nobody=not people)


@pages.route("/people/new", methods=["GET", "POST"])
@requires(Permission.HELP_AT_POINT)
@limiter.limit("30/minute", methods=["POST"])
def register() -> Any:
    """An account for somebody without a phone. What is wrong stands beside it, and nothing typed is lost."""
    form, status, known = RegisterForm(), 200, []
    point = current_user.bridge_point
    looking = "look" in request.form
    if request.method == "GET":
        form.paper_kind.data, form.lives_in.data = next(iter(PAPER_LABELS)).value, point.locality_code or ""
    places = found_places(
        form.lives_in, form.find.data or "", [form.lives_in.data or "", point.locality_code or ""]
    )
    if looking and asked_by_htmx():
        return render("petition/_places.html", form=form, **places)
    if request.method == "POST" and not looking:
        status = 422
        if form.validate():
            answers = {name: str(value or "") for name, value in form.data.items()}
            about_it: dict[str, Any] = {"by": as_bridge(), "now": utc_now(), "key": request_key()}
            try:
                help = people_at_point.register(answers, seen=bool(form.seen.data), **about_it)
            except people_at_point.KnownAlready as problem:
                status = blamed(form, problem, "paper_number")
                known = [(help, people_at_point.person(help)) for help in problem.helps]
            except InvalidInput as problem:
                status = blamed(form, problem)
            else:
                return redirect(url_for(".person", code=help.code), 303)
    ask_old = places["in_part"] or bool(form.old_address.data or form.old_address.errors)
    shown = {"form": form, "known": known, "issuers": ISSUERS, "ask_old": ask_old}
    return render("bridge/register.html", paper_labels=PAPER_LABELS, **shown, **places), status


@pages.get("/people/<code>")
@requires(Permission.HELP_AT_POINT)
def person(code: str) -> str:
    """Who it is, as little as staff need, and what can be done for them."""
    help = helped(code)
    known = registered.of_account(help.account_id)
    begun = drafts.list_of(help.account_id) if known else []
    return render(
        "bridge/person.html",
        help=help,
        person=people_at_point.person(help),
        paper_labels=PAPER_LABELS,
        petitions=help_at_point.petitions_of(help),
        begun=[(draft, about(draft.answers)) for draft in begun],
        fresh=new_code(),
    )


@pages.get("/people/<code>/petitions/<petition>/receipt.pdf")
@requires(Permission.HELP_AT_POINT)
def receipt(code: str, petition: str) -> Response:
    """The receipt of a petition, which tells nothing of it, to print for its author."""
    found = help_at_point.petition_of(helped(code), petition)
    paper = receipt_paper(found, current_app.config["SETTINGS"])
    document = issued.of_petition(found, paper, store=objects, by=as_bridge(), now=utc_now())
    return shown_pdf(issued_documents.content_of(document, objects), f"bien-nhan-{found.code}.pdf")


def _begun(code: str, draft: str) -> tuple[PointHelp, Answers]:
    """What is written for this person so far. Raises NotFound."""
    help = helped(code)
    if not is_code(draft):
        raise NotFound
    return help, help_at_point.begun(help, draft)


@pages.route("/people/<code>/write/<draft>", methods=["GET", "POST"])
@requires(Permission.HELP_AT_POINT)
def write(code: str, draft: str) -> Any:
    """What the person tells, as they tell it, on one page; kept as their own draft."""
    help, answers = _begun(code, draft)
    sent = petitions.submitted_with(draft, help.account_id)
    if sent is not None:
        return redirect(url_for(".person", code=code), 303)
    form, status, looking = (
        WriteForm(data=answers if request.method == "GET" else None),
        200,
        "look" in request.form,
    )
    if request.method == "GET" and not form.happened_in.data:
        form.happened_in.data = answers.get("lives_in", "")
    kept = [form.happened_in.data or "", answers.get("happened_in", ""), answers.get("lives_in", "")]
    places = found_places(form.happened_in, form.find.data or "", kept)
    if looking and asked_by_htmx():
        return render("petition/_places.html", form=form, **places)
    if request.method == "POST" and not looking:
        typed = {
            name: str(value or "").replace("\x00", "")
            for name, value in form.data.items()
            if name in request.form
        }
        typed |= {name: "" for name in ("need_sign", "need_spoken", "need_writing") if name not in typed}
        typed.pop("find", None)
        try:
            problems = help_at_point.write(help, draft, typed, now=utc_now(), today=_today())
        except (InvalidInput, Conflict) as problem:
            status = blamed(form, problem)
        else:
            for lacking in problems:
                status = blamed(form, lacking)
            if not problems:
                return redirect(url_for(".read", code=code, draft=draft), 303)
    asked = [
        field
        for field in (form.birth_year, form.village, form.old_address)
        if field.errors or (field.name != "old_address" and not answers.get(field.name))
    ]
    shown = {"form": form, "help": help, "draft": draft, "asked": asked, "kind_hints": KIND_HINTS}
    return render("bridge/write.html", person=people_at_point.person(help), **shown, **places), status


@pages.route("/people/<code>/read/<draft>", methods=["GET", "POST"])
@requires(Permission.HELP_AT_POINT)
def read(code: str, draft: str) -> Any:
    """All of it to read out or to print; it goes in when the person says that it is right."""
    help, answers = _begun(code, draft)
    sent = petitions.submitted_with(draft, help.account_id)
    if sent is not None:
        return redirect(url_for(".book", code=code, petition=sent.code), 303)
    if not help_at_point.is_whole(answers, _today()):
        return redirect(url_for(".write", code=code, draft=draft), 303)
    form, status = ReadForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                if form.confirmed.data not in set(Confirmed):
                    raise InvalidInput("Hãy đọc lại cho bà con nghe, rồi chọn một câu.", "confirmed")
                how = Confirmed(form.confirmed.data)
                about_it: dict[str, Any] = {"by": as_bridge(), "now": utc_now(), "today": _today()}
                petition = help_at_point.send(help, draft, how, signed=bool(form.signed.data), **about_it)
            except (InvalidInput, Conflict) as problem:
                status = blamed(form, problem)
            else:
                return redirect(url_for(".book", code=code, petition=petition.code), 303)
    return render(
        "bridge/read.html",
        form=form,
        help=help,
        draft=draft,
        person=people_at_point.person(help),
        rows=summary_of(answers, _today()),
        accuses=PetitionKind.DENUNCIATION in other_kinds(answers["narrative"], answers["kind"]),
    ), status
