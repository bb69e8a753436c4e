"""How long to wait before the next attempt."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST = 0.5
LONGEST = 8.0


def backoff(attempt: int) -> float:
    """Seconds after the `attempt`th failure, from 1: anything up to a bound that doubles, so that
    those who failed together don't come back together."""
    return random.uniform(0, min(LONGEST, FIRST * 2 ** (attempt - 1)))  # noqa: S311 - no secret


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that Retry-After asks for, as a number or as a date; else RateLimit-Reset."""
    asked = _seconds(headers.get("retry-after", ""), now or datetime.now(UTC))
    if asked is None:
        return _seconds(headers.get("ratelimit-reset", ""), None)
    return asked


def _seconds(text: str, now: datetime | None) -> float | None:
    text = text.strip()
    if text.isdecimal() and text.isascii() and len(text) < 10:
        return float(text)
    if now is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
