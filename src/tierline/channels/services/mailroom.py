"""Fetches mail: one thread a mailbox, one owner a mailbox among all processes, started again with patience."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog
from django.db import Error, connection

from tierline.channels import queries
from tierline.channels.imap import FetchFailed
from tierline.channels.models import Mailbox
from tierline.channels.queries import Post
from tierline.channels.services import fetching, states
from tierline.plumbing import clock
from tierline.plumbing.actor import Actor, system

log = structlog.get_logger(__name__)

# How often the list of mailboxes is looked at, and a server without IDLE or a folder is asked.
LOOK_SECONDS, POLL_SECONDS, FOLDER_SECONDS = 3.0, 30.0, 2.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0
# Wrong credentials: a server that is asked too often locks the account.
_AFTER_REFUSAL = 60.0
_PERSONAL = frozenset({"login_refused", "token_refused", "secret_unreadable", "folder_missing"})
_SAY_AGAIN = timedelta(minutes=1)


class Mailroom(threading.Thread):
    """Looks after the fetchers: starts one for each mailbox that nobody else has, stops those that are paused.

    ``poll``: seconds between two looks at a server without IDLE.
    The lock of a mailbox belongs to this thread's own session: when the process dies, another takes over.
    """

    def __init__(self, stop: threading.Event, *, poll: float = POLL_SECONDS) -> None:
        super().__init__(name="mailroom", daemon=True)
        self.poll = poll
        self.stop = stop
        self.fetchers: dict[int, Fetcher] = {}

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.look()
            except Error:
                log.warning("mailroom_lost_database")
                self.give_up()
            self.stop.wait(LOOK_SECONDS)
        self.give_up()

    def give_up(self) -> None:
        """End all and give the locks back. Where the session is broken they are gone with it."""
        ids = list(self.fetchers)
        self.end(ids)
        try:
            for mailbox_id in ids:
                queries.let_go(mailbox_id)
        except Error:
            log.warning("mailbox_locks_lost")
        connection.close()

    def look(self) -> None:
        wanted = {post.mailbox_id: post for post in queries.posts()}
        ended = [i for i, f in self.fetchers.items() if i not in wanted or wanted[i] != f.post or not f.is_alive()]
        self.end(ended)
        for mailbox_id in ended:
            queries.let_go(mailbox_id)
        for mailbox_id, post in wanted.items():
            if mailbox_id not in self.fetchers and queries.take_hold(mailbox_id):
                self.fetchers[mailbox_id] = Fetcher(post, poll=self.poll)
                self.fetchers[mailbox_id].start()
        if not self.fetchers:
            connection.close()

    def end(self, ids: list[int]) -> None:
        """Asked all at once, and waited for: a mailbox has one owner."""
        for mailbox_id in ids:
            self.fetchers[mailbox_id].ask_to_stop()
        for mailbox_id in ids:
            self.fetchers.pop(mailbox_id).join(timeout=10)


class Fetcher(threading.Thread):
    """One mailbox until it is asked to stop."""

    def __init__(self, post: Post, *, poll: float = POLL_SECONDS) -> None:
        super().__init__(name=f"mailbox-{post.mailbox_id}", daemon=True)
        self.post = post
        self.poll = poll
        self.stopping = threading.Event()
        self.failures = 0
        self.said: tuple[str, datetime] | None = None

    @property
    def actor(self) -> Actor:
        return system(self.post.provider_id, (self.post.enterprise_id,))

    def ask_to_stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._session()
                pause = 0.0
            except FetchFailed as failed:
                pause = self._failed(failed.facts["why"], str(failed.facts.get("reason", "")))
            except Error:
                pause = self._failed("database", "")
            except Exception:  # a fetcher's loop: log, back off and go on
                log.exception("mailbox_failed", mailbox=self.post.mailbox_id)
                pause = self._failed("unexpected", "")
            finally:
                connection.close()
            self.stopping.wait(pause)

    def _session(self) -> None:
        box = fetching.mailbox(self.actor, self.post.mailbox_id)
        if self.post.intake == "folder":
            self._files(box)
            return
        server = fetching.connected(self.actor, box)
        try:
            while not self.stopping.is_set():
                fetching.fetch_new(self.actor, box, server, is_stopping=self.stopping.is_set)
                self.failures, self.said = 0, None
                connection.close()  # back to the pool: the wait may be long
                if server.can_idle:
                    server.wait(self.stopping.is_set)
                else:
                    self.stopping.wait(self.poll)
        finally:
            server.close()

    def _files(self, box: Mailbox) -> None:
        while not self.stopping.is_set():
            fetching.fetch_files(self.actor, box)
            self.failures, self.said = 0, None
            connection.close()
            self.stopping.wait(FOLDER_SECONDS)

    def _failed(self, why: str, detail: str) -> float:
        """Write it down, once a minute while it stays the same; the seconds until the next try."""
        self.failures += 1
        now = clock.now()
        if self.said is None or self.said[0] != why or not timedelta() <= now - self.said[1] < _SAY_AGAIN:
            self.said = (why, now)
            log.warning("mailbox_not_fetched", mailbox=self.post.mailbox_id, why=why, detail=detail)
            try:
                states.remember_failure(
                    actor=self.actor, mailbox_id=self.post.mailbox_id, reason=why, detail=detail, at=now
                )
            except Error:
                log.warning("mailbox_failure_not_kept", mailbox=self.post.mailbox_id)
        first = _AFTER_REFUSAL if why in _PERSONAL else _FIRST_PAUSE
        return min(first * 2.0 ** min(self.failures - 1, 10), _LONGEST_PAUSE)
