"""A violated key says what was wrong in the words of the request, or is left to be a fault of ours."""

import psycopg
import pytest
from django.db import IntegrityError

from tierline.plumbing.constraints import named

# what it shows, statement, code and facts (None: a fault of ours)
ROWS = [
    (
        "a reference to a row that is not there",
        "INSERT INTO room_ticket (provider_id, enterprise_id, known_error_id) VALUES (1, 1, 99)",
        ("not_found", {"what": "known_error"}),
    ),
    (
        "a reference to another enterprise's row",
        "INSERT INTO room_ticket (provider_id, enterprise_id, known_error_id) VALUES (1, 2, 5)",
        ("not_found", {"what": "known_error"}),
    ),
    ("a name that is taken", "INSERT INTO room_error (id, name) VALUES (6, 'a')", ("taken", {"what": "error"})),
    ("a row's own key", "INSERT INTO room_error (id, name) VALUES (5, 'b')", None),
    ("a number that the machinery gives", "INSERT INTO room_event (seq) VALUES (1)", None),
    ("a value that may not be empty", "INSERT INTO room_error (id, name) VALUES (7, NULL)", None),
]

TABLES = """
CREATE TEMP TABLE room_error (id bigint PRIMARY KEY, provider_id bigint DEFAULT 1, enterprise_id bigint DEFAULT 1,
    name text NOT NULL, CONSTRAINT error_name UNIQUE (name), UNIQUE (provider_id, enterprise_id, id));
CREATE TEMP TABLE room_ticket (provider_id bigint, enterprise_id bigint, known_error_id bigint,
    CONSTRAINT room_ticket_known_error_id FOREIGN KEY (provider_id, enterprise_id, known_error_id)
    REFERENCES room_error (provider_id, enterprise_id, id) DEFERRABLE INITIALLY DEFERRED);
CREATE TEMP TABLE room_event (seq bigint, CONSTRAINT ticketevent_seq UNIQUE (seq));
INSERT INTO room_error (id, name) VALUES (5, 'a');
INSERT INTO room_event (seq) VALUES (1);
"""


@pytest.mark.parametrize(("statement", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_violation_is_named(database_server, statement: str, expected: tuple | None) -> None:
    with psycopg.connect(database_server.admin_url) as server:
        server.execute(TABLES)
        server.commit()
        with pytest.raises(psycopg.IntegrityError) as violated:
            server.execute(statement)
            server.commit()
    wrapped = IntegrityError("as Django raises it")
    wrapped.__cause__ = violated.value
    found = named(wrapped)
    assert (None if found is None else (found.code, found.facts)) == expected
