"""What every request gets once: its instant, its person, its language, its refusals."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError
from tierline.plumbing import clock
from tierline.plumbing.actor import Actor
from tierline.web import refusals

Next = Callable[[HttpRequest], HttpResponse]

LANGUAGES = ("zh-hans", "en")
LANGUAGE_COOKIE = "tierline_lang"


class Asked(HttpRequest):
    """A request after the middleware: for annotations only."""

    received_at: object
    actor: Actor | None


class Received:
    """``request.received_at``: one instant per request, so that all it does happens at that instant."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.received_at = clock.now()  # type: ignore[attr-defined]
        return self.get_response(request)


class ContentSecurityPolicy:
    POLICY = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        return response


class SignedIn:
    """``request.actor`` from the session, with the reach that its assignments give at this instant."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor | None:
        known = request.session.get("person")
        if not known:
            return None
        provider_id, person_id = known
        found = accounts.actor(provider_id, person_id, at=request.received_at, channel="web")  # type: ignore[attr-defined]
        if found is None:
            request.session.flush()
        return found


class Language:
    """Cookie first (a switch is at once), then the person's own, then the browser's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "zh-Hans" if language == "zh-hans" else language)
        return response

    def _language(self, request: HttpRequest) -> str:
        actor: Actor | None = getattr(request, "actor", None)
        chosen = request.COOKIES.get(LANGUAGE_COOKIE) or (actor.language if actor else "")
        if chosen not in LANGUAGES:
            chosen = translation.get_language_from_request(request)
        return chosen if chosen in LANGUAGES else "zh-hans"


class Refusals:
    """A DomainError becomes the page or the problem that says it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusals.answer(request, error) if isinstance(error, DomainError) else None
