"""Counters of the web processes for Prometheus. Whoever does the work reports it here."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

_searches = Counter("lookalike_searches", "Searches answered.", ["door", "plan"])
_search_seconds = Histogram(
    "lookalike_search_seconds", "Time in the database per search.", ["plan"], buckets=_SECONDS
)
_embed_seconds = Histogram(
    "lookalike_query_embed_seconds", "Time to embed a query's photos.", buckets=_SECONDS
)
_turned_away = Counter(
    "lookalike_query_embed_refused", "Query photos refused because the embedder was busy."
)
_refused = Counter("lookalike_searches_refused", "Searches refused because too many came at once.")
_throttled = Counter(
    "lookalike_searches_throttled", "Requests refused to whoever asked too often.", ["kind"]
)


def searched(*, door: str, plan: str, seconds: float) -> None:
    """A search was answered; `door` is page, api, admin or cli, `plan` the engine's."""
    _searches.labels(door, plan).inc()
    _search_seconds.labels(plan).observe(seconds)


def embedded_query(*, seconds: float) -> None:
    """The photos of a query were embedded."""
    _embed_seconds.observe(seconds)


def refused_query() -> None:
    """A query photo found every embedder slot taken."""
    _turned_away.inc()


def refused_search() -> None:
    """A search found every place taken, and the line full."""
    _refused.inc()


def throttled(*, kind: str) -> None:
    """Somebody asked too often; `kind` is photo or words, or of API keys key, quota, wrong_key."""
    _throttled.labels(kind=kind).inc()
