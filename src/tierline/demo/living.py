"""Plays tickets through the desk's own verbs: a whole day in one transaction, so that nobody finds half a story."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tierline.audit import queries as audit
from tierline.audit.operations import Act as Entry
from tierline.audit.operations import record
from tierline.demo.case import Case
from tierline.demo.course import Act
from tierline.demo.people import Company
from tierline.demo.promises import supplier_of
from tierline.desk import services as desk
from tierline.desk.operations import NewTicket, Place, telling
from tierline.domain.errors import DomainError
from tierline.plumbing import live, timers
from tierline.plumbing.actor import REQUESTER, Actor
from tierline.plumbing.service import inside, service
from tierline.problems import services as problems

CHAIN = "demo"
Story = tuple[Case, Sequence[Act]]


@dataclass(frozen=True, slots=True)
class Stage:
    """What every ticket of one enterprise can refer to; ``articles``, ``problems`` and ``known_errors`` by fault."""

    company: Company
    enterprise_id: int
    maker: Actor
    cast: Mapping[str, Actor]
    places: Sequence[Place]
    articles: Mapping[str, int]
    problems: Mapping[str, int]
    known_errors: Mapping[str, int]


def days_lived(company: Company) -> set[date]:
    """Which days are on the record, in the reader's scope."""
    return {
        date.fromisoformat(line.facts["day"])
        for line in audit.lines(f"{CHAIN}:{company.slug}")
        if line.action == "demo.lived"
    }


@service
def live_through(
    *, actor: Actor, stage: Stage, day: date, stories: Sequence[Story], until: datetime, at: datetime
) -> int:
    """One day of one enterprise, with everything that followed from it by ``until``; how many tickets.

    A day that is on the record already is left as it is, so a killed builder can begin again.
    """
    if day in days_lived(stage.company):
        return 0
    with live.quietly():
        with telling():
            play(stage, stories, until=until)
        timers.settle("ticket", [case.place(stage.places).id for case, _ in stories if case.at <= until], at)
    facts = {"day": day.isoformat(), "tickets": len(stories)}
    record(actor, [Entry(f"{CHAIN}:{stage.company.slug}", "demo.lived", stage.enterprise_id, facts)], at=at)
    return len(stories)


def play(stage: Stage, stories: Sequence[Story], *, until: datetime) -> None:
    """All acts up to ``until`` in the order of time, inside the caller's transaction."""
    players: dict[int, Player] = {}
    for case, _ in stories:
        players[case.serial] = Player(stage, case, players)
    acts = [(act, players[case.serial]) for case, told in stories for act in told]
    openings = [(Act(p.case.at, "open", "requester"), p) for p in players.values()]
    for act, player in sorted([*openings, *acts], key=lambda each: (each[0].at, each[0].verb != "open")):
        if act.at <= until:
            player.do(act)


@dataclass(slots=True)
class Player:
    """One ticket as its people see it. A verb's name is a method here or the desk's own."""

    stage: Stage
    case: Case
    others: Mapping[int, Player]
    id: int = 0
    version: int = 0
    requester: Actor | None = None
    tasks: int = 0
    own: Mapping[str, Callable[[Act], None]] = field(init=False)

    def __post_init__(self) -> None:
        self.own = {
            "open": self.open,
            "plan": self.plan,
            "classify": self.classify,
            "task": self.task,
            "supply": self.supply,
            "finish_task": self.finish_task,
            "resolve": self.resolve,
            "problem": self.problem,
            "archive": self.archive,
            "merge": self.merge,
        }

    def do(self, act: Act) -> None:
        if act.verb in self.own:
            self.own[act.verb](act)
        else:
            verb, preset = _VERBS[act.verb]
            self.act(verb, act, **preset, **act.told)

    def act(self, verb: Callable[..., Any], act: Act, **told: Any) -> None:
        inside(verb)(actor=self.actor(act.who), seen={self.id: self.version}, at=act.at, **told)
        self.version += 1

    def actor(self, who: str) -> Actor:
        if who != "requester":
            return self.stage.cast[who]
        assert self.requester is not None
        return self.requester

    def open(self, act: Act) -> None:
        case, stage = self.case, self.stage
        item = NewTicket(
            enterprise_id=stage.enterprise_id,
            subject=case.subject,
            text=case.text,
            requester_email=case.writer.email,
            requester_name=case.writer.name,
            requester_language=case.writer.language,
            customer=case.writer.customer,
            service=case.fault.service,
            asset=case.asset,
            channel=case.channel,
            place=case.place(stage.places),
        )
        [made] = inside(desk.open_tickets)(actor=stage.maker, items=[item], at=act.at)
        if isinstance(made, DomainError):
            raise made
        self.id, self.version = made.id, made.version
        self.requester = Actor(
            provider_id=made.provider_id,
            role=REQUESTER,
            person_id=made.requester_id,
            name=case.writer.name,
            email=case.writer.email,
            own_enterprise_id=stage.enterprise_id,
            enterprises=(stage.enterprise_id,),
            customer_id=made.customer_id,
            language=case.writer.language,
            channel=case.channel,
        )

    def classify(self, act: Act) -> None:
        self.act(desk.classify_tickets, act, service=self.case.fault.service, fault_class=self.case.fault.code)

    def plan(self, act: Act) -> None:
        self.act(desk.note_on_tickets, act, kind="plan", **act.told)

    def task(self, act: Act) -> None:
        self.tasks += 1
        self.act(desk.open_task, act, department="rd", blocking=True, **act.told)

    def supply(self, act: Act) -> None:
        self.tasks += 1
        self.act(desk.open_task, act, supplier=supplier_of(self.stage.company), **act.told)

    def finish_task(self, act: Act) -> None:
        self.act(desk.finish_task, act, number=self.tasks, **act.told)

    def resolve(self, act: Act) -> None:
        fault, stage = self.case.fault, self.stage
        is_common, reply = act.told["is_common"], act.told["reply"]
        is_known = act.who == "l3" and fault.code in stage.known_errors
        self.act(
            desk.resolve_tickets,
            act,
            cause=fault.cause,
            resolution=fault.fix.format_map(self.case.words),
            article=stage.articles[fault.code] if is_common and not is_known else None,
            known_error=stage.known_errors[fault.code] if is_common and is_known else None,
            reply=reply,
        )

    def archive(self, act: Act) -> None:
        reason = "一次性操作，没有可沉淀的内容。" if act.told["knowledge"] == "none" else ""
        self.act(desk.archive_tickets, act, reason=reason, **act.told)

    def merge(self, act: Act) -> None:
        other = self.others[act.told["into"]]
        self.act(desk.merge_tickets, act, into=other.id)
        other.version += 1

    def problem(self, act: Act) -> None:
        """The expert puts the ticket behind the problem of its kind, where there is one."""
        found = self.stage.problems.get(self.case.fault.code)
        if found is None:
            return
        inside(problems.link_tickets)(
            actor=self.actor(act.who),
            enterprise_id=self.stage.enterprise_id,
            problem_id=found,
            ticket_ids=[self.id],
            at=act.at,
        )
        self.version += 1


_VERBS: Mapping[str, tuple[Callable[..., Any], Mapping[str, Any]]] = {
    "prioritise": (desk.prioritise_tickets, {"reason": "first"}),
    "claim": (desk.claim_tickets, {}),
    "reply": (desk.reply_to_tickets, {}),
    "customer": (desk.reply_to_tickets, {}),
    "note": (desk.note_on_tickets, {}),
    "wait": (desk.wait_tickets, {}),
    "resume": (desk.resume_tickets, {}),
    "escalate": (desk.escalate_ticket, {}),
    "accept": (desk.accept_tickets, {}),
    "hand_back": (desk.hand_back_ticket, {}),
    "restore": (desk.restore_tickets, {}),
    "rca": (desk.issue_reports, {}),
    "verify": (desk.verify_tickets, {"accepted": True}),
    "refuse": (desk.verify_tickets, {"accepted": False}),
}
