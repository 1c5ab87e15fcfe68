"""What a service asks comes with the ticket: the version, the answers as codes and values, the words apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import AT, Place, World, make_world
from tierline.agreements import queries as agreements
from tierline.agreements import services as catalogue
from tierline.agreements.operations import NewService
from tierline.agreements.queries import request_forms
from tierline.desk import operations, queries, services
from tierline.desk.queries import asking
from tierline.domain.errors import DomainError, NotAllowed, StaleVersion
from tierline.domain.forms import AnswersRefused, InvalidForm
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


FIELDS = [
    {"key": "system", "kind": "choice", "zh": "新机系统", "en": "New system", "required": True,
     "options": [{"code": "win", "zh": "Windows", "en": "Windows"}, {"code": "other", "zh": "其他", "en": "Other"}]},
    {"key": "which", "kind": "text", "zh": "哪个系统", "en": "Which system", "required": True,
     "when": {"field": "system", "op": "is", "values": ["other"]}},
    {"key": "card", "kind": "number", "zh": "卡号", "en": "Card"},
]  # fmt: skip


def publish(place: Place, service_id: int, fields: list[dict[str, Any]] = FIELDS) -> int:
    of = {"actor": place.people["manager"], "enterprise_id": place.enterprise_id, "service_id": service_id, "at": AT}
    with tenancy.reading(place.system):
        seen = request_forms.draft(service_id).version
    seen = catalogue.save_form_draft(**of, body={"fields": fields}, seen_version=seen)
    return catalogue.publish_form(**of, seen_version=seen)


def make_service(place: Place, code: str = "gateway") -> int:
    row = NewService(code, "更换前置机", "Replace a gateway")
    return catalogue.add_service(actor=place.people["manager"], enterprise_id=place.enterprise_id, row=row, at=AT)


def open_(place: Place, **told: Any) -> Any:
    item = operations.NewTicket(
        enterprise_id=place.enterprise_id,
        text="前置机要换",
        requester_email=place.people["requester"].email,
        service="gateway",
        **told,
    )
    return services.open_tickets(actor=place.people["l1"], items=[item], at=AT)[0]


def opening(place: Place, ticket: Any) -> Any:
    with tenancy.reading(place.system):
        return queries.written(place.system, ticket)[0]


def test_the_version_and_the_answers_stay_with_the_ticket(world: World) -> None:
    home = world.home
    service_id = make_service(home)
    assert publish(home, service_id) == 1
    ticket = open_(home, answers={"system": "other", "which": "麒麟 V10"}, form_version=1)
    event = opening(home, ticket)
    assert event.payload["form_version"] == 1
    assert event.payload["answers"] == {"system": "other"}
    assert event.words["answers"] == {"which": "麒麟 V10"}
    publish(home, service_id, FIELDS[:1])
    with tenancy.reading(home.system):
        found = asking.answered(home.people["l1"], ticket, queries.events(home.people["l1"], ticket))
    assert found is not None
    assert found.version == 1
    assert [(f.zh, v) for f, v in found.answers] == [("新机系统", "other"), ("哪个系统", "麒麟 V10")]


REFUSED = [
    ("nothing answered", {}, None, "answers_refused"),
    ("a field that came with another answer", {"system": "other"}, 1, "answers_refused"),
    ("another version", {"system": "win"}, 7, "form_outdated"),
]


@pytest.mark.parametrize(("answers", "version", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_refused_answer_opens_nothing(world: World, answers: Any, version: int | None, code: str) -> None:
    publish(world.home, make_service(world.home))
    refused = open_(world.home, answers=answers, form_version=version)
    assert isinstance(refused, DomainError)
    assert refused.code == code
    with tenancy.reading(world.home.system):
        assert queries.page(world.home.system, queries.Filter()).tickets == []


def test_a_door_without_forms_asks_nothing(world: World) -> None:
    publish(world.home, make_service(world.home))
    assert opening(world.home, open_(world.home)).payload.get("form") is None


def test_one_bad_answer_in_a_batch_stops_no_other(world: World) -> None:
    home = world.home
    publish(home, make_service(home))
    item = {"enterprise_id": home.enterprise_id, "text": "x", "requester_email": home.people["requester"].email}
    items = [
        operations.NewTicket(**item, service="gateway", answers=answers) for answers in ({"system": "win"}, {}, None)
    ]
    made = services.open_tickets(actor=home.people["l1"], items=items, at=AT)
    assert [isinstance(m, AnswersRefused) for m in made] == [False, True, False]


def test_a_draft_with_faults_is_kept_and_not_published(world: World) -> None:
    home = world.home
    of = {"actor": home.people["manager"], "enterprise_id": home.enterprise_id, "service_id": make_service(home)}
    seen = catalogue.save_form_draft(**of, body={"fields": [{"key": "a", "kind": "colour"}]}, seen_version=0, at=AT)
    with pytest.raises(InvalidForm):
        catalogue.publish_form(**of, seen_version=seen, at=AT)
    with pytest.raises(StaleVersion):
        catalogue.save_form_draft(**of, body={"fields": []}, seen_version=seen + 1, at=AT)
    with tenancy.reading(home.system):
        assert request_forms.draft(of["service_id"]).version == seen
        assert agreements.services(home.enterprise_id)


def test_only_a_manager_writes_forms(world: World) -> None:
    home = world.home
    service_id = make_service(home)
    of = {"enterprise_id": home.enterprise_id, "service_id": service_id, "at": AT}
    for name in ("l1", "requester", "auditor", "department"):
        with pytest.raises(NotAllowed):
            catalogue.save_form_draft(actor=home.people[name], body={"fields": []}, seen_version=0, **of)
