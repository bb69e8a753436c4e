"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, ProgrammingError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.errors import LookalikeError
from search import selectors
from search.models import EmbeddingSpace
from search.throttling import without_redis

REDIS_SECONDS = 1.0


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """200 as long as the process answers; asks nobody else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """What works, part by part: 503 without the database, 200 otherwise.

    Without Redis or an index the shop still sells and searches by words. Every web machine is then
    alike, and a load balancer that took them all away would make it worse: that is `degraded`.
    """
    checks: dict[str, Callable[[], str]] = {"database": _database, "redis": _redis}
    down = {name: fault for name, check in checks.items() if (fault := check())}
    if "database" not in down and (fault := _index()):
        down["index"] = fault
    status = "down" if "database" in down else "degraded" if down else "ok"
    return JsonResponse({"status": status, "down": down}, status=503 if status == "down" else 200)


def _database() -> str:
    """What is wrong with the database, empty if nothing is."""
    try:
        EmbeddingSpace.objects.exists()
    except ProgrammingError:
        return "The database has no tables yet. Run `manage.py migrate`."
    except (DatabaseError, InterfaceError):
        return "The database doesn't answer. See that Postgres runs and DATABASE_URL is right."
    return ""


def _redis() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return f"Redis doesn't answer. New images wait; {without_redis()}."
    return ""


def _index() -> str:
    try:
        selectors.active_space()
    except LookalikeError as error:
        return error.message
    return ""
