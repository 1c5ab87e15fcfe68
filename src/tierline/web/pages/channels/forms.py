"""What the forms of the channels ask for. Whether it can work is for the services to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tierline.channels.services import Line, Setup
from tierline.domain.hooks import TYPES
from tierline.hooks.services import Wish

Places = Sequence[tuple[str, str]] | None
SECRETS = ("password", "relay_password", "client_secret", "refresh_token")
_INPUT = {"class": "input", "autocomplete": "off"}


def _text(name: str, *, required: bool = False, limit: int = 320, mono: bool = False) -> forms.CharField:
    attrs = {**_INPUT, "class": "input mono" if mono else "input"}
    return forms.CharField(
        label=_(f"page.channels.{name}"), required=required, max_length=limit, widget=forms.TextInput(attrs=attrs)
    )


def _choice(name: str, *values: str, initial: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_(f"page.channels.{name}"),
        required=False,
        initial=initial,
        choices=[(value, _(f"page.channels.{name}_{value or 'none'}")) for value in values],
        widget=forms.Select(attrs={"class": "select"}),
    )


def _secret(name: str) -> forms.CharField:
    """Never shown again: left empty, the kept one stays."""
    attrs = {**_INPUT, "autocomplete": "new-password"}
    return forms.CharField(
        label=_(f"page.channels.{name}"),
        required=False,
        max_length=4000,
        strip=False,
        widget=forms.PasswordInput(attrs=attrs),
    )


def _port(initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("page.channels.port"),
        required=False,
        initial=initial,
        min_value=1,
        max_value=65535,
        widget=forms.NumberInput(attrs=_INPUT),
    )


class Placed(forms.Form):
    """``places`` None: it is there already, so its enterprise and address stand."""

    enterprise = forms.ChoiceField(label=_("page.channels.enterprise"), widget=forms.Select(attrs={"class": "select"}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if places is None:
            del self.fields["enterprise"]
        else:
            self.fields["enterprise"].choices = list(places)  # type: ignore[attr-defined]


class Mailbox(Placed):
    address = _text("address", required=True, mono=True)
    name = _text("name", limit=200)
    service = _text("service", limit=60, mono=True)
    intake = _choice("intake", "imap", "smtp", "folder", "none", initial="imap")
    host = _text("host", limit=255, mono=True)
    port = _port(993)
    tls = _choice("tls", "tls", "starttls", "", initial="tls")
    login = _text("login", mono=True)
    auth = _choice("auth", "password", "xoauth2", initial="password")
    password = _secret("password")
    folder = _text("folder", limit=255, mono=True)
    after = _choice("after", "seen", "move", initial="seen")
    move_to = _text("move_to", limit=255, mono=True)
    relay_host = _text("relay_host", limit=255, mono=True)
    relay_port = _port(465)
    relay_tls = _choice("tls", "tls", "starttls", "", initial="tls")
    relay_login = _text("login", mono=True)
    relay_auth = _choice("auth", "password", "xoauth2", initial="password")
    relay_password = _secret("password")
    token_url = _text("token_url", limit=2000, mono=True)
    client_id = _text("client_id", limit=500, mono=True)
    oauth_scope = _text("oauth_scope", limit=1000, mono=True)
    client_secret = _secret("client_secret")
    refresh_token = _secret("refresh_token")

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, places=places, **kwargs)
        if places is None:
            del self.fields["address"]

    @staticmethod
    def of(door: Any) -> dict[str, Any]:
        """The fields as the mailbox has them now."""
        how = door.how
        shown = {name: getattr(how, name) for name in _PLAIN}
        shown |= {name: getattr(how.incoming, name) for name in _LINE}
        shown |= {f"relay_{name}": getattr(how.relay, name) for name in _LINE}
        return {**shown, "name": door.name, "service": door.service, "version": door.version}

    def told(self) -> dict[str, Any]:
        """For the services: name, service, how, and the secrets that were filled in."""
        given = self.cleaned_data
        how = Setup(
            incoming=Line(**{name: given[name] or _EMPTY[name] for name in _LINE}),
            relay=Line(**{name: given[f"relay_{name}"] or _EMPTY[name] for name in _LINE}),
            **{name: given[name] for name in _PLAIN},
        )
        secrets = {name: given[name] for name in SECRETS if given[name]}
        return {"name": given["name"], "service": given["service"], "how": how, "secrets": secrets}


_LINE = ("host", "port", "tls", "login", "auth")
_EMPTY: dict[str, Any] = {"host": "", "port": 0, "tls": "", "login": "", "auth": "password"}
_PLAIN = ("intake", "folder", "after", "move_to", "token_url", "client_id", "oauth_scope")


class Webhook(Placed):
    url = forms.CharField(
        label=_("page.channels.url"),
        max_length=2000,
        widget=forms.TextInput(attrs={"class": "input mono", "placeholder": "https://", "autocomplete": "off"}),
    )
    label = _text("label", limit=100)
    types = forms.MultipleChoiceField(
        label=_("page.channels.types"),
        required=False,
        choices=[(name, name) for name in TYPES],
        widget=forms.CheckboxSelectMultiple,
    )
    is_internal = forms.BooleanField(label=_("page.channels.is_internal"), required=False)
    with_words = forms.BooleanField(label=_("page.channels.with_words"), required=False)

    @staticmethod
    def of(row: Any) -> dict[str, Any]:
        names = ("url", "label", "types", "is_internal", "with_words", "version")
        return {name: getattr(row, name) for name in names}

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(given["url"], given["label"], tuple(given["types"]), given["is_internal"], given["with_words"])


class Span(forms.Form):
    """Instants of the reader's zone."""

    since = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}))
    until = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}))
