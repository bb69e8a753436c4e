"""Exact answers against numpy: over random catalogues, filters and pages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from catalog.models import Product
from search import selectors
from search.engine.types import Filters, Question, SearchResult
from search.models import PhotoQuery
from tests.engine import gallery
from tests.factories import make_category, make_product, make_tag

pytestmark = pytest.mark.django_db

DIM = 8
TAGS = ("colour:red", "colour:blue", "size:s", "sale")
CATEGORIES = ("", "home", "lamps", "outdoor")


@dataclass(frozen=True)
class Item:
    """What the oracle knows of a product. `images` are rows of a table of vectors."""

    images: tuple[int, ...]
    tags: frozenset[str]
    category: str
    price: int
    stock: int
    status: str


items = st.builds(
    Item,
    images=st.lists(st.integers(0, 30), max_size=3).map(tuple),
    tags=st.frozensets(st.sampled_from(TAGS)),
    category=st.sampled_from(CATEGORIES),
    price=st.integers(0, 40),
    stock=st.integers(0, 2),
    status=st.sampled_from(["active", "active", "active", "draft"]),
)
some_tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple)
prices = st.none() | st.integers(0, 40).map(Decimal)
filters = st.builds(
    Filters,
    tags=some_tags,
    any_tags=some_tags,
    not_tags=some_tags,
    facet_tags=some_tags,
    category=st.sampled_from(CATEGORIES),
    price_min=prices,
    price_max=prices,
    in_stock=st.booleans(),
).filter(lambda each: None in (each.price_min, each.price_max) or each.price_min <= each.price_max)

VECTORS = gallery.clustered(31, dim=DIM, clusters=5)
QUERY = gallery.clustered(1, seed=11, dim=DIM)[0]


DISTANCES = gallery.cosine_distances(VECTORS, QUERY)
_ranked = np.sort(1 - DISTANCES)
LEAST = ((_ranked[1:] + _ranked[:-1]) / 2).tolist()
HOUR = timedelta(hours=1)


def passes(item: Item, wanted: Filters) -> bool:
    below = {"": {""}, "home": {"home", "lamps"}, "lamps": {"lamps"}, "outdoor": {"outdoor"}}
    return (
        item.status == "active"
        and bool(item.images)
        and item.tags.issuperset(wanted.tags)
        and (not wanted.any_tags or not item.tags.isdisjoint(wanted.any_tags))
        and item.tags.isdisjoint(wanted.not_tags)
        and all(not item.tags.isdisjoint(group) for group in ticked(wanted))
        and (not wanted.category or item.category in below[wanted.category])
        and (wanted.price_min is None or item.price >= wanted.price_min)
        and (wanted.price_max is None or item.price <= wanted.price_max)
        and (not wanted.in_stock or item.stock > 0)
    )


def ticked(wanted: Filters) -> list[set[str]]:
    """Values of one facet are alternatives; each facet must be met."""
    by_facet = defaultdict(set)
    for name in wanted.facet_tags:
        by_facet[name.partition(":")[0] if ":" in name else ""].add(name)
    return list(by_facet.values())


def oracle(
    catalogue: dict[int, Item], wanted: Filters, least: float | None = None
) -> dict[int, float]:
    """The best distance of every product that passes and is as similar as that."""
    best = {
        pk: min(DISTANCES[image] for image in item.images)
        for pk, item in catalogue.items()
        if passes(item, wanted)
    }
    return {pk: each for pk, each in best.items() if least is None or 1 - each >= least}


def stock_up(catalogue: list[Item]) -> tuple[gallery.EmbeddingSpace, dict[int, Item]]:
    space = gallery.make_space(dim=DIM)
    home = make_category("home", slug="home")
    categories = {
        "": None,
        "home": home,
        "lamps": make_category("lamps", parent=home, slug="lamps"),
        "outdoor": make_category("outdoor", slug="outdoor"),
    }
    for name in TAGS:
        make_tag(name)
    shelf = {}
    for item in catalogue:
        product = make_product(
            tags=tuple(sorted(item.tags)),
            category=categories[item.category],
            price=item.price,
            stock=item.stock,
            status=item.status,
        )
        gallery.embed(product, *VECTORS[list(item.images)], space=space)
        shelf[product.pk] = item
    return space, shelf


def all_pages(
    question: Question, wanted: Filters, k: int, least: float | None = None
) -> list[SearchResult]:
    """Page after page until has_next says that there is none."""
    asked = {"question": question, "filters": wanted, "k": k, "min_similarity": least}
    pages = [selectors.search(**asked, door="test")]
    while pages[-1].has_next:
        pages.append(selectors.search(**asked, page=len(pages) + 1, door="test"))
    return pages


def stored(question: Question) -> Question:
    """The same as a customer's query, whose candidates are kept."""
    query = PhotoQuery.objects.create(
        space_id=question.space_id, vector=question.vector, expires_at=timezone.now() + HOUR
    )
    return selectors.question_of(PhotoQuery.objects.get(pk=query.pk))


@examples(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    catalogue=st.lists(items, max_size=20),
    wanted=filters,
    k=st.integers(1, 8),
    # Between the distances of two vectors, so that rounding decides nothing.
    least=st.none() | st.integers(0, 29).map(lambda place: LEAST[place]),
    is_stored=st.booleans(),
)
def test_pages_hold_every_passing_product_once_nearest_first(
    catalogue: list[Item], wanted: Filters, k: int, least: float | None, is_stored: bool
) -> None:
    with gallery.rolled_back():
        space, shelf = stock_up(catalogue)
        expected = oracle(shelf, wanted, least)
        question = gallery.asks(QUERY, space)
        pages = all_pages(stored(question) if is_stored else question, wanted, k, least)
        hits = [hit for page in pages for hit in page.hits]

        assert sorted(hit.product.pk for hit in hits) == sorted(expected)
        assert [hit.distance for hit in hits] == pytest.approx(sorted(expected.values()), abs=1e-4)
        for hit in hits:
            assert hit.distance == pytest.approx(expected[hit.product.pk], abs=1e-4)
            assert hit.image in hit.product.images.all()
        assert [len(page.hits) for page in pages[:-1]] == [k] * (len(pages) - 1)
        assert {(page.total, page.among) for page in pages} == {(len(expected), None)}


@examples(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(catalogue=st.lists(items, max_size=20), most=st.integers(1, 6))
def test_candidates_beyond_the_limit_are_the_farthest(catalogue: list[Item], most: int) -> None:
    with gallery.rolled_back(), override_settings(CANDIDATES=most):
        space, shelf = stock_up(catalogue)
        expected = sorted(oracle(shelf, Filters()).values())
        (page,) = all_pages(gallery.asks(QUERY, space), Filters(), k=24)

        assert [hit.distance for hit in page.hits] == pytest.approx(expected[:most], abs=1e-4)
        assert page.total == min(most, len(expected))


def test_similarity_is_one_minus_distance_and_the_band_follows_the_card() -> None:
    space = gallery.make_space()
    for cosine in (1.0, 0.9, 0.6, 0.1):
        gallery.shown(str(cosine), gallery.towards(cosine), space=space)
    result = selectors.search(question=gallery.asks(gallery.axis(0), space), door="test")

    assert [hit.band for hit in result.hits] == ["same", "very_similar", "similar", "weak"]
    assert [hit.similarity for hit in result.hits] == pytest.approx([1, 0.9, 0.6, 0.1], abs=1e-3)
    assert (result.band, result.plan, result.space) == ("same", "exact", "test@1")
    assert result.best_distance == result.hits[0].distance


def test_a_product_is_found_by_its_best_image_and_only_once() -> None:
    space = gallery.make_space()
    product = gallery.shown("Lamp", gallery.axis(3), gallery.towards(0.8), space=space)
    result = selectors.search(question=gallery.asks(gallery.axis(0), space), door="test")

    assert [hit.product for hit in result.hits] == [product]
    assert result.hits[0].image == product.images.all()[1]


def test_vectors_of_another_space_are_never_compared() -> None:
    space, other = gallery.make_space(), gallery.make_space("test@2", state="building")
    near = gallery.shown("Near", gallery.towards(0.9), space=space)
    gallery.shown("Elsewhere", gallery.axis(0), space=other)
    result = selectors.search(question=gallery.asks(gallery.axis(0), space), door="test")

    assert [hit.product for hit in result.hits] == [near]


def test_the_product_that_is_asked_from_is_not_its_own_answer() -> None:
    space = gallery.make_space()
    asked = gallery.shown("Asked", gallery.axis(0), space=space)
    other = gallery.shown("Other", gallery.towards(0.9), space=space)
    result = selectors.search(question=selectors.similar_question(product=asked), door="test")

    assert [hit.product for hit in result.hits] == [other]
    assert result.kind == "product"


def test_a_product_withdrawn_since_it_was_embedded_leaves_no_gap() -> None:
    space = gallery.make_space()
    gone = gallery.shown("Gone", gallery.axis(0), space=space)
    kept = gallery.shown("Kept", gallery.towards(0.9), space=space)
    Product.objects.filter(pk=gone.pk).update(status="archived")
    result = selectors.search(question=gallery.asks(gallery.axis(0), space), k=1, door="test")

    assert ([hit.product for hit in result.hits], result.total) == ([kept], 1)


def test_an_empty_gallery_gives_an_empty_result() -> None:
    space = gallery.make_space()
    result = selectors.search(
        question=gallery.asks(gallery.axis(0), space), facets=True, door="test"
    )

    assert (result.hits, result.total, result.pages, result.band) == ((), 0, 0, "")
    assert (result.has_next, result.facets, result.best_distance) == (False, (), None)


def test_pictures_are_ranked_singly_for_the_evaluation() -> None:
    space = gallery.make_space()
    product = gallery.shown("Lamp", gallery.towards(0.7), gallery.towards(0.9), space=space)
    first, second = product.images.all()
    ranked = selectors.rank_images(question=gallery.asks(gallery.axis(0), space), k=10)

    assert [image_id for image_id, _ in ranked] == [second.pk, first.pk]
    assert [distance for _, distance in ranked] == pytest.approx([0.1, 0.3], abs=1e-3)
