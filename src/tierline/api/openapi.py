"""What the OpenAPI document says beyond each operation: keys of writes, problems, how to sign in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from tierline.api import schemas
from tierline.api.problems import TYPE
from tierline.api.tickets.bodies import NewTicket
from tierline.api.writes import KEY_LIMIT

Json = dict[str, Any]
_REF = "#/components/schemas/{model}"

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
    "description": "Optional. The same key with the same request is done once and answered with the same bytes.",
}
SECURITY: Json = {
    "key": {"type": "http", "scheme": "bearer", "description": "From `tierline keys create --user EMAIL --json`"},
    "session": {"type": "apiKey", "in": "cookie", "name": "tierline", "description": "Writes need X-CSRFToken too"},
}
READ_PROBLEMS = (400, 401, 403, 404, 405, 422, 500, 503)
WRITE_PROBLEMS = (*READ_PROBLEMS, 409, 413, 415, 507)


def complete(document: Json) -> Json:
    """The generated document with what holds for all operations."""
    parts = document["components"]
    for model in (schemas.Problem, NewTicket):
        _add(parts["schemas"], model)
    parts["schemas"]["Batch"]["properties"]["tickets"]["items"] = {"$ref": _REF.format(model="NewTicket")}
    parts["securitySchemes"] = SECURITY
    document["security"] = [{"key": []}, {"session": []}]
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _complete_operation(operation, is_write=method == "post")
    return document


def _complete_operation(operation: Json, *, is_write: bool) -> None:
    if is_write:
        operation["parameters"] = [*operation.get("parameters", []), KEY]
    said = operation["responses"]
    for status in WRITE_PROBLEMS if is_write else READ_PROBLEMS:
        said[status] = {
            "description": HTTPStatus(status).phrase,
            "content": {TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        }


def _add(schemas_so_far: Json, model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template=_REF)
    schemas_so_far.update(schema.pop("$defs", {}))
    schemas_so_far[model.__name__] = schema
