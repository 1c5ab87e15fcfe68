"""Exports of other desks, written as these desks write them: what becomes of each is said here."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.domain.errors import DomainError
from tierline.imports.admission import admitted, party
from tierline.imports.base import Case, Refused
from tierline.imports.queries import Export
from tierline.imports.shapes import shape
from tierline.imports.shapes.servicenow import ServiceNow
from tierline.imports.shapes.tiered import TieredLog
from tierline.imports.shapes.zammad import Zammad

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def cases(path: Path, **asked: Any) -> tuple[str, list[Case]]:
    export = Export(path, at=AT, **asked)
    found = list(export)
    assert not any(isinstance(case, Refused) for case in found), found
    return export.shape, [case for case in found if isinstance(case, Case)]


def steps(case: Case) -> list[tuple[str, str, str]]:
    return [(s.type, s.by, f"{s.at:%d %H:%M}") for s in case.steps]


def article(at: str, sender: str, body: str, **told: Any) -> dict[str, Any]:
    given = {"id": 1, "type": "email", "content_type": "text/plain", "internal": False, "from": "x"}
    return {**given, "created_at": f"2026-01-{at}Z", "sender": sender, "body": body, **told}


CLOSED = {
    "id": 7,
    "number": "22007",
    "title": "打印机错位",
    "group": "Users",
    "state": "closed",
    "priority": "3 high",
    "customer": "wang@jia.example",
    "owner": "li@desk.example",
    "created_at": "2026-01-05T01:30:00.000Z",
    "updated_at": "2026-01-09T00:00:00.000Z",
    "close_at": "2026-01-08T02:00:00.000Z",
    "articles": [
        article(
            "05T01:30:00", "Customer", "<p>打印<b>错位</b></p><script>x()</script>&amp; 卡纸", content_type="text/html"
        ),
        article("05T02:00:00", "Agent", "先换个驱动", internal=True, type="note"),
        article("05T03:00:00", "Agent", "请重启打印机"),
        article("06T03:00:00", "Customer", "还是不行"),
        article("06T03:00:01", "System", "已收到"),
    ],
}
PENDING = {
    **{key: value for key, value in CLOSED.items() if key not in ("articles", "close_at", "number")},
    "id": 8,
    "state": "pending reminder",
    "priority": "2 normal",
    "pending_time": "2026-04-01T00:00:00.000Z",
}


@pytest.mark.parametrize("form", ["a list", "one a line"])
def test_zammad(form: str, tmp_path: Path) -> None:
    path = tmp_path / "tickets.json"
    told = [json.dumps(ticket, ensure_ascii=False) for ticket in (CLOSED, PENDING)]
    path.write_text(f"[{','.join(told)}]" if form == "a list" else "\n".join(told), encoding="utf-8")
    shape, (closed, pending) = cases(path)
    assert shape == "zammad"
    assert (closed.key, closed.subject, closed.text) == ("22007", "打印机错位", "打印错位\n& 卡纸")
    assert (closed.requester, closed.stated) == ("wang@jia.example", ("significant", "high"))
    assert steps(closed) == [
        ("note", "engineer", "05 02:00"),
        ("public_message", "engineer", "05 03:00"),
        ("customer_message", "requester", "06 03:00"),
        ("public_message", "system", "06 03:00"),
        ("resolved", "engineer", "08 02:00"),
        ("verified", "system", "08 02:00"),
        ("archived", "system", "08 02:00"),
    ]
    assert [s.payload.get("automatic") for s in closed.steps if s.type == "public_message"] == [False, True]
    assert (pending.key, steps(pending)) == ("8", [("waited", "engineer", "09 00:00")])
    assert pending.steps[0].payload["until"] == "2026-04-01T00:00:00+00:00"


GLPI_EN = (
    '"ID";"Title";"Status";"Opening date";"Resolution date";"Closing date";"Priority";"Requester - Requester";\n'
    '"1 042";"Printer, misaligned";"Closed";"2026-01-05 09:30";"2026-01-06 10:00";"2026-01-08 10:00";"High";"Wang Min";\n'
)
GLPI_FR = (
    '\ufeff"ID";"Titre";"Statut";"Date d\'ouverture";"Date de résolution";"Date de clôture";"Priorité"'
    ';"Demandeur - Demandeur"\n'
    '"1\u00a0042";"Imprimante";"Clos";"05-01-2026 09:30";"06-01-2026 10:00";"08-01-2026 10:00";"Haute";"Wang Min"\n'
)


@pytest.mark.parametrize("body", [GLPI_EN, GLPI_FR], ids=["English", "French"])
def test_glpi(body: str, tmp_path: Path) -> None:
    path = tmp_path / "glpi.csv"
    path.write_text(body, encoding="utf-8")
    shape, (case,) = cases(path)
    assert (shape, case.key, case.requester, case.stated) == ("glpi", "1042", "Wang Min", ("significant", "high"))
    assert f"{case.opened_at:%d %H:%M%z}" == "05 09:30+0000"
    assert steps(case) == [
        ("resolved", "engineer", "06 10:00"),
        ("verified", "engineer", "08 10:00"),
        ("archived", "engineer", "08 10:00"),
    ]
    _, (local,) = cases(path, shape="glpi", mapping={"zone": "Asia/Shanghai"})
    assert f"{local.opened_at:%d %H:%M%z}" == "05 09:30+0800"


RT = (
    "id\tSubject\tStatus\tQueue\tOwner\tPriority\tRequestors\tCreated\tResolved\n"
    "31\tPrinter\tresolved\tGeneral\tli\t50\twang@jia.example, zhao@jia.example\tMon Jan 05 09:30:00 2026"
    "\tTue Jan 06 10:00:00 2026\n"
    "32\tLogin\topen\tGeneral\tNobody\t0\twang@jia.example\tMon Jan 05 11:00:00 2026\tNot set\n"
)


def test_rt(tmp_path: Path) -> None:
    path = tmp_path / "Results.tsv"
    path.write_text(RT, encoding="utf-8")
    shape, (done, still_open) = cases(path)
    assert (shape, done.key, steps(done)) == ("rt", "31", [("resolved", "engineer", "06 10:00")])
    assert (still_open.key, still_open.steps) == ("32", [])


BROKEN = [
    ("a list that is cut off", "[" + json.dumps(CLOSED)[:-4]),
    ("a line that is cut off", json.dumps(CLOSED) + "\n" + json.dumps(CLOSED)[:-4]),
    ("a ticket without a beginning", '[{"id": 1}]'),
    ("depth without end", "[" * 200_000),
    ("depth in a field that is not read", '[{"id":1,"created_at":"","x":' + "[" * 200_000),
    ("an empty list", "[]"),
    ("a NUL", json.dumps({**PENDING, "title": "a\x00b"})),
]


@pytest.mark.parametrize("body", [body for _, body in BROKEN], ids=[name for name, _ in BROKEN])
def test_broken_json_is_one_named_error(body: str, tmp_path: Path) -> None:
    path = tmp_path / "tickets.json"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(DomainError) as refused:
        list(Export(path, at=AT))
    assert refused.value.code == "unreadable_export"


CELLS = st.one_of(st.text(max_size=12), st.sampled_from(["1", "2026-01-05T09:30:00", "5/1/2026 09:30", "Closed", "?"]))
HEADERS = {
    "tiered_log": sorted({*TieredLog.columns, "product", "resource", "resource_country", "org_line", "org_country"}),
    "servicenow": sorted(ServiceNow.columns),
    "zammad": sorted(Zammad.columns),
    "glpi": ["ID", "Title", "Opening date", "Closing date", "Priority", "Requester - Requester"],
    "rt": ["id", "Subject", "Created", "Resolved", "Requestors"],
}


@pytest.mark.parametrize("name", sorted(HEADERS))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_in_the_cells_a_case_is_fit_or_named(name: str, data: st.DataObject) -> None:
    row = data.draw(st.fixed_dictionaries(dict.fromkeys(HEADERS[name], CELLS)))
    known = shape(HEADERS[name], name=name)
    try:
        case = admitted(known.case([row, row]), at=AT)
    except DomainError as refused:
        assert refused.code in {"invalid", "missing", "too_long", "unstorable_text"}
    else:
        instants = [case.opened_at, *(step.at for step in case.steps)]
        assert instants == sorted(instants)
        assert case.key
        party(case.requester)
