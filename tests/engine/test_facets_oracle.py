"""Any choice in any catalogue: the counts are those of looking at every product, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import selectors
from search.engine.types import Facet, Filters, facet_of
from tests.engine import gallery
from tests.factories import make_tag

TAGS = ("colour:red", "colour:blue", "colour:green", "size:s", "size:m")
PATHS = {"": (), "home": ("Home",), "lamps": ("Home", "Lamps"), "garden": ("Garden",)}
PRICES = tuple(map(Decimal, ("0", "4.99", "5", "20", "120.50")))
BOUNDS = st.sampled_from([None, Decimal(1), Decimal(5), Decimal(100)])


@dataclass(frozen=True)
class Thing:
    """A product as the oracle knows it; `category` is a slug."""

    tags: frozenset[str]
    category: str
    price: Decimal
    stock: int


things = st.builds(
    Thing,
    tags=st.frozensets(st.sampled_from(TAGS)),
    category=st.sampled_from(sorted(PATHS)),
    price=st.sampled_from(PRICES),
    stock=st.integers(0, 1),
)
choices = st.builds(
    Filters,
    facet_tags=st.lists(st.sampled_from(TAGS), unique=True).map(tuple),
    category=st.sampled_from(sorted(PATHS)),
    price_min=BOUNDS,
    price_max=BOUNDS,
    in_stock=st.booleans(),
).filter(lambda each: (each.price_min or 0) <= (each.price_max or Decimal(1000)))


def below(thing: Thing, slug: str) -> bool:
    return PATHS[thing.category][: len(PATHS[slug])] == PATHS[slug]


def passes(thing: Thing, wanted: Filters) -> bool:
    ticked = {facet_of(tag) for tag in wanted.facet_tags}
    return (
        all(
            any(facet_of(tag) == facet and tag in thing.tags for tag in wanted.facet_tags)
            for facet in ticked
        )
        and below(thing, wanted.category)
        and within(thing, wanted.price_min, wanted.price_max)
        and (thing.stock > 0 or not wanted.in_stock)
    )


def within(thing: Thing, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or thing.price >= low) and (high is None or thing.price <= high)


def expected(catalogue: list[Thing], wanted: Filters, name: str, value: str) -> int:
    """Products with that value that pass everything but what is chosen in its own facet."""
    rest = [each for each in catalogue if passes(each, wanted.without(name))]
    if name == "category":
        return sum(below(each, value) for each in rest)
    if name == "stock":
        return sum(each.stock > 0 for each in rest)
    if name == "price":
        low, high = (Decimal(end) if end else None for end in value.split("-"))
        return sum(within(each, low, high) for each in rest)
    return sum(value in each.tags for each in rest)


def answer(catalogue: list[Thing], wanted: Filters) -> tuple[int, tuple[Facet, ...]]:
    """The total and the facets of a search in a shop that sells just these."""
    space = gallery.make_space()
    for path in filter(None, PATHS.values()):
        gallery.category_path(*path)
    for tag in TAGS:
        make_tag(tag)
    for place, thing in enumerate(catalogue):
        gallery.shown(
            f"Thing {place}",
            gallery.axis(place),
            space=space,
            tags=sorted(thing.tags),
            category=gallery.category_path(*PATHS[thing.category]) if thing.category else None,
            price=thing.price,
            stock=thing.stock,
        )
    question = gallery.asks(gallery.axis(0), space)
    result = selectors.search(question=question, filters=wanted, facets=True, door="test")
    return result.total, result.facets


@pytest.mark.django_db
@given(st.lists(things, max_size=9), choices)
@settings(max_examples=25, deadline=None)
def test_every_count_is_that_of_a_brute_force_count(
    catalogue: list[Thing], wanted: Filters
) -> None:
    with gallery.rolled_back():
        total, shown = answer(catalogue, wanted)

    assert total == sum(passes(each, wanted) for each in catalogue)
    values = {(facet.name, each.value): each for facet in shown for each in facet.values}
    assert {key: each.count for key, each in values.items()} == {
        key: expected(catalogue, wanted, *key) for key in values
    }
    for tag in TAGS:
        name = f"tag:{facet_of(tag)}"
        there = tag in wanted.facet_tags or expected(catalogue, wanted, name, tag) > 0
        assert ((name, tag) in values) == there
        assert not there or values[name, tag].selected == (tag in wanted.facet_tags)
