"""What people can rely on while they write: no answer is ever lost.

Whatever the order of answering, going back, reloading, pressing twice, signing out and in, working in a
second window or sending, each answer that was accepted is in the draft or in a petition.
"""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

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
    [people.STORY + " Tôi tố cáo cán bộ địa chính.", people.STORY + " Tôi khiếu nại và kiến nghị."]
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
    "split": st.sampled_from(["one", "apart"]),
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


class Writing(RuleBasedStateMachine):
    """One person with several browsers; `answers` is what the pages said they keep."""

    def __init__(self, app: object):
        super().__init__()
        self.app = app
        self.answers: dict[str, str] = {}
        self.sent: list[dict[str, str]] = []
        self.keys: list[str] = []

    @initialize()
    def signs_in_first(self) -> None:
        self.account: Account = people.a_citizen()
        self.before = db.session.query(Petition).count()
        self.signs_in()

    @rule()
    def signs_in(self) -> None:
        """On another device too: the draft is the account's."""
        self.browser = Browser(self.app, self.account)  # type: ignore[arg-type]

    @rule(step=st.sampled_from(STEPS), data=st.data(), back=st.booleans())
    def answers_a_question(self, step: petition_steps.Step, data: st.DataObject, back: bool) -> None:
        """In any order, as links, other windows and the browser's own back button lead there."""
        given = data.draw(answers_to(step), step.name)
        self._saves(step, given | ({"back": "review"} if back else {}), 1)

    @rule(step=st.sampled_from(STEPS), data=st.data())
    def presses_twice(self, step: petition_steps.Step, data: st.DataObject) -> None:
        self._saves(step, data.draw(answers_to(step), step.name), 2)

    @rule(data=st.data())
    def answers_all_that_is_left(self, data: st.DataObject) -> None:
        """Follows the pages to the end."""
        for _ in range(2 * len(STEPS)):
            step = petition_steps.first_open(self.answers, local(utc_now()).date())
            if step is None:
                assert self.browser.get("/petitions/new").location == "/petitions/new/review"
                return
            assert self.browser.get("/petitions/new").location == f"/petitions/new/{step.name}"
            self._saves(step, data.draw(answers_to(step), step.name), 1)
        raise AssertionError("the questions never end")

    def _saves(self, step: petition_steps.Step, sent: dict[str, str], times: int) -> None:
        given = {field: sent[field] for field in step.fields}
        for _ in range(times):
            answer = self.browser.post(f"/petitions/new/{step.name}", dict(sent))
            assert answer.status_code in (303, 422), step.name
        if answer.status_code == 303:
            # As browsers send lines, and as form fields hold ticks.
            self.answers |= {field: _as_kept(field, text) for field, text in given.items()}
        else:
            shown = Page(answer.text)
            typed = [field for field in given if shown.holds(field)]
            assert typed or not any(given.values()), "the form came back empty"

    @rule(step=st.sampled_from(STEPS))
    def reloads_a_question(self, step: petition_steps.Step) -> None:
        answer = self.browser.get(f"/petitions/new/{step.name}")
        assert answer.status_code in (200, 302)
        if answer.status_code == 200 and set(step.fields) <= set(self.answers):
            page = Page(answer.text)
            for field in step.fields:
                if not field.startswith("need_") and self.answers[field]:
                    assert page.holds(field) == [self.answers[field]], field

    @rule()
    def signs_out(self) -> None:
        self.browser.post("/logout")
        assert self.browser.get("/petitions/new").status_code in (302, 303)
        self.signs_in()

    @rule(times=st.integers(1, 3))
    def sends(self, times: int) -> None:
        page = self.browser.get("/petitions/new/review")
        if page.status_code != 200:
            return
        key = Page(page.text).values("key")[0]
        answers = [self.browser.post("/petitions/new/review", {"key": key}) for _ in range(times)]
        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.location for answer in answers}) == 1
        self.keys.append(key)
        self.sent.append(self.answers)
        self.answers = petition_steps.answers_of_the_next(self.answers)

    @rule()
    def sends_an_old_page_again(self) -> None:
        if self.keys:
            answer = self.browser.post("/petitions/new/review", {"key": self.keys[0]})
            assert answer.location.endswith("/receipt")

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "account"):
            return
        db.session.rollback()
        assert drafts.answers_of(self.account.id) == self.answers
        petitions = db.session.query(Petition).filter_by(account_id=self.account.id).order_by(Petition.id)
        for petition, told in zip(petitions, self.sent, strict=True):
            assert petition.narrative == clean_text(told["narrative"])
            assert petition.petitioner.full_name == clean_line(told["full_name"])
            assert (petition.against, petition.wish) == (
                clean_text(told["against"]),
                clean_text(told["wish"]),
            )
            assert (petition.kind, petition.settled) == (told["kind"], told["settled"])
            assert petition.happened_in_code == told["happened_in"]


def _as_kept(field: str, text: str) -> str:
    return "True" if field.startswith("need_") and text else text
