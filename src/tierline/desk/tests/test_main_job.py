"""受理-排障-验证-归档 by the desk's verbs: one ticket through L1, L2 and L3."""

from __future__ import annotations

import pytest

from tests.support.world import Place, make_place, make_provider
from tierline.audit import queries as audit
from tierline.desk import queries, services
from tierline.desk.models import Task
from tierline.desk.queries import replay
from tierline.desk.tests.builders import AT, PACKAGE, clocks, do, make_ticket, types
from tierline.domain.errors import DomainError
from tierline.knowledge.operations import NewArticle
from tierline.knowledge.services import draft_article, publish_article
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = 60_000_000


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("main-job"), "main-job", staff=("l1", "l2", "l3"))


def test_a_ticket_climbs_three_tiers_and_rests_with_its_lesson_written_down(place: Place) -> None:
    l1, l2, l3, rd = (place.people[name] for name in ("l1", "l2", "l3", "department"))
    ticket = make_ticket(place)
    ticket = do(services.prioritise_tickets, l1, ticket, 4, impact="significant", urgency="high", reason="first")
    assert (ticket.priority, ticket.priority_reason) == ("P2", "significant x high = P2")
    ticket = do(services.claim_tickets, l1, ticket, 5)
    ticket = do(services.reply_to_tickets, l1, ticket, 12, text="您好，已收到，正在核对证书。")
    ticket = do(services.escalate_ticket, l1, ticket, 20, to="L2", package=PACKAGE)
    assert (ticket.tier, ticket.pending_tier, ticket.assignee_id) == (1, 2, l1.person_id)
    ticket = do(services.accept_tickets, l2, ticket, 35)
    assert (ticket.tier, ticket.pending_tier, ticket.assignee_id) == (2, None, l2.person_id)
    ticket = do(services.open_task, l2, ticket, 40, department="rnd", title="网关信任链", blocking=True)
    ticket = do(services.note_on_tickets, l2, ticket, 110, kind="plan", text="怀疑根证书轮换")
    ticket = do(services.escalate_ticket, l2, ticket, 115, to="L3", package=PACKAGE)
    ticket = do(services.accept_tickets, l3, ticket, 130)
    ticket = do(services.note_on_tickets, l3, ticket, 200, kind="work", text="抓包确认")
    ticket = do(services.finish_task, rd, ticket, 210, number=1, result="已更新信任链")
    ticket = do(services.restore_tickets, l3, ticket, 215, evidence=["09:10 的流水已下载"])
    ticket = do(services.resolve_tickets, l3, ticket, 220, cause="certificate_rotated", resolution="更新信任链")
    ticket = do(services.verify_tickets, place.people["requester"], ticket, 240, accepted=True, comment="可以了")
    assert ticket.state == "verified"
    ticket = do(services.archive_tickets, l3, ticket, 250, knowledge="deposit")
    assert (ticket.state, ticket.tier_reached, ticket.article_id is not None) == ("archived", 3, True)

    read = clocks(place, ticket, 251)
    told = {kind: (r.state, r.consumed // MINUTE, r.target // MINUTE) for kind, r in read.items()}
    assert told["grading"] == ("met", 4, 10)
    assert told["first_response"] == ("met", 12, 30)
    assert told["l2_plan"] == ("met", 90, 120)
    assert told["l3_start"] == ("met", 85, 240)
    assert told["restore"] == ("met", 215, 480)
    assert told["resolve"] == ("met", 220, 72 * 60)


def test_every_step_is_on_the_record_with_who_and_when_and_nobody_edited_it(place: Place) -> None:
    ticket = make_ticket(place)
    ticket = do(services.claim_tickets, place.people["l1"], ticket, 1)
    do(services.reply_to_tickets, place.people["l1"], ticket, 2, text="您好")
    assert types(place, ticket) == ["opened", "assigned", "public_message"]
    with tenancy.reading(place.system):
        lines = audit.lines(f"ticket:{ticket.id}")
        assert [(line.action, line.actor_role, line.at) for line in lines[:1]] == [("ticket.open", "requester", AT)]
        assert [line.action for line in lines] == ["ticket.open", "ticket.claim", "ticket.reply"]
        assert lines[1].actor_id == place.people["l1"].person_id
        assert not list(audit.faults())
        assert not list(replay.tampered())
        assert not list(replay.differences(place.system))


def test_a_blocking_task_keeps_the_ticket_from_being_resolved(place: Place) -> None:
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.open_task, l1, ticket, 2, department="rnd", title="查日志", blocking=True)
    with pytest.raises(DomainError) as refused:
        do(services.resolve_tickets, l1, ticket, 3, cause="x", resolution="y")
    assert refused.value.code == "blocked_by_task"
    ticket = do(services.finish_task, l1, ticket, 4, number=1, result="无异常")
    assert do(services.resolve_tickets, l1, ticket, 5, cause="x", resolution="y").state == "resolved"
    with tenancy.reading(place.system):
        assert Task.objects.get(ticket_id=ticket.id).result == "无异常"


def test_a_resolution_that_cites_an_article_archives_itself_when_verified(place: Place) -> None:

    l1 = place.people["l1"]
    row = NewArticle("证书轮换", "更新信任链", "zh-hans")
    l3 = place.people["l3"]
    article = draft_article(actor=l3, enterprise_id=place.enterprise_id, row=row, at=AT)
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    with pytest.raises(DomainError) as draft:
        do(services.resolve_tickets, l1, ticket, 4, cause="x", resolution="y", article=article)
    assert (draft.value.code, draft.value.facts["what"]) == ("not_found", "article")
    publish_article(actor=place.system, enterprise_id=place.enterprise_id, article_id=article, seen=1, at=AT)
    ticket = do(services.resolve_tickets, l1, ticket, 5, cause="x", resolution="y", article=article)
    ticket = do(services.verify_tickets, place.people["requester"], ticket, 9, accepted=True)
    assert (ticket.state, ticket.article_id) == ("archived", article)


def test_refusing_the_verification_brings_the_ticket_back(place: Place) -> None:
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.resolve_tickets, l1, ticket, 5, cause="x", resolution="y")
    ticket = do(services.verify_tickets, place.people["requester"], ticket, 9, accepted=False, comment="还是不行")
    assert (ticket.state, ticket.reopen_count, ticket.resolved_at) == ("open", 1, None)


def test_an_engineer_verifies_by_evidence_only(place: Place) -> None:
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.resolve_tickets, l1, ticket, 5, cause="x", resolution="y")
    with pytest.raises(DomainError) as refused:
        do(services.verify_tickets, l1, ticket, 9, accepted=True)
    assert (refused.value.code, refused.value.facts["field"]) == ("missing", "evidence")
    assert do(services.verify_tickets, l1, ticket, 9, accepted=True, evidence=["日志正常"]).state == "verified"


def test_a_ticket_that_two_tiers_declined_is_back_where_it_began(place: Place) -> None:
    l1, l2, l3 = (place.people[name] for name in ("l1", "l2", "l3"))
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.escalate_ticket, l1, ticket, 2, to="L2", package=PACKAGE)
    ticket = do(services.accept_tickets, l2, ticket, 3)
    ticket = do(services.escalate_ticket, l2, ticket, 4, to="L3", package=PACKAGE)
    ticket = do(services.hand_back_ticket, l3, ticket, 5, reason="wrong_tier", text="应由二线处理")
    assert (ticket.tier, ticket.pending_tier, ticket.assignee_id) == (2, None, l2.person_id)
    ticket = do(services.hand_back_ticket, l2, ticket, 6, reason="known_solution", text="见知识库")
    assert (ticket.tier, ticket.pending_tier, ticket.assignee_id) == (1, None, l1.person_id)
    ticket = do(services.escalate_ticket, l1, ticket, 7, to="L2", package=PACKAGE)
    assert ticket.pending_tier == 2


def test_only_the_tier_that_owes_a_clock_stops_it(place: Place) -> None:
    l1, l2, l3 = (place.people[name] for name in ("l1", "l2", "l3"))
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.escalate_ticket, l1, ticket, 2, to="L2", package=PACKAGE)
    ticket = do(services.note_on_tickets, l1, ticket, 3, kind="plan", text="一线的想法")
    assert clocks(place, ticket, 4)["l2_plan"].state == "running"
    with pytest.raises(DomainError) as refused:
        do(services.note_on_tickets, place.people["department"], ticket, 5, kind="plan", text="x")
    assert refused.value.code in ("not_allowed", "not_found")
    ticket = do(services.accept_tickets, l2, ticket, 6)
    ticket = do(services.note_on_tickets, l2, ticket, 7, kind="plan", text="二线方案")
    assert clocks(place, ticket, 8)["l2_plan"].state == "met"
    ticket = do(services.escalate_ticket, l2, ticket, 9, to="L3", package=PACKAGE)
    ticket = do(services.accept_tickets, l3, ticket, 10)
    ticket = do(services.note_on_tickets, l1, ticket, 11, text="一线备注")
    assert clocks(place, ticket, 12)["l3_start"].state == "running"
    ticket = do(services.reply_to_tickets, l3, ticket, 13, text="专家已开始处理")
    assert clocks(place, ticket, 14)["l3_start"].state == "met"


def test_a_late_ticket_is_lowered_by_a_second_person_only(place: Place) -> None:
    l1, l2 = place.people["l1"], place.people["l2"]
    ticket = do(
        services.prioritise_tickets, l1, make_ticket(place), 1, impact="significant", urgency="high", reason="first"
    )
    lower = {"impact": "minor", "urgency": "low", "reason": "misread"}
    with pytest.raises(DomainError) as refused:
        do(services.prioritise_tickets, l1, ticket, 28, **lower)
    assert refused.value.code == "second_person_needed"
    assert do(services.prioritise_tickets, l2, ticket, 28, **lower).priority == "P4"


def test_what_is_offered_is_what_is_allowed(place: Place) -> None:
    l1, l2, l3 = (place.people[name] for name in ("l1", "l2", "l3"))
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.escalate_ticket, l1, ticket, 2, to="L2", package=PACKAGE)
    ticket = do(services.accept_tickets, l2, ticket, 3)
    ticket = do(services.escalate_ticket, l2, ticket, 4, to="L3", package=PACKAGE)
    offered = {}
    for who in (l1, l2, l3):
        with tenancy.reading(who):
            offered[who.name.split(".")[0]] = {"accept", "hand-back", "claim"} & set(queries.allowed_moves(who, ticket))
    assert offered == {"l1": set(), "l2": {"claim"}, "l3": {"accept", "hand-back", "claim"}}
