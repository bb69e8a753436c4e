"""The nearest products to a question: the set that paging, sorting and counting run inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from django.conf import settings

from search.engine import plan
from search.engine.estimate import passing_rows
from search.engine.explaining import Fusion
from search.engine.explaining.trace import finding
from search.engine.filters import Resolved
from search.engine.fusion import RRF_K, fuse
from search.engine.grouping import images_for, nearest_products, settled
from search.engine.nearest import Neighbour, Probe, exact_images, exact_products, hnsw_images
from search.engine.predicates import passing
from search.engine.statistics import Statistics, statistics_of
from search.engine.tallies import Survey
from search.engine.text import products_by_words
from search.engine.types import Question
from search.engine.weights import joint_of

TEXT = "text"
HYBRID = "hybrid"
# How many times too high an estimate under filters may be.
PLENTY = 4


class Match(NamedTuple):
    """A product that answers a question. Without an embedding it has no best image, no distance."""

    product_id: int
    image_id: int | None = None
    distance: float | None = None


# What was found by its picture tells all that a match tells, and is not copied into one.
Found = Match | Neighbour


@dataclass(frozen=True, slots=True)
class Candidates:
    """The nearest products, best first, and the plan that found them.

    `total` is their number, `among` the limit where there are more than that (else None). Where
    only the first ones were looked for, `complete` is False, and `matches` is shorter than `total`.
    `survey` is what they can be counted and sorted by, once somebody asked.
    """

    matches: Sequence[Found]
    plan: str
    total: int
    among: int | None = None
    complete: bool = True
    survey: Survey | None = None

    @property
    def best_distance(self) -> float | None:
        """The smallest distance among them; None where none has one."""
        distances = [each.distance for each in self.matches]
        return min([each for each in distances if each is not None], default=None)

    def within(self, distance: float, *, ordered: bool = True) -> Candidates:
        """Those that are as near as that. Complete candidates only, but for an infinite one.

        Where they are `ordered` by distance, the first that is too far says that all others are;
        else there may be more of them behind those that were looked at.
        """
        if distance == inf:
            return self
        near = [
            each for each in self.matches if each.distance is not None and each.distance <= distance
        ]
        if len(near) == len(self.matches):
            return self
        among = None if ordered else self.among
        return replace(self, matches=near, total=len(near), among=among)

    def after(self, shown: Sequence[Found]) -> Candidates:
        """The same behind those that somebody has seen already, each product once."""
        seen = {each.product_id for each in shown}
        rest = [each for each in self.matches if each.product_id not in seen]
        behind = [*shown, *rest][: max(self.total, len(shown))]
        return replace(self, matches=behind, total=len(behind) if self.complete else self.total)


def find(
    question: Question,
    *,
    resolved: Resolved,
    first: int | None = None,
    paged: bool = False,
    min_similarity: float | None = None,
) -> Candidates:
    """The nearest CANDIDATES products under the filters; the `first` of them alone, where that is
    all that somebody wants to see. Where a question is `paged`, found anew for each of its pages,
    only if the whole list begins with the same."""
    if question.vector is None:
        return _by_words(question, resolved=resolved)
    farthest = inf if min_similarity is None else 1 - min_similarity
    if question.text:
        return _fused(question, resolved=resolved, farthest=farthest)
    wanted = first if min_similarity is None and not question.weights else None
    found = _by_vector(question, resolved=resolved, first=wanted, paged=paged)
    return found.within(farthest, ordered=not question.weights)


def _by_words(question: Question, *, resolved: Resolved) -> Candidates:
    limit = settings.CANDIDATES
    ids = products_by_words(question.text, resolved=resolved, limit=limit)
    return _candidates([Match(each) for each in ids], TEXT)


def _by_vector(
    question: Question, *, resolved: Resolved, first: int | None, paged: bool = False
) -> Candidates:
    """A scan that met the limit can't tell how many more there are; there are, where many pass."""
    most = settings.CANDIDATES
    probe, statistics = probe_of(question, resolved=resolved), statistics_of(_space_id(question))
    limit = min(first or most, most)
    if limit < most and not _may_stop(
        question, statistics, resolved=resolved, limit=limit, paged=paged
    ):
        limit = most
    found, total, chosen = nearest_products(
        probe, limit=limit, statistics=statistics, resolved=resolved
    )
    more = total is None or total > most
    known = most if total is None else min(total, most)
    return Candidates(
        matches=found,
        plan=chosen,
        total=known,
        among=most if more else None,
        complete=len(found) >= known,
    )


def _may_stop(
    question: Question, statistics: Statistics, *, resolved: Resolved, limit: int, paged: bool
) -> bool:
    """Whether the first `limit` products alone can be had for less, and their total is known.

    By the index: where more than CANDIDATES pass for sure, though the estimate takes filters for
    independent of each other; but with another number it may look elsewhere. An exact search
    compares all anyway; it counts them too, and where the query is stored, what it found had better
    be kept whole.
    """
    wanted = images_for(limit, statistics=statistics)
    if plan.choose(statistics, resolved, wanted=wanted).name == plan.EXACT:
        return question.query_id is None
    if paged:
        return False
    products = passing_rows(statistics, resolved) / statistics.images_per_product
    enough: int = settings.CANDIDATES * (PLENTY if resolved.filters else 1)
    return products > enough


def _fused(question: Question, *, resolved: Resolved, farthest: float) -> Candidates:
    """Photo and words in one ranking. Products that only the words found get their distance too.

    Where the words stand for the photo as well, nobody is told a distance: between words and even
    the best picture of them it is larger than between two pictures of different things.
    """
    limit = settings.CANDIDATES
    found = _by_vector(question, resolved=resolved, first=None)
    nearest = found.within(farthest, ordered=not question.weights)
    by_photo = [each.product_id for each in nearest.matches]
    by_words = products_by_words(question.text, resolved=resolved, limit=limit, near=by_photo)
    known = {each.product_id: each for each in nearest.matches}
    if missing := [each for each in by_words if each not in known]:
        probe = probe_of(question, resolved=resolved, among=missing)
        further, _ = exact_products(probe, limit=len(missing))
        known |= {each.product_id: each for each in further}
    if farthest < inf:
        by_words = [each for each in by_words if each in known]
    if trace := finding():
        both = len(set(by_photo) & set(by_words))
        trace.fusion = Fusion(RRF_K, len(by_photo), len(by_words), both)
    ids = [each for each in fuse(by_photo, by_words) if each != question.exclude_product_id]
    matches = [known.get(each) or Match(each) for each in ids]
    near = [each for each in matches if each.distance is None or each.distance <= farthest]
    more = len(near) > limit or nearest.among is not None
    if question.worded:
        near = [Match(each.product_id, each.image_id) for each in near]
    return Candidates(near[:limit], HYBRID, len(near[:limit]), among=limit if more else None)


def _candidates(matches: list[Match], name: str) -> Candidates:
    """Of words nobody knows how many more products have them: none is sure only below the limit."""
    full = len(matches) >= settings.CANDIDATES
    return Candidates(matches, name, len(matches), among=len(matches) if full else None)


def nearest_images(question: Question, *, resolved: Resolved, limit: int) -> list[Neighbour]:
    """The nearest images that pass, each for itself; all there are where that is fewer."""
    probe, statistics = probe_of(question, resolved=resolved), statistics_of(_space_id(question))
    wanted = max(limit, settings.CANDIDATES) if probe.joint.weighed else limit
    while True:
        for way in plan.ways(statistics, resolved, wanted=wanted):
            if way.name == plan.EXACT:
                return exact_images(probe, limit=limit)
            found = hnsw_images(probe, plan=way)
            if len(found) >= wanted and settled(found, looked_at=found, probe=probe, wanted=wanted):
                return found[:limit]
            if len(found) >= wanted:
                break
        wanted *= 2


def probe_of(
    question: Question, *, resolved: Resolved, among: Sequence[int] | None = None
) -> Probe:
    """The question's vector and the rows it is compared with."""
    if question.vector is None or question.dim is None:
        raise ValueError("Words alone can't be compared with pictures.")
    space_id = _space_id(question)
    rows = passing(
        space_id=space_id,
        resolved=resolved,
        exclude_product_id=question.exclude_product_id,
        among=among,
    )
    return Probe(question.vector, space_id, question.dim, rows, joint_of(question))


def _space_id(question: Question) -> int:
    if question.space_id is None:
        raise ValueError("Words alone can't be compared with pictures.")
    return question.space_id
