"""JSON in, strictly: UTF-8, RFC 8259 numbers, the right content type."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

from tierline.api.problems import Malformed, UnsupportedMediaType


class StrictJson(Parser):
    """Lone surrogates (``"\\ud800"``) come through here, so that a batch refuses the item and not the batch."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        given = request.content_type or ""
        if given != "application/json" and not given.endswith("+json"):
            raise UnsupportedMediaType(given=given, wanted="application/json")
        try:
            found: Any = json.loads(request.body.decode("utf-8"), parse_constant=_no_number)
        except UnicodeDecodeError:
            raise Malformed(reason="not_utf8") from None
        except RecursionError:
            raise Malformed(reason="too_deep") from None
        except ValueError:
            raise Malformed(reason="not_json") from None
        return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
