"""``tierline accounts create-provider``: an empty installation gets somebody who may sign in."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from tierline.accounts import queries
from tierline.cli.accounts import command
from tierline.cli.tickets import command as tickets
from tierline.domain.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "create-provider --name Acme --slug acme --enterprise Works --email boss@acme.example --password-stdin".split()


def run(*more: str, password: str = "long enough\n") -> Result:
    return CliRunner().invoke(command, [*WORDS, *more], input=password)


def test_the_administrator_may_sign_in_and_a_ticket_can_be_opened() -> None:
    made = run("--mailbox", "help@acme.example")
    assert made.exit_code == 0, made.output
    assert [row[2] for row in queries.every_enterprise()] == ["acme"]
    assert len(queries.candidates("boss@acme.example")) == 1
    asked = ["open", "--requester", "one@acme.example", "--text", "no network"]
    opened = CliRunner().invoke(tickets, asked)
    assert (opened.exit_code, "TK-1" in opened.output) == (0, True), opened.output
    for number in ("TK-1", "tk-1", "1"):
        assert "no network" in CliRunner().invoke(tickets, ["show", number]).output


@pytest.mark.parametrize(
    ("more", "password", "code"),
    [
        ((), "short\n", "invalid"),
        (("--slug", "Not A Slug"), "long enough\n", "invalid"),
        (("--email", "nobody"), "long enough\n", "invalid"),
        (("--zone", "Nowhere/At-all"), "long enough\n", "unknown_zone"),
    ],
    ids=["short password", "slug", "address", "zone"],
)
def test_a_refusal_makes_nothing(more: tuple[str, ...], password: str, code: str) -> None:
    refused = run(*more, password=password).exception
    assert isinstance(refused, DomainError)
    assert refused.code == code
    assert queries.every_enterprise() == []


def test_the_second_time_is_refused() -> None:
    assert run().exit_code == 0
    again = run().exception
    assert isinstance(again, DomainError)
    assert again.code == "already_there"
