"""Two ways to work a page: the pointer alone, or the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

_FARTHEST = 400  # presses of Tab after which a control counts as out of reach


class Pointer:
    """Clicks. Words are typed, as everybody types them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.click()
        target.fill(text)

    def choose(self, target: Locator, value: str) -> None:
        target.select_option(value)

    def shortcut(self, keys: str, otherwise: Locator) -> None:
        """What the shortcut does, by the control that shows it."""
        otherwise.click()


class Keyboard:
    """Tab to it and press a key: nothing that a mouse is needed for."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        self._reach(target)
        is_radio = target.evaluate("e => e.type === 'radio' || e.type === 'checkbox'")
        self.page.keyboard.press("Space" if is_radio else "Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, value: str) -> None:
        self._reach(target)
        self.page.keyboard.press("Home")
        for _ in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        expect(target).to_have_value(value)

    def shortcut(self, keys: str, otherwise: Locator) -> None:
        self.page.keyboard.press(keys)

    def _reach(self, target: Locator) -> None:
        """Tab on from wherever the focus is. Arrow keys move inside a group of tabs or radio buttons."""
        expect(target).to_be_visible()
        for _ in range(_FARTHEST):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press(self._next(target))
        raise AssertionError(f"the keyboard does not reach {target}")

    def _next(self, target: Locator) -> str:
        within = target.evaluate(
            """e => {
                const at = document.activeElement
                if (at.type === 'radio' && e.type === 'radio' && at.name === e.name) return true
                return at.role === 'tab' && e.role === 'tab' && at.closest('[role=tablist]') === e.closest('[role=tablist]')
            }"""
        )
        return "ArrowRight" if within else "Tab"


Hands = Pointer | Keyboard
