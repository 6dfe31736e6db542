"""Papers at the desk: an officer saw one, or looks for petitions by its number."""

from typing import Any

from flask import redirect, request, url_for

from ..clock import utc_now
from ..domain.errors import InvalidInput, NotFound
from ..domain.identity_papers import PaperKind, read_kind
from ..domain.petition_kinds import KIND_LABELS_FOR_STAFF
from ..extensions import limiter
from ..forms.petition import PaperForm
from ..policy import Permission, requires
from ..rendering import asked_by_htmx, render
from ..services import identity, proofs
from .common import as_officer, request_key
from .desk import _own, pages, record_context, visit_part
from .evidence_rows import of_visit


@pages.post("/visit/<code>/seen")
@requires(Permission.RECEIVE)
def seen(code: str) -> Any:
    """I saw the paper: who and when are kept. The head of the visit anew to a script."""
    request_key()
    identity.record_seen(_own(code).id, by=as_officer(), now=utc_now())
    return visit_part(code) if asked_by_htmx() else redirect(url_for(".page"), 303)


@pages.post("/visit/<code>/proofs/<proof>/seen")
@requires(Permission.RECEIVE)
def proof_seen(code: str, proof: str) -> Any:
    """I saw this proof on paper: who and when are kept. The proofs anew to a script."""
    visit = _own(code)
    try:
        proofs.record_seen(visit.id, proof, by=as_officer(), now=utc_now())
    except InvalidInput:
        raise NotFound from None
    if not asked_by_htmx():
        return redirect(url_for(".page"), 303)
    context = record_context(visit) | {"files": of_visit(visit)}
    return render("desk/_proofs.html", **context)


@pages.route("/papers", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
@limiter.limit("30/minute", methods=["POST"])
def papers() -> Any:
    """Petitions by exactly one paper. The number is sent in a form, so that no address or log holds it."""
    form, found = PaperForm(), None
    if request.method == "GET":
        form.paper_kind.data = PaperKind.CITIZEN_CARD.value
    elif form.validate_on_submit():
        try:
            found = identity.search_paper(
                read_kind(form.paper_kind.data), form.paper_number.data or "", by=as_officer(), now=utc_now()
            )
        except InvalidInput as problem:
            form.blame(problem)
    page = render("desk/papers.html", form=form, found=found, kind_labels=KIND_LABELS_FOR_STAFF)
    return page, 422 if form.problems else 200
