"""Papers, pictures, recordings of a petition: the page, the files themselves, the receipts for them."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from ..clock import utc_now
from ..documents import issued
from ..domain.errors import Conflict, DomainError, InvalidInput, NotFound
from ..domain.evidence import FILE_MOST, SHOWN, SHOWN_ONCE, VOICE_LONGEST, EvidenceKind, Scan
from ..domain.media_types import SUFFIXES
from ..domain.petition_kinds import PetitionKind
from ..domain.representation import PROOF_LABELS, Proof
from ..extensions import csrf, limiter
from ..forms.screens import EvidenceForm, ReasonForm
from ..integrations import inspection, objects
from ..models import Evidence, Petition
from ..policy import Permission, requires
from ..rendering import render
from ..services import drafts, evidence, issued_documents, petition_steps, petitions, proofs
from ..services.actor import Actor
from ..services.evidence import Begun, Place
from ..services.petition_contents import shown_of
from . import evidence_rows as rows
from .common import OPENED_ALONE, as_citizen, as_officer, draft_key, request_key, shown_pdf

pages = Blueprint("evidence", __name__)

_FORM_MOST = FILE_MOST + 14 * 1024 * 1024


def place_of(code: str) -> Place:
    """A draft, or a petition of this citizen's; a draft that was sent is its petition. Raises NotFound."""
    petition = _petition_of(code)
    if petition is not None:
        return evidence.place_of_petition(petition)
    return evidence.place_of_draft(current_user.id, draft_key(code) or "")


def place_to_fill(code: str) -> Place:
    """As `place_of`; the draft begins here when it has no answer yet.

    Raises:
        Conflict: too many drafts, or this one was given up.
    """
    place = place_of(code)
    if place.petition_id is None:
        drafts.begin_for_files(current_user.id, place.petition_key, now=utc_now())
    return place


def _petition_of(code: str) -> Petition | None:
    """The petition that the address names; None: it names a draft that was not sent. Raises NotFound."""
    key = draft_key(code)
    if key is None:
        return petitions.of_citizen(code, current_user.id)
    return petitions.submitted_with(key, current_user.id)


@pages.get("/petitions/<code>/files")
@requires(Permission.BE_CITIZEN)
def page(code: str) -> Any:
    petition = _petition_of(code)
    if petition is not None and draft_key(code):
        return redirect(url_for(".page", code=petition.code))
    return _page(code, place_of(code), EvidenceForm(formdata=None))


def _page(code: str, place: Place, form: EvidenceForm) -> str:
    petition, draft = _petition_of(code), draft_key(code)
    at_proof = proof_named(request.form.get("proof")) if form.problems else None
    if at_proof:
        form.files.id = f"files-{at_proof}"  # the refusal stands there, and the summary leads there
    answers = {} if petition or draft is None else drafts.answers_of(current_user.id, draft)
    return render(
        "petition/files.html",
        code=code,
        draft=draft,
        place=place,
        petition=petition,
        form=form,
        rows=rows.of_citizen(place, code),
        receipts=rows.receipts_of(petition) if petition else [],
        denounces=_denounces(code),
        total=petition_steps.pages_in_all(answers),
        proofs=proofs.of_place(place),
        at_proof=at_proof,
        longest=int(VOICE_LONGEST.total_seconds() * 1000),
    )


@pages.get("/petitions/<code>/files/list")
@requires(Permission.BE_CITIZEN)
def listing(code: str) -> str:
    """The list alone, for the script after each file; where one tells by voice, what was told so."""
    only_told = request.args.get("only") == "voice"
    shown = rows.told_by_voice(place_of(code), code) if only_told else rows.of_citizen(place_of(code), code)
    return render("petition/_files.html", rows=shown, changeable=True, denounces=_denounces(code))


def proof_named(word: str | None) -> Proof | None:
    """The proof for which a file is sent; none for any other file."""
    return Proof(word) if word in set(Proof) else None


def _denounces(code: str) -> bool:
    """Whether the petition, or what is said in its draft, is a denunciation."""
    petition = _petition_of(code)
    if petition is not None:
        return petition.is_denunciation
    kind = drafts.answers_of(current_user.id, draft_key(code) or "").get("kind")
    return kind == PetitionKind.DENUNCIATION


@csrf.exempt
@pages.post("/petitions/<code>/files")
@requires(Permission.BE_CITIZEN)
@limiter.limit("30/minute")
def send(code: str) -> Any:
    """The form that works without scripts: several files at once.

    It may carry more than other forms; so the token is looked at here, once that is said.
    """
    request.max_content_length = _FORM_MOST
    place, form, status = place_to_fill(code), EvidenceForm(formdata=None), 422
    try:
        csrf.protect()
        _take_all(place, form)
    except RequestEntityTooLarge:
        form.blame(InvalidInput("Các tệp nặng quá, gửi một lần không được. Hãy gửi từng tệp một.", "files"))
        status = 413
    if form.problems:
        return _page(code, place, form), status
    return redirect(url_for(".page", code=code), 303)


def _take_all(place: Place, form: EvidenceForm) -> None:
    key, who = request_key(), request.form.get("shows_nothing") != "y"
    proof = proof_named(request.form.get("proof"))
    chosen = [file for file in request.files.getlist("files") if file.filename]
    if not chosen:
        form.blame(InvalidInput("Hãy chọn ảnh hoặc tệp rồi bấm gửi.", "files"))
    about: dict[str, Any] = {
        "store": objects,
        "inspect": inspection.inspect,
        "by": as_citizen(),
        "now": utc_now(),
    }
    for number, file in enumerate(chosen):
        content, name = file.read(), file.filename or ""
        try:
            evidence.take(
                place,
                Begun(name, len(content), None, who, (proof,) if proof else ()),
                content,
                key=f"{key[:58]}-{number}",
                **about,
            )
        except DomainError as problem:
            form.blame(InvalidInput(f"{rows.clean_name(name)}: {_(problem.message)}", "files"))


@pages.post("/petitions/<code>/files/<file>/remove")
@requires(Permission.BE_CITIZEN)
def remove(code: str, file: str) -> Any:
    place = place_of(code)
    found = evidence.of_owner(place, file)
    evidence.remove(found, place, store=objects, by=as_citizen(), now=utc_now())
    return redirect(url_for(".page", code=code), 303)


@pages.route("/petitions/<code>/files/<file>/mark", methods=["GET", "POST"])
@requires(Permission.BE_CITIZEN)
def mark(code: str, file: str) -> Any:
    """The citizen says whether the file shows who they are; before it is unsealed they are asked once more."""
    found = evidence.of_owner(place_of(code), file)
    if request.method == "POST":
        evidence.mark(found, shows_who=request.form.get("shows_who") == "y", by=as_citizen(), now=utc_now())
        return redirect(url_for(".page", code=code), 303)
    if not (_denounces(code) and found.shows_who and found.kept_at and found.kind is not EvidenceKind.VOICE):
        return redirect(url_for(".page", code=code))
    return render("petition/unseal.html", code=code, file=found)


@pages.get("/petitions/<code>/files/<file>/<form>")
@requires(Permission.BE_CITIZEN)
def content(code: str, file: str, form: str) -> Response:
    """The file (`whole`), as every browser can show it (`view`), or small (`thumb`)."""
    return given(evidence.of_owner(place_of(code), file), form)


@pages.get("/desk/visit/<code>/files/<file>/<form>")
@requires(Permission.RECEIVE)
def content_for_officer(code: str, file: str, form: str) -> Any:
    """For the officer who has the visit; one that shows who denounces asks for a reason first."""
    visit = rows.own_visit(code)
    found = evidence.of_visit(visit, file)
    if evidence.is_sealed(found, visit.petition):
        return render("desk/sealed_file.html", visit=visit, file=found, form=ReasonForm(formdata=None))
    return given(found, form, name=shown_of(visit.petition, found.name))


@pages.post("/desk/visit/<code>/files/<file>/open")
@requires(Permission.OPEN_IDENTITY)
def open_sealed(code: str, file: str) -> Any:
    """A reason, then the file: the audit trail keeps who and why."""
    visit, form = rows.entitled_visit(code), ReasonForm()
    found = evidence.of_visit(visit, file)
    try:
        evidence.open_sealed(found, reason=form.reason.data or "", by=as_officer(), now=utc_now())
    except InvalidInput as problem:
        form.blame(problem)
        return render("desk/sealed_file.html", visit=visit, file=found, form=form), 422
    return given(
        found, "view" if found.has_view else "whole", name=rows.neutral_name(found, visit.petition), once=True
    )


@pages.route("/desk/visit/<code>/files/<file>/seal", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
def seal(code: str, file: str) -> Any:
    """Seal a file of a denunciation, or take the seal off: with a reason, which the audit trail keeps."""
    visit, form, status = rows.entitled_visit(code), ReasonForm(), 200
    found = evidence.of_visit(visit, file)
    if not visit.petition.is_denunciation:
        raise NotFound
    sealed = evidence.is_sealed(found, visit.petition)
    if request.method == "POST":
        wanted = request.form.get("shows_who") == "y"
        try:
            evidence.reseal(
                found, shows_who=wanted, reason=form.reason.data or "", by=as_officer(), now=utc_now()
            )
        except (InvalidInput, Conflict) as problem:
            form.blame(problem if isinstance(problem, InvalidInput) else InvalidInput(problem.message))
            status = 422 if isinstance(problem, InvalidInput) else 409
        else:
            # Not to the desk: a second one would take the call from the first.
            return redirect(url_for(".seal", code=code, file=file, done=1), 303)
    return render("desk/seal_file.html", visit=visit, file=found, form=form, sealed=sealed), status


def given(file: Evidence, form: str, name: str = "", once: bool = False) -> Response:
    """The content of a file to whoever may have it.

    `once`: an answer to a form. A player would ask for it again without one, so sounds and films are saved
    instead; nothing of it stays in the browser.
    """
    opened = evidence.content_of(file, form, objects)
    media_type = (file.media_type or "") if form == "whole" else "image/jpeg"
    response = Response(
        wrap_file(request.environ, opened, 64 * 1024), mimetype=media_type, direct_passthrough=True
    )
    response.content_length = opened.size
    response.set_etag(f"{file.kept_sha256}-{form}")
    shown = media_type in (SHOWN_ONCE if once else SHOWN)
    response.headers["Content-Disposition"] = _disposition(shown, _file_name(name or file.name, media_type))
    lasting = "private, max-age=3600" if form == "thumb" else "private, no-cache"
    response.headers["Cache-Control"] = "no-store" if once else lasting
    response.headers["Content-Security-Policy"] = OPENED_ALONE
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response.make_conditional(request, accept_ranges=True, complete_length=opened.size)


def _disposition(shown: bool, name: str) -> str:
    """With the name in letters that a header can carry (RFC 6266)."""
    return f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


def _file_name(name: str, media_type: str) -> str:
    """The person's own name for it, with the suffix of what it is."""
    suffix = SUFFIXES.get(media_type, "")
    return name if name.lower().endswith(suffix) else f"{name}{suffix}"


@pages.app_context_processor
def _for_templates() -> dict[str, Any]:
    """For pages of others that include the list: `draft_files(code)`, `petition_files(p)`, `visit_files(v)`,
    and `papers_receipts(p)`; for those that go on with sending: `evidence_place(code)`; for what was told by
    voice `told_by_voice(code)`.
    """
    return {
        "draft_files": rows.of_draft,
        "petition_files": rows.of_petition,
        "visit_files": rows.of_visit,
        "told_by_voice": lambda code: rows.told_by_voice(place_of(code), code),
        "papers_receipts": rows.receipts_of,
        "evidence_place": place_of,
        "Scan": Scan,
        "PROOF_LABELS": PROOF_LABELS,
    }


@pages.post("/petitions/<code>/receipts")
@requires(Permission.BE_CITIZEN)
def issue(code: str) -> Any:
    """The receipt for what was added since the last one."""
    petition = petitions.of_citizen(code, current_user.id)
    evidence.issue(petition.id, by=as_citizen(), now=utc_now())
    return redirect(url_for(".page", code=code, _anchor="receipts"), 303)


@pages.get("/petitions/<code>/receipts/<int:number>.pdf")
@pages.get("/petitions/<code>/receipts/<int:number>-<int:version>.pdf")
@requires(Permission.BE_CITIZEN)
def receipt(code: str, number: int, version: int | None = None) -> Response:
    """Form 02/TCD as PDF, as it was issued: the newest version, or that which is asked for."""
    petition = petitions.of_citizen(code, current_user.id)
    return _receipt(petition, number, version, as_citizen())


@pages.get("/desk/visit/<code>/receipts/<int:number>-<int:version>.pdf")
@requires(Permission.RECEIVE)
def receipt_for_officer(code: str, number: int, version: int) -> Response:
    """The same for the officer who has the visit."""
    return _receipt(rows.own_visit(code).petition, number, version, as_officer())


def _receipt(petition: Petition, number: int, version: int | None, by: Actor) -> Response:
    """As it was issued; whoever is shown the whole number of a paper in it is written down."""
    now, code, sealed = utc_now(), petition.code, petition.petitioner.sealed
    found = evidence.of_petition_by_number(petition, number)
    document = issued.of_papers(found, version, store=objects, by=by, now=now)
    content, name = issued_documents.content_of(document, objects), f"bien-nhan-{code}-{number}"
    if not sealed:
        issued_documents.note_shown(document, by=by, now=now)
    return shown_pdf(content, f"{name}.pdf" if document.version == 1 else f"{name}-{document.version}.pdf")
