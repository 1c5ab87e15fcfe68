"""What the OpenAPI document says beyond each operation: keys of writes, problems, how to sign in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from tierline.api import schemas
from tierline.api.problems import TYPE
from tierline.api.tickets.bodies import NewTicket
from tierline.api.tickets.verbs import VERBS, Verb
from tierline.api.values import LARGEST_ID
from tierline.api.writes import KEY_LIMIT

Json = dict[str, Any]
_VERB = "/tickets/{ticket}/"
_REF = "#/components/schemas/{model}"

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
    "description": "Optional. The same key with the same request is done once and answered with the same bytes.",
}
IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The tag of what you have: the answer is 304 where it is still that.",
}
IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,18}(-[0-9a-f]{1,64})?")$'},
    "description": "The ticket's tag, or its version in quotes. Compared by version; 412 when it is another one.",
}
LIMITS: Json = {
    "RateLimit-Limit": {"schema": {"type": "string"}, "description": "Calls that the key may make at once"},
    "RateLimit-Remaining": {"schema": {"type": "string"}, "description": "Of these, left now"},
    "RateLimit-Reset": {"schema": {"type": "string"}, "description": "Seconds until all of them are back"},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "The limit and its window in seconds"},
}
SECURITY: Json = {
    "key": {"type": "http", "scheme": "bearer", "description": "From `tierline keys create --user EMAIL --json`"},
    "session": {"type": "apiKey", "in": "cookie", "name": "tierline", "description": "Writes need X-CSRFToken too"},
}
READ_PROBLEMS = (400, 401, 403, 404, 405, 422, 429, 500, 503)
WRITE_PROBLEMS = (*READ_PROBLEMS, 409, 413, 415, 507)


def complete(document: Json) -> Json:
    """The generated document with what holds for all operations."""
    parts = document["components"]
    for model in (schemas.Problem, NewTicket):
        _add(parts["schemas"], model)
    parts["schemas"]["Batch"]["properties"]["tickets"]["items"] = {"$ref": _REF.format(model="NewTicket")}
    parts["schemas"]["Act"] = {"anyOf": [_act(parts["schemas"], name, verb) for name, verb in VERBS.items()]}
    parts["schemas"]["Acts"]["properties"]["acts"]["items"] = {"$ref": _REF.format(model="Act")}
    parts["securitySchemes"] = SECURITY
    document["security"] = [{"key": []}, {"session": []}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete_operation(operation, is_write=method != "get", is_verb=_VERB in path or method == "patch")
    return document


def _act(known: Json, name: str, verb: Verb) -> Json:
    """What the verb's own address takes, and which ticket and verb is meant."""
    own = known[verb.body.__name__]
    meant = {
        "ticket": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": LARGEST_ID}, {"type": "string"}]},
        "verb": {"type": "string", "enum": [name]},
    }
    return {
        "title": f"Act {name}",
        "type": "object",
        "properties": {**meant, **own["properties"]},
        "required": ["ticket", "verb", *own.get("required", [])],
        "additionalProperties": False,
    }


def _complete_operation(operation: Json, *, is_write: bool, is_verb: bool) -> None:
    said = operation["responses"]
    if is_write:
        more = [KEY, IF_MATCH] if is_verb else [KEY]
    elif "application/json" in said.get(200, {}).get("content", {}):
        more = [IF_NONE_MATCH]
        said[200]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        said[304] = {"description": "You have it already", "headers": {"ETag": {"schema": {"type": "string"}}}}
    else:
        more = []
    operation["parameters"] = [*operation.get("parameters", []), *more]
    for status in (*(WRITE_PROBLEMS if is_write else READ_PROBLEMS), *((412,) if is_verb and is_write else ())):
        said[status] = {
            "description": HTTPStatus(status).phrase,
            "content": {TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
    said[429]["headers"] = {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds"}}
    for status in said:
        if status not in (400, 401, 404, 500, 503):
            said[status].setdefault("headers", {}).update(LIMITS)


def _add(schemas_so_far: Json, model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template=_REF)
    schemas_so_far.update(schema.pop("$defs", {}))
    schemas_so_far[model.__name__] = schema
