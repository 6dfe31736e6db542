"""A petition: written question by question, sent in, then followed, added to or withdrawn."""

from flask import Blueprint

pages = Blueprint("petition", __name__)

from . import begun, matter, place, place_request, sent, steps  # noqa: E402, F401 - they hang their pages on the blueprint
