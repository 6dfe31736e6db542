"""What people can rely on while they write: no answer is ever lost.

Whatever the order of answering, going back, reloading, pressing twice, signing out and in, working in a
second window, writing several petitions, saying of which matter one is, promising papers, giving one up or
sending, each answer that was accepted is in its own draft or petition, and each that was not is still on the page.
"""

import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from werkzeug.test import TestResponse
from wtforms.fields.core import UnboundField

from tests import people
from tests.conftest import _settings
from tests.views.conftest import Browser, Page
from webapp import create_app
from webapp.clock import local, utc_now
from webapp.domain.codes import new_code
from webapp.domain.representation import PROOFS, OnBehalf, Proof
from webapp.domain.texts import clean_line, clean_text
from webapp.extensions import db
from webapp.forms import PickField
from webapp.forms.petition import MatterForm
from webapp.models import Account, Petition, ProofOnPaper
from webapp.services import drafts, petition_steps
from webapp.services.petition_steps import APART, OTHERS, PROMISED
from webapp.views.petition.steps import FORMS

WORDS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r") | st.sampled_from("ếựđ\n &<"),
    max_size=40,
)
STORIES = WORDS.map(lambda more: people.STORY + more) | st.sampled_from(
    [
        people.STORY + " Tôi tố cáo cán bộ địa chính.",
        people.STORY + " Tôi khiếu nại và phản ánh.",
        people.STORY + " Tôi khiếu nại, tố cáo và kiến nghị.",
    ]
)
NAMES = st.sampled_from(["Nguyễn Văn Lành", "Đỗ Thị  Mận", "Lò A Páo"])
TICKS = st.sampled_from(["", "y"])
SELDOM = st.sampled_from(["", "", "y"])
ANSWERS: dict[str, st.SearchStrategy[str]] = {
    "kind": st.sampled_from(["complaint", "denunciation", "recommendation", "unsure"]),
    "protection_wanted": st.sampled_from(["yes", "no"]),
    "on_behalf": st.sampled_from(["group", "group", "group", *OnBehalf]),
    "represented": NAMES,
    "people": st.sampled_from(["12", "300"]),
    **{f"rep{n}_name": NAMES for n in OTHERS},
    **{f"rep{n}_phone": st.sampled_from(["", "0987 654  321"]) for n in OTHERS},
    **{f"rep{n}_address": st.sampled_from(["", "Xóm Mít, xã  Vân Hòa"]) for n in OTHERS},
    "full_name": NAMES,
    "birth_year": st.integers(1920, 2000).map(str),
    "paper_kind": st.sampled_from(["citizen_card", "personal_number"]),
    "paper_number": st.integers(10**9, 10**10 - 1).map(lambda n: f"00{n}"),
    "issued_day": st.just("15"),
    "issued_month": st.integers(1, 12).map(str),
    "issued_year": st.sampled_from(["1975", "2021"]),
    "issued_by": st.sampled_from(["", "Bộ Công an", "Công an tỉnh  Hà Tây"]),
    "lives_in": st.sampled_from(["09706", "09700", "00160", "00004"]),
    "village": NAMES,
    "old_address": st.sampled_from(["Xóm 2, Xuân Tảo, Bắc Từ Liêm", "Tổ 5, Xuân Đỉnh"]),
    "happened_in": st.sampled_from(["09706", "00004"]),
    "need_sign": TICKS,
    "need_spoken": TICKS,
    "need_writing": TICKS,
    "language": st.sampled_from(["Mường", "Dao  đỏ", "Mường", ""]),
    "narrative": STORIES,
    "told_story": st.sampled_from(["", "", "", "y"]),
    "split": st.sampled_from(["apart", "apart", "one"]),
    **dict.fromkeys(APART.values(), st.sampled_from(["y", "y", ""])),
    "against": WORDS.map(lambda more: "Quyết định số 15 " + more),
    "learned_day": st.just("2"),
    "learned_month": st.integers(1, 12).map(str),
    "learned_year": st.sampled_from(["2024", "2025"]),
    "told_against": SELDOM,
    "settled": st.sampled_from(["no", "agency", "court", "unsure"]),
    "settled_by": WORDS.map(lambda more: "Ủy ban nhân dân xã " + more),
    "told_settled": SELDOM,
    "wish": WORDS.map(lambda more: "Đo lại đất " + more),
    "told_wish": SELDOM,
}
"""What people write in each field."""
OF_THEIR_OWN = {
    "of": "says_of_which_matter_it_is",
    **{PROMISED + proof: "promises_a_paper" for proof in Proof},
}
"""Answers that are given elsewhere than at the questions, by the rule that gives them."""
LEFT_OUT = {"find": "the name that is looked for: the answer is the place that is chosen of what was found"}
"""Fields that are no answers, and why."""
NO_PART_OF_A_PETITION = {
    "split": "says which drafts are left behind",
    **dict.fromkeys(APART.values(), "as split"),
}
STEPS = petition_steps.STEPS
UNFIT = st.sampled_from(["", "?", "ế" * 400])


def fields_of(form: type) -> set[str]:
    return {name for name in dir(form) if isinstance(getattr(form, name), UnboundField)}


ASKED = {field for form in (*FORMS.values(), MatterForm) for field in fields_of(form)}


CHOSEN = {
    field
    for form in FORMS.values()
    for field in fields_of(form)
    if getattr(form, field).field_class is PickField
}
"""One of several that are offered."""


def is_tick(field: str) -> bool:
    return field.startswith(("need_", "apart_", "told_"))


def answers_to(step: petition_steps.Step) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({field: ANSWERS[field] for field in step.fields})


def test_every_field_of_every_question_is_written_in_or_left_out_for_a_reason() -> None:
    assert set(FORMS) == {step.name for step in STEPS}
    known = set(ANSWERS) | set(OF_THEIR_OWN) | set(LEFT_OUT)
    assert ASKED | {PROMISED + proof for proof in Proof} == known
    assert {field for step in STEPS for field in step.fields} == set(ANSWERS)
    assert set(PROOFS[OnBehalf.MYSELF]) == set()
    assert all(hasattr(Writing, rule) for rule in OF_THEIR_OWN.values())
    assert set(as_sent(dict.fromkeys(ANSWERS, ""))) | set(NO_PART_OF_A_PETITION) == set(ANSWERS)


def hidden_now(step: petition_steps.Step, told: Mapping[str, str]) -> set[str]:
    """Ticks that the page does not show: what they stand for is told already, or is not in the story."""
    found = {step.aloud} if step.aloud != "told_story" and told.get("told_story") else set()
    if step.name == "split":
        kinds = petition_steps.also_told(dict(told))
        found |= {field for kind, field in APART.items() if kind not in kinds}
    return found - {""}


def as_sent(told: Mapping[str, str]) -> dict[str, object]:
    """What a petition of these answers tells, field by field; of questions that were asked."""
    one_line = {field: clean_line(told.get(field, "")) for field in ANSWERS}
    plain = {field: clean_text(told.get(field, "")) for field in ANSWERS}
    group = told["on_behalf"] == "group"
    spoken = one_line["need_spoken"] or one_line["language"]
    others = [
        [one_line[f"rep{n}_{part}"] if group else "" for part in ("name", "phone", "address")] for n in OTHERS
    ]
    kept = sorted(others, key=lambda other: not any(other))  # one after another, as they were written
    return {
        **{
            field: one_line[field] for field in ("kind", "on_behalf", "full_name", "birth_year", "paper_kind")
        },
        **{
            field: one_line[field]
            for field in ("paper_number", "issued_by", "lives_in", "village", "happened_in")
        },
        "settled": one_line["settled"],
        **{field: "y" if one_line[field] else "" for field in ("need_sign", "need_writing")},
        **{field: plain[field] for field in ("old_address", "narrative", "against", "settled_by", "wish")},
        **{f"issued_{part}": one_line[f"issued_{part}"] for part in ("day", "month", "year")},
        **{f"learned_{part}": one_line[f"learned_{part}"] for part in ("day", "month", "year")},
        **{
            f"rep{n}_{part}": text
            for n, other in zip(OTHERS, kept, strict=True)
            for part, text in zip(("name", "phone", "address"), other, strict=True)
        },
        "protection_wanted": one_line["protection_wanted"] if told["kind"] == "denunciation" else "",
        "represented": "" if told["on_behalf"] in ("myself", "group") else one_line["represented"],
        "people": one_line["people"] if group else "",
        "need_spoken": "y" if spoken else "",
        "language": one_line["language"] if spoken else "",
        **dict.fromkeys(TOLD_ALOUD, "y" if any(one_line[field] for field in TOLD_ALOUD) else ""),
    }


TOLD_ALOUD = ("told_story", "told_against", "told_settled", "told_wish")
"""A petition keeps of them that something is told to the officer."""


def told_by(petition: Petition) -> dict[str, object]:
    """The same, read from the petition."""
    who, denounces = petition.petitioner, petition.is_denunciation
    others = [(one.full_name, one.phone, one.address) for one in who.representatives]
    others += [("", "", "")] * (len(OTHERS) - len(others))
    aloud = petition.told == "officer" and bool(petition.told_aloud)
    return {
        "kind": petition.kind,
        "protection_wanted": {True: "yes", False: "no", None: ""}[petition.protection_wanted],
        "on_behalf": petition.on_behalf,
        "represented": who.represented,
        "people": str(petition.people) if petition.people > 1 else "",
        **{
            f"rep{n}_{part}": text
            for n, other in zip(OTHERS, others, strict=True)
            for part, text in zip(("name", "phone", "address"), other, strict=True)
        },
        "full_name": who.full_name,
        "birth_year": who.birth_year,
        "paper_kind": who.paper_kind,
        "paper_number": who.paper_number,
        **in_boxes("issued", who.told_issue.on),
        "issued_by": who.told_issue.by,
        "lives_in": who.lives_in_code if denounces else petition.lives_in_code,
        "village": who.village,
        "old_address": who.old_address,
        "happened_in": petition.happened_in_code,
        **{
            f"need_{need}": "y" if need in petition.needs.split() else ""
            for need in ("sign", "spoken", "writing")
        },
        "language": who.language,
        "narrative": petition.narrative,
        "against": petition.against,
        **in_boxes("learned", petition.learned_on),
        "settled": petition.settled,
        "settled_by": petition.settled_by,
        "wish": petition.wish,
        **dict.fromkeys(TOLD_ALOUD, "y" if aloud else ""),
    }


def in_boxes(name: str, day: date | None) -> dict[str, str]:
    boxes = (day.day, day.month, day.year) if day else ("", "", "")
    return {f"{name}_{part}": str(box) for part, box in zip(("day", "month", "year"), boxes, strict=True)}


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
                max_examples=14,
                stateful_step_count=28,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],  # to make a failure shorter would take minutes
                suppress_health_check=list(HealthCheck),
            ),
        )
        db.session.remove()
        db.engine.dispose()
    usual = ("several", "given up", "refused", "too late")
    assert [what for what in usual if not Writing.happened[what]] == [], Writing.happened


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_answer_is_lost_by_orders_that_nobody_has_tried_yet(app: Flask) -> None:
    """Other ones each time, on both databases; what fails says how to have the same again."""
    people.places()
    run_state_machine_as_test(
        lambda: Writing(app),
        settings=settings(
            max_examples=20,
            stateful_step_count=28,
            deadline=None,
            derandomize=False,
            database=None,
            print_blob=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


PLANS: list[dict[str, str]] = [
    {"kind": "denunciation", "on_behalf": "group", "narrative": "khiếu nại và kiến nghị"},
    {"kind": "complaint", "on_behalf": "lawyer", "narrative": "tố cáo và phản ánh"},
    {"kind": "complaint", "on_behalf": "mandatee", "narrative": "", "told_story": "y"},
    {"kind": "complaint", "on_behalf": "legal_aid", "told_against": "", "told_settled": "y", "told_wish": ""},
]
WRITTEN = {
    **{f"rep{n}_name": f"Người Thứ {n}" for n in OTHERS},
    **{f"rep{n}_phone": f"0987 654 32{n}" for n in OTHERS},
    **{f"rep{n}_address": f"Xóm {n}" for n in OTHERS},
    "protection_wanted": "no",
    "represented": "Trần Thị Mận",
    "people": "12",
    "full_name": "Lò A Páo",
    "birth_year": "1962",
    "paper_kind": "citizen_card",
    "paper_number": "001062012345",
    "issued_day": "5",
    "issued_month": "8",
    "issued_year": "2021",
    "issued_by": "Bộ Công an",
    "lives_in": "00160",
    "village": "Xóm Mít",
    "old_address": "Xuân Tảo",
    "happened_in": "09706",
    "need_sign": "y",
    "need_spoken": "y",
    "need_writing": "y",
    "language": "Mường",
    "told_story": "",
    "split": "apart",
    **dict.fromkeys(APART.values(), "y"),
    "against": "Quyết định số 15",
    "learned_day": "2",
    "learned_month": "4",
    "learned_year": "2025",
    "settled": "agency",
    "settled_by": "Ủy ban nhân dân xã",
    "wish": "Đo lại đất.",
    **dict.fromkeys(("told_against", "told_settled", "told_wish"), "y"),
}


def test_every_field_of_every_question_is_taken_from_its_page_into_the_petition(folder: Path) -> None:
    app = create_app(_settings(folder, f"sqlite:///{folder / 'app.db'}"))
    with app.app_context():
        people.places()
        one = Following(app)
        one.signs_in_first()
        for plan in PLANS:
            one.follows(WRITTEN | plan | {"narrative": people.STORY + " Tôi " + plan.get("narrative", "kể")})
        happened, promised = one.happened, [row.proof for row in db.session.query(ProofOnPaper)]
        db.session.remove()
        db.engine.dispose()
    assert [what for what in ("sent", "split", "promised", "of a matter") if not happened[what]] == []
    assert [field for field in ANSWERS if not happened[f"kept {field}"]] == []
    in_petitions = ANSWERS.keys() - NO_PART_OF_A_PETITION.keys()
    assert [field for field in in_petitions if not happened[f"sent {field}"]] == []
    assert set(promised) == set(Proof) - {Proof.REPRESENTATION}, "a representative's is like a mandatee's"


class Writing(RuleBasedStateMachine):
    """One person with several browsers and petitions; `drafts` is what the pages said they keep of each."""

    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self, app: object):
        super().__init__()
        self.app = app
        self.drafts: dict[str, dict[str, str]] = {}
        self.sent: dict[str, dict[str, str]] = {}
        self.codes: dict[str, str] = {}
        """The codes of those that were sent."""
        self.beside: dict[str, str | None] = {}
        """By the draft, the petition of whose matter it is."""
        self.case: dict[str, str] = {}
        """By the petition, that which opened its case."""

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
        self._saves(self._a_draft(data), step, given, 1, {"back": "review"} if back else {})

    @rule(step=st.sampled_from(STEPS), data=st.data())
    def presses_twice(self, step: petition_steps.Step, data: st.DataObject) -> None:
        self._saves(self._a_draft(data), step, data.draw(answers_to(step), step.name), 2)

    @rule(step=st.sampled_from(STEPS), data=st.data(), unfit=UNFIT)
    def mistypes(self, step: petition_steps.Step, data: st.DataObject, unfit: str) -> None:
        typed = [field for field in step.fields if not is_tick(field)]
        wrong = {data.draw(st.sampled_from(typed), "field"): unfit}
        self._saves(self._a_draft(data), step, data.draw(answers_to(step), step.name) | wrong, 1)

    @rule(data=st.data(), and_sends=st.sampled_from([True, True, False]))
    def answers_all_that_is_left(self, data: st.DataObject, and_sends: bool) -> None:
        """Follows the pages to the end, and perhaps beyond."""
        draft = self._a_draft(data)
        where = f"/petitions/new/{draft}"
        for _ in range(3 * len(STEPS)):
            told = self.drafts.get(draft, {})
            step = petition_steps.first_open(told, local(utc_now()).date())
            if step is None:
                assert self.browser.get(where).location == f"{where}/review"
                for proof in proofs_asked(told):
                    self._promises(draft, proof, data.draw(st.sampled_from(["y", "n"]), proof), 1)
                return self._sends(draft, 1) if and_sends else None
            elsewhere = step.name == "home" and petition_steps.is_outside(told)
            assert self.browser.get(where).location == f"{where}/{'elsewhere' if elsewhere else step.name}"
            self._saves(draft, step, data.draw(answers_to(step), step.name), 1)
        raise AssertionError("the questions never end")

    def _saves(
        self,
        draft: str,
        step: petition_steps.Step,
        given: dict[str, str],
        times: int,
        more: Mapping[str, str] = {},
    ) -> None:
        """As a browser sends them: the fields that its page shows, a tick only when it is set."""
        shown = self._opens(draft, step)
        answer = self._sends_a_page(draft, step, given, shown, times, more)
        asked = self._fields(Page(answer.text)) - shown if answer.status_code == 422 else set()
        if asked:  # the page asks for more, now that it knows the place
            self._sends_a_page(draft, step, given, shown | asked, times, more)

    def _sends_a_page(
        self,
        draft: str,
        step: petition_steps.Step,
        given: dict[str, str],
        shown: set[str],
        times: int,
        more: Mapping[str, str],
    ) -> TestResponse:
        before = self.drafts.get(draft, {})
        sent = {field: given[field] for field in shown if given[field] or not is_tick(field)}
        for _ in range(times):
            answer = self.browser.post(f"/petitions/new/{draft}/{step.name}", sent | dict(more))
            assert answer.status_code in (303, 422), step.name
        if answer.status_code == 303:
            told = {
                field: _as_kept(field, given[field]) if field in shown else before.get(field, "")
                for field in step.fields
            }
            self.drafts[draft] = before | told
            self.happened.update(f"kept {field}" for field in shown if given[field])
        else:
            self.happened["refused"] += 1
            self._everything_is_still_there(answer, sent)
        return answer

    def _fields(self, page: Page) -> set[str]:
        return {one["name"] for one in page.all("input", "select", "textarea") if one.get("name") in ANSWERS}

    def _opens(self, draft: str, step: petition_steps.Step) -> set[str]:
        """The fields of the page, which holds what was answered before; of one that was open before, as many."""
        told = self.drafts.get(draft, {})
        expected = set(step.fields) - hidden_now(step, told)
        answer = self.browser.get(f"/petitions/new/{draft}/{step.name}")
        assert answer.status_code in (200, 302)
        if answer.status_code == 302:
            return expected
        page = Page(answer.text)
        shown = self._fields(page)
        assert shown | {"old_address"} == expected | {"old_address"}
        for field in shown & told.keys():
            assert "".join(page.holds(field)) == ("y" if is_tick(field) and told[field] else told[field]), (
                field
            )
        assert shown >= {field for field in step.fields if told.get(field) and not is_tick(field)}
        return shown

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

    def _everything_is_still_there(self, answer: TestResponse, sent: dict[str, str]) -> None:
        page = Page(answer.text)
        for field, typed in sent.items():
            offered = {one.get("value") for one in page.all("input") if one.get("name") == field}
            if field in CHOSEN and typed not in offered:
                continue  # what was never offered cannot be chosen
            assert "".join(page.holds(field)) == typed, field

    @rule(step=st.sampled_from(STEPS), data=st.data())
    def reloads_a_question(self, step: petition_steps.Step, data: st.DataObject) -> None:
        self._opens(self._a_draft(data), step)

    @rule(data=st.data(), new=st.sampled_from([False, False, False, True]))
    def says_of_which_matter_it_is(self, data: st.DataObject, new: bool) -> None:
        draft = self._a_draft(data)
        beside = None if new or not self.sent else data.draw(st.sampled_from(list(self.sent)), "beside")
        self._says_of_which_matter(draft, beside)

    def _says_of_which_matter(self, draft: str, beside: str | None) -> None:
        of = self.codes[beside] if beside else "new"
        assert self.browser.post(f"/petitions/new/{draft}/matter", {"of": of}).status_code == 303
        assert Page(self.browser.get(f"/petitions/new/{draft}/matter").text).holds("of") == [of]
        self.drafts.setdefault(draft, {})
        self.beside[draft] = beside
        self.happened["of a matter"] += beside is not None

    @rule(data=st.data(), on_paper=st.sampled_from(["y", "y", "n"]), times=st.integers(1, 2))
    def promises_a_paper(self, data: st.DataObject, on_paper: str, times: int) -> None:
        """In a draft, and in what was sent."""
        all_told = self.drafts | self.sent
        asked = [(draft, proof) for draft, told in all_told.items() for proof in proofs_asked(told)]
        if asked:
            draft, proof = data.draw(st.sampled_from(asked), "proof")
            self._promises(draft, proof, on_paper, times)

    def _promises(self, draft: str, proof: Proof, on_paper: str, times: int) -> None:
        for _ in range(times):
            answer = self.browser.post(f"/petitions/new-{draft}/proofs/{proof}", {"on_paper": on_paper})
            assert answer.status_code == 303
        told = self.drafts[draft] if draft in self.drafts else self.sent[draft]
        told[PROMISED + proof] = "y" if on_paper == "y" else ""
        self.happened["promised"] += on_paper == "y"

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
        self.codes[draft] = answers[0].location.split("/")[2]
        told = self.sent[draft] = self.drafts.pop(draft)
        beside = self.beside.pop(draft, None)
        self.case[draft] = self.case[beside] if beside else draft
        self.happened["sent"] += 1
        self.happened.update(f"sent {field}" for field, value in as_sent(told).items() if value)
        self._what_is_left_begins_with_who_and_the_whole_text(draft, told)

    def _what_is_left_begins_with_who_and_the_whole_text(self, draft: str, told: dict[str, str]) -> None:
        kinds = petition_steps.apart(told)
        db.session.rollback()
        new = [one for one in drafts.list_of(self.account.id) if one.key not in self.drafts]
        assert [(one.part, one.parts) for one in new] == [(n, len(new) + 1) for n in range(2, len(new) + 2)]
        assert [one.answers["kind"] for one in new] == kinds
        for one in new:
            left = {field for field in told if field not in one.answers}
            assert left <= OF_ITS_OWN_MATTER
            same = set(told) - left - {"kind", "split", *APART.values()}
            assert {field: one.answers[field] for field in same} == {field: told[field] for field in same}
            self.drafts[one.key], self.beside[one.key] = one.answers, draft
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
            self.beside.pop(draft, None)

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "account"):
            return
        db.session.rollback()
        self.happened["several"] += len(self.drafts) > 1
        mine = drafts.list_of(self.account.id)
        assert {one.key: one.answers for one in mine} == self.drafts
        beside = {one.key: one.beside.request_key if one.beside else None for one in mine}
        assert beside == {draft: self.beside.get(draft) for draft in self.drafts}
        petitions = (
            db.session.query(Petition).filter_by(account_id=self.account.id).order_by(Petition.id).all()
        )
        assert {petition.request_key for petition in petitions} == set(self.sent)
        opened = {petition.case_id: petition.request_key for petition in reversed(petitions)}
        for petition in petitions:
            told = self.sent[petition.request_key]
            meant, found = as_sent(told), told_by(petition)
            assert meant.keys() == found.keys()
            lost = {field: (text, found[field]) for field, text in meant.items() if found[field] != text}
            assert lost == {}
            promised = {
                row.proof
                for row in db.session.query(ProofOnPaper).filter_by(petition_id=petition.id)
                if row.promised_at
            }
            assert promised == {proof for proof in proofs_asked(told) if told.get(PROMISED + proof)}
            assert opened[petition.case_id] == self.case[petition.request_key]


class Following(Writing):
    """The same person, who follows the pages in their order with nothing left to chance."""

    happened: ClassVar[Counter[str]] = Counter()

    def follows(self, plan: Mapping[str, str]) -> None:
        """Writes a petition by this plan, each beside the one before, and sends it."""
        draft, before = new_code(), list(self.sent)[-1:]
        for _ in STEPS:
            step = petition_steps.first_open(self.drafts.get(draft, {}), local(utc_now()).date())
            if step is not None:
                self._saves(draft, step, {field: plan[field] for field in step.fields}, 1)
        if before:
            self._says_of_which_matter(draft, before[0])
        for proof in proofs_asked(self.drafts[draft]):
            self._promises(draft, proof, "y", 1)
        self._sends(draft, 1)
        self.nothing_is_lost()
        assert draft in self.sent


OF_ITS_OWN_MATTER = {
    "protection_wanted",
    *("against", "learned_day", "learned_month", "learned_year", "told_against"),
    *("settled", "settled_by", "told_settled"),
    *("wish", "told_wish"),
}
"""What a draft that a split leaves behind asks anew."""


def proofs_asked(told: Mapping[str, str]) -> tuple[Proof, ...]:
    behalf = told.get("on_behalf", "")
    return PROOFS[OnBehalf(behalf)] if behalf else ()


def _is_a_draft(link: str) -> bool:
    return link.startswith("/petitions/new/") and link.count("/") == 3


def _as_kept(field: str, text: str) -> str:
    return "True" if is_tick(field) and text else text
