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
            key = target.evaluate(_TOWARDS)
            if not key:
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not reach {target}")


# The key that brings the focus nearer to the element; none when it is there.
_TOWARDS = """e => {
    const at = document.activeElement
    if (at === e) return ''
    if (at.type === 'radio' && e.type === 'radio' && at.name === e.name) return 'ArrowRight'
    const list = at.role === 'tab' && e.role === 'tab' && at.closest('[role=tablist]')
    return list && list === e.closest('[role=tablist]') ? 'ArrowRight' : 'Tab'
}"""

Hands = Pointer | Keyboard
