"""Order and pages inside the candidates, so that no product is shown twice or passed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from search.engine.candidates import Candidate

_ORDERS: dict[str, Callable[[Candidate], Any]] = {
    "price": lambda each: each.price,
    "-price": lambda each: -each.price,
    "newest": lambda each: -each.created_at.timestamp(),
}


def ordered(candidates: Sequence[Candidate], sort: str) -> list[Candidate]:
    """The candidates by price, -price or newest, the nearer of equals first; else as they come."""
    by = _ORDERS.get(sort)
    return sorted(candidates, key=by) if by else list(candidates)


def page_of(candidates: Sequence[Candidate], *, page: int, k: int) -> Sequence[Candidate]:
    """The page (from 1) of k candidates; empty past the end."""
    return candidates[(page - 1) * k : page * k]
