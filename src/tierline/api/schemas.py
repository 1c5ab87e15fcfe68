"""What the answers look like, for the OpenAPI document and the tests. Answers are not built from these."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

State = Literal["new", "open", "waiting", "resolved", "verified", "archived"]
ClockState = Literal["idle", "running", "paused", "met", "breached", "dismissed"]
Priority = Literal["P1", "P2", "P3", "P4"]
Seconds = int | float


class Answer(BaseModel):
    """Fields may be added; a reader ignores those it does not know."""

    model_config = ConfigDict(extra="allow")


class Person(Answer):
    id: int
    name: str
    email: str | None = None


class Customer(Answer):
    id: int
    name: str
    grade: str


class Clock(Answer):
    """``consumed_seconds`` and ``target_seconds`` count working time: integers when whole, else exact to 0.000001.

    ``due_at`` is given while the clock runs.
    """

    kind: str
    state: ClockState
    due_at: AwareDatetime | None
    consumed_seconds: Seconds
    target_seconds: Seconds
    party: str | None
    cycle: int
    started_at: AwareDatetime | None
    stopped_at: AwareDatetime | None
    breached_at: AwareDatetime | None
    resumes_at: AwareDatetime | None
    note: str | None


class Segment(Answer):
    start: AwareDatetime = Field(alias="from")
    to: AwareDatetime
    state: Literal["running", "paused"]
    reason: str
    counted_seconds: Seconds
    calendar: str
    zone: str


class ClockWithLedger(Clock):
    priority: str
    agreement: int | str
    segments: list[Segment]


class Task(Answer):
    number: int
    department: str | None
    supplier: str | None
    title: str
    blocking: bool
    opened_at: AwareDatetime
    due_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    result: str | None


class TicketRow(Answer):
    id: int
    number: str
    state: State
    priority: Priority
    priority_reason: str
    tier: int
    assignee: Person | None
    version: int
    allowed_moves: list[str]
    subject: str
    enterprise: int
    customer: Customer | None
    requester: Person | None
    service: str | None
    fault_class: str | None
    impact: str | None
    urgency: str | None
    channel: str
    pending_tier: int | None
    waiting_on: str | None
    waiting_until: AwareDatetime | None
    next_due_at: AwareDatetime | None
    opened_at: AwareDatetime
    restored_at: AwareDatetime | None
    resolved_at: AwareDatetime | None
    verified_at: AwareDatetime | None
    archived_at: AwareDatetime | None
    cause: str | None
    known_error: int | None
    article: int | None
    reopen_count: int
    open_tasks: int | None
    merged_into: int | None
    clocks: list[Clock] | None = None


class Ticket(TicketRow):
    clocks: list[Clock]
    tasks: list[Task]
    split_from: int | None = None


class BatchTicket(TicketRow):
    clocks: list[Clock]


class Page(Answer):
    tickets: list[TicketRow]
    next_cursor: str | None


class File(Answer):
    id: int
    name: str
    type: str
    size: int


class Event(Answer):
    """``payload``: codes, ids, instants; ``words``: what people wrote."""

    seq: int
    type: str
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime
    channel: str
    actor: Person | None
    actor_role: str
    audience: Literal["public", "internal"]
    payload: dict[str, Any]
    words: dict[str, Any]
    attachments: list[File]


class Events(Answer):
    events: list[Event]
    next_cursor: str | None


class Clocks(Answer):
    at: AwareDatetime
    clocks: list[ClockWithLedger]


class KnownError(Answer):
    id: int
    enterprise_id: int
    number: str
    problem_id: int
    symptom: str
    workaround: str
    article_id: int | None
    state: Literal["active", "retired"]
    recorded_at: AwareDatetime


class ProblemRow(Answer):
    id: int
    enterprise_id: int
    number: str
    title: str
    state: str
    cause: str
    owner_id: int | None
    edition: int
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None


class ProblemRecord(ProblemRow):
    """``tickets``: the ids of those that it is behind."""

    tickets: list[int]
    known_errors: list[KnownError]


class Snippet(Answer):
    """``hits`` are [start, end) offsets into ``text``."""

    text: str
    hits: list[tuple[int, int]]


class KnownErrorHit(Answer):
    """``covered`` is the share of the question's words that it speaks of, 0 to 1."""

    known_error: KnownError
    covered: float
    snippet: Snippet


class Problems(Answer):
    problems: list[ProblemRow]
    next_cursor: str | None


class KnownErrors(Answer):
    known_errors: list[KnownErrorHit]


class ArticleHit(Answer):
    id: int
    number: str
    title: str
    language: str
    audience: Literal["public", "customer", "internal"]
    score: float
    covered: float
    snippet: Snippet


class Articles(Answer):
    articles: list[ArticleHit]


class ArticleRow(Answer):
    id: int
    enterprise_id: int
    number: str
    title: str
    language: str
    state: str
    audience: Literal["public", "customer", "internal"]
    owner_id: int | None
    review_on: date | None
    pair_id: int | None
    ticket_id: int | None
    latest: int
    published: int | None
    kind: Literal["article", "procedure"]
    submitted: int | None
    reviewed_at: AwareDatetime | None
    published_at: AwareDatetime | None
    is_older: bool


class Article(Answer):
    """One version in full; ``body`` is Markdown."""

    article: ArticleRow
    version: int
    title: str
    body: str
    by_id: int | None
    at: AwareDatetime


class Problem(Answer):
    """RFC 9457. ``code`` is stable; ``detail`` is for people, in the language asked for; ``facts`` explain."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    facts: dict[str, Any]


class BatchResult(Answer):
    """A ``ticket`` with status 201, or an ``error``."""

    status: int
    ticket: BatchTicket | None = None
    error: Problem | None = None


class BatchAnswer(Answer):
    results: list[BatchResult]


class ActResult(Answer):
    """The ``ticket`` as the whole batch left it with status 200, or an ``error``."""

    status: int
    ticket: BatchTicket | None = None
    error: Problem | None = None


class ActsAnswer(Answer):
    results: list[ActResult]


class Day(Answer):
    sent: int
    failed: int


class Webhook(Answer):
    """``types`` empty: all. ``pause``: why it is paused: person, failing or gone."""

    id: int
    enterprise: int
    label: str
    url: str
    types: list[str]
    internal: bool
    words: bool
    state: Literal["active", "paused"]
    pause: str | None
    version: int
    created_at: AwareDatetime
    failing_since: AwareDatetime | None
    last_24_hours: Day
    waiting: int


class WebhookWithSecret(Webhook):
    """``secret`` signs every call and is shown here alone."""

    secret: str


class Webhooks(Answer):
    webhooks: list[Webhook]
    next_cursor: str | None


class Removed(Answer):
    removed: int


class Replayed(Answer):
    deliveries: int


class Try(Answer):
    at: AwareDatetime
    status: int | None
    ms: int | None
    why: str


class Delivery(Answer):
    """``key`` is the ``Tierline-Delivery`` of every try. ``why``: a code where no answer came."""

    id: int
    key: str
    type: str
    ticket: int | None
    seq: int | None
    state: Literal["queued", "sent", "failed"]
    at: AwareDatetime
    due_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    attempts: int
    status: int | None
    milliseconds: int | None
    why: str | None
    excerpt: str | None
    tries: list[Try]


class Deliveries(Answer):
    deliveries: list[Delivery]
    next_cursor: str | None
