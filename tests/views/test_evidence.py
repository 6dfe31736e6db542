"""The files page, the tus protocol and the files themselves, as browsers meet them."""

import base64
import hashlib
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import update

from tests import files, people
from tests.views.conftest import Browser, Page, Scene
from tests.views.tus import TUS, Tus, told
from webapp.clock import utc_now
from webapp.domain import evidence as rules
from webapp.domain.identity_papers import Issue
from webapp.domain.petition_kinds import PetitionKind
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import Account, AuditEntry, Evidence, Petition, Visit
from webapp.services import drafts, evidence, petition_changes, reception
from webapp.services.actor import citizen, officer
from webapp.services.evidence import Begun

PHOTO = files.photo(size=(500, 400))


@pytest.fixture
def person(app: Flask) -> Account:
    people.places()
    return people.a_citizen()


@pytest.fixture
def tus(person: Account, browser: Callable[..., Browser]) -> Tus:
    return Tus(browser(person))


def test_a_file_goes_on_where_it_broke_off(tus: Tus) -> None:
    created = tus.create(len(PHOTO))
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "0")
    url = created.headers["Location"]
    assert tus.patch(url, 0, PHOTO[:700]).headers["Upload-Offset"] == "700"
    asked = tus.ask("HEAD", url)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "700")
    assert asked.headers["Upload-Length"] == str(len(PHOTO))
    assert (asked.headers["Cache-Control"], asked.headers["Tus-Resumable"]) == ("no-store", "1.0.0")
    assert "Upload-Expires" in asked.headers
    assert tus.patch(url, 0, PHOTO).status_code == 409
    last = tus.patch(url, 700, PHOTO[700:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    [file] = db.session.query(Evidence)
    assert (file.name, file.sha256) == ("Sổ đỏ.jpg", hashlib.sha256(PHOTO).hexdigest())


def test_a_piece_may_be_larger_than_any_form(tus: Tus) -> None:
    content = files.film() + bytes(2_000_000)
    assert tus.send(content).problem is None


def test_the_server_says_what_it_speaks(tus: Tus) -> None:
    said = tus.ask("OPTIONS", TUS)
    assert said.status_code == 204
    assert said.headers["Tus-Extension"] == "creation,termination,checksum,expiration"
    assert said.headers["Tus-Max-Size"] == str(rules.FILE_MOST)
    other = tus.ask("POST", TUS, Tus_Resumable="0.2.2", Upload_Length="10")
    assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("about", "status"),
    [
        ({"Upload_Metadata": told(key="key-long-enough")}, 400),
        ({"Upload_Length": "-1"}, 400),
        ({"Upload_Length": "10"}, 400),
        ({"Upload_Length": "10", "Upload_Metadata": "key !!!"}, 400),
        ({"Upload_Length": "10", "Upload_Metadata": told(key="key-long-enough", duration="x")}, 400),
        ({"Upload_Length": str(rules.FILE_MOST + 1), "Upload_Metadata": told(key="key-long-enough")}, 413),
        ({"Upload_Length": "0", "Upload_Metadata": told(key="key-long-enough")}, 422),
    ],
)
def test_a_wrong_announcement_gets_its_answer_and_makes_nothing(
    tus: Tus, about: dict[str, str], status: int
) -> None:
    assert tus.ask("POST", TUS, **about).status_code == status
    assert db.session.query(Evidence).count() == 0


def test_pieces_of_another_kind_are_not_taken(tus: Tus) -> None:
    url = tus.create(10).headers["Location"]
    assert tus.patch(url, 0, b"x", Content_Type="text/plain").status_code == 415
    assert tus.ask("PATCH", url, b"x").status_code == 400
    assert tus.patch(f"{TUS}/aaaaaaaaaaaaaa", 0, b"x").status_code == 404
    assert tus.ask("HEAD", url).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("name", "digest", "status"),
    [
        ("sha1", hashlib.sha1(PHOTO).digest(), 204),
        ("sha256", hashlib.sha256(PHOTO).digest(), 204),
        ("sha1", b"wrong", 460),
        ("md5", hashlib.md5(PHOTO).digest(), 400),
    ],
)
def test_a_checksum_is_looked_at_before_anything_is_kept(
    tus: Tus, name: str, digest: bytes, status: int
) -> None:
    url = tus.create(len(PHOTO)).headers["Location"]
    checksum = f"{name} {base64.b64encode(digest).decode()}"
    assert tus.patch(url, 0, PHOTO, Upload_Checksum=checksum).status_code == status
    here = str(len(PHOTO)) if status == 204 else "0"
    assert tus.ask("HEAD", url).headers["Upload-Offset"] == here


def test_a_person_can_end_what_they_began(tus: Tus) -> None:
    url = tus.create(100).headers["Location"]
    assert tus.ask("DELETE", url).status_code == 204
    assert tus.ask("HEAD", url).status_code == 404


def test_a_refusal_comes_with_its_sentence_and_stands_in_the_list(tus: Tus) -> None:
    file = tus.send(files.pdf(script="names"), name="don.pdf")
    assert (tus.last.status_code, tus.last.json) == (422, {"problem": rules.PDF_SCRIPT})
    assert file.kept_at is None
    page = tus.person.get(people.FILES)
    assert rules.PDF_SCRIPT in Page(page.text).text
    assert tus.person.get(f"{people.FILES}/{file.code}/whole").status_code == 404


def test_where_the_last_answer_is_lost_only_a_kept_file_is_told_as_received(tus: Tus) -> None:
    """A client takes an offset at the end for success, and lets go of its own copy."""

    def sent_without_an_answer(content: bytes) -> str:
        url: str = tus.create(len(content)).headers["Location"]
        file = db.session.query(Evidence).filter_by(code=url.rsplit("/", 1)[1]).one()
        evidence.append(file, 0, io.BytesIO(content).read, store=objects, now=utc_now())
        return url

    def later(url: str) -> int:
        """What is said once whoever took the last bytes must have ended."""
        asked = utc_now() - evidence.LOOKING_THROUGH
        db.session.execute(update(Evidence).values(seen_at=asked))
        db.session.commit()
        return tus.ask("HEAD", url).status_code

    good, bad = sent_without_an_answer(PHOTO), sent_without_an_answer(files.pdf(script="names"))
    assert [tus.ask("HEAD", url).status_code for url in (good, bad)] == [423, 423], "nobody knows yet"
    listed = Page(tus.person.get(people.FILES).text).text
    assert "Đã nhận đủ, đang kiểm tra." in listed and "Chọn lại tệp này" not in listed
    assert [later(url) for url in (good, bad)] == [200, 410]
    assert db.session.query(Evidence).filter(Evidence.kept_at.is_not(None)).count() == 1
    assert tus.ask("HEAD", bad).status_code == 410, "so that it is sent anew and its sentence heard"


def test_every_change_needs_the_token_and_its_owner(
    app: Flask, tus: Tus, browser: Callable[..., Browser]
) -> None:
    url = tus.create(len(PHOTO)).headers["Location"]
    assert tus.patch(url, 0, PHOTO, X_CSRFToken="").status_code == 400
    assert tus.ask("DELETE", url, X_CSRFToken="").status_code == 400
    stranger = Tus(browser(people.a_citizen()))
    for method in ("HEAD", "PATCH", "DELETE"):
        assert stranger.ask(method, url, PHOTO, Upload_Offset="0").status_code == 404
    assert tus.ask("HEAD", url).headers["Upload-Offset"] == "0"


def test_an_upload_in_another_window_brings_no_draft_back_that_was_given_up(
    tus: Tus, person: Account
) -> None:
    url = tus.create(len(PHOTO)).headers["Location"]
    drafts.discard(people.DRAFT, store=objects, by=citizen(person.id), now=utc_now())
    assert tus.patch(url, 0, PHOTO).status_code == 404
    refused = tus.create(len(PHOTO))
    assert refused.status_code == 409 and "đã bỏ" in refused.json["problem"]  # type: ignore[index]
    assert tus.person.post(people.FILES, {"key": people.key()}).status_code == 409
    assert drafts.list_of(person.id) == []


def test_the_page_shows_what_is_there_and_what_broke_off(tus: Tus) -> None:
    kept = tus.send(PHOTO)
    key = people.key()
    url = tus.create(1000, key=key, name="Quyết định.pdf").headers["Location"]
    tus.patch(url, 0, b"x" * 620)
    page = Page(tus.person.get(people.FILES).text)
    assert "Sổ đỏ.jpg Đã nhận đủ" in page.text
    assert "Mới nhận 62 %. Chọn lại tệp này để gửi tiếp." in page.text
    [arriving] = [one for one in page.all("li") if one.get("data-arriving")]
    assert (arriving["data-key"], arriving["data-arriving"]) == (key, url)
    assert page.all("img")[0]["src"] == f"{people.FILES}/{kept.code}/thumb"
    part = tus.person.get(f"{people.FILES}/list")
    assert "Sổ đỏ.jpg" in part.text and "<html" not in part.text


def test_without_scripts_a_form_sends_several_files_and_says_which_were_refused(
    tus: Tus, person: Account
) -> None:
    browser = tus.person
    sent: dict[str, Any] = {
        "key": people.key(),
        "files": [
            (io.BytesIO(PHOTO), "a.jpg"),
            (io.BytesIO(b"MZ\x90\0" + bytes(50)), "b.exe"),
            (io.BytesIO(b""), "c.pdf"),
        ],
    }
    answer = browser.post(people.FILES, sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    page = Page(answer.text)
    assert f"b.exe: {rules.UNKNOWN}" in page.text and f"c.pdf: {rules.EMPTY}" in page.text
    assert "a.jpg Đã nhận đủ" in page.text
    good = {"key": people.key(), "files": [(io.BytesIO(files.pdf()), "d.pdf")]}
    assert browser.post(people.FILES, good, content_type="multipart/form-data").status_code == 303
    assert browser.post(people.FILES, {"key": people.key()}).status_code == 422
    names = [one.name for one in evidence.of_place(evidence.place_of_draft(person.id, people.DRAFT))]
    assert names == ["a.jpg", "d.pdf"]


def test_the_form_without_a_token_sends_nothing(tus: Tus) -> None:
    sent = {"key": people.key(), "files": [(io.BytesIO(PHOTO), "a.jpg")], "csrf_token": ""}
    assert tus.person.send_as_it_is(people.FILES, data=sent).status_code == 400
    assert db.session.query(Evidence).count() == 0


def test_a_file_taken_away_is_gone(tus: Tus) -> None:
    file = tus.send(PHOTO)
    assert tus.person.post(f"{people.FILES}/{file.code}/remove").status_code == 303
    assert db.session.query(Evidence).count() == 0


@pytest.mark.parametrize(
    ("content", "form", "shown", "media_type"),
    [
        (PHOTO, "whole", "inline", "image/jpeg"),
        (PHOTO, "thumb", "inline", "image/jpeg"),
        (files.photo("HEIF"), "view", "inline", "image/jpeg"),
        (files.photo("HEIF"), "whole", "attachment", "image/heic"),
        (files.pdf(), "whole", "inline", "application/pdf"),
        (files.voice(), "whole", "inline", "audio/webm"),
        (files.film(), "whole", "inline", "video/mp4"),
        (files.office(), "whole", "attachment", rules.DOCX),
    ],
)
def test_a_file_is_given_so_that_nothing_in_it_can_run(
    tus: Tus, content: bytes, form: str, shown: str, media_type: str
) -> None:
    file = tus.send(content, name="Tệp của tôi")
    assert file.problem is None
    answer = tus.person.get(f"{people.FILES}/{file.code}/{form}")
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Content-Disposition"].startswith(f"{shown}; filename*=UTF-8''T%E1%BB%87p%20")
    assert all(value.isascii() for value in answer.headers.values()), "no header can carry other letters"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_long_recording_is_given_in_any_part(tus: Tus) -> None:
    content = files.voice() + bytes(range(256)) * 2500
    file = tus.send(content)
    part = tus.person.get(f"{people.FILES}/{file.code}/whole", headers={"Range": "bytes=300000-300009"})
    assert (part.status_code, part.data) == (206, content[300_000:300_010])


def test_a_place_and_a_camera_are_gone_from_what_is_given(tus: Tus) -> None:
    file = tus.send(PHOTO)
    given = tus.person.get(f"{people.FILES}/{file.code}/whole").data
    assert b"Camera of Man" in PHOTO and b"Camera of Man" not in given


def with_a_file(account: Account, key: str, content: bytes = PHOTO, **about: Any) -> Evidence:
    place = evidence.Place(account.id, key)
    what = Begun(about.pop("name", "Đơn viết tay.jpg"), len(content), None, about.pop("shows_who", False))
    said: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": citizen(account.id)}
    return evidence.take(place, what, content, now=utc_now(), key=people.key(), **said)


def test_the_officer_of_the_visit_reads_the_files_and_no_other_does(
    scene: Scene, browser: Callable[..., Browser]
) -> None:
    file = with_a_file(scene.citizen, scene.petition.request_key)
    path = f"/desk/visit/{scene.code}/files/{file.code}/whole"
    at_desk = browser(scene.officer)
    assert at_desk.get(path).status_code == 404, "before the visit is called nobody has it"
    scene.receive()
    assert at_desk.get(path).status_code == 200
    page = Page(at_desk.get("/desk").text)
    assert "Đơn viết tay.jpg" in page.text and "chưa quét vi-rút" in page.text
    assert path in page.links()
    _desk, elsewhere = people.an_open_desk(scene.now)
    assert browser(db.session.get_one(Account, elsewhere.account_id)).get(path).status_code == 404
    assert browser(scene.citizen).get(path).status_code == 403


def a_denunciation(scene: Scene) -> tuple[Visit, Petition, Account]:
    """A denouncer in a visit that the scene's officer has in hand."""
    person = people.a_citizen()
    about: dict[str, Any] = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": False}
    petition = people.a_petition(person, scene.now, **about)
    visit = reception.take_number(
        petition.id,
        scene.sitting.id,
        bridge_point_id=None,
        by=citizen(person.id),
        now=scene.now,
        key=people.key(),
    )
    by = officer(scene.officer.id)
    said: dict[str, Any] = {"by": by, "now": utc_now()}
    reception.decide_gate(visit.id, online=True, reason="Việc phức tạp.", key=people.key(), **said)
    return reception.call(visit.id, scene.desk.id, **said, key=people.key()), petition, person


def test_what_shows_who_denounces_is_opened_with_a_reason_only(
    scene: Scene, browser: Callable[..., Browser]
) -> None:
    visit, petition, person = a_denunciation(scene)
    hidden = with_a_file(person, petition.request_key, name="Đơn của Tạ Thị Sen.jpg", shows_who=True)
    plain = with_a_file(person, petition.request_key, files.pdf(), name="Quyết định 12.pdf")
    author = db.session.get_one(Petition, petition.id).petitioner.full_name
    names = with_a_file(person, petition.request_key, files.pdf(2), name=f"Giấy của {author}.pdf")
    at_desk = browser(scene.officer)
    page = Page(at_desk.get("/desk").text)
    assert "Quyết định 12.pdf" in page.text and "Tệp 1" in page.text
    assert "Tạ Thị Sen" not in page.text
    path = f"/desk/visit/{visit.code}/files/{hidden.code}"
    for form in ("whole", "thumb"):
        gate = at_desk.get(f"{path}/{form}")
        assert (gate.mimetype, "Tạ Thị Sen" in gate.text) == ("text/html", False)
    assert at_desk.get(f"/desk/visit/{visit.code}/files/{plain.code}/whole").mimetype == "application/pdf"
    given = at_desk.get(f"/desk/visit/{visit.code}/files/{names.code}/whole").headers["Content-Disposition"]
    assert quote(author.split()[-1]) not in given, "nor as it is saved"
    assert at_desk.post(f"{path}/open", {"reason": "xem"}).status_code == 422
    assert db.session.query(AuditEntry).filter_by(action="evidence_opened").count() == 0
    opened = at_desk.post(f"{path}/open", {"reason": "Đối chiếu chữ viết tay với đơn."})
    assert (opened.status_code, opened.mimetype) == (200, "image/jpeg")
    assert opened.headers["Content-Disposition"] == f"inline; filename*=UTF-8''{quote('Tệp 1.jpg')}"
    assert opened.headers["Cache-Control"] == "no-store", "the desk's own disk keeps none of it"
    [entry] = db.session.query(AuditEntry).filter_by(action="evidence_opened")
    assert (entry.actor_id, entry.reason) == (scene.officer.id, "Đối chiếu chữ viết tay với đơn.")


def test_a_denouncer_s_voice_is_sealed_without_being_marked(
    scene: Scene, browser: Callable[..., Browser]
) -> None:
    visit, petition, person = a_denunciation(scene)
    place = evidence.Place(person.id, petition.request_key)
    told_aloud = files.told()
    said: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": citizen(person.id)}
    voice = evidence.take(
        place, Begun("Lời kể", len(told_aloud), 60_000), told_aloud, now=utc_now(), key=people.key(), **said
    )
    path = f"/desk/visit/{visit.code}/files/{voice.code}"
    answer = browser(scene.officer).get(f"{path}/whole")
    assert answer.mimetype == "text/html"
    saved = browser(scene.officer).post(f"{path}/open", {"reason": "Nghe để ghi lại lời trình bày."})
    assert saved.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('Tệp 1.webm')}"


def test_a_denouncers_files_are_sealed_until_they_say_that_one_shows_nothing(
    tus: Tus, person: Account
) -> None:
    assert not Page(tus.person.get(people.FILES).text).values("shows_nothing")
    before = tus.send(PHOTO)
    drafts.keep(person.id, people.DRAFT, {"kind": "denunciation"}, now=utc_now())
    page = Page(tus.person.get(people.FILES).text)
    assert page.values("shows_nothing") == ["y"] and page.holds("shows_nothing") == []
    assert before.shows_who, "also what was sent before they said what it is"
    assert not tus.send(files.pdf(), nothing="y").shows_who
    file = tus.send(files.photo(size=(900, 700)))
    assert file.shows_who
    for said, marked in (("n", False), ("y", True)):
        tus.person.post(f"{people.FILES}/{file.code}/mark", {"shows_who": said})
        db.session.rollback()
        assert file.shows_who is marked


def test_no_button_of_the_list_unseals_a_file_and_the_question_before_it_says_what_follows(
    tus: Tus, person: Account
) -> None:
    drafts.keep(person.id, people.DRAFT, {"kind": "denunciation"}, now=utc_now())
    file = tus.send(PHOTO)
    where = f"{people.FILES}/{file.code}/mark"
    listed = Page(tus.person.get(people.FILES).text)
    assert [form["action"] for form in listed.all("form") if form.get("action", "").endswith("/mark")] == []
    assert where in listed.links()
    asked = Page(tus.person.get(where).text)
    db.session.rollback()
    assert file.shows_who, "asking changes nothing"
    assert file.name in asked.text and "cán bộ nhận đơn xem được ngay" in asked.text
    assert people.FILES in asked.links(), "a way back that keeps the seal"
    assert asked.values("shows_who") == ["n"]
    assert tus.person.post(where, {"shows_who": "n"}).headers["Location"] == people.FILES
    db.session.rollback()
    assert not file.shows_who
    gone = tus.person.get(where)
    assert (gone.status_code, gone.headers["Location"]) == (302, people.FILES), "nothing to take off any more"


def test_only_of_a_denunciation_is_it_asked_whether_a_file_shows_who_sends_it(tus: Tus) -> None:
    file = tus.send(PHOTO)
    assert tus.person.get(f"{people.FILES}/{file.code}/mark").headers["Location"] == people.FILES


def text_of(pdf: bytes) -> str:
    """The words of a PDF, by its fonts' own tables (ToUnicode), spaces left out."""
    return re.sub(r"\s", "", files.text_of_pdf(pdf))


def test_the_receipt_has_the_form_s_fields_in_letters_that_can_be_read(
    person: Account, browser: Callable[..., Browser]
) -> None:
    key = people.key()
    with_a_file(person, key, files.pdf(pages=4), name="Quyết định 1042 #eval 😀.pdf")
    issue = Issue(date(2021, 8, 5), "Bộ Công an")
    petition = people.a_petition_with_key(person, key, issue=issue)
    answer = browser(person).get(f"/petitions/{petition.code}/receipts/1.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    words = text_of(answer.data)
    for line in (
        "Mẫu số 02/TCD",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "GIẤY BIÊN NHẬN THÔNG TIN, TÀI LIỆU",
        "Đã nhận của ông (bà): Nguyễn Văn Lành",
        "Số Thẻ căn cước: 001062012345, ngày cấp: 05/08/2021, nơi cấp: Bộ Công an.",
        "Quyết định 1042 #eval",
        "NGƯỜI CUNG CẤP THÔNG TIN, TÀI LIỆU",
        f"1/{petition.code}",
        "được lập thành 02 bản",
    ):
        assert line.replace(" ", "") in words, line
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert str(pdf.Root.Lang) == "vi-VN" and "/StructTreeRoot" in pdf.Root
    assert browser(person).get(f"/petitions/{petition.code}/receipts/2.pdf").status_code == 404
    assert browser(people.a_citizen()).get(f"/petitions/{petition.code}/receipts/1.pdf").status_code == 404


def test_the_receipt_says_that_date_and_place_of_issue_were_not_told(
    person: Account, browser: Callable[..., Browser]
) -> None:
    key = people.key()
    with_a_file(person, key)
    petition = people.a_petition_with_key(person, key)
    words = text_of(browser(person).get(f"/petitions/{petition.code}/receipts/1.pdf").data)
    assert "ngàycấp:chưakhai,nơicấp:chưakhai." in words


def test_the_receipt_of_a_denunciation_names_nobody(person: Account, browser: Callable[..., Browser]) -> None:
    key = people.key()
    with_a_file(person, key, name="Đơn của Nguyễn Văn Lành.jpg")
    about: dict[str, Any] = {"kind": PetitionKind.DENUNCIATION, "protection_wanted": False}
    petition = people.a_petition_with_key(person, key, **about)
    words = text_of(browser(person).get(f"/petitions/{petition.code}/receipts/1.pdf").data)
    assert "Lành" not in words and "001062012345" not in words
    assert f"Ngườinộpđơnmã{petition.code}" in words
    for telling in ("tố", "kín", "mật"):
        assert telling not in words.lower(), "that a name is kept would say what the petition is"


def test_after_submission_files_are_added_and_a_receipt_is_asked_for(
    person: Account, browser: Callable[..., Browser]
) -> None:
    petition = people.a_petition(person, utc_now())
    own = Tus(browser(person), f"/petitions/{petition.code}/files/tus")
    added = own.send(PHOTO)
    page = Page(own.person.get(f"/petitions/{petition.code}/files").text)
    assert "nộp thêm" in page.text and f"/petitions/{petition.code}/receipts/1.pdf" not in page.links()
    assert own.person.post(f"/petitions/{petition.code}/files/{added.code}/remove").status_code == 409
    assert own.person.post(f"/petitions/{petition.code}/receipts").status_code == 303
    page = Page(own.person.get(f"/petitions/{petition.code}/files").text)
    assert f"/petitions/{petition.code}/receipts/1.pdf" in page.links()
    assert "Sổ đỏ.jpg" in Page(own.person.get(f"/petitions/{petition.code}").text).text


def test_of_a_withdrawn_petition_the_files_are_shown_and_none_is_asked_for(
    person: Account, browser: Callable[..., Browser]
) -> None:
    petition = people.a_petition(person, utc_now())
    where = f"/petitions/{petition.code}"
    own = Tus(browser(person), f"{where}/files/tus")
    own.send(PHOTO)
    url = own.create(len(files.pdf())).headers["Location"]
    by = citizen(person.id)
    petition_changes.withdraw(petition.id, "Đã đo lại.", by=by, now=utc_now(), key=people.key())
    assert own.patch(url, 0, files.pdf()).status_code == 410
    refused = own.create(len(files.pdf()))
    assert (refused.status_code, refused.json) == (409, {"problem": evidence.Withdrawn.message})
    assert "Nộp thêm" not in own.person.get(where).text
    page = own.person.get(f"{where}/files").text
    assert "Sổ đỏ.jpg" in page and "nhận giấy biên nhận" in page
    assert 'type="file"' not in page and "evidence.js" not in page
