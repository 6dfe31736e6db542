"""What people can rely on along the questions: they go on where they stopped, change what they like, and see what is left."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests import files, people
from tests.views.conftest import Browser, Page, Scene
from webapp.clock import utc_now
from webapp.domain.codes import in_groups, new_code
from webapp.domain.representation import PROOF_LABELS, PROOFS, OnBehalf
from webapp.extensions import db
from webapp.integrations import objects
from webapp.models import Account, Evidence, Notification, Petition
from webapp.services import drafts, petition_steps, petitions

Make = Callable[[Account | None], Browser]

MIXED = people.STORY + " Ngoài ra tôi tố cáo cán bộ địa chính đòi tiền."
MIXED_ANSWERS = {"narrative": MIXED, "split": "apart"} | dict.fromkeys(petition_steps.APART.values(), "")
THREE_KINDS = MIXED + " Tôi kiến nghị mở lại đường vào đồng."
GROUP = {"on_behalf": "group", "people": "12"} | {
    f"rep{n}_{part}": "" for n in range(1, 5) for part in ("name", "phone", "address")
}


@pytest.fixture
def writer(browser: Make, scene: Scene) -> Browser:
    return browser(scene.citizen)


def keeps(scene: Scene, **changed: str) -> None:
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS | changed, now=scene.now)


def sends(writer: Browser) -> str:
    """The address of the receipt."""
    answer = writer.post(f"{people.WRITING}/review")
    assert answer.status_code == 303
    return str(answer.location)


def test_another_device_goes_on_at_the_first_question_without_an_answer(browser: Make, scene: Scene) -> None:
    phone, computer = browser(scene.citizen), browser(scene.citizen)
    first = str(phone.get("/petitions/new").location)
    draft = first.removesuffix("/kind")
    phone.post(first, {"kind": "complaint"})
    phone.post(f"{draft}/behalf", {"on_behalf": "myself"})
    assert draft in Page(computer.get("/petitions/new").text).links()
    assert computer.get(draft).location == f"{draft}/who"
    page = Page(computer.get(f"{draft}/who").text)
    assert "Các câu hỏi: còn 9 câu" in page.text
    assert f"{draft}/behalf" in page.links()
    assert f"{draft}/story" not in page.links(), "what is not yet asked cannot be opened"
    assert computer.get(f"{draft}/story").location == draft


def test_one_writes_for_oneself_and_for_others_and_knows_which_is_which(
    writer: Browser, scene: Scene
) -> None:
    first, second = new_code(), new_code()
    drafts.keep(scene.citizen.id, first, people.ANSWERS, now=scene.now)
    for_mother = people.ANSWERS | {"on_behalf": "representative", "represented": "Trần Thị Mận"}
    drafts.keep(scene.citizen.id, second, for_mother | {"kind": "denunciation"}, now=scene.now)
    page = Page(writer.get("/petitions/new").text)
    assert page.text.count("Viết tiếp:") == 2
    assert "cho Trần Thị Mận" in page.text
    assert page.text.count(people.STORY[:40]) == 1, "of a denunciation the list tells nothing"
    writer.post(f"/petitions/new/{first}/who", {"full_name": "Lò A Páo", "birth_year": "1970"})
    assert drafts.answers_of(scene.citizen.id, second)["full_name"] == "Nguyễn Văn Lành"
    assert drafts.answers_of(scene.citizen.id, first)["full_name"] == "Lò A Páo"


def test_pressing_begin_twice_begins_one_petition(writer: Browser, scene: Scene) -> None:
    keeps(scene)
    page = Page(writer.get("/petitions/new").text)
    [begin] = [link for link in page.links() if link.endswith("/kind")]
    for _ in range(2):
        assert writer.get(begin).status_code == 200
    assert len(drafts.list_of(scene.citizen.id)) == 1, "looking begins nothing"
    for _ in range(2):
        assert writer.post(begin, {"kind": "feedback"}).status_code == 303
    assert len(drafts.list_of(scene.citizen.id)) == 2


def test_there_is_a_limit_that_is_said_and_costs_nothing_that_was_typed(
    writer: Browser, scene: Scene
) -> None:
    for _ in range(drafts.MOST):
        drafts.keep(scene.citizen.id, new_code(), {"kind": "feedback"}, now=scene.now)
    page = Page(writer.get("/petitions/new").text)
    assert "đang có 5 đơn viết dở" in page.text
    assert not [link for link in page.links() if link.endswith("/kind")]
    answer = writer.post(f"{people.WRITING}/story", {"narrative": people.STORY})
    assert answer.status_code == 409 and "đang có 5 đơn viết dở" in Page(answer.text).text
    assert Page(answer.text).holds("narrative") == [people.STORY]
    assert writer.post(people.FILES, {"key": people.key()}).status_code == 409
    assert len(drafts.list_of(scene.citizen.id)) == drafts.MOST


def test_a_draft_is_given_up_only_after_a_question_and_its_files_go_with_it(
    writer: Browser, scene: Scene
) -> None:
    keeps(scene)
    other = new_code()
    drafts.keep(scene.citizen.id, other, {"kind": "feedback"}, now=scene.now)
    sent = {"key": people.key(), "files": (io.BytesIO(files.pdf()), "quyet-dinh.pdf")}
    assert writer.send("POST", people.FILES, sent).status_code == 303
    [file] = db.session.scalars(select(Evidence).filter_by(account_id=scene.citizen.id))
    stored = f"{file.folder}/whole"
    assert objects.reading(stored)
    assert f"{people.WRITING}/discard" in Page(writer.get("/petitions/new").text).links()
    asked = Page(writer.get(f"{people.WRITING}/discard").text).text
    assert "không lấy lại được" in asked and people.STORY[:40] in asked
    assert len(drafts.list_of(scene.citizen.id)) == 2
    for _ in range(2):
        assert writer.post(f"{people.WRITING}/discard").location == "/account"
    db.session.rollback()
    assert [draft.key for draft in drafts.list_of(scene.citizen.id)] == [other]
    assert db.session.scalars(select(Evidence).filter_by(account_id=scene.citizen.id)).all() == []
    with pytest.raises(FileNotFoundError):
        objects.reading(stored)


def test_nobody_reads_writes_or_gives_up_another_persons_draft(browser: Make, scene: Scene) -> None:
    keeps(scene)
    stranger = browser(people.a_citizen())
    assert stranger.get(people.WRITING).location == f"{people.WRITING}/kind", "as if nobody had begun it"
    stranger.post(f"{people.WRITING}/kind", {"kind": "feedback"})
    stranger.post(f"{people.WRITING}/discard")
    assert drafts.answers_of(scene.citizen.id, people.DRAFT) == people.ANSWERS
    assert stranger.get("/petitions/new/quyet-dinh").status_code == 404


def test_a_draft_that_was_sent_leads_to_what_became_of_it(writer: Browser, scene: Scene) -> None:
    keeps(scene)
    receipt = sends(writer)
    for path in ("", "/kind", "/story", "/review", "/discard"):
        assert writer.get(people.WRITING + path).location == receipt, path
    assert writer.get(people.FILES).location == receipt.replace("receipt", "files")
    late = writer.post(f"{people.WRITING}/story", {"narrative": people.STORY + " Thêm."})
    assert late.status_code == 409 and "Đơn này đã gửi rồi" in Page(late.text).text
    assert Page(late.text).holds("narrative") == [people.STORY + " Thêm."]
    assert drafts.list_of(scene.citizen.id) == []


def test_each_answer_is_changed_from_the_summary_and_leads_back_to_it(writer: Browser, scene: Scene) -> None:
    keeps(scene)
    page = Page(writer.get(f"{people.WRITING}/review").text)
    for step in petition_steps.steps_for(people.ANSWERS):
        link = f"{people.WRITING}/{step.name}?back=review"
        assert link in page.links()
        form = Page(writer.get(link).text)
        assert form.values("back") == ["review"]
        sent = {field: people.ANSWERS.get(field, "") for field in step.fields} | {"back": "review"}
        assert writer.post(f"{people.WRITING}/{step.name}", sent).location == f"{people.WRITING}/review"


def test_a_change_that_asks_for_more_asks_it_and_comes_back(writer: Browser, scene: Scene) -> None:
    keeps(scene)
    answer = writer.post(f"{people.WRITING}/behalf", {"on_behalf": "lawyer", "back": "review"})
    assert answer.location == f"{people.WRITING}/represented?back=review"
    page = Page(writer.get(answer.location).text)
    assert "Thẻ luật sư" in page.text, "the proof is named where it is asked for"
    answer = writer.post(f"{people.WRITING}/represented", {"represented": "Trần Thị Mận", "back": "review"})
    assert answer.location == f"{people.WRITING}/review"
    review = Page(writer.get(f"{people.WRITING}/review").text).text
    assert "Trần Thị Mận" in review and "Thẻ luật sư" in review


def test_whoever_asks_for_protection_from_the_summary_is_shown_the_protected_way_too(
    writer: Browser, scene: Scene
) -> None:
    keeps(scene, kind="denunciation", protection_wanted="no")
    answer = writer.post(f"{people.WRITING}/protection", {"protection_wanted": "yes", "back": "review"})
    assert answer.location == f"{people.WRITING}/protected"
    assert people.WRITING in Page(writer.get(answer.location).text).links()
    assert writer.get(people.WRITING).location == f"{people.WRITING}/review"


def test_the_page_says_how_much_of_the_story_is_written(writer: Browser, scene: Scene) -> None:
    keeps(scene, narrative="Mất đất.")
    page = Page(writer.get(f"{people.WRITING}/story").text)
    assert "Đã viết 8 chữ cái, cần ít nhất 50." in page.text
    refused = Page(writer.post(f"{people.WRITING}/story", {"narrative": " Mất đất rồi. "}).text)
    assert "Đã viết 12 chữ cái, cần ít nhất 50." in refused.text
    keeps(scene)
    page = Page(writer.get(f"{people.WRITING}/story").text)
    assert f"Đã viết {len(people.STORY)} chữ cái, đủ rồi." in page.text


@pytest.mark.parametrize("behalf", [one for one in OnBehalf if one is not OnBehalf.MYSELF])
def test_whoever_speaks_for_others_reads_which_papers_prove_it(
    writer: Browser, scene: Scene, behalf: OnBehalf
) -> None:
    keeps(scene, **(GROUP | {"on_behalf": behalf.value, "represented": "Trần Thị Mận"}))
    page = Page(writer.get(f"{people.WRITING}/review").text)
    assert all(PROOF_LABELS[proof] in page.text for proof in PROOFS[behalf])


def test_an_optional_question_is_passed_over_by_one_button(writer: Browser, scene: Scene) -> None:
    keeps(scene, kind="feedback")
    for name, field in (("help", "language"), ("against", "against"), ("wish", "wish")):
        page = Page(writer.get(f"{people.WRITING}/{name}").text)
        assert "Bỏ qua câu này" in page.text
        assert writer.post(f"{people.WRITING}/{name}", {field: ""}).status_code == 303
    assert writer.get(people.WRITING).location == f"{people.WRITING}/review"
    keeps(scene, kind="complaint")
    assert "Bỏ qua câu này" not in Page(writer.get(f"{people.WRITING}/wish").text).text


def test_nobody_is_asked_which_people_they_belong_to(writer: Browser, scene: Scene) -> None:
    keeps(scene, **GROUP, protection_wanted="no", kind="denunciation", represented="A B")
    for step in petition_steps.STEPS:
        page = Page(writer.get(f"{people.WRITING}/{step.name}").text).text.casefold()
        assert "dân tộc" not in page and "tôn giáo" not in page


def test_a_mixed_text_is_offered_a_split_and_the_person_decides(writer: Browser, scene: Scene) -> None:
    keeps(scene)
    assert writer.get(f"{people.WRITING}/split").location == people.WRITING
    answer = writer.post(f"{people.WRITING}/story", {"narrative": MIXED})
    assert answer.location == f"{people.WRITING}/split"
    assert "Khiếu nại, Tố cáo" in Page(writer.get(answer.location).text).text
    assert writer.post(f"{people.WRITING}/split", {"split": "one"}).location == f"{people.WRITING}/against"
    sends(writer)
    assert drafts.answers_of(scene.citizen.id, people.DRAFT) == {}, "kept as one, nothing follows"


def test_each_kind_that_is_ticked_gets_its_own_petition_of_the_same_case_and_they_go_one_after_another(
    writer: Browser, scene: Scene
) -> None:
    keeps(scene, narrative=THREE_KINDS)
    page = Page(writer.get(f"{people.WRITING}/split").text)
    assert [page.holds(f"apart_{kind}") for kind in ("denunciation", "recommendation")] == [["y"], ["y"]]
    told = {"split": "apart", "apart_denunciation": "y", "apart_recommendation": "y"}
    assert writer.post(f"{people.WRITING}/split", told).location == f"{people.WRITING}/against"
    receipt = Page(writer.get(sends(writer)).text)
    assert "Bài của Ông/Bà tách thành 3 đơn. Đơn này đã gửi, còn 2 đơn." in receipt.text
    assert "Tố cáo" not in receipt.text, "whoever looks at the receipt is told of no kind"
    second, third = drafts.list_of(scene.citizen.id)
    assert [one.answers["kind"] for one in (second, third)] == ["denunciation", "recommendation"]
    for draft in (second, third):
        assert draft.answers["narrative"] == THREE_KINDS
        assert writer.get(f"/petitions/new/{draft.key}/split").status_code == 200
        page = Page(writer.get(writer.get(f"/petitions/new/{draft.key}").location).text)
        assert f"Đơn {draft.part} trên 3" in page.text
    own = {name: people.ANSWERS[name] for name in people.ANSWERS if name not in second.answers}
    drafts.keep(scene.citizen.id, second.key, own | {"protection_wanted": "no"}, now=utc_now())
    receipt = Page(writer.get(writer.post(f"/petitions/new/{second.key}/review").location).text)
    assert "Viết tiếp đơn 3 trên 3" in receipt.text
    drafts.keep(scene.citizen.id, third.key, own, now=utc_now())
    receipt = Page(writer.get(writer.post(f"/petitions/new/{third.key}/review").location).text)
    assert "trên 3" not in receipt.text, "all were sent"
    sent = petitions.list_of_citizen(scene.citizen.id)[:3]
    assert len({one.case_id for one in sent}) == 1 and scene.petition.case_id != sent[0].case_id


def test_a_kind_that_is_not_ticked_is_not_written_about(writer: Browser, scene: Scene) -> None:
    keeps(scene, narrative=THREE_KINDS)
    writer.post(f"{people.WRITING}/split", {"split": "apart", "apart_recommendation": "y"})
    assert "Tách làm 2 đơn" in Page(writer.get(f"{people.WRITING}/review").text).text
    sends(writer)
    assert [one.answers["kind"] for one in drafts.list_of(scene.citizen.id)] == ["recommendation"]


def test_a_split_begins_the_second_petition_with_the_persons_own_answers(
    writer: Browser, scene: Scene
) -> None:
    keeps(scene, **(MIXED_ANSWERS | {"apart_denunciation": "True"}))
    receipt = Page(writer.get(sends(writer)).text)
    assert "Viết tiếp đơn 2 trên 2" in receipt.text
    [draft] = drafts.list_of(scene.citizen.id)
    following = draft.answers
    assert (following["kind"], following["full_name"]) == ("denunciation", "Nguyễn Văn Lành")
    assert following["narrative"] == MIXED and "against" not in following and "wish" not in following
    assert f"/petitions/new/{draft.key}" in receipt.links()
    assert writer.get(f"/petitions/new/{draft.key}").location == f"/petitions/new/{draft.key}/protection"


def test_the_receipt_says_when_and_under_which_code_and_an_sms_says_it_too(
    writer: Browser, scene: Scene
) -> None:
    keeps(scene)
    where = sends(writer)
    petition = db.session.scalars(select(Petition).order_by(Petition.id.desc())).first()
    assert petition is not None
    page = Page(writer.get(where).text)
    assert in_groups(petition.code) in page.text
    assert f"/petitions/{petition.code}/book" in page.links()
    message = db.session.scalars(select(Notification).filter_by(key=f"petition:{petition.id}:received")).one()
    assert (message.channel, message.recipient) == ("sms", scene.citizen.phone)
    assert in_groups(petition.code) in message.body and message.body.isascii()
    assert writer.get(f"/petitions/{in_groups(petition.code).upper()}").status_code == 200


def test_all_that_was_answered_is_in_the_petition(writer: Browser, scene: Scene) -> None:
    told = {
        "rep1_name": "Hà Thị Lụa",
        "rep1_phone": "0987 654 321",
        "rep2_name": "Lê Văn Sáu",
        "need_sign": "True",
        "need_spoken": "True",
        "language": "tiếng Anh",
        "learned_day": "2",
        "learned_month": "10",
        "learned_year": "2026",
        "settled": "court",
        "settled_by": "Tòa án Ba Vì",
    }
    keeps(scene, **(GROUP | told))
    sends(writer)
    petition = db.session.scalars(select(Petition).order_by(Petition.id.desc())).first()
    assert petition is not None
    who = petition.petitioner
    assert [(one.full_name, one.phone) for one in who.representatives] == [
        ("Hà Thị Lụa", "0987 654 321"),
        ("Lê Văn Sáu", ""),
    ]
    assert (petition.on_behalf, petition.people, petition.needs) == ("group", 12, "sign spoken")
    assert str(petition.learned_on) == "2026-10-02"
    assert (petition.settled, petition.settled_by) == ("court", "Tòa án Ba Vì")
    assert (who.birth_year, who.village, who.language) == ("1962", "Xóm Mít", "tiếng Anh")
    assert who.phone == scene.citizen.phone and not who.sealed


def test_what_no_longer_applies_is_not_sent(writer: Browser, scene: Scene) -> None:
    keeps(
        scene, **(GROUP | {"rep1_name": "Hà Thị Lụa", "on_behalf": "myself", "represented": "Trần Thị Mận"})
    )
    sends(writer)
    petition = db.session.scalars(select(Petition).order_by(Petition.id.desc())).first()
    assert petition is not None
    assert (petition.people, petition.petitioner.representatives) == (1, [])
    assert petition.petitioner.represented == ""


def test_who_names_a_language_gets_an_interpreter_without_the_tick(writer: Browser, scene: Scene) -> None:
    keeps(scene, language="Mường")
    assert "Người phiên dịch tiếng nói: Mường" in Page(writer.get(f"{people.WRITING}/review").text).text
    sends(writer)
    petition = db.session.scalars(select(Petition).order_by(Petition.id.desc())).first()
    assert petition is not None
    assert (petition.needs, petition.petitioner.language) == ("spoken", "Mường")


def test_the_summary_tells_how_to_reach_each_representative(writer: Browser, scene: Scene) -> None:
    lua = {"rep1_name": "Hà Thị Lụa", "rep1_phone": "0987 654 321", "rep1_address": "Xóm Mít"}
    keeps(scene, **(GROUP | lua))
    assert "Hà Thị Lụa, 0987 654 321, Xóm Mít" in Page(writer.get(f"{people.WRITING}/review").text).text


def test_a_tick_that_the_page_leaves_out_stays_as_it_was(writer: Browser, scene: Scene) -> None:
    """The whole story is told, then a later question is saved, then the story is written after all."""
    keeps(scene, told_against="True", told_story="True", against="")
    against = f"{people.WRITING}/against"
    assert Page(writer.get(against).text).holds("told_against") == []
    assert writer.post(against, {"against": "", "learned_day": ""}).status_code == 303
    writer.post(f"{people.WRITING}/story", {"narrative": people.STORY})
    assert Page(writer.get(against).text).holds("told_against") == ["y"]


def test_kinds_that_the_story_no_longer_speaks_of_stay_ticked_for_when_it_does(
    writer: Browser, scene: Scene
) -> None:
    ticked = {"apart_denunciation": "True", "apart_recommendation": "True"}
    keeps(scene, **(MIXED_ANSWERS | ticked))
    writer.post(f"{people.WRITING}/split", {"split": "apart", "apart_denunciation": "y"})
    keeps(scene, narrative=THREE_KINDS)
    page = Page(writer.get(f"{people.WRITING}/split").text)
    assert page.holds("apart_denunciation") == page.holds("apart_recommendation") == ["y"]


def test_an_old_address_stays_on_the_page_whatever_place_is_chosen_after_it(
    writer: Browser, scene: Scene
) -> None:
    keeps(scene)
    typed = {"lives_in": "09706", "village": "", "old_address": "Xóm 2, Xuân Tảo"}
    assert Page(writer.post(f"{people.WRITING}/home", typed).text).holds("old_address") == ["Xóm 2, Xuân Tảo"]
    long = writer.post(f"{people.WRITING}/home", typed | {"village": "Xóm Mít", "old_address": "x" * 301})
    assert "dài quá 300" in Page(long.text).beside("old_address"), "nothing is cut off in silence"


def test_an_answer_to_a_question_that_is_no_longer_asked_is_kept_all_the_same(
    writer: Browser, scene: Scene
) -> None:
    """Another window had the question open when this one changed an earlier answer."""
    keeps(scene)
    answer = writer.post(f"{people.WRITING}/represented", {"represented": "Trần Thị Mận"})
    assert answer.location == people.WRITING
    assert drafts.answers_of(scene.citizen.id, people.DRAFT)["represented"] == "Trần Thị Mận"


def test_an_addition_and_a_withdrawal_stand_on_the_petitions_page(writer: Browser, scene: Scene) -> None:
    code = scene.petition.code
    form = {"body": "Tôi nhớ thêm một việc.", "key": people.key()}
    for _ in range(2):
        assert writer.post(f"/petitions/{code}/add", dict(form)).location == f"/petitions/{code}"
    page = Page(writer.get(f"/petitions/{code}").text)
    assert page.text.count("Tôi nhớ thêm một việc.") == 1
    assert "Số 001 đang giữ cũng được trả lại" in Page(writer.get(f"/petitions/{code}/withdraw").text).text
    writer.post(f"/petitions/{code}/withdraw", {"reason": "Xã đã đo lại.", "key": people.key()})
    page = Page(writer.get(f"/petitions/{code}").text)
    assert "Ông/Bà đã rút đơn này" in page.text and "Xã đã đo lại." in page.text
    assert f"/petitions/{code}/book" not in page.links()
    assert writer.get(f"/petitions/{code}/book").location == f"/petitions/{code}"
    late = writer.post(f"/petitions/{code}/add", {"body": "Thêm một ý nữa.", "key": people.key()})
    assert late.status_code == 409 and Page(late.text).holds("body") == ["Thêm một ý nữa."]


def test_a_script_is_told_where_to_go_on_and_gets_mistakes_as_the_page(writer: Browser, scene: Scene) -> None:
    asked = {"Accept": "application/json"}
    saved = writer.post(f"{people.WRITING}/kind", {"kind": "feedback"}, headers=asked)
    assert (saved.status_code, saved.get_json()) == (200, {"to": f"{people.WRITING}/behalf"})
    assert drafts.answers_of(scene.citizen.id, people.DRAFT) == {"kind": "feedback"}
    wrong = writer.post(f"{people.WRITING}/kind", {"kind": ""}, headers=asked)
    assert (wrong.status_code, wrong.mimetype) == (422, "text/html")
    assert drafts.answers_of(scene.citizen.id, people.DRAFT) == {"kind": "feedback"}
