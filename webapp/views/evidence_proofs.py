"""The places for proofs of those who speak for others: a file for each, or a promise to bring it on paper."""

from typing import Any

from flask import redirect, request, url_for

from ..clock import utc_now
from ..domain.representation import Proof
from ..policy import Permission, requires
from ..rendering import render
from ..services import proofs
from . import evidence_rows as rows
from .common import as_citizen
from .evidence import pages, place_of, place_to_fill


@pages.get("/petitions/<code>/proofs")
@requires(Permission.BE_CITIZEN)
def proof_places(code: str) -> str:
    """The places alone, for the script after each file."""
    place = place_of(code)
    shown = rows.of_citizen(place, code)
    return render("petition/_slots.html", code=code, proofs=proofs.of_place(place), rows=shown)


@pages.post("/petitions/<code>/proofs/<proof>")
@requires(Permission.BE_CITIZEN)
def proof(code: str, proof: str) -> Any:
    """A file that is attached already is this proof or is not; or it comes on paper or does not."""
    place = place_to_fill(code)
    about: dict[str, Any] = {"by": as_citizen(), "now": utc_now()}
    if "on_paper" in request.form:
        proofs.promise(place, proof, on_paper=request.form["on_paper"] == "y", **about)
    elif request.form.get("file"):
        chosen = request.form.get("chosen") != "n"
        proofs.choose(place, proof, request.form["file"], chosen=chosen, **about)
    return redirect(
        url_for(".page", code=code, _anchor=f"proof-{proof}" if proof in set(Proof) else None), 303
    )
