"""Desks that call and receive until nobody waits: one process of them.

    python -m tests.scale.caller DATABASE_URL INSTANCE_PATH SITTING FIRST_DESK DESKS

Says "ready" when its desks are, begins at the first line it is given, prints the numbers that were
called, one a line, and last the seconds it took.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers import ROOT
from webapp import create_app
from webapp.clock import utc_now
from webapp.config import Settings, load_settings
from webapp.domain.codes import new_code
from webapp.domain.errors import QueueEmpty
from webapp.domain.outcomes import OutcomeKind
from webapp.extensions import db
from webapp.models import Desk, Petition
from webapp.services import reception
from webapp.services.actor import citizen, officer


def settings_for(url: str, instance: Path) -> Settings:
    return load_settings({"DATABASE_URL": url, "INSTANCE_PATH": str(instance), "RATE_LIMITS": "0"})


Called = tuple[list[int], float]
"""The numbers that a process called, in its order, and the seconds it took."""


def in_processes(
    count: int, url: str, instance: Path, sitting_id: int, first_desk: int, desks: int
) -> list[Called]:
    """The desks shared among processes, which all begin when the last one is ready."""
    share = desks // count
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.scale.caller", url, str(instance), str(sitting_id)),
                *(str(first_desk + place * share), str(share)),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(count)
    ]
    try:
        for process in running:
            assert process.stdout and process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        return [_result(process) for process in running]
    finally:
        for process in running:
            process.kill()


def _result(process: "subprocess.Popen[str]") -> Called:
    printed, _ = process.communicate(timeout=200)
    assert process.returncode == 0
    *numbers, seconds = printed.split()
    return list(map(int, numbers)), float(seconds)


def receive_all(
    url: str,
    instance: Path,
    sitting_id: int,
    first_desk: int,
    desks: int,
    wait_for_the_others: Callable[[], object] = lambda: None,
) -> Called:
    """All desks start at one instant."""
    app = create_app(settings_for(url, instance))
    called: list[int] = []
    problems: list[BaseException] = []
    start = threading.Barrier(desks + 1)

    def work(desk_id: int) -> None:
        try:
            with app.app_context():
                officer_id = db.session.get_one(Desk, desk_id).officer_id
                db.session.remove()
                start.wait(30)
                _receive(sitting_id, desk_id, officer_id or 0, called)
        except BaseException as problem:
            problems.append(problem)
            start.abort()
            raise

    threads = [threading.Thread(target=work, args=(first_desk + place,)) for place in range(desks)]
    for thread in threads:
        thread.start()
    wait_for_the_others()
    start.wait(30)
    began = time.monotonic()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    with app.app_context():
        db.engine.dispose()
    if problems:
        raise problems[0]
    return called, seconds


def _receive(sitting_id: int, desk_id: int, officer_id: int, called: list[int]) -> None:
    by = officer(officer_id)
    while True:
        try:
            visit = reception.call_next(desk_id, sitting_id, by=by, now=utc_now(), key=new_code())
        except QueueEmpty:
            return
        called.append(visit.number)
        author = db.session.get_one(Petition, visit.petition_id).account_id
        db.session.rollback()
        reception.enter_room(visit.id, by=citizen(author), now=utc_now())
        reception.close(
            visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, now=utc_now(), key=new_code()
        )


def _say_ready_and_wait() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    address, folder, sitting, first, many = sys.argv[1:]
    found, took = receive_all(
        address, Path(folder), int(sitting), int(first), int(many), wait_for_the_others=_say_ready_and_wait
    )
    print("\n".join(map(str, found)))
    print(took)
