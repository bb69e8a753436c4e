"""The nearest products to a question: the set that paging, sorting and counting run inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from catalog.models import Product
from search.engine import plan
from search.engine.filters import Resolved, gallery
from search.engine.fusion import fuse
from search.engine.grouping import hnsw_products
from search.engine.nearest import Neighbour, Probe, exact_images, exact_products, hnsw_images
from search.engine.text import products_by_words
from search.engine.types import Question

TEXT = "text"
HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Match:
    """A product that answers a question. Without an embedding it has no best image, no distance."""

    product_id: int
    image_id: int | None = None
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match with what it is sorted and counted by."""

    match: Match
    price: Decimal
    currency: str
    stock: int
    created_at: datetime


def matches(question: Question, *, resolved: Resolved, limit: int) -> tuple[list[Match], str]:
    """At most `limit` products, best first, and the plan that found them. Needs a transaction."""
    if question.vector is None:
        ids = products_by_words(question.text, resolved=resolved, limit=limit)
        return [Match(each) for each in ids], TEXT
    nearest, chosen = _by_vector(question, resolved=resolved, limit=limit)
    if not question.text:
        return [_match(each) for each in nearest], chosen
    return _fused(question, nearest, resolved=resolved, limit=limit), HYBRID


def probe_of(question: Question, *, resolved: Resolved) -> Probe:
    """The question's vector and the rows it is compared with."""
    if question.vector is None or question.space_id is None or question.dim is None:
        raise ValueError("Words alone can't be compared with pictures.")
    passing = gallery(
        space_id=question.space_id,
        resolved=resolved,
        exclude_product_id=question.exclude_product_id,
    )
    return Probe(question.vector, question.space_id, question.dim, passing)


def _plan(probe: Probe, *, resolved: Resolved, images: int) -> str:
    """plan.EXACT or plan.HNSW, for so many of the nearest images."""
    return plan.choose(
        space_id=probe.space_id,
        passing=probe.passing,
        narrowed=bool(resolved.filters),
        wanted=images,
    ).name


def _by_vector(
    question: Question, *, resolved: Resolved, limit: int
) -> tuple[list[Neighbour], str]:
    probe = probe_of(question, resolved=resolved)
    chosen = _plan(probe, resolved=resolved, images=limit * settings.OVERSAMPLE)
    find = hnsw_products if chosen == plan.HNSW else exact_products
    return find(probe, limit=limit), chosen


def _fused(
    question: Question, nearest: list[Neighbour], *, resolved: Resolved, limit: int
) -> list[Match]:
    """Photo and words in one ranking. Products that only the words found get their distance too."""
    by_words = products_by_words(question.text, resolved=resolved, limit=limit)
    by_photo = [each.product_id for each in nearest]
    ids = [each for each in fuse(by_photo, by_words) if each != question.exclude_product_id][:limit]
    known = {each.product_id: _match(each) for each in nearest}
    if missing := [each for each in ids if each not in known]:
        probe = probe_of(question, resolved=resolved).among(missing)
        known |= {each.product_id: _match(each) for each in exact_products(probe, limit=limit)}
    return [known.get(each) or Match(each) for each in ids]


def _match(neighbour: Neighbour) -> Match:
    return Match(neighbour.product_id, neighbour.image_id, neighbour.distance)


def nearest_images(question: Question, *, limit: int) -> list[Neighbour]:
    """The nearest images, each for itself; all there are where that is fewer than `limit`."""
    everything = Resolved()
    probe = probe_of(question, resolved=everything)
    if _plan(probe, resolved=everything, images=limit) == plan.HNSW:
        found = hnsw_images(probe, limit=limit)
        if len(found) == limit:
            return found
    return exact_images(probe, limit=limit)


def best_distance(candidates: Sequence[Candidate]) -> float | None:
    """The smallest distance among them; None where none has one."""
    distances = (each.match.distance for each in candidates)
    return min((each for each in distances if each is not None), default=None)


def described(found: Sequence[Match]) -> list[Candidate]:
    """The matches with price, stock and age, in one query. A product that was withdrawn or deleted
    since its vector was written is left out."""
    columns = ("pk", "price", "currency", "stock", "created_at")
    rows = Product.objects.published().filter(pk__in=[each.product_id for each in found])
    facts = {pk: rest for pk, *rest in rows.order_by().values_list(*columns)}
    return [Candidate(each, *facts[each.product_id]) for each in found if each.product_id in facts]
