"""Stand-ins for web and worker under the real supervisor and a real PostgreSQL, run as a program by its tests.

``python -m tests.house.stand_in supervise HOME PORT`` supervises ``... web PORT`` and ``... worker``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tierline.cli import instance
from tierline.cli.processes import Child
from tierline.cli.signals import Stop, signals
from tierline.cli.supervisor import Supervisor
from tierline.cli.words import say, sentence
from tierline.domain.errors import DomainError
from tierline.plumbing.home import logs

# Ends only when somebody ends it.
_ENDLESS = ["tail", "-f", "/dev/null"]


class _Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        worker = {"seen": _sign_of_life().exists(), "seconds_ago": 0.0}
        self.wfile.write(json.dumps({"status": "ready", "worker": worker}).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


def _sign_of_life() -> Path:
    return Path(os.environ["STAND_IN_HOME"], "worker-lives")


def web(port: int) -> None:
    # Like granian, it has a process of its own below it.
    with subprocess.Popen(_ENDLESS), HTTPServer(("127.0.0.1", port), _Ready) as server:
        server.serve_forever()


def worker() -> None:
    if os.environ.get("STAND_IN_FAILS"):
        print("the reason it cannot start", flush=True)  # noqa: T201
        raise SystemExit(3)
    _sign_of_life().touch()
    with subprocess.Popen(_ENDLESS) as idle:
        idle.wait()


def supervise(home: Path, port: int) -> None:
    over = Supervisor(home, "127.0.0.1", port, tell=_tell)
    environment = {**os.environ, instance.MARK: over.mark, "STAND_IN_HOME": str(home)}
    me = [sys.executable, "-m", "tests.house.stand_in"]
    children = [
        Child("web", [*me, "web", str(port)], environment, logs(home) / "web.log"),
        Child("worker", [*me, "worker"], environment, logs(home) / "worker.log"),
    ]
    with signals() as wake, instance.held(home):
        try:
            instance.clean_up(home)
            over.start_database()
            over.start_children(children)
            over.wait_until_ready(wake)
            _say("ready")
            over.watch(wake)
        except Stop:
            _say("stopping")
        finally:
            over.stop()
    _say("stopped")


def _tell(what: str | DomainError, **facts: object) -> None:
    _say(sentence(what) if isinstance(what, DomainError) else say(what, **facts))


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    _, act, *arguments = sys.argv
    if act == "supervise":
        supervise(Path(arguments[0]), int(arguments[1]))
    elif act == "web":
        web(int(arguments[0]))
    else:
        worker()
