"""Is this process alive, and can it serve?"""

from __future__ import annotations

import structlog
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tierline.plumbing import clock
from tierline.plumbing.models import Heartbeat

log = structlog.get_logger(__name__)

_migrated = False


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated, else 503. A silent worker is told, and fails nothing."""
    try:
        migrated, worker = _is_migrated(), _worker()
    except Error:
        log.exception("not_ready")
        return JsonResponse({"status": "not_ready", "database": False}, status=503)
    if not migrated:
        return JsonResponse({"status": "not_ready", "database": True, "migrated": False}, status=503)
    return JsonResponse({"status": "ready", "database": True, "migrated": True, "worker": worker})


def _is_migrated() -> bool:
    """Asked until it is true, and then only whether the database answers: migrations are not taken back."""
    global _migrated
    if _migrated:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    executor = MigrationExecutor(connection)
    _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _worker() -> dict[str, object]:
    newest = Heartbeat.objects.filter(name__startswith="worker:").order_by("-at").first()
    if newest is None:
        return {"seen": False}
    age = (clock.now() - newest.at).total_seconds()
    return {"seen": True, "seconds_ago": round(age, 3), "timers_late_ms": newest.lateness_ms}
