"""Searches as numbers for the shop's owner."""

from __future__ import annotations

from collections.abc import Sequence

from search import measures
from search.engine.stored import count_searches
from search.engine.types import SearchResult


def record_search(*, result: SearchResult) -> None:
    """Keep what a search found and how long it took. No photo, no words, no address."""
    record_searches(results=[result])


def record_searches(*, results: Sequence[SearchResult]) -> None:
    """The same for each of them, in one statement."""
    for each in results:
        seconds = each.took_ms.get("search", 0.0) / 1000
        measures.searched(door=each.door, plan=each.plan, seconds=seconds)
    count_searches(results)
