"""Files in and out."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from tierline.api import schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.problems import UnsupportedMediaType
from tierline.api.tickets.find import Enterprises
from tierline.api.writes import write
from tierline.desk import api as desk
from tierline.desk import queries, services
from tierline.domain.errors import Invalid, Missing
from tierline.plumbing import store, tenancy

router = Router(tags=["attachments"])

_FORM = {"file", "enterprise"}
_AROUND = 64 * 1024  # what a form may weigh beside its file
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")

DOWNLOAD: dict[str, Any] = {"responses": {200: {"content": {"*/*": {}}}}}
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "enterprise": {"type": "string", "description": "id or slug; only when you reach several"},
                    },
                    "required": ["file"],
                }
            }
        },
    }
}


@router.post("", response={201: schemas.File}, openapi_extra=UPLOAD, summary="Keep a file until a message carries it")
def keep(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    file, named = _form(request)
    enterprise_id = Enterprises(actor, [named]).find(named)
    name = file.name or "file"

    def kept() -> Any:
        return services.keep_attachment(
            actor=actor, enterprise_id=enterprise_id, name=name, chunks=file.chunks(), at=at
        )

    return write(request, kept, desk.file, content=_mark(file, name, enterprise_id), status=201)


@router.get("/{int:attachment}", summary="The file itself", openapi_extra=DOWNLOAD)
def download(request: HttpRequest, attachment: int) -> HttpResponse:
    """Always as a download: whatever a browser makes of it, it runs nowhere."""
    actor = actor_of(request)
    with tenancy.reading(actor):
        found = queries.attachment(actor, attachment)
    response = HttpResponse(store.path(found.sha256).read_bytes(), content_type=found.type)
    response["Content-Disposition"] = content_disposition_header(True, _UNSAFE.sub("_", found.name))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _form(request: HttpRequest) -> tuple[UploadedFile, int | str | None]:
    """The file, and the enterprise if named. Refused by its announced length before a byte of it is kept."""
    if request.content_type != "multipart/form-data":
        raise UnsupportedMediaType(given=request.content_type, wanted="multipart/form-data")
    if int(request.META.get("CONTENT_LENGTH") or 0) > desk.SIZE_LIMIT + _AROUND:
        raise store.FileTooLarge(limit=desk.SIZE_LIMIT)
    for field in (*request.POST, *request.FILES):
        if field not in _FORM:
            raise Invalid(field=field, reason="unknown_field")
    files = request.FILES.getlist("file")
    if len(files) != 1:
        raise Missing(field="file") if not files else Invalid(field="file", reason="one_at_a_time")
    named = request.POST.get("enterprise", "")
    if "\x00" in named:
        raise Invalid(field="enterprise", value=named)
    return files[0], int(named) if named.isascii() and named.isdecimal() else named or None


def _mark(file: UploadedFile, name: str, enterprise_id: int) -> bytes:
    """What makes two uploads the same request: a form's boundary differs every time."""
    digest = hashlib.sha256(f"{enterprise_id}\x00{name}\x00".encode("utf-8", "surrogatepass"))
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.digest()
