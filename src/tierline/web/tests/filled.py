"""A form as a browser without script would send it: every field with the value that the page gave it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from tierline.web.tests.builders import Browser


class _Form(HTMLParser):
    """Collects the successful controls of the first POST form that has a field called ``marker``."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._form: dict[str, list[str]] | None = None
        self._select = ""
        self._offered: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = {} if told.get("method") == "post" else None
            if self._form is not None:
                self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "input" and "name" in told and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            blank = "on" if told.get("type") == "checkbox" else ""
            self._form.setdefault(told["name"], []).append(told.get("value", blank))
        if tag == "select":
            self._select, self._offered = told.get("name", ""), []
        if tag == "option" and self._select:
            self._offered.append(told.get("value", ""))
            if "selected" in told:
                self._form[self._select] = [told.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select" and self._form is not None and self._offered:
            self._form.setdefault(self._select, self._offered[:1])
            self._select = ""


def filled(page: str, marker: str) -> dict[str, list[str]]:
    parser = _Form()
    parser.feed(page)
    return next(form for form in parser.forms if marker in form)


def send(browser: Browser, path: str, marker: str, **changed: Any) -> str:
    """Posts the page's form with some fields changed; None takes a field out, as a box that is unticked."""
    sent = filled(browser.page, marker) | {name: [value] for name, value in changed.items() if value is not None}
    sent = {name: value for name, value in sent.items() if changed.get(name, "") is not None}
    return browser._took(browser.client.post(path, sent, follow=True), path)
