"""What we know of senders and threads, looked up once for a whole wave of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.channels import queries, tokens
from tierline.channels.addressing import plain
from tierline.channels.deciding import Sender, Thread
from tierline.channels.services.reading import Letter
from tierline.desk import queries as desk
from tierline.domain.events import STAFF
from tierline.plumbing.actor import Actor

_MERGES = 10


@dataclass(frozen=True, slots=True)
class Known:
    """``senders`` by address, ``threads`` by delivery, proven ones first. ``own`` are mailboxes of ours."""

    senders: Mapping[str, Sender]
    threads: Mapping[int, Sequence[Thread]]
    own: set[str]


def look_up(actor: Actor, enterprise_id: int, letters: Sequence[Letter], *, at: datetime) -> Known:
    wanted = [letter for letter in letters if letter.message is not None and letter.message.automated is None]
    threads = _threads(actor, enterprise_id, wanted)
    own = queries.own_addresses({plain(a) for letter in wanted for a in (letter.sender, *_copied(letter)) if a})
    return Known(_senders(enterprise_id, wanted, threads, own, at), threads, own)


def _copied(letter: Letter) -> list[str]:
    assert letter.message is not None
    return [party.address for party in (*letter.message.to, *letter.message.cc) if "@" in party.address]


def _senders(
    enterprise_id: int,
    letters: Sequence[Letter],
    threads: Mapping[int, Sequence[Thread]],
    own: set[str],
    at: datetime,
) -> dict[str, Sender]:
    addresses = {letter.sender for letter in letters if letter.sender}
    recent = queries.recent_counts(enterprise_id, addresses, at=at)
    # Who somebody is matters only for a message that points at a thread.
    pointing = {letter.sender for letter in letters if letter.sender and threads.get(letter.delivery_id)}
    people = accounts.requesters(enterprise_id, pointing) if pointing else {}
    found = {}
    for address in addresses:
        person = people.get(address)
        customer_id, staff_id = None, None
        if address in pointing:
            customer_id = person.customer_id if person else _customer_of_domain(enterprise_id, address)
            staff_id = _staff(enterprise_id, address, at)
        found[address] = Sender(
            address,
            is_ours=plain(address) in own,
            recent=recent.get(address, 0),
            customer_id=customer_id,
            staff_id=staff_id,
        )
    return found


def _customer_of_domain(enterprise_id: int, address: str) -> int | None:
    domain = address.rpartition("@")[2].lower()
    customer = accounts.customers_of_domains(enterprise_id, [domain]).get(domain)
    return customer.id if customer else None


def _staff(enterprise_id: int, address: str, at: datetime) -> int | None:
    person = accounts.person_by_email(address, enterprise_id=None)
    if person is None or person.role not in STAFF or not accounts.is_assigned(person.id, enterprise_id, at=at):
        return None
    return person.id


def _threads(actor: Actor, enterprise_id: int, letters: Sequence[Letter]) -> dict[int, list[Thread]]:
    pointers = {letter.delivery_id: _pointers(actor, enterprise_id, letter) for letter in letters}
    ids = {one for _, references in pointers.values() for one in references}
    tickets_of = queries.referenced(enterprise_id, ids) if ids else {}
    wanted: dict[int, list[tuple[int, bool]]] = {}
    for delivery_id, (proven, references) in pointers.items():
        claimed = [tickets_of[queries.reference(one)] for one in references if queries.reference(one) in tickets_of]
        both = [(t, True) for t in proven] + [(t, False) for t in dict.fromkeys(claimed) if t not in proven]
        if both:
            wanted[delivery_id] = both
    rooms = _tickets(actor, {t for both in wanted.values() for t, _ in both})
    return {
        delivery_id: [
            Thread(rooms[t].ticket_id, is_proven, rooms[t].customer_id, rooms[t].participants)
            for t, is_proven in both
            if t in rooms
        ]
        for delivery_id, both in wanted.items()
    }


def _pointers(actor: Actor, enterprise_id: int, letter: Letter) -> tuple[list[int], list[str]]:
    """(tickets by genuine tokens, Message-IDs from the nearest to the oldest)."""
    assert letter.message is not None
    proven = tokens.genuine(letter.message.reply_tokens, provider_id=actor.provider_id, enterprise_id=enterprise_id)
    return proven, [*letter.message.in_reply_to, *reversed(letter.message.references)]


def _tickets(actor: Actor, ids: set[int]) -> dict[int, Thread]:
    """Where an answer to each ticket goes: to the one it was merged into, for the people of both."""
    if not ids:
        return {}
    rows = dict(desk.tickets(actor, sorted(ids)))
    for _ in range(_MERGES):
        further = {t.merged_into_id for t in rows.values() if t.merged_into_id} - set(rows)
        if not further:
            break
        rows |= desk.tickets(actor, sorted(further))
    people = accounts.people(t.requester_id for t in rows.values())
    copied = queries.participants(rows)
    found = {}
    for ticket_id in ids & set(rows):
        row, addresses = rows[ticket_id], set()
        for _ in range(_MERGES + 1):
            addresses |= copied.get(row.id, set())
            if row.requester_id is not None and row.requester_id in people:
                addresses.add(people[row.requester_id].email)
            if row.merged_into_id is None or row.merged_into_id not in rows:
                break
            row = rows[row.merged_into_id]
        found[ticket_id] = Thread(row.id, False, row.customer_id, frozenset(addresses))
    return found
