"""The list of statements that wait for an officer, as desks see it, and the page on which one of them is written."""

from collections.abc import Callable

from sqlalchemy import func, select

from tests import files, people
from tests.views.conftest import Browser, Page, Scene
from webapp.clock import utc_now
from webapp.domain.petition_kinds import PetitionKind
from webapp.domain.telling import StatementStep, Telling
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import Account, AuditEntry, Petition, Role
from webapp.services import evidence, statement_tasks, statements
from webapp.services.actor import citizen, officer
from webapp.services.evidence import Begun

Make = Callable[..., Browser]
SAID = "Bà Mận kể: đất bị thu hồi 312 mét vuông, biên bản đo thiếu 46 mét vuông."
LIST = "/desk/told"


def told(**changed: object) -> Petition:
    """Told by voice, by somebody who has no number anywhere."""
    person = people.a_citizen()
    usual: dict[str, object] = {"told": Telling.VOICE, "narrative": "", "full_name": "Tạ Thị Sen"}
    petition = people.a_petition(person, utc_now(), **(usual | changed))
    place, by, content = evidence.place_of_petition(petition), citizen(person.id), files.told(4)
    about = {"store": objects, "inspect": inspection.inspect, "by": by, "now": utc_now()}
    evidence.take(place, Begun("Sen kể", len(content), 4_000), content, key=people.key(), **about)  # type: ignore[arg-type]
    return petition


def address(petition: Petition) -> str:
    return f"{LIST}/{petition.code}"


def opened(petition: Petition) -> int:
    """How often something of it was opened, as the audit trail has it."""
    which = AuditEntry.action.in_(("content_read", "evidence_opened"))
    return db.session.scalar(select(func.count(AuditEntry.id)).where(which)) or 0


def test_the_desk_says_how_many_wait_and_its_part_says_the_same(browser: Make, scene: Scene) -> None:
    desk = browser(scene.officer)
    assert LIST not in desk.get("/desk").text
    told()
    for answer in (desk.get("/desk"), desk.part("/desk/queue")):
        [link] = [one for one in Page(answer.text).all("a") if one["href"] == LIST]
        assert "Lời kể chờ ghi" in Page(answer.text).text and 'data-tone="wait">1<' in answer.text, link
    assert "statements" in desk.get("/desk").text.split('data-topics="')[1].split('"')[0].split()
    assert LIST not in browser(people.staff(Role.OFFICER)).get("/desk").text, "no desk, no list"


def test_the_list_names_nobody_and_what_a_refresh_brings_is_what_the_page_has(
    browser: Make, scene: Scene
) -> None:
    told()
    leader = browser(people.staff(Role.LEADER))
    told(kind=PetitionKind.DENUNCIATION, protection_wanted=True)
    page, part = leader.get(LIST), leader.part(LIST)
    assert "Sen" not in page.text and "tố cáo" not in page.text.lower()
    assert page.text.count("Nhận ghi</button>") == part.text.count("Nhận ghi</button>") == 2
    assert browser(scene.officer).get(LIST).text.count("Nhận ghi</button>") == 1


def test_one_takes_it_writes_it_apart_from_any_visit_and_its_author_confirms(
    browser: Make, scene: Scene
) -> None:
    petition = told()
    desk, other = browser(scene.officer), browser(people.an_officer(full_name="Đỗ Văn Khoa"))
    free = Page(desk.get(address(petition)).text)
    assert "Sen" not in free.text and opened(petition) == 0
    assert desk.post(f"{address(petition)}/take", {"key": people.key()}).status_code == 303
    seen = Page(other.get(LIST).text).text
    assert "Lê Thu Hà đã nhận" in seen
    assert other.post(f"{address(petition)}/take", {"key": people.key()}).status_code == 409
    page = desk.get(address(petition))
    assert "Tạ Thị Sen" in page.text and opened(petition) == 1
    [voice] = Page(page.text).all("audio")
    assert desk.get(voice["src"], headers={"Range": "bytes=0-"}).status_code == 206
    assert desk.get(voice["src"], headers={"Range": "bytes=9-"}).status_code == 206
    assert opened(petition) == 2, "the rest of the same file is no other opening"
    assert other.get(voice["src"]).status_code == 409
    sent = {"key": people.key(), "base": "0", "statement": "ngắn"}
    refused = desk.post(address(petition), sent)
    assert refused.status_code == 422 and "ngắn</textarea>" in refused.text
    assert desk.post(address(petition), sent | {"statement": SAID}).status_code == 303
    moved = desk.post(address(petition), {"key": people.key(), "base": "0", "statement": f"{SAID} Thêm."})
    assert moved.status_code == 409 and f"{SAID} Thêm.</textarea>" in moved.text
    assert "Chờ công dân xác nhận" in desk.get(LIST).text
    own = browser(db.session.get_one(Account, petition.account_id))
    case = f"/petitions/{petition.code}"
    assert SAID in Page(own.get(case).text).text
    said = {"key": people.key(), "version": "1", "answer": "contested", "reason": "Thiếu năm 2019."}
    assert own.post(f"{case}/statement", said).status_code == 303
    assert "Báo chưa đúng" in other.get(LIST).text
    assert "Thiếu năm 2019." in Page(desk.get(address(petition)).text).text
    for what in ("read_back", "confirmed"):
        noted = desk.post(f"{address(petition)}/steps/{what}", {"key": people.key(), "base": "1"})
        assert noted.status_code == 303
    assert "Không có lời kể nào đang chờ" in desk.get(LIST).text


def test_of_a_denunciation_the_voice_opens_with_a_reason_only_and_the_page_names_nobody(
    browser: Make, scene: Scene
) -> None:
    petition = told(kind=PetitionKind.DENUNCIATION, protection_wanted=True)
    for path in (address(petition), f"{address(petition)}/take"):
        assert browser(scene.officer).get(path).status_code in (404, 405)
    account = people.staff(Role.LEADER)
    leader, by = browser(account), officer(account.id)
    leader.post(f"{address(petition)}/take", {"key": people.key()})
    statements.write_apart(
        petition.id, f"{SAID} Tôi là Tạ Thị Sen.", base_version=0, by=by, now=utc_now(), key=people.key()
    )
    author, contests = citizen(petition.account_id), StatementStep.CONTESTED
    words = "Tôi tên là Tạ Thị Sen, không phải Tạ Thị Sâm."
    statements.answer(petition.id, contests, words, version=1, by=author, now=utc_now(), key=people.key())
    statement_tasks.give_back(petition.code, by=by, now=utc_now())
    second = browser(people.staff(Role.LEADER))
    second.post(f"{address(petition)}/take", {"key": people.key()})
    page = second.get(address(petition))
    assert "Sen" not in page.text and "không phải" in page.text
    assert Page(page.text).all("audio") == []
    [sealed] = [one["href"] for one in Page(page.text).all("a") if "/files/" in one["href"]]
    assert second.get(sealed).mimetype == "text/html"
    assert second.post(sealed, {"reason": "nghe"}).status_code == 422
    assert second.post(sealed, {"reason": "Nghe để ghi lại lời kể."}).mimetype.startswith("audio/")
    [entry] = db.session.scalars(select(AuditEntry).filter_by(action="evidence_opened"))
    assert entry.reason == "Nghe để ghi lại lời kể."
    assert second.get(sealed.replace("/desk/sealed/", "/desk/told/")).status_code == 404
