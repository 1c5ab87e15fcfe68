"""The guides can be followed: the channel of docs/guides/new-channel.md is built from the page."""

import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.arch.tree import REPOSITORY
from tierline.channels import registry
from tierline.channels.base import Outbound, Parcel, Party, Raw, Unreadable
from tierline.plumbing import clock

GUIDES = REPOSITORY / "docs" / "guides"
BROKEN = [b"", b"\xff\xfe", b"null", b"[]", b'{"id": 1', b'{"id": "A-17"}']


def block(page: str, language: str) -> str:
    """The page's first code block of the language."""
    found = re.search(rf"```{language}\n(.*?)```", (GUIDES / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{page} has no {language} block"
    return found[1]


class Kept:
    """A transport that keeps what it was given."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []

    def deliver(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)


@pytest.fixture
def adapter() -> Iterator[ModuleType]:
    module = ModuleType("tierline.channels.types.paging.adapter")
    exec(compile(block("new-channel.md", "python"), "new-channel.md", "exec"), module.__dict__)
    before = list(registry._channels.values())
    registry.use([*before, module])
    yield module
    registry.use(before)


def test_the_channel_of_the_guide_is_found_by_its_slug(adapter: ModuleType) -> None:
    assert registry.channel("paging") is adapter


def test_the_fixture_of_the_guide_is_read(adapter: ModuleType) -> None:
    adapter.verify(Raw(b""))
    (message,) = adapter.parse(Raw(block("new-channel.md", "json").encode()))
    assert (message.subject, message.thread_key, message.message_key) == ("连接池耗尽", "A-17", "A-17:firing")


@pytest.mark.parametrize("body", BROKEN)
def test_a_broken_body_is_unreadable(adapter: ModuleType, body: bytes) -> None:
    with pytest.raises(Unreadable):
        adapter.parse(Raw(body))


def test_the_channel_of_the_guide_sends(adapter: ModuleType) -> None:
    kept = Kept()
    said = Outbound(key="k", sender=Party(), to=(), subject="s", text="您好", sent_at=clock.now())
    assert kept.parcels == [] and adapter.send(said, transport=kept) == kept.parcels[0]


@pytest.mark.parametrize("page", sorted(p.name for p in GUIDES.glob("*.md")))
def test_a_guide_is_short_and_its_files_are_there(page: str) -> None:
    text = (GUIDES / page).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    named = set(re.findall(r"`((?:src/tierline/)?(?:[a-z_]+/)+[a-z_]+\.(?:py|md|toml|html))`", text))
    roots = (REPOSITORY, REPOSITORY / "src" / "tierline", REPOSITORY / "src" / "tierline" / "channels")
    assert not [name for name in named if "paging" not in name and not any((root / name).exists() for root in roots)]
