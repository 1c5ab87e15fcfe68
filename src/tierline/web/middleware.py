"""What every request gets once: its instant, its person, its place, its language, its refusals."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import parse_etags, urlencode

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError, Unauthenticated
from tierline.plumbing import clock
from tierline.plumbing.actor import Actor
from tierline.web import assets, refusals

Next = Callable[[HttpRequest], HttpResponse]

LANGUAGES = ("zh-hans", "en")
LANGUAGE_COOKIE = "tierline_lang"
ENTERPRISE_COOKIE = "tierline_enterprise"
_FOR_EVER = "public, max-age=31536000, immutable"


class Asked(HttpRequest):
    """A request after the middleware: for annotations only.

    ``in_view`` is the one enterprise the person narrowed the console to, None for all of the reach.
    ``portal`` is the enterprise whose own domain was asked for.
    """

    received_at: object
    actor: Actor | None
    in_view: int | None
    portal: accounts.Portal | None


def is_session_key(text: str) -> bool:
    """Whether a cookie can be a session's key at all; anything else must not reach the database."""
    return text.isascii() and text.isalnum()


class Assets:
    """Style, script and pictures, before anything looks at the person."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/static/"):
            return self.get_response(request)
        current = assets.build()
        asked, _, name = request.path.removeprefix("/static/").partition("/")
        file = current.files.get(name)
        if file is None or request.method not in ("GET", "HEAD"):
            return HttpResponse(status=404, content_type="text/plain")
        if file.etag in parse_etags(request.headers.get("If-None-Match", "")):
            return HttpResponse(status=304)
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(file.packed if packed else file.body, content_type=file.type)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["ETag"] = file.etag
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = _FOR_EVER if asked == current.name else "no-cache"
        return response


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
        request.in_view = self._in_view(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.actor is not None:  # type: ignore[attr-defined]
            # A shared machine's back button must not show the last person's tickets.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _actor(self, request: HttpRequest) -> Actor | None:
        if not is_session_key(request.session.session_key or ""):
            request.session = type(request.session)()
        known = request.session.get("person")
        if not known:
            return None
        provider_id, person_id = known
        found = accounts.actor(provider_id, person_id, at=request.received_at, channel="web")  # type: ignore[attr-defined]
        if found is None:
            request.session.flush()
        return found

    def _in_view(self, request: HttpRequest) -> int | None:
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        chosen = request.COOKIES.get(ENTERPRISE_COOKIE, "")
        if actor is None or not chosen.isdecimal() or len(chosen) > 18:
            return None
        return int(chosen) if int(chosen) in actor.enterprises else None


class Doorkeeper:
    """Everything but what is open asks who it is.

    A page sends to the sign-in and back; a form or a fragment is refused, since what it carried would be lost.
    """

    OPEN = ("/signin", "/preferences", "/p/", "/calendar/", "/api/", "/healthz", "/readyz", "/metrics", "/_components")

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = request.path == "/" or request.path.startswith(self.OPEN)
        if is_open or request.actor is not None:  # type: ignore[attr-defined]
            return self.get_response(request)
        if request.method not in ("GET", "HEAD") or "HX-Request" in request.headers:
            return refusals.answer(request, Unauthenticated())
        return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")


class PortalByDomain:
    """``request.portal``: the enterprise whose own domain the browser asked for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.own_host = urlsplit(settings.BASE_URL).hostname

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0]
        is_ours = host == self.own_host or host in ("localhost", "127.0.0.1", "[::1]")
        request.portal = None if is_ours else accounts.portal(domain=host)  # type: ignore[attr-defined]
        return self.get_response(request)


class Language:
    """Cookie first (a switch is at once), then the person's own, then the browser's. Times in the person's zone."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        actor: Actor | None = getattr(request, "actor", None)
        with translation.override(language), timezone.override(ZoneInfo(actor.zone) if actor else None):
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
