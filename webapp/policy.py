"""Who may do what: the one map that views, socket events and templates ask.

Closed unless opened: an endpoint that declares no permission is refused. Objects are loaded
through their owner first, so that another's is not found; policy then says what a role may do.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ParamSpec, Protocol, TypeVar

from flask import Flask, request
from flask_login import current_user

from .domain.errors import NotAllowed
from .domain.texts import N_
from .models import Role

P = ParamSpec("P")
R = TypeVar("R")


class Identity(Protocol):
    """Whoever asks: an account, a guest of one visit, or nobody."""

    is_authenticated: bool
    is_active: bool


class Permission(StrEnum):
    """What can be done; each word says what it lets a person do."""

    READ_PUBLIC = "read_public"
    """Read what everyone may read."""
    BE_CITIZEN = "be_citizen"
    """Petition, take a place, wait and be received."""
    RECEIVE = "receive"
    """Hold a desk, call and receive, write minutes, decide outcomes."""
    READ_QUEUE = "read_queue"
    """See today's queue."""
    SEARCH_PAPERS = "search_papers"
    """Look for petitions by the number of a paper; denunciations are never found."""
    OPEN_IDENTITY = "open_identity"
    """Open a denouncer's sealed identity, with a reason: of a visit that one holds or held, or as a leader."""
    WRITE_STATEMENTS = "write_statements"
    """Write down what people told, apart from a visit; of a denunciation those who may open its identity."""
    READ_CONTENT = "read_content"
    """Read the redacted copy of petitions that one was asked to read, and nothing of their authors."""
    END_READING = "end_reading"
    """See who was asked to read what, and end it."""
    SEE_PAPERS_AT_POINT = "see_papers_at_point"
    """Record that one saw the papers of those whom one's own bridge point hosts."""
    DECIDE_PLACES = "decide_places"
    """Decide for one petition that it is received at a place which no standing decision covers."""
    HELP_AT_POINT = "help_at_point"
    """Find and register people at one's own bridge point, write for them, take places for them."""
    PREPARE_POINT = "prepare_point"
    """Sign what is prepared at one's own bridge point; at a central one, at every point."""
    SEE_PREPARATION = "see_preparation"
    """See how far all bridge points of a sitting are, and who signed what; no visits."""
    DECIDE_GATE = "decide_gate"
    """Decide whether a denunciation is received online."""
    TAKE_PART = "take_part"
    """Take part in a visit that is one's own, on either side, or as a guest who was admitted."""
    HEAR_RECORDING = "hear_recording"
    """Hear the recordings of receptions that one held oneself, with a reason."""
    HEAR_EVERY_RECORDING = "hear_every_recording"
    """Hear everyone's recordings, with a reason."""
    LISTEN = "listen"
    """Hold a socket and hear what concerns oneself."""
    BE_GUEST = "be_guest"
    """See where one's invitation stands."""
    MANAGE_ACCOUNTS = "manage_accounts"
    """Make, change, disable accounts; sees no petition."""
    MANAGE_CALENDAR = "manage_calendar"
    """Correct which days are worked."""
    MANAGE_SCHEDULE = "manage_schedule"
    """Plan sittings, move them and call them off; sees no petition and nobody who has a place."""
    MANAGE_MESSAGES = "manage_messages"
    """See which messages did not go out, without their words, and send notices again."""
    READ_RATINGS = "read_ratings"
    """Read the figures of what people thought of their receptions."""
    ANSWER_DATA_REQUESTS = "answer_data_requests"
    """Answer what people ask about their own data; sees no petition, and is never the admin."""
    GET_LETTERS = "get_letters"
    """Give an address to which letters go about what waits for oneself."""
    HAVE_ACCOUNT = "have_account"
    """See one's own account and sign out."""
    READ_DEMO = "read_demo"
    """Read the demo's outbox; only where the demo is on."""


Predicate = Callable[[Any], bool]


def anyone(_identity: Any) -> bool:
    return True


def signed_in(identity: Any) -> bool:
    """Has an account; a guest has none."""
    return bool(identity.is_authenticated and identity.is_active) and not is_guest(identity)


def is_guest(identity: Any) -> bool:
    return getattr(identity, "participant", None) is not None


def is_inside(identity: Any) -> bool:
    """A guest who was admitted and not removed, while the room is open."""
    return bool(identity.participant.is_inside)


def has(*roles: Role) -> Predicate:
    def check(identity: Any) -> bool:
        return signed_in(identity) and not identity.roles.isdisjoint(roles)

    return check


def has_not(role: Role) -> Predicate:
    """For what two roles must not be in one hand."""

    def check(identity: Any) -> bool:
        return signed_in(identity) and role not in identity.roles

    return check


def holds_desk_rights(identity: Any) -> bool:
    return signed_in(identity) and bool(identity.desk_rights)


def works_at_a_point(identity: Any) -> bool:
    return signed_in(identity) and identity.bridge_point_id is not None


def works_at_the_centre(identity: Any) -> bool:
    return works_at_a_point(identity) and bool(identity.bridge_point.central)


def demo_is_on(_identity: Any) -> bool:
    from flask import current_app

    return bool(current_app.config["SETTINGS"].demo)


POLICY: dict[Permission, tuple[tuple[Predicate, ...], ...]] = {
    # permission: any row, of which all predicates hold
    Permission.READ_PUBLIC: ((anyone,),),
    Permission.BE_CITIZEN: ((has(Role.CITIZEN),),),
    Permission.RECEIVE: ((has(Role.OFFICER, Role.LEADER), holds_desk_rights),),
    Permission.READ_QUEUE: ((has(Role.OFFICER, Role.LEADER),),),
    Permission.SEARCH_PAPERS: ((has(Role.OFFICER, Role.LEADER), holds_desk_rights),),
    # Which officer may is the petition's: `services.petitions.openable_by`.
    Permission.OPEN_IDENTITY: ((has(Role.OFFICER), holds_desk_rights), (has(Role.LEADER),)),
    # Of which petitions, `services.statement_tasks` says.
    Permission.WRITE_STATEMENTS: ((has(Role.OFFICER), holds_desk_rights), (has(Role.LEADER),)),
    Permission.READ_CONTENT: ((has(Role.ADVISORY),),),
    Permission.END_READING: ((has(Role.LEADER),),),
    Permission.SEE_PAPERS_AT_POINT: ((has(Role.BRIDGE), works_at_a_point),),
    Permission.DECIDE_PLACES: ((has(Role.LEADER),),),
    Permission.HELP_AT_POINT: ((has(Role.BRIDGE), works_at_a_point),),
    Permission.PREPARE_POINT: ((has(Role.BRIDGE), works_at_a_point),),
    Permission.SEE_PREPARATION: (
        (has(Role.ADMIN, Role.OFFICER, Role.LEADER),),
        (has(Role.BRIDGE), works_at_the_centre),
    ),
    Permission.DECIDE_GATE: ((has(Role.OFFICER), holds_desk_rights), (has(Role.LEADER),)),
    Permission.TAKE_PART: (
        (has(Role.CITIZEN),),
        (has(Role.OFFICER, Role.LEADER), holds_desk_rights),
        (is_guest, is_inside),
    ),
    Permission.HEAR_RECORDING: (
        (has(Role.OFFICER), holds_desk_rights),
        (has(Role.LEADER, Role.INSPECTOR),),
    ),
    Permission.HEAR_EVERY_RECORDING: ((has(Role.LEADER, Role.INSPECTOR),),),
    Permission.LISTEN: ((signed_in,), (is_guest, is_inside)),
    Permission.BE_GUEST: ((is_guest,),),
    Permission.MANAGE_ACCOUNTS: ((has(Role.ADMIN),),),
    Permission.MANAGE_CALENDAR: ((has(Role.ADMIN),),),
    Permission.MANAGE_SCHEDULE: ((has(Role.ADMIN),),),
    Permission.MANAGE_MESSAGES: ((has(Role.ADMIN),),),
    Permission.READ_RATINGS: ((has(Role.LEADER, Role.INSPECTOR),),),
    Permission.ANSWER_DATA_REQUESTS: ((has(Role.DATA_PROTECTION), has_not(Role.ADMIN)),),
    Permission.GET_LETTERS: (
        (has(Role.DATA_PROTECTION), has_not(Role.ADMIN)),
        (has(Role.BRIDGE), works_at_a_point),
    ),
    Permission.HAVE_ACCOUNT: ((signed_in,),),
    Permission.READ_DEMO: ((demo_is_on,),),
}


def permits(identity: Any, permission: Permission) -> bool:
    """Whether this person may."""
    return any(all(holds(identity) for holds in row) for row in POLICY[permission])


STATIC_ENDPOINTS = ("static", "static_versioned")


class SignInNeeded(NotAllowed):
    """Nobody is signed in, and this asks for somebody."""

    message = N_("Hãy đăng nhập để tiếp tục.")


def ensure(identity: Any, permission: Permission) -> None:
    """Raises SignInNeeded or NotAllowed when the person may not."""
    if not permits(identity, permission):
        raise NotAllowed if identity.is_authenticated else SignInNeeded


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a view needs; `refuse_undeclared` enforces it before the view runs."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Permission | None:
    """The permission that an endpoint declares; static files are public."""
    if endpoint in STATIC_ENDPOINTS:
        return Permission.READ_PUBLIC
    return getattr(app.view_functions[endpoint], "permission", None)


def guard(app: Flask) -> None:
    """Refuse every endpoint that declares nothing, or whose permission the person lacks."""

    @app.before_request
    def refuse_undeclared() -> None:
        if request.endpoint is None:
            return  # no such address: the 404 follows
        permission = declared(app, request.endpoint)
        if permission is None:
            raise NotAllowed
        ensure(current_user, permission)
