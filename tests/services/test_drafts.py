"""What people can rely on when two of their devices write at one moment: one draft a key, nothing lost, no limit passed."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from tests import people
from tests.people import NINE
from webapp.domain.codes import new_code
from webapp.domain.errors import Conflict, DomainError
from webapp.extensions import db
from webapp.models import Petition
from webapp.services import drafts
from webapp.services.actor import citizen

pytestmark = pytest.mark.usefixtures("app")


def at_one_moment(app: Flask, deeds: list[Callable[[], object]]) -> list[object]:
    """What each deed gave, or the refusal that it met."""
    start, gave = threading.Barrier(len(deeds)), dict[int, object]()

    def do(number: int) -> None:
        with app.app_context():
            start.wait(20)
            try:
                gave[number] = deeds[number]()
            except DomainError as refusal:
                gave[number] = refusal
            db.session.remove()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(50)
    db.session.rollback()
    return [gave[number] for number in range(len(deeds))]


def saves(account_id: int, draft: str, **answers: str) -> Callable[[], object]:
    return lambda: drafts.keep(account_id, draft, answers, now=NINE)


def test_answers_that_begin_one_draft_at_one_moment_are_all_in_it(app: Flask) -> None:
    account, draft = people.a_citizen(), new_code()
    told = {f"field{number}": str(number) for number in range(4)}
    at_one_moment(app, [saves(account.id, draft, **{name: text}) for name, text in told.items()])
    [kept] = drafts.list_of(account.id)
    assert (kept.key, kept.answers) == (draft, told)


def test_no_moment_lets_anyone_pass_the_limit(app: Flask) -> None:
    account = people.a_citizen()
    for _ in range(drafts.MOST - 1):
        drafts.keep(account.id, new_code(), {}, now=NINE)
    gave = at_one_moment(app, [saves(account.id, new_code(), kind="feedback") for _ in range(4)])
    assert [isinstance(one, Conflict) for one in gave].count(True) == 3
    assert len(drafts.list_of(account.id)) == drafts.MOST
    drafts.keep(people.a_citizen().id, new_code(), {}, now=NINE)  # another person's are their own


def test_what_is_saved_while_the_petition_is_sent_is_in_it_or_is_refused(app: Flask) -> None:
    people.places()
    for number in range(6):
        account, draft = people.a_citizen(), new_code()
        drafts.keep(account.id, draft, people.ANSWERS, now=NINE)
        by, wish = citizen(account.id), f"Đo lại đất lần {number}."
        sends = lambda by=by, draft=draft: drafts.submit(by=by, now=NINE, today=NINE.date(), key=draft)  # noqa: E731
        saved, _sent = at_one_moment(app, [saves(account.id, draft, wish=wish), sends])
        petition = db.session.query(Petition).filter_by(account_id=account.id).one()
        assert (petition.wish == wish) != isinstance(saved, Conflict)
        assert drafts.list_of(account.id) == []
