"""Flask commands: doors to the services for whoever runs the installation."""

import json
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import click
from flask import Flask, current_app

from .. import demo as story
from ..clock import utc_now
from ..config import Settings
from ..domain.codes import new_code
from ..domain.errors import DomainError, InvalidInput
from ..extensions import db
from ..integrations import messages, objects
from ..jobs import rounds
from ..logs import log
from ..models import Role
from ..services import accounts, audit, recordings
from ..services.actor import SYSTEM
from ..services.localities import load_localities


def register(app: Flask) -> None:
    checks = (read_audit, verify_audit, verify_recordings, retention)
    for command in (demo, localities, create_admin, worker, *checks):
        app.cli.add_command(command)


@click.command()
@click.option("--if-empty", is_flag=True, help="Where people are already, only add missing sittings.")
def demo(if_empty: bool) -> None:
    """Fill the empty database with invented people, sittings and visits."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.demo:
        raise click.ClickException("The demo is off: set DEMO=1 to load it. Its passwords are public.")
    if story.is_empty():
        story.load(utc_now())
        click.echo("Demo loaded.")
    elif if_empty:
        click.echo(f"Demo is there already; sittings added: {story.ensure_sittings(utc_now())}.")
    else:
        raise click.ClickException("The database has accounts already: the demo goes into an empty one only.")


@click.command()
def localities() -> None:
    """Add the communes and wards of Hanoi that are missing."""
    click.echo(f"Localities added: {load_localities()}.")


@click.command("create-admin")
@click.argument("username")
@click.option("--name", prompt="Full name", help="The admin's full name.")
def create_admin(username: str, name: str) -> None:
    """Make an admin, and print the path where they set their password, once, within 24 hours."""
    fields = accounts.AccountFields(full_name=name, roles=frozenset({Role.ADMIN}))
    try:
        account = accounts.create(username, fields, by=SYSTEM, now=utc_now(), key=new_code())
    except InvalidInput as problem:
        raise click.ClickException(problem.message) from None
    token = accounts.make_reset_link(account.id, by=SYSTEM, now=utc_now())
    click.echo(f"/staff/password/{token}")


@click.command()
@click.option("--once", is_flag=True, help="Run one round and stop.")
def worker(once: bool) -> None:
    """Send messages, make recordings' files, seal the audit trail, settle sittings that are over."""
    if once:
        now = utc_now()
        rounds.send_messages(now, messages.sender(current_app.config["SETTINGS"]))
        rounds.each_second(now)
        rounds.take_over_voices(now)
        rounds.make_recording(now)
        rounds.look_through_evidence(now)
        while rounds.keep_documents(now):
            pass
        rounds.each_minute(now)
    else:
        _work_until(_told_to_stop())


def _told_to_stop() -> threading.Event:
    """Set by SIGTERM or SIGINT: the round at hand is finished first."""
    stop = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)
    return stop


def _work_until(stop: threading.Event) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own word
    send = messages.sender(app.config["SETTINGS"])
    slow: list[Callable[[datetime], bool]] = [
        lambda now: rounds.send_message(now, send),
        rounds.take_over_voices,
        rounds.make_recording,
        rounds.look_through_evidence,
        rounds.keep_documents,
    ]
    beside = [threading.Thread(target=_repeat_until, args=(app, stop, one), daemon=True) for one in slow]
    for thread in beside:
        thread.start()
    minute = None
    while not stop.is_set():
        now = utc_now()
        try:
            rounds.each_second(now)
            if now.minute != minute:
                rounds.each_minute(now)
                minute = now.minute
        except Exception:
            # A worker that dies of one bad moment is worse than a late round.
            log.exception("round failed")
        finally:
            db.session.remove()  # the next round must see what others have written
        stop.wait(1.0)
    for thread in beside:
        thread.join(5)  # what they leave undone is done by the next worker


def _repeat_until(app: Flask, stop: threading.Event, one: Callable[[datetime], bool]) -> None:
    """Beside the rounds, as long as there is something: neither waits for a slow gateway or a long recording."""
    while not stop.is_set():
        with app.app_context():
            try:
                done = one(utc_now())
            except Exception:
                # As above; what never succeeds waits longer each time, or is given up by its count of attempts.
                done = False
                log.exception("job failed")
            finally:
                db.session.remove()
        if not done:
            stop.wait(1.0)


@click.command("read-audit")
@click.argument("object_kind")
@click.argument("object_id")
def read_audit(object_kind: str, object_id: str) -> None:
    """Tell what was done with one thing, by whom and why: flask read-audit petition 12."""
    for entry in audit.of_object(object_kind, object_id):
        about = entry.details | ({"reason": entry.reason} if "reason" in entry.details else {})
        click.echo(
            f"{entry.at.isoformat()} {entry.actor_id} {entry.action} {json.dumps(about, ensure_ascii=False)}"
        )


@click.command("verify-audit")
def verify_audit() -> None:
    """Prove the chain of the audit trail, and say how much of it is not sealed yet."""
    proof = audit.verify()
    if proof.broken_at is not None:
        raise click.ClickException(f"The audit trail is broken at position {proof.broken_at}.")
    click.echo(f"The audit trail holds: {proof.sealed} entries sealed, {proof.unsealed} not sealed yet.")


@click.command("verify-recordings")
def verify_recordings() -> None:
    """Read every piece and file of the recordings again, and say which are not what arrived."""
    proofs = [(recording, recordings.verify(recording, objects)) for recording in recordings.every()]
    for recording, proof in proofs:
        for take, piece in sorted({*proof.damaged, *proof.not_as_audited}):
            click.echo(f"{recording.code}: piece {piece} of take {take} is not what arrived.")
        if proof.whole_damaged:
            click.echo(f"{recording.code}: the file is not what was made.")
    bad = sum(not proof.holds for _recording, proof in proofs)
    if bad:
        raise click.ClickException(f"Recordings that do not hold: {bad} of {len(proofs)}.")
    click.echo(f"The recordings hold: {len(proofs)}, with {sum(proof.pieces for _, proof in proofs)} pieces.")


@click.command()
@click.option("--dispose", metavar="CODE", help="Destroy this recording, whose term is over.")
@click.option("--decision", default="", help="Number and date of the decision that says so.")
def retention(dispose: str | None, decision: str) -> None:
    """List the recordings whose term is over; nothing is destroyed but one by one, by a decision."""
    now = utc_now()
    if dispose is None:
        found = recordings.over(now)
        for one in found:
            click.echo(
                f"{one.code}: {one.retention}, ended {one.ended_at:%Y-%m-%d}, kept to {recordings.kept_to(one)}"
            )
        click.echo(f"Recordings whose term is over: {len(found)}. None was touched.")
        return
    try:
        recordings.dispose(dispose, decision, remove=objects.remove, by=SYSTEM, now=now)
    except DomainError as problem:
        raise click.ClickException(problem.message) from None
    click.echo(f"Disposed of: {dispose}.")
