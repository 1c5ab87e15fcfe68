"""What the ticket calls take, field by field. The services judge the values; this judges the shape."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from tierline.api.values import Answer, Body, Id, Instant, Named, Word, Words, codes
from tierline.desk.services.call import DIRECTIONS
from tierline.desk.services.close import KNOWLEDGE
from tierline.desk.services.escalate import TIERS
from tierline.desk.services.link import KINDS
from tierline.desk.services.reply import NOTE_KINDS
from tierline.desk.services.triage import REASONS
from tierline.desk.services.wait import ON
from tierline.domain.handover import RETURN_REASONS
from tierline.domain.priority import Impact, Urgency

BATCH_LIMIT = 1000
ACTS_LIMIT = 200

_IMPACT, _URGENCY = codes(*Impact), codes(*Urgency)


class Requester(Body):
    email: Word
    name: Word = ""


class NewTicket(Body):
    """``customer`` by id or name, ``enterprise`` by id or slug, ``service`` by code, ``asset`` by tag.

    ``answers``: to the service's form, by field, in the version ``form_version`` (``GET /services/{code}/form``).
    """

    text: Word
    subject: Word = ""
    requester: Requester | None = None
    enterprise: Named | None = None
    customer: Named | None = None
    service: Word | None = None
    asset: Word | None = None
    impact: Word | None = Field(None, json_schema_extra={"enum": [*Impact, None]})
    urgency: Word | None = Field(None, json_schema_extra={"enum": [*Urgency, None]})
    channel: Word = "api"
    attachments: list[Id] = []
    form_version: Id | None = None
    answers: dict[str, Answer] | None = Field(None, max_length=100)


class Batch(Body):
    """Items are judged one by one: a bad one stops no other."""

    tickets: list[Any] = Field(json_schema_extra={"maxItems": BATCH_LIMIT})


class Acts(Body):
    """Each act is ``{"ticket", "verb", "version", ...}`` with the fields that the verb's own address takes.

    Acts are done in order and judged one by one; with ``all_or_none`` the first refusal undoes them all.
    """

    acts: list[Any] = Field(json_schema_extra={"minItems": 1, "maxItems": ACTS_LIMIT})
    all_or_none: bool = False


class Versioned(Body):
    """``version``: the one the caller was looking at."""

    version: Id


class Claim(Versioned): ...


class Accept(Versioned): ...


class Resume(Versioned): ...


class Unmerge(Versioned): ...


class Reply(Versioned):
    text: Word
    attachments: list[Id] = []


class Note(Versioned):
    """A ``plan`` also tells the requester, in the words of ``summary`` if given."""

    text: Word
    kind: Word = Field("note", json_schema_extra=codes(*NOTE_KINDS))
    summary: Word = ""


class Classify(Versioned):
    service: Word
    fault_class: Word


class Prioritise(Versioned):
    impact: Word = Field(json_schema_extra=_IMPACT)
    urgency: Word = Field(json_schema_extra=_URGENCY)
    reason: Word = Field(json_schema_extra=codes(*REASONS))


class Assign(Versioned):
    """``assignee`` by id or e-mail."""

    assignee: Named


class Wait(Versioned):
    on: Word = Field(json_schema_extra=codes(*ON))
    reason: Word
    until: Instant | None = None


class Package(Body):
    """What the receiving tier needs to go on. Every part is required; what is missing is named all at once."""

    symptoms: Annotated[Any, WithJsonSchema({"type": "string"})] = None
    impact: Annotated[Any, WithJsonSchema({"type": "string"})] = None
    steps_tried: Annotated[
        Any,
        WithJsonSchema(
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"step": {"type": "string"}, "result": {"type": "string"}},
                    "required": ["step", "result"],
                },
            }
        ),
    ] = None
    evidence: Annotated[Any, WithJsonSchema({"type": "array", "items": {"type": "string"}})] = None
    question: Annotated[Any, WithJsonSchema({"type": "string"})] = None


class Escalate(Versioned):
    to: Word = Field(json_schema_extra=codes(*TIERS))
    package: Package | None = None


class HandBack(Versioned):
    reason: Word = Field(json_schema_extra=codes(*RETURN_REASONS))
    text: Word


class Call(Versioned):
    """``two_way``: both spoke. ``happened_at`` when it is written down later; more than ten minutes need the right."""

    direction: Word = Field(json_schema_extra=codes(*DIRECTIONS))
    two_way: bool
    text: Word
    happened_at: Instant | None = None


class NewTask(Versioned):
    """Either ``department`` or ``supplier``, which is the code of one of the enterprise's suppliers."""

    department: Word = ""
    supplier: Word = ""
    title: Word
    due_in_minutes: Id | None = None
    blocking: bool = False


class FinishTask(Versioned):
    result: Word


class Restore(Versioned):
    evidence: Words


class Resolve(Versioned):
    """``known_error``, ``article``: by id or number, KE-1, KB-1; both of the ticket's own enterprise and in use.

    ``reply``: a public word of the engineer's own, instead of the agreed request to verify.
    """

    cause: Word
    resolution: Word
    known_error: Named | None = None
    article: Named | None = None
    reply: Word = ""


class Report(Versioned):
    """The report on the root cause, or where it is."""

    report: Word


class Verify(Versioned):
    accepted: bool
    comment: Word = ""
    evidence: Words = []


class Archive(Versioned):
    knowledge: Word = Field(json_schema_extra=codes(*KNOWLEDGE))
    reason: Word = ""


class Reopen(Versioned):
    reason: Word


class Merge(Versioned):
    """``into`` by id or number."""

    into: Named


class Split(Versioned):
    """``from_event``: the message's ``seq`` in the ticket's events."""

    from_event: Id
    subject: Word


class Link(Versioned):
    """``target``: a ticket's id or number; for ``problem`` a problem's of the same enterprise."""

    kind: Word = Field(json_schema_extra=codes(*KINDS))
    target: Named
