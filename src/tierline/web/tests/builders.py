"""A browser without script: a client that is signed in as one of the world's people and fills in forms."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

from tests.support.world import PASSWORD, Place
from tierline.agreements import queries as agreements
from tierline.desk import operations, queries, services
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

_INPUT = re.compile(r"<input\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


class Browser:
    """Follows what the pages offer: it posts only forms that are there, with their hidden fields."""

    def __init__(self, person: Actor | None = None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.page = ""
        self.status = 0
        self.path = ""
        if person is not None:
            self.sign_in(person)

    def sign_in(self, person: Actor, door: str = "/signin") -> None:
        self.get(door)
        self.submit(door, email=person.email, password=PASSWORD)

    def get(self, path: str, **headers: str) -> str:
        return self._took(self.client.get(path, follow=True, headers=headers or None), path)

    def submit(self, action: str, files: dict[str, Any] | None = None, **fields: Any) -> str:
        """Post the page's form whose action (or, without one, the page's own address) is ``action``."""
        hidden = self.form(action)
        data = {**hidden, **{name: value for name, value in fields.items() if value is not None}, **(files or {})}
        return self._took(self.client.post(action, data, follow=True), action)

    def form(self, action: str) -> dict[str, str]:
        for opening, inside in re.findall(r"(<form\b[^>]*>)(.*?)</form>", self.page, re.DOTALL):
            told = dict(_ATTRIBUTE.findall(opening))
            if told.get("method") == "post" and told.get("action", self.path) == action:
                return _hidden(inside)
        raise AssertionError(f"{self.path} offers no form for {action}")

    def offers(self, action: str) -> bool:
        return f'action="{action}"' in self.page

    def _took(self, response: Any, path: str) -> str:
        self.path = (
            response.redirect_chain[-1][0].partition("?")[0].partition("#")[0] if response.redirect_chain else path
        )
        self.status = response.status_code
        self.response = response
        self.page = response.content.decode() if not response.streaming else ""
        return html.unescape(self.page)


def _hidden(inside: str) -> dict[str, str]:
    found = {}
    for attributes in _INPUT.findall(inside):
        told = dict(_ATTRIBUTE.findall(attributes))
        if told.get("type") == "hidden" and "name" in told:
            found[told["name"]] = html.unescape(told.get("value", ""))
    return found


def make_ticket(place: Place, *, at: Any, subject: str = "银企直连没有流水", **more: Any) -> Any:
    """One that the requester opened on the portal."""
    person = place.people["requester"]
    item = operations.NewTicket(
        enterprise_id=place.enterprise_id,
        text=more.pop("text", "今早之后一条都没有"),
        subject=subject,
        requester_email=person.email,
        channel="portal",
        **more,
    )
    return services.open_tickets(actor=place.system, items=[item], at=at)[0]


def fresh(place: Place, ticket: Any) -> Any:
    with tenancy.reading(place.system):
        return queries.ticket(place.system, ticket.id)


def service_named(place: Place, code: str) -> int:
    with tenancy.reading(place.system):
        return agreements.services_by_code(place.enterprise_id, [code])[code].id
