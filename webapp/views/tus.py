"""Resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload): a file goes on at the byte where
the line broke, also after a reload and on another day. Extensions: creation, termination, checksum, expiration.
"""

import base64
import binascii
import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, ClientDisconnected, LengthRequired, RequestEntityTooLarge
from werkzeug.http import http_date

from ..clock import utc_now
from ..domain.codes import is_request_key
from ..domain.errors import DomainError
from ..domain.evidence import FILE_MOST, KEPT_UNFINISHED, TOO_BIG
from ..extensions import csrf, limiter
from ..integrations import inspection, objects
from ..models import Evidence
from ..policy import Permission, requires
from ..services import evidence
from ..services.evidence import Begun
from .common import KeyMissing, as_citizen, small_number
from .evidence import place_of, place_to_fill, proof_named

pages = Blueprint("tus", __name__, url_prefix="/petitions/<code>/files/tus")

VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"
_CHECKED_MOST = 4 * 1024 * 1024
"""A piece with a checksum is held in memory until it is proven."""
_HASHES: dict[str, Callable[[bytes], Any]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}  # noqa: S324 - tus asks for it
_ABOUT = {
    "Tus-Resumable": VERSION,
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,termination,checksum,expiration",
    "Tus-Max-Size": str(FILE_MOST),
    "Tus-Checksum-Algorithm": ",".join(_HASHES),
}


class OtherVersion(DomainError):
    """The client speaks another version of the protocol."""


@pages.after_request
def _tell_version(response: Response) -> Response:
    response.headers.setdefault("Tus-Resumable", VERSION)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@pages.before_request
def _check_version() -> Any:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        return "", 412, {"Tus-Version": VERSION}
    return None


@pages.route("", methods=["OPTIONS"], provide_automatic_options=False)
@requires(Permission.BE_CITIZEN)
def options(code: str) -> Any:
    return "", 204, _ABOUT


@pages.post("")
@requires(Permission.BE_CITIZEN)
@limiter.limit("240/minute")
def create(code: str) -> Any:
    """Announce a file. The same `key` again is the same file, with what has arrived of it."""
    size, told = small_number(request.headers.get("Upload-Length")), _metadata()
    if size is None:
        raise BadRequest
    if size > FILE_MOST:
        return jsonify(problem=_(TOO_BIG)), 413
    key, duration = told.get("key", ""), told.get("duration")
    if not is_request_key(key):
        raise KeyMissing
    if duration is not None and small_number(duration) is None:
        raise BadRequest
    proof = proof_named(told.get("proof"))
    what = Begun(
        told.get("name", ""),
        size,
        small_number(duration),
        told.get("nothing") != "y",
        (proof,) if proof else (),
    )
    file = evidence.begin(place_to_fill(code), what, by=as_citizen(), now=utc_now(), key=key)
    return "", 201, {"Location": url_for(".offset", code=code, file=file.code), **_state(file)}


@pages.route("/<file>", methods=["HEAD"])
@requires(Permission.BE_CITIZEN)
@limiter.limit("600/minute")
def offset(code: str, file: str) -> Any:
    """How many bytes are here; that all are is said of a kept file only, for a client then lets go of its own.

    One that was refused is gone, so that it is sent anew and the sentence heard that was lost.
    """
    found, now = evidence.of_owner(place_of(code), file), utc_now()
    if evidence.is_looked_through(found, now):
        return "", 423
    kept = _settled(found, now)
    return ("", 410) if kept.problem is not None else ("", 200, _state(kept))


@csrf.exempt
@pages.patch("/<file>")
@requires(Permission.BE_CITIZEN)
@limiter.limit("1200/minute")
def append(code: str, file: str) -> Any:
    """Bytes from the offset on; the last ones are answered when the whole file was looked through.

    They may be more than other requests carry; so the token is looked at here, once that is said.
    """
    request.max_content_length = FILE_MOST
    csrf.protect()
    if request.mimetype != _PIECE:
        return "", 415
    if request.content_length is None:
        raise LengthRequired
    found = evidence.of_owner(place_of(code), file)
    at = small_number(request.headers.get("Upload-Offset"))
    if at is None:
        raise BadRequest
    try:
        read = _proven() if "Upload-Checksum" in request.headers else _reading()
    except _WrongChecksum:
        return "", "460 Checksum Mismatch"
    try:
        received = evidence.append(found, at, read, store=objects, now=utc_now())
    except evidence.Broken:
        raise BadRequest from None
    except evidence.Withdrawn as problem:
        return jsonify(problem=_(problem.message)), 410  # a client begins anew, and is told why not
    except evidence.OffsetMismatch as problem:
        # A browser sends a request again by itself when a kept connection broke. Hanging up spares the
        # line the rest of bytes that are here already.
        return jsonify(problem=_(problem.message)), 409, {"Connection": "close"}
    found = evidence.of_owner(place_of(code), file)
    kept = _settled(found, utc_now())
    if kept.problem is not None:
        return jsonify(problem=_(kept.problem)), 422
    return "", 204, _state(kept) | {"Upload-Offset": str(received)}


@pages.delete("/<file>")
@requires(Permission.BE_CITIZEN)
def terminate(code: str, file: str) -> Any:
    """The person does not want to send it after all."""
    place = place_of(code)
    found = evidence.of_owner(place, file)
    evidence.remove(found, place, store=objects, by=as_citizen(), now=utc_now())
    return "", 204


def _settled(file: Evidence, now: datetime) -> Evidence:
    """The file looked through, where all of it is here."""
    return evidence.settle_whole(file, store=objects, inspect=inspection.inspect, by=as_citizen(), now=now)


class _WrongChecksum(Exception):
    """The piece is not what was sent."""


def _reading() -> Callable[[int], bytes]:
    """Reads what comes; a broken line is an OSError."""
    stream = request.stream

    def read(most: int) -> bytes:
        try:
            return stream.read(most)
        except ClientDisconnected as problem:
            raise ConnectionError from problem

    return read


def _proven() -> Callable[[int], bytes]:
    """Reads a piece that was received whole and is what its sender says."""
    name, told = (request.headers["Upload-Checksum"].split(" ", 1) + [""])[:2]
    if name not in _HASHES:
        raise BadRequest
    if (request.content_length or 0) > _CHECKED_MOST:
        raise RequestEntityTooLarge
    piece = request.get_data()
    if base64.b64encode(_HASHES[name](piece).digest()).decode() != told.strip():
        raise _WrongChecksum
    return io.BytesIO(piece).read


def _state(file: Evidence) -> dict[str, str]:
    about = {"Upload-Offset": str(file.received), "Upload-Length": str(file.size)}
    if file.is_arriving:
        about["Upload-Expires"] = http_date(file.seen_at + KEPT_UNFINISHED)
    return about


def _metadata() -> dict[str, str]:
    """Words by name (base64). Raises BadRequest."""
    told = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, value = [*pair.strip().split(" ", 1), ""][:2]
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise BadRequest from None
    return told
