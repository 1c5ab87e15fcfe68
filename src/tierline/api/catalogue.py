"""What can be asked for: the services of the catalogue, and what each asks of who asks for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict

from tierline.agreements import queries as agreements
from tierline.agreements.queries import request_forms
from tierline.api.authentication import actor_of
from tierline.api.schemas import Answer
from tierline.api.tags import show
from tierline.api.tickets import find
from tierline.api.tickets.reading import Text
from tierline.domain.errors import NotFound
from tierline.domain.forms import Field
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

router = Router(tags=["catalogue"])


class Asked(BaseModel):
    """``enterprise`` by id or slug: needed by who serves several."""

    model_config = ConfigDict(extra="forbid")

    enterprise: Text = ""


class Service(Answer):
    """``form_version`` null: the service asks nothing besides the words."""

    code: str
    name_zh: str
    name_en: str
    owner_tier: int
    form_version: int | None


class Services(Answer):
    services: list[Service]


class FormOption(Answer):
    code: str
    zh: str
    en: str


class FormCondition(Answer):
    field: str
    op: str
    values: list[str]


class FormField(Answer):
    """``min``, ``max``: characters, a quantity, days, or how many are chosen or attached, as the kind measures it."""

    key: str
    kind: str
    label_zh: str
    label_en: str
    help_zh: str
    help_en: str
    required: bool
    min: str | None
    max: str | None
    options: list[FormOption]
    show_when: FormCondition | None
    default: Any


class RequestForm(Answer):
    """``version`` goes with the answers; null with no fields where nothing is asked."""

    service: str
    version: int | None
    fields: list[FormField]


@router.get("/services", response=Services, summary="The catalogue")
def services(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    actor = actor_of(request)
    with tenancy.reading(actor):
        rows = agreements.services(_enterprise(actor, asked))
        forms = request_forms.current(s.id for s in rows)
    shown = [
        {
            "code": s.code,
            "name_zh": s.name_zh,
            "name_en": s.name_en,
            "owner_tier": s.owner_tier,
            "form_version": forms[s.id].number if s.id in forms else None,
        }
        for s in rows
    ]
    return show(request, {"services": shown})


@router.get("/services/{code}/form", response=RequestForm, summary="What a service asks")
def form(request: HttpRequest, code: str, asked: Query[Asked]) -> HttpResponse:
    """The published version. A ticket is opened with ``service``, ``form_version`` and ``answers``."""
    actor = actor_of(request)
    with tenancy.reading(actor):
        found = next((s for s in agreements.services(_enterprise(actor, asked)) if s.code == code), None)
        if found is None:
            raise NotFound(what="service", value=code)
        row = request_forms.asked(found.id)
    fields = [_field(f) for f in row.form.fields] if row else []
    return show(request, {"service": code, "version": row.number if row else None, "fields": fields})


def _field(f: Field) -> dict[str, Any]:
    when = f.when
    return {
        "key": f.key,
        "kind": f.kind,
        "label_zh": f.zh,
        "label_en": f.en,
        "help_zh": f.help_zh,
        "help_en": f.help_en,
        "required": f.required,
        "min": None if f.low is None else str(f.low),
        "max": None if f.high is None else str(f.high),
        "options": [{"code": o.code, "zh": o.zh, "en": o.en} for o in f.options],
        "show_when": {"field": when.field, "op": when.op, "values": list(when.values)} if when else None,
        "default": list(f.default) if isinstance(f.default, tuple) else f.default,
    }


def _enterprise(actor: Actor, asked: Asked) -> int:
    found = find.Enterprises(actor, [asked.enterprise or None]).find(asked.enterprise)
    if found not in actor.enterprises:
        raise NotFound(what="enterprise", value=asked.enterprise)
    return found
