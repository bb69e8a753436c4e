"""What a request counts against: its key's rate and quota or, without a key, the client's searches.

The headers follow draft-ietf-httpapi-ratelimit-headers-07, the last with a header for each number.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from rest_framework.request import Request

from search import measures
from search.api.authentication import key_of
from search.errors import InvalidSearch, QuotaExceeded, SearchUnavailable, Throttled
from search.models import ApiKey
from search.throttling import Kind, Limit, Verdict, Window, allow, count_search, search_limit


class CountingUnavailable(SearchUnavailable):
    """Redis is away, and the shop wants nobody uncounted."""

    code = "unavailable"


def charge(
    request: Request, cost: int = 1, *, kind: Kind | None = None, field: str | None = None
) -> None:
    """Count the request as `cost` requests, before its work is done.

    With a key they count against the key; without one as searches of that kind, together with those
    from the shop's page, and not at all where `kind` is None. `field` is the input that made the
    cost. A refused request costs nothing. Raises Throttled; QuotaExceeded; InvalidSearch where the
    caller could never afford as much at once; CountingUnavailable.
    """
    key = key_of(request)
    limit = _limit(key, kind)
    if not limit:
        return
    _refuse_impossible(limit, cost, field)
    verdict = _counted(request, key, limit, cost=cost, kind=kind)
    request.verdict = verdict  # type: ignore[attr-defined] # for `headers`, whatever becomes of it
    if not verdict.allowed:
        raise _refusal(verdict, key, limit)


def headers(request: Request) -> Mapping[str, str]:
    """What an answer tells of the limits that the request counted against; of several, how the one
    stands that is nearest to its end."""
    verdict: Verdict | None = getattr(request, "verdict", None)
    if verdict is None or not verdict.windows:
        return {}
    nearest = min(verdict.windows, key=lambda window: window.remaining)
    return {
        "RateLimit-Limit": str(nearest.limit),
        "RateLimit-Remaining": str(nearest.remaining),
        "RateLimit-Reset": str(nearest.reset),
        "RateLimit-Policy": ", ".join(map(_policy, verdict.windows)),
    }


def _limit(key: ApiKey | None, kind: Kind | None) -> Limit:
    if key is not None:
        per_minute = key.per_minute or settings.API_KEY_PER_MINUTE
        return Limit(per_minute, per_minute, key.per_day or settings.API_KEY_PER_DAY)
    return search_limit(kind) if kind else Limit()


def _counted(
    request: Request, key: ApiKey | None, limit: Limit, *, cost: int, kind: Kind | None
) -> Verdict:
    try:
        if key is None:
            plain = request._request  # noqa: SLF001 - DRF keeps Django's request there
            return count_search(plain, kind or "words", cost=cost)
        verdict = allow(f"key:{key.prefix}", limit, cost=cost)
    except SearchUnavailable as error:
        raise CountingUnavailable(
            "The shop can't count requests at present. Try again in half a minute."
        ) from error
    if not verdict.allowed:
        measures.throttled(kind="quota" if verdict.by_quota else "key")
    return verdict


def _refuse_impossible(limit: Limit, cost: int, field: str | None) -> None:
    """Where no waiting would help, Retry-After would be a lie."""
    bounds = [each for each in (limit.per_minute and limit.burst, limit.per_day) if each]
    if cost > min(bounds):
        raise InvalidSearch(
            f"This counts as {cost} requests, and you may make {min(bounds)} at once. Send fewer "
            "together, or use an API key that may make more.",
            field=field,
        )


def _refusal(verdict: Verdict, key: ApiKey | None, limit: Limit) -> Throttled:
    seconds = verdict.retry_after
    if key is None:
        told = f"Too many searches in a short time. Try again in {seconds} s, or use an API key."
        return Throttled(told, retry_after=seconds)
    if verdict.by_quota:
        told = (
            f"The key {key.shown} may make {limit.per_day} requests a day, and too few of them are "
            "left. The next day begins at midnight, UTC."
        )
        return QuotaExceeded(told, retry_after=seconds)
    told = f"The key {key.shown} may make {limit.per_minute} requests a minute. "
    return Throttled(f"{told}Try again in {seconds} s.", retry_after=seconds)


def _policy(window: Window) -> str:
    return f"{window.limit};w={window.seconds}"
