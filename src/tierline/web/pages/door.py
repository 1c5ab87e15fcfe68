"""In, out, and where one's home is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Portal
from tierline.accounts.services import SignInRefused, TooManyAttempts, sign_in, signed_out
from tierline.plumbing import tenancy
from tierline.plumbing.actor import CLIENT, GUEST, REQUESTER, Actor
from tierline.plumbing.http import wording
from tierline.web import forms
from tierline.web.context import THEME_COOKIE, THEMES
from tierline.web.middleware import ENTERPRISE_COOKIE, LANGUAGE_COOKIE, LANGUAGES
from tierline.web.pages import demo
from tierline.web.pages.session import home_of, let_in

_YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's own first page."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    portal: Portal | None = request.portal  # type: ignore[attr-defined]
    if actor is None:
        return redirect(reverse("portal_sign_in", args=[portal.slug]) if portal else reverse("sign_in"))
    return redirect(home_of(actor))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, portal: Portal | None = None) -> HttpResponse:
    """Sign-in; with a portal only for the people of its enterprise."""
    wanted = _safe_next(request)
    if request.method != "POST":
        if request.actor is not None and _belongs(request.actor, portal):  # type: ignore[attr-defined]
            return redirect(wanted or "home")
        return _sign_in_page(request, forms.SignIn(), portal, wanted)
    form = forms.SignIn(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, portal, wanted, status=422)
    try:
        actor = sign_in(
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            at=request.received_at,  # type: ignore[attr-defined]
            enterprise_id=portal.enterprise_id if portal else None,
        )
    except (SignInRefused, TooManyAttempts) as refused:
        form.add_error("password", wording(refused))
        return _sign_in_page(request, form, portal, wanted, status=429 if isinstance(refused, TooManyAttempts) else 422)
    let_in(request, actor)
    return redirect(wanted or home_of(actor))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    if actor is None:
        return redirect("home")
    target = reverse("sign_in")
    if actor.role in (REQUESTER, GUEST, CLIENT):
        with tenancy.reading(actor):
            target = reverse("portal_sign_in", args=[accounts.enterprise(actor.own_enterprise_id or 0).slug])
    signed_out(actor=actor, at=request.received_at)  # type: ignore[attr-defined]
    request.session.flush()
    return redirect(target)


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Language, theme or the enterprise in view, kept in cookies; then back to the same page."""
    response = HttpResponseRedirect(_safe_next(request) or "/")
    if request.POST.get("language") in LANGUAGES:
        _remember(response, LANGUAGE_COOKIE, request.POST["language"], readable=True)
    if request.POST.get("theme") in THEMES:
        _remember(response, THEME_COOKIE, request.POST["theme"], readable=True)
    chosen = request.POST.get("enterprise", "")
    if chosen == "all":
        response.delete_cookie(ENTERPRISE_COOKIE)
    elif chosen.isdecimal() and len(chosen) < 19:
        _remember(response, ENTERPRISE_COOKIE, chosen, readable=False)
    return response


def _remember(response: HttpResponse, name: str, value: str, *, readable: bool) -> None:
    response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", httponly=not readable)


def _sign_in_page(
    request: HttpRequest, form: forms.SignIn, portal: Portal | None, wanted: str, status: int = 200
) -> HttpResponse:
    people = demo.people(portal, at=request.received_at)  # type: ignore[attr-defined]
    page = {"form": form, "portal": portal, "next": wanted, "demo": people, "demo_history": demo.history()}
    return render(request, "web/sign_in.html", page, status=status)


def _safe_next(request: HttpRequest) -> str:
    """Only a path of this site: the parameter is anybody's to write."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if is_safe else ""


def _belongs(actor: Actor, portal: Portal | None) -> bool:
    return portal is None or actor.own_enterprise_id == portal.enterprise_id
