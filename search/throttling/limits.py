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
from search.throttling.gcra import SCRIPT, Limit, Verdict, verdict

log = structlog.get_logger(__name__)

# A customer waits for it. On one machine the answer takes .11 ms.
REDIS_SECONDS = 0.25


def allow(key: str, limit: Limit, *, cost: int = 1) -> Verdict:
    """Counts a request of whoever `key` stands for as `cost` requests, unless it is too much.

    All is decided in one step, and a refused request costs nothing. The count is forgotten when it
    no longer matters. Where Redis doesn't answer all are allowed, or SearchUnavailable is
    raised with THROTTLE_FAIL_OPEN=false.
    """
    try:
        ask = _script(settings.REDIS_URL)
        # The braces keep both on one server of a cluster.
        answer = ask([f"throttle:{{{key}}}", f"throttle:{{{key}}}:day"], limit.arguments(cost))
    except (redis.RedisError, OSError, ValueError) as error:
        return _without_redis(error)
    return verdict([int(part) for part in answer], limit)


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
    if settings.THROTTLE_FAIL_OPEN:
        return "searching goes on, as often as anybody likes"
    if settings.PHOTO_SEARCHES_PER_MINUTE:
        return "searches get a 503, as THROTTLE_FAIL_OPEN=false says"
    return "searching goes on; API keys get a 503, as THROTTLE_FAIL_OPEN=false says"
