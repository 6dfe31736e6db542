"""The public board: which number is called to which desk, for a screen where people wait together."""

from flask import Blueprint
from werkzeug.wrappers import Response

from ..clock import utc_now
from ..policy import Permission, requires
from ..rendering import page_or_fragment
from ..services import board, reception

pages = Blueprint("board", __name__, url_prefix="/board")


@pages.get("")
@requires(Permission.READ_PUBLIC)
def page() -> Response:
    """Of the sitting that is open now."""
    return _shown(board.of_now(utc_now()))


@pages.get("/<int:point>")
@requires(Permission.READ_PUBLIC)
def at_point(point: int) -> Response:
    """At a bridge point: the numbers of the people who wait there."""
    return _shown(board.of_point(point, utc_now()))


@pages.get("/sitting/<int:sitting>")
@requires(Permission.READ_PUBLIC)
def of_sitting(sitting: int) -> Response:
    """Of one sitting, where several are open at a time."""
    return _shown(board.of_sitting(sitting, utc_now()))


def _shown(shown: board.Board) -> Response:
    return page_or_fragment("board/page.html", "board/_board.html", board=shown, times=reception.TIMES)
