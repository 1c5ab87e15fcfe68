"""What the web hooks announce."""

from __future__ import annotations

from dataclasses import dataclass

from tierline.plumbing.announce import Announcement


@dataclass(frozen=True, kw_only=True)
class SubscriptionPaused(Announcement):
    """Its address has failed for too long, or said that it is gone: nothing more is sent until a person resumes it."""

    subscription_id: int
    why: str
