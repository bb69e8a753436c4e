"""Asking Redis whether somebody has done something too often."""

from __future__ import annotations

from functools import cache

import redis
import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from search.errors import SearchUnavailable
from search.throttling.gcra import SCRIPT, Verdict, arguments, verdict

log = structlog.get_logger(__name__)

# A customer waits for it. On one machine the answer takes .11 ms.
REDIS_SECONDS = 0.25


def allow(key: str, *, per_minute: int, burst: int) -> Verdict:
    """Counts one request of whoever `key` stands for, unless it is one too many.

    `burst` requests may come at once, then `per_minute` evenly; a refused one costs nothing. The
    count is forgotten by itself when it no longer matters. Where Redis doesn't answer all are
    allowed, or SearchUnavailable is raised with THROTTLE_FAIL_OPEN=false.
    """
    try:
        ask = _script(settings.REDIS_URL)
        wait = ask([f"throttle:{key}"], arguments(per_minute=per_minute, burst=burst))
    except (redis.RedisError, OSError, ValueError) as error:
        return _without_redis(error)
    return verdict(int(wait))


@cache
def _script(url: str) -> Script:
    """The script with this process's connections. What was connected to a Redis that has restarted
    since is connected once more; who doesn't answer in time isn't asked again."""
    once_more = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    client = redis.Redis.from_url(
        url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=once_more
    )
    return client.register_script(SCRIPT)


def _without_redis(error: Exception) -> Verdict:
    log.warning(
        "Redis can't be reached; how often a client searches isn't known",
        error=str(error),
        hint="Check REDIS_URL and that Redis runs. THROTTLE_FAIL_OPEN says what happens meanwhile.",
    )
    if settings.THROTTLE_FAIL_OPEN:
        return Verdict(allowed=True)
    raise SearchUnavailable(
        _("Searching pauses for a moment. Try again in half a minute.")
    ) from error


def without_redis() -> str:
    """What becomes of searches while Redis is down, for those who run the shop."""
    if not settings.PHOTO_SEARCHES_PER_MINUTE:
        return "searching goes on"
    if settings.THROTTLE_FAIL_OPEN:
        return "searching goes on, as often as anybody likes"
    return "searches from a page get a 503, as THROTTLE_FAIL_OPEN=false says"
