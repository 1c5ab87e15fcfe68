"""Problems and known errors: the row, the record, the ticket's history, and refusals that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tests.support.world import AT, Place, make_place, make_provider, make_world
from tierline.audit.queries import entries
from tierline.desk import queries as desk
from tierline.desk import services as verbs
from tierline.desk.tests.builders import do, fresh, make_ticket, types
from tierline.domain.errors import DomainError, Missing, NotAllowed, NotFound, StaleVersion
from tierline.domain.lifecycle import IllegalMove
from tierline.domain.text import TooLong, Unstorable
from tierline.knowledge import services as knowledge
from tierline.knowledge.operations import NewArticle
from tierline.plumbing import tenancy
from tierline.problems import queries, services
from tierline.problems.models import KnownError, Problem, ProblemCounter, ProblemTicket
from tierline.problems.tests.builders import make_known_error, make_problem

pytestmark = pytest.mark.django_db(transaction=True)

LATER = AT + timedelta(hours=1)


@pytest.fixture
def home() -> Place:
    return make_place(make_provider("provider"), "home", staff=("l1", "auditor", "admin"))


def actions(place: Place, prefix: str) -> list[str]:
    with tenancy.reading(place.system):
        return [e.action for e in sorted(entries(prefix), key=lambda e: e.id)]


def rows(place: Place) -> list[Any]:
    with tenancy.reading(place.system):
        models = (Problem, KnownError, ProblemTicket, ProblemCounter)
        found = [list(m.objects.order_by("id").values()) for m in models]
    return [*found, actions(place, "")]


def refuses(place: Place, error: type[DomainError], act: Callable[[], object]) -> None:
    before = rows(place)
    with pytest.raises(DomainError) as refused:
        act()
    assert refused.value.code == error.code
    assert rows(place) == before


def named(place: Place, **told: Any) -> dict[str, Any]:
    return {"actor": place.people["l1"], "enterprise_id": place.enterprise_id, "at": LATER, **told}


def test_a_problem_from_a_ticket_is_linked_on_both_sides(home: Place) -> None:
    ticket = make_ticket(home)
    problem = make_problem(home, tickets=[ticket.id])
    with tenancy.reading(home.system):
        row = queries.problem(problem)
        assert (row.number, row.state, row.owner_id) == ("PB-1", "open", home.people["l1"].person_id)
        assert row == queries.problem_by_number(home.enterprise_id, "pb-1")
        assert queries.tickets_of(problem) == [ticket.id]
        assert queries.problems_of_tickets([ticket.id]) == {ticket.id: [row]}
        said = desk.events(home.system, desk.ticket(home.system, ticket.id))[-1]
    assert (said.type, said.payload["kind"], said.payload["target"]) == ("linked", "problem", "PB-1")
    assert fresh(home.system, ticket).version == ticket.version + 1
    assert actions(home, "problem:") == ["problem.recorded", "problem.linked"]


def test_linking_twice_says_it_once(home: Place) -> None:
    first, second = make_ticket(home), make_ticket(home)
    problem = make_problem(home, tickets=[first.id])
    services.link_tickets(**named(home, problem_id=problem, ticket_ids=[second.id, first.id, second.id]))
    with tenancy.reading(home.system):
        assert queries.tickets_of(problem) == [first.id, second.id]
    assert types(home, first).count("linked") == 1
    before = rows(home)
    services.link_tickets(**named(home, problem_id=problem, ticket_ids=[first.id]))
    assert rows(home) == before


def test_a_known_error_makes_the_cause_known(home: Place) -> None:
    problem = make_problem(home)
    article = knowledge.draft_article(**named(home, row=NewArticle("根证书", "导入", "zh-hans")))
    known = make_known_error(home, problem, article_id=article)
    with tenancy.reading(home.system):
        row = queries.known_error(known)
        assert (row.number, row.problem_id, row.article_id, row.state) == ("KE-1", problem, article, "active")
        assert queries.known_errors([known, None]) == {known: row}
        assert queries.known_errors_of(problem) == [row]
        assert queries.known_error_by_number(home.enterprise_id, "ke-1") == row
        assert queries.citable(home.enterprise_id, known)
        found = queries.problem(problem)
    assert (found.state, found.cause, found.edition) == ("known_error", "银行换了根证书", 2)
    assert actions(home, f"problem:{problem}") == ["problem.recorded", "problem.cause_known"]
    assert actions(home, f"known_error:{known}") == ["known_error.recorded"]


def test_a_resolution_cites_the_known_error(home: Place) -> None:
    known = make_known_error(home)
    ticket = do(verbs.claim_tickets, home.people["l1"], make_ticket(home), 1)
    said = {"cause": "certificate", "resolution": "已更新证书", "known_error": known}
    ticket = do(verbs.resolve_tickets, home.people["l1"], ticket, 5, **said)
    assert ticket.known_error_id == known


def test_the_database_refuses_a_neighbour_s_known_error() -> None:
    world = make_world()
    known = make_known_error(world.neighbour)
    ticket = make_ticket(world.home)
    with (
        pytest.raises(IntegrityError, match="desk_ticket_known_error_id"),
        tenancy.reading(world.home.system),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE desk_ticket SET known_error_id = %s WHERE id = %s", [known, ticket.id])


def test_a_retired_known_error_is_neither_found_nor_cited(home: Place) -> None:
    known = make_known_error(home)
    services.retire_known_error(**named(home, known_error_id=known))
    with tenancy.reading(home.system):
        assert not queries.citable(home.enterprise_id, known)
        assert queries.search(home.enterprise_id, "银企直连") == []
        assert queries.known_error(known).state == "retired"
    assert actions(home, f"known_error:{known}")[-1] == "known_error.retired"
    refuses(home, NotFound, lambda: services.retire_known_error(**named(home, known_error_id=known)))


def test_a_problem_is_closed_and_comes_back(home: Place) -> None:
    problem = make_problem(home)
    services.close_problem(**named(home, problem_id=problem, seen=1))
    with tenancy.reading(home.system):
        closed = queries.problem(problem)
        assert [p.id for p in queries.problem_page(home.enterprise_id, state="closed")] == [problem]
    assert (closed.state, closed.closed_at, closed.edition) == ("closed", LATER, 2)
    refuses(home, IllegalMove, lambda: services.close_problem(**named(home, problem_id=problem, seen=2)))
    refuses(home, IllegalMove, lambda: make_known_error(home, problem))
    services.reopen_problem(**named(home, problem_id=problem, seen=2))
    with tenancy.reading(home.system):
        assert (queries.problem(problem).state, queries.problem(problem).closed_at) == ("open", None)
    assert actions(home, f"problem:{problem}") == ["problem.recorded", "problem.closed", "problem.open"]


def test_a_stale_reader_closes_nothing(home: Place) -> None:
    problem = make_problem(home)
    make_known_error(home, problem)
    refuses(home, StaleVersion, lambda: services.close_problem(**named(home, problem_id=problem, seen=1)))


BAD_PROBLEMS = [
    # what it shows, fields, error
    ("no title", {"title": " "}, Missing),
    ("a title of 501 characters", {"title": "长" * 501}, TooLong),
    ("a NUL in the cause", {"cause": "\x00"}, Unstorable),
    ("a lone surrogate in the title", {"title": "\udfff"}, Unstorable),
    ("a ticket that is not there", {"tickets": [-1]}, NotFound),
]


@pytest.mark.parametrize(("told", "error"), [r[1:] for r in BAD_PROBLEMS], ids=[r[0] for r in BAD_PROBLEMS])
def test_a_bad_problem_is_not_recorded(home: Place, told: dict[str, Any], error: type[DomainError]) -> None:
    refuses(home, error, lambda: make_problem(home, **told))


BAD_KNOWN_ERRORS = [
    ("no symptom", {"symptom": ""}, Missing),
    ("no workaround", {"workaround": "\n"}, Missing),
    ("a cause that nobody has stated", {"cause": ""}, Missing),
    ("a NUL in the workaround", {"workaround": "a\x00"}, Unstorable),
    ("an article that is not there", {"article_id": -1}, NotFound),
    ("a problem that is not there", {"problem_id": -1}, NotFound),
]


@pytest.mark.parametrize(("told", "error"), [r[1:] for r in BAD_KNOWN_ERRORS], ids=[r[0] for r in BAD_KNOWN_ERRORS])
def test_a_bad_known_error_is_not_recorded(home: Place, told: dict[str, Any], error: type[DomainError]) -> None:
    problem = told.pop("problem_id", None) or make_problem(home)
    refuses(home, error, lambda: make_known_error(home, problem, **told))


def test_a_neighbour_s_records_are_not_there() -> None:
    world = make_world()
    home, neighbour = world.home, world.neighbour
    ticket, problem = make_ticket(neighbour), make_problem(neighbour)
    article = knowledge.draft_article(**named(neighbour, row=NewArticle("根证书", "导入", "zh-hans")))
    refuses(home, NotFound, lambda: make_problem(home, tickets=[ticket.id]))
    refuses(home, NotFound, lambda: make_known_error(home, problem))
    own = make_problem(home)
    refuses(home, NotFound, lambda: make_known_error(home, own, article_id=article))
    both = {"actor": world.both, "enterprise_id": home.enterprise_id, "at": AT}
    refuses(home, NotFound, lambda: services.record_problem(**both, title="跨企业", ticket_ids=[ticket.id]))
    away = {"actor": home.people["l1"], "enterprise_id": neighbour.enterprise_id, "at": AT}
    refuses(neighbour, NotAllowed, lambda: services.record_problem(**away, title="跨企业"))


@pytest.mark.parametrize("who", ["requester", "department", "auditor", "admin"])
def test_who_may_not_work_on_problems(home: Place, who: str) -> None:
    problem = make_problem(home)
    known = make_known_error(home, problem)
    told = named(home, actor=home.people[who])
    refuses(home, NotAllowed, lambda: services.record_problem(**told, title="标题"))
    refuses(home, NotAllowed, lambda: services.close_problem(**told, problem_id=problem, seen=2))
    refuses(home, NotAllowed, lambda: services.retire_known_error(**told, known_error_id=known))


QUESTIONS = [
    # what it shows, question, found
    ("words of the symptom", "下载流水报错", True),
    ("an error code", "cert_verify_failed", True),
    ("words of the workaround", "重启网关", True),
    ("words of the problem's title", "根证书更换", True),
    ("other words", "打印机脱机", False),
    ("no words", "？", False),
]


@pytest.mark.parametrize(("question", "is_found"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_a_known_error_is_found_by_what_people_say(home: Place, question: str, is_found: bool) -> None:
    known = make_known_error(home)
    with tenancy.reading(home.system):
        hits = queries.search(home.enterprise_id, question)
    assert [h.known_error.id for h in hits] == ([known] if is_found else [])


def test_the_closest_known_error_comes_first(home: Place) -> None:
    other = make_known_error(home, symptom="网银登录证书过期", workaround="更新证书")
    known = make_known_error(home)
    with tenancy.reading(home.system):
        hits = queries.search(home.enterprise_id, "银企直连 流水 证书")
    assert [h.known_error.id for h in hits] == [known, other]
    assert hits[0].covered > hits[1].covered
    assert [hits[0].snippet.text[a:b] for a, b in hits[0].snippet.hits] == ["银企直连", "流水", "证书"]


@pytest.mark.parametrize("table", ["problem", "knownerror", "problemticket"])
def test_only_the_own_scope_sees_rows(table: str) -> None:
    world = make_world()
    make_known_error(world.home, make_problem(world.home, tickets=[make_ticket(world.home).id]))

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM problems_{table}")
            return int(cursor.fetchone()[0])

    with tenancy.reading(world.home.system):
        assert count() == 1
    for outsider in (world.neighbour, world.abroad):
        with tenancy.reading(outsider.system):
            assert count() == 0
            assert queries.search(world.home.enterprise_id, "银企直连") == []
    with transaction.atomic():
        assert count() == 0
