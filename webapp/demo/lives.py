"""What may happen to a visit, from the petition to its end: one life each."""

from collections.abc import Generator
from datetime import datetime, timedelta

from sqlalchemy import select

from ..clock import local
from ..domain.identity_papers import PaperKind
from ..domain.petition_kinds import PetitionKind
from ..models import BridgePoint, Petition, Visit
from ..services import conversation, desks, minutes, petitions, reception
from .places_and_people import CITIZENS, paper_number
from .story import Decision, Life, Matter, Story, Turn


def _petitions(story: Story, matter: Matter) -> Generator[datetime, None, Petition]:
    yield matter.told
    person = CITIZENS[matter.who]
    code = story.codes[matter.lives_in]
    fields = petitions.PetitionFields(
        kind=matter.kind,
        protection_wanted=matter.protection_wanted,
        lives_in=code,
        old_address="",
        happened_in=code,
        narrative=matter.narrative,
        full_name=person.full_name,
        paper_kind=PaperKind.CITIZEN_CARD,
        paper_number=paper_number(matter.who + 1, person),
        birth_year=str(person.born),
        village=f"Thôn {matter.who % 5 + 1}",
    )
    return petitions.submit(fields, by=story.citizens[matter.who], now=matter.told, key=matter.key)


def only_petitions(story: Story, matter: Matter) -> Life:
    yield from _petitions(story, matter)


def _waits(
    story: Story, matter: Matter, came: datetime, *, point: str | None = None, priority: bool = False
) -> Generator[datetime, None, Visit]:
    """Takes a number for the sitting of the day; at a bridge point its staff does it for them."""
    petition = yield from _petitions(story, matter)
    yield came
    where = select(BridgePoint.id).where(BridgePoint.name == point)
    return reception.take_number(
        petition.id,
        story.sitting_ids[local(came).date()],
        bridge_point_id=story.work.session.scalars(where).one() if point else None,
        priority=priority,
        by=story.bridge if point else story.citizens[matter.who],
        now=came,
        key=f"{matter.key}:number",
    )


def just_waits(
    story: Story, matter: Matter, came: datetime, *, point: str | None = None, priority: bool = False
) -> Life:
    yield from _waits(story, matter, came, point=point, priority=priority)


def is_received(story: Story, matter: Matter, turn: Turn, decision: Decision) -> Life:
    visit = yield from _waits(story, matter, turn.came)
    staff, desk_id = story.officers[turn.desk], story.desk_ids[turn.desk]
    yield turn.called
    desks.open_desk(desk_id, by=staff, now=turn.called)
    if matter.kind is PetitionKind.DENUNCIATION:
        why = "Vụ việc phức tạp; công dân ở phòng riêng, bảo đảm giữ bí mật"
        reception.decide_gate(
            visit.id, online=True, reason=why, by=staff, now=turn.called, key=f"{matter.key}:gate"
        )
    reception.call(visit.id, desk_id, by=staff, now=turn.called, key=f"{matter.key}:call")
    yield turn.at(0.05)
    reception.enter_room(visit.id, by=story.citizens[matter.who], now=turn.at(0.05))
    yield from _talk(story, matter, turn, visit, decision)
    yield turn.ended
    reception.close(
        visit.id,
        decision.kind,
        decision.ground,
        decision.explanation,
        by=staff,
        now=turn.ended,
        key=f"{matter.key}:close",
    )
    desks.close_desk(desk_id, by=staff, now=turn.ended)


def _talk(story: Story, matter: Matter, turn: Turn, visit: Visit, decision: Decision) -> Life:
    """Greeting, the matter, and the minutes saved twice."""
    staff, person = story.officers[turn.desk], story.citizens[matter.who]
    chat = (
        (0.10, staff, "Chào Ông/Bà, tôi đã đọc đơn. Mời Ông/Bà trình bày."),
        (0.20, person, "Chào cán bộ, tôi nghe rõ rồi. Tôi trình bày đúng như trong đơn."),
        (0.60, staff, "Tôi đã ghi vào biên bản. Ông/Bà có giấy tờ gì thêm không?"),
        (0.70, person, "Dạ không, giấy tờ tôi đã nói hết trong đơn."),
    )
    told = f"Công dân trình bày: {matter.narrative}"
    saved = ((0.45, told), (0.90, f"{told}\n\nCán bộ tiếp công dân giải thích: {decision.explanation}"))
    for part, by, words in chat[:2]:
        yield turn.at(part)
        conversation.say(visit.id, words, by=by, now=turn.at(part), key=f"{matter.key}:{part}")
    yield turn.at(saved[0][0])
    minutes.save(visit.id, saved[0][1], base_version=0, by=staff, now=turn.at(saved[0][0]))
    for part, by, words in chat[2:]:
        yield turn.at(part)
        conversation.say(visit.id, words, by=by, now=turn.at(part), key=f"{matter.key}:{part}")
    yield turn.at(saved[1][0])
    minutes.save(visit.id, saved[1][1], base_version=1, by=staff, now=turn.at(saved[1][0]))


def misses(story: Story, matter: Matter, turn: Turn) -> Life:
    """Is called twice and does not come."""
    visit = yield from _waits(story, matter, turn.came)
    staff, desk_id = story.officers[turn.desk], story.desk_ids[turn.desk]
    again = turn.at(0.5)
    yield turn.called
    desks.open_desk(desk_id, by=staff, now=turn.called)
    reception.call(visit.id, desk_id, by=staff, now=turn.called, key=f"{matter.key}:call")
    yield again
    reception.send_back(visit.id, by=staff, now=again, key=f"{matter.key}:back")
    reception.call(visit.id, desk_id, by=staff, now=again, key=f"{matter.key}:again")
    yield turn.ended
    reception.mark_no_show(visit.id, by=staff, now=turn.ended, key=f"{matter.key}:missed")
    desks.close_desk(desk_id, by=staff, now=turn.ended)


def leaves(story: Story, matter: Matter, came: datetime, left: datetime) -> Life:
    visit = yield from _waits(story, matter, came)
    yield left
    reception.leave(visit.id, by=story.citizens[matter.who], now=left, key=f"{matter.key}:leave")


def cancels(story: Story, matter: Matter, came: datetime, gave_up: datetime) -> Life:
    visit = yield from _waits(story, matter, came)
    yield gave_up
    reception.cancel(visit.id, by=story.citizens[matter.who], now=gave_up, key=f"{matter.key}:cancel")


def is_deferred(story: Story, matter: Matter, came: datetime, deferred: datetime) -> Life:
    """To the next day's sitting, where they go first."""
    visit = yield from _waits(story, matter, came)
    yield deferred
    reception.defer(
        visit.id,
        story.sitting_ids[local(story.now).date() + timedelta(days=1)],
        reason="Công dân cần thêm thời gian lấy bản sao giấy tờ",
        by=story.officers[0],
        now=deferred,
        key=f"{matter.key}:defer",
    )
