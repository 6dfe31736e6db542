"""What people can rely on while they write: no answer is ever lost.

Whatever the order of answering, going back, reloading, pressing twice, signing out and in, working in a
second window, writing several petitions, giving one up or sending, each answer that was accepted is in its
own draft or petition.
"""

import shutil
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from werkzeug.test import TestResponse

from tests import people
from tests.conftest import _settings
from tests.views.conftest import Browser, Page
from webapp import create_app
from webapp.clock import local, utc_now
from webapp.domain.texts import clean_line, clean_text
from webapp.extensions import db
from webapp.models import Account, Petition
from webapp.services import drafts, petition_steps

WORDS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r") | st.sampled_from("ếựđ\n &<"),
    max_size=40,
)
STORIES = WORDS.map(lambda more: people.STORY + more) | st.sampled_from(
    [
        people.STORY + " Tôi tố cáo cán bộ địa chính.",
        people.STORY + " Tôi khiếu nại và kiến nghị.",
        people.STORY + " Tôi khiếu nại, tố cáo và kiến nghị.",
    ]
)
NAMES = st.sampled_from(["Nguyễn Văn Lành", "Đỗ Thị  Mận", "Lò A Páo"])
TICKS = st.sampled_from(["", "y"])
ANSWERS: dict[str, st.SearchStrategy[str]] = {
    "kind": st.sampled_from(["complaint", "denunciation", "recommendation", "feedback", "unsure"]),
    "protection_wanted": st.sampled_from(["yes", "no"]),
    "on_behalf": st.sampled_from(["myself", "group", "lawyer", "representative"]),
    "represented": NAMES,
    "people": st.sampled_from(["12", "300"]),
    "full_name": NAMES,
    "birth_year": st.integers(1920, 2000).map(str),
    "paper_kind": st.sampled_from(["citizen_card", "personal_number"]),
    "paper_number": st.integers(10**9, 10**10 - 1).map(lambda n: f"00{n}"),
    "issued_day": st.just("15"),
    "issued_month": st.integers(1, 12).map(str),
    "issued_year": st.sampled_from(["1975", "2021"]),
    "issued_by": st.sampled_from(["", "Bộ Công an", "Công an tỉnh  Hà Tây"]),
    "lives_in": st.sampled_from(["09706", "09700"]),
    "village": NAMES,
    "happened_in": st.sampled_from(["09706", "00004"]),
    "need_sign": TICKS,
    "need_writing": TICKS,
    "narrative": STORIES,
    "split": st.sampled_from(["apart", "apart", "one"]),
    **dict.fromkeys(petition_steps.APART.values(), st.just("y")),
    "against": WORDS.map(lambda more: "Quyết định số 15 " + more),
    "learned_day": st.just("2"),
    "learned_month": st.integers(1, 12).map(str),
    "learned_year": st.sampled_from(["2024", "2025"]),
    "settled": st.sampled_from(["no", "agency", "court", "unsure"]),
    "settled_by": WORDS.map(lambda more: "Ủy ban nhân dân xã " + more),
    "wish": WORDS.map(lambda more: "Đo lại đất " + more),
}
"""What people write; a field that is not named here stays empty."""
STEPS = petition_steps.STEPS


def answers_to(step: petition_steps.Step) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({field: ANSWERS.get(field, st.just("")) for field in step.fields})


@pytest.fixture
def folder(sqlite_base: Path, tmp_path: Path) -> Path:
    shutil.copy(sqlite_base / "app.db", tmp_path / "app.db")
    return tmp_path


def test_no_answer_is_lost_by_any_order_of_saving_reloading_pressing_twice_and_signing_out(
    folder: Path,
) -> None:
    app = create_app(_settings(folder, f"sqlite:///{folder / 'app.db'}"))
    with app.app_context():
        people.places()
        run_state_machine_as_test(
            lambda: Writing(app),
            settings=settings(
                max_examples=15,
                stateful_step_count=35,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],  # to make a failure shorter would take minutes
                suppress_health_check=list(HealthCheck),
            ),
        )
        db.session.remove()
        db.engine.dispose()
    rare = ("sent", "split", "given up", "too late", "several")
    assert all(Writing.happened[what] for what in rare), Writing.happened


class Writing(RuleBasedStateMachine):
    """One person with several browsers and petitions; `drafts` is what the pages said they keep of each."""

    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self, app: object):
        super().__init__()
        self.app = app
        self.drafts: dict[str, dict[str, str]] = {}
        self.sent: dict[str, dict[str, str]] = {}

    @initialize()
    def signs_in_first(self) -> None:
        self.account: Account = people.a_citizen()
        self.signs_in()

    @rule()
    def signs_in(self) -> None:
        """On another device too: the drafts are the account's."""
        self.browser = Browser(self.app, self.account)  # type: ignore[arg-type]

    def _a_draft(self, data: st.DataObject) -> str:
        """One that there is, or the one that the page of drafts offers to begin."""
        page = self.browser.get("/petitions/new")
        if page.status_code == 302:
            assert self.drafts == {}
            return str(page.location).split("/")[3]
        told = Page(page.text)
        offered = [link.split("/")[3] for link in told.links() if link.endswith("/kind")]
        assert {link.rpartition("/")[2] for link in told.links() if _is_a_draft(link)} == set(self.drafts)
        assert len(offered) == (1 if len(self.drafts) < drafts.MOST else 0)
        return data.draw(st.sampled_from([*self.drafts, *offered]), "draft")

    @rule(step=st.sampled_from(STEPS), data=st.data(), back=st.booleans())
    def answers_a_question(self, step: petition_steps.Step, data: st.DataObject, back: bool) -> None:
        """In any order, as links, other windows and the browser's own back button lead there."""
        given = data.draw(answers_to(step), step.name)
        self._saves(self._a_draft(data), step, given | ({"back": "review"} if back else {}), 1)

    @rule(step=st.sampled_from(STEPS), data=st.data())
    def presses_twice(self, step: petition_steps.Step, data: st.DataObject) -> None:
        self._saves(self._a_draft(data), step, data.draw(answers_to(step), step.name), 2)

    @rule(data=st.data(), and_sends=st.booleans())
    def answers_all_that_is_left(self, data: st.DataObject, and_sends: bool) -> None:
        """Follows the pages to the end, and perhaps beyond."""
        draft = self._a_draft(data)
        where = f"/petitions/new/{draft}"
        for _ in range(2 * len(STEPS)):
            step = petition_steps.first_open(self.drafts.get(draft, {}), local(utc_now()).date())
            if step is None:
                assert self.browser.get(where).location == f"{where}/review"
                return self._sends(draft, 1) if and_sends else None
            assert self.browser.get(where).location == f"{where}/{step.name}"
            self._saves(draft, step, data.draw(answers_to(step), step.name), 1)
        raise AssertionError("the questions never end")

    def _saves(self, draft: str, step: petition_steps.Step, sent: dict[str, str], times: int) -> None:
        given = {field: sent[field] for field in step.fields}
        for _ in range(times):
            answer = self.browser.post(f"/petitions/new/{draft}/{step.name}", dict(sent))
            assert answer.status_code in (303, 422), step.name
        if answer.status_code == 303:
            # As browsers send lines, and as form fields hold ticks.
            told = {field: _as_kept(field, text) for field, text in given.items()}
            self.drafts[draft] = self.drafts.get(draft, {}) | told
        else:
            self._everything_is_still_there(answer, given)

    @rule(step=st.sampled_from(STEPS), data=st.data())
    def answers_in_a_window_whose_draft_was_sent(
        self, step: petition_steps.Step, data: st.DataObject
    ) -> None:
        """Nothing can take the words any more, so they stay on the page."""
        if self.sent:
            given = data.draw(answers_to(step), step.name)
            draft = data.draw(st.sampled_from(list(self.sent)), "draft")
            answer = self.browser.post(f"/petitions/new/{draft}/{step.name}", dict(given))
            assert answer.status_code in (409, 422)
            self.happened["too late"] += answer.status_code == 409
            self._everything_is_still_there(answer, given)

    def _everything_is_still_there(self, answer: TestResponse, given: dict[str, str]) -> None:
        shown = Page(answer.text)
        typed = [field for field in given if shown.holds(field)]
        assert typed or not any(given.values()), "the form came back empty"

    @rule(step=st.sampled_from(STEPS), data=st.data())
    def reloads_a_question(self, step: petition_steps.Step, data: st.DataObject) -> None:
        draft = self._a_draft(data)
        answers = self.drafts.get(draft, {})
        answer = self.browser.get(f"/petitions/new/{draft}/{step.name}")
        assert answer.status_code in (200, 302)
        if answer.status_code == 200 and set(step.fields) <= set(answers):
            page = Page(answer.text)
            for field in step.fields:
                if not field.startswith(("need_", "apart_")) and answers[field]:
                    assert page.holds(field) == [answers[field]], field

    @rule()
    def signs_out(self) -> None:
        self.browser.post("/logout")
        assert self.browser.get("/petitions/new").status_code in (302, 303)
        self.signs_in()

    def _is_whole(self, draft: str) -> bool:
        return petition_steps.first_open(self.drafts[draft], local(utc_now()).date()) is None

    @rule(times=st.integers(1, 3), data=st.data())
    def sends(self, times: int, data: st.DataObject) -> None:
        whole = [draft for draft in self.drafts if self._is_whole(draft)]
        draft = data.draw(st.sampled_from(whole), "draft") if whole else self._a_draft(data)
        self._sends(draft, times)

    def _sends(self, draft: str, times: int) -> None:
        where = f"/petitions/new/{draft}/review"
        if self.browser.get(where).status_code != 200:
            return
        answers = [self.browser.post(where) for _ in range(times)]
        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.location for answer in answers}) == 1
        self.sent[draft] = self.drafts.pop(draft)
        self.happened["sent"] += 1
        following = petition_steps.answers_of_the_others(self.sent[draft])
        db.session.rollback()
        new = [one for one in drafts.list_of(self.account.id) if one.key not in self.drafts]
        assert [(one.part, one.parts) for one in new] == [(n, len(new) + 1) for n in range(2, len(new) + 2)]
        assert len(new) == len(following)
        self.drafts |= {one.key: told for one, told in zip(new, following, strict=True)}
        self.happened["split"] += bool(new)

    @rule(data=st.data())
    def sends_an_old_page_again(self, data: st.DataObject) -> None:
        if self.sent:
            draft = data.draw(st.sampled_from(list(self.sent)), "draft")
            answer = self.browser.post(f"/petitions/new/{draft}/review")
            assert answer.location.endswith("/receipt")

    @rule(data=st.data(), times=st.integers(1, 2))
    def gives_one_up(self, data: st.DataObject, times: int) -> None:
        """Never another: neither another draft nor what was sent."""
        if self.drafts or self.sent:
            draft = data.draw(st.sampled_from([*self.drafts, *self.sent]), "draft")
            for _ in range(times):
                assert self.browser.post(f"/petitions/new/{draft}/discard").status_code == 303
            self.happened["given up"] += self.drafts.pop(draft, None) is not None

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "account"):
            return
        db.session.rollback()
        self.happened["several"] += len(self.drafts) > 1
        assert {one.key: one.answers for one in drafts.list_of(self.account.id)} == self.drafts
        petitions = db.session.query(Petition).filter_by(account_id=self.account.id).all()
        assert {petition.request_key for petition in petitions} == set(self.sent)
        for petition in petitions:
            told = self.sent[petition.request_key]
            assert petition.narrative == clean_text(told["narrative"])
            assert petition.petitioner.full_name == clean_line(told["full_name"])
            assert petition.petitioner.paper_issued_by == clean_line(told["issued_by"])
            assert (petition.against, petition.wish) == (
                clean_text(told["against"]),
                clean_text(told["wish"]),
            )
            assert (petition.kind, petition.settled) == (told["kind"], told["settled"])
            assert petition.happened_in_code == told["happened_in"]


def _is_a_draft(link: str) -> bool:
    return link.startswith("/petitions/new/") and link.count("/") == 3


def _as_kept(field: str, text: str) -> str:
    return "True" if field.startswith(("need_", "apart_")) and text else text
