"""How often one client without a key may search, whichever door it takes: one count for both."""

from __future__ import annotations

from typing import Literal

from django.conf import settings
from django.http import HttpRequest

from search import measures
from search.throttling.clients import client_key
from search.throttling.gcra import Limit, Verdict
from search.throttling.limits import allow

Kind = Literal["photo", "words"]

# Words alone need no picture decoded and, in most spaces, nothing embedded.
WORDS_FACTOR = 4
# Half a minute's searches at once: people try, look and try again.
BURST_SHARE = 2


def search_limit(kind: Kind) -> Limit:
    """PHOTO_SEARCHES_PER_MINUTE, or what follows from it for words; no limit where it is 0."""
    per_minute = settings.PHOTO_SEARCHES_PER_MINUTE * (WORDS_FACTOR if kind == "words" else 1)
    return Limit(per_minute, max(1, per_minute // BURST_SHARE)) if per_minute else Limit()


def count_search(request: HttpRequest, kind: Kind, *, cost: int = 1) -> Verdict:
    """Counts the client's search as `cost` of its kind, unless that is too many.

    Raises SearchUnavailable where it can't be known and THROTTLE_FAIL_OPEN is off.
    """
    limit = search_limit(kind)
    if not limit:
        return Verdict(allowed=True)
    verdict = allow(f"{kind}:{client_key(request)}", limit, cost=cost)
    if not verdict.allowed:
        measures.throttled(kind=kind)
    return verdict
