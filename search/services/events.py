"""Searches as numbers for the shop's owner."""

from __future__ import annotations

from search import measures
from search.engine.stored import count_search
from search.engine.types import SearchResult


def record_search(*, result: SearchResult) -> None:
    """Keep what a search found and how long it took. No photo, no words, no address."""
    took_ms = result.took_ms.get("search", 0.0)
    measures.searched(door=result.door, plan=result.plan, seconds=took_ms / 1000)
    count_search(
        kind=result.kind,
        door=result.door,
        plan=result.plan,
        results=result.total,
        best_distance=result.best_distance,
        took_ms=took_ms,
    )
