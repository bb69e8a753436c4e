"""One ranking out of several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

# The constant of Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and
# individual rank learning methods" (SIGIR 2009): it damps the lead of the very first ranks.
RRF_K = 60


def fuse(*rankings: Sequence[int], k: int = RRF_K) -> list[int]:
    """The ids of all rankings by the sum of 1 / (k + rank), ranks from 1; the highest sum first.

    An id missing from a ranking adds nothing there. Equal sums keep the order of the first ranking
    that names them.
    """
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, each in enumerate(ranking, start=1):
            scores[each] += 1 / (k + rank)
    return sorted(scores, key=lambda each: -scores[each])
