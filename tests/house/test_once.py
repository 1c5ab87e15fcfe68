"""The same write sent twice is done once and answered twice with the same bytes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.support.world import AT, Place, make_place, make_provider
from tierline.accounts.models import EndCustomer
from tierline.accounts.services import add_customers
from tierline.plumbing import once, tenancy
from tierline.plumbing.once import KeyInProgress, KeyReused, Replay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("once"), "once")


def request(key: str, body: bytes = b"body") -> once.Request:
    return once.Request(1, key, once.fingerprint(body), AT, lambda made: (201, str(made).encode()))


def add(place: Place, name: str) -> list[int]:
    return add_customers(actor=place.system, enterprise_id=place.enterprise_id, rows=[{"name": name}], at=AT)


def count(place: Place, name: str) -> int:
    with tenancy.reading(place.system):
        return EndCustomer.objects.filter(name=name).count()


def test_the_second_time_the_stored_answer_comes_back(place: Place) -> None:
    with once.keyed(request("k")):
        made = add(place, "丙公司")
    with pytest.raises(Replay) as again, once.keyed(request("k")):
        add(place, "丁公司")
    assert (again.value.status, again.value.body) == (201, str(made).encode())
    assert (count(place, "丙公司"), count(place, "丁公司")) == (1, 0)


def test_another_body_under_the_same_key_is_refused(place: Place) -> None:
    with once.keyed(request("k")):
        add(place, "丙公司")
    with pytest.raises(KeyReused), once.keyed(request("k", b"other")):
        add(place, "丁公司")
    assert count(place, "丁公司") == 0


def test_a_refused_write_leaves_its_key_free(place: Place) -> None:
    with pytest.raises(Exception, match="taken"), once.keyed(request("k")):
        add(place, "甲公司")
    with once.keyed(request("k")):
        add(place, "丙公司")
    assert count(place, "丙公司") == 1


def test_fifty_at_once_do_it_once(place: Place) -> None:
    together = threading.Barrier(10)
    outcomes: list[str] = []

    def send(n: int) -> None:
        together.wait()
        for _ in range(5):
            try:
                with once.keyed(request("k")):
                    add(place, "丙公司")
                outcomes.append("done")
            except (Replay, KeyInProgress) as told:
                outcomes.append(type(told).__name__)
        connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(send, range(10)))
    assert len(outcomes) == 50
    assert outcomes.count("done") == 1
    assert count(place, "丙公司") == 1
