"""Colours and other descriptors count in the order as much as is asked for, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from search import selectors
from search.engine.frozen import key_of
from search.engine.types import NO_FILTERS, Question, SearchResult, Weights
from search.errors import InvalidSearch
from search.models import CandidateSet, EmbeddingSpace, PhotoQuery
from tests.engine import gallery

pytestmark = pytest.mark.django_db

RED, BLUE = gallery.block(3), gallery.block(40)
HALF: Weights = (("colour", 0.5),)


@pytest.fixture
def space() -> EmbeddingSpace:
    return gallery.make_space()


@pytest.fixture
def red_and_blue(space: EmbeddingSpace) -> EmbeddingSpace:
    """The blue one looks more like axis(0), by .1; of the third nobody knows the colours."""
    gallery.shown("Blue", gallery.towards(0.9), space=space, descriptors=[BLUE])
    gallery.shown("Red", gallery.towards(0.8), space=space, descriptors=[RED])
    gallery.shown("Unknown", gallery.towards(0.85), space=space)
    return space


def asks(space: EmbeddingSpace, weights: Weights = HALF, **overrides: Any) -> Question:
    given = {"descriptors": RED, "weights": weights, **overrides}
    return gallery.asks(gallery.axis(0), space, **given)


def found(question: Question, **arguments: Any) -> SearchResult:
    return selectors.search(question=question, door="test", **arguments)


def titles(result: SearchResult) -> list[str]:
    return [hit.product.title for hit in result.hits]


def test_without_a_weight_the_colour_says_nothing(red_and_blue: EmbeddingSpace) -> None:
    assert titles(found(asks(red_and_blue, weights=()))) == ["Blue", "Unknown", "Red"]
    assert titles(found(asks(red_and_blue, weights=(("colour", 0),)))) == ["Blue", "Unknown", "Red"]


def test_the_same_colour_comes_first_and_an_unknown_one_counts_as_another(
    red_and_blue: EmbeddingSpace,
) -> None:
    assert titles(found(asks(red_and_blue))) == ["Red", "Blue", "Unknown"]


def test_a_weight_moves_as_much_as_it_says(red_and_blue: EmbeddingSpace) -> None:
    # .9 * .2 = .18 against .9 * .1 + .1 = .19; .95 * .2 = .19 against .95 * .1 + .05 = .145.
    assert titles(found(asks(red_and_blue, weights=(("colour", 0.1),))))[0] == "Red"
    assert titles(found(asks(red_and_blue, weights=(("colour", 0.05),))))[0] == "Blue"


def test_distance_similarity_and_band_stay_those_of_the_look(red_and_blue: EmbeddingSpace) -> None:
    plain = {hit.product.title: hit for hit in found(asks(red_and_blue, weights=())).hits}

    for hit in found(asks(red_and_blue)).hits:
        assert hit.distance == pytest.approx(plain[hit.product.title].distance, abs=1e-6)
        assert hit.band == plain[hit.product.title].band


def test_a_product_is_shown_by_its_picture_that_ranks_best(space: EmbeddingSpace) -> None:
    product = gallery.shown(
        "Two", gallery.towards(0.9), gallery.towards(0.8), space=space, descriptors=[BLUE, RED]
    )
    first, second = product.images.order_by("pk")

    [plain] = found(asks(space, weights=())).hits
    [coloured] = found(asks(space)).hits

    assert (plain.image, coloured.image) == (first, second)
    assert coloured.distance == pytest.approx(0.2, abs=1e-3)


def test_the_least_similarity_is_that_of_the_look(red_and_blue: EmbeddingSpace) -> None:
    result = found(asks(red_and_blue), min_similarity=0.84)

    assert titles(result) == ["Blue", "Unknown"]
    assert (result.total, result.among) == (2, None)


def test_behind_the_limit_there_may_be_more_that_are_as_near(
    red_and_blue: EmbeddingSpace, settings: Any
) -> None:
    settings.CANDIDATES = 2
    result = found(asks(red_and_blue), min_similarity=0.84)

    assert titles(result) == ["Blue"]
    assert (result.total, result.among) == (1, 2)


def test_words_and_photo_are_joined_by_the_weighed_order(red_and_blue: EmbeddingSpace) -> None:
    gallery.refresh_words()

    assert titles(found(asks(red_and_blue, text="red")))[0] == "Red"
    assert titles(found(asks(red_and_blue)))[0] == "Red"
    assert titles(found(asks(red_and_blue, text="blue")))[0] == "Blue"


def test_each_block_counts_with_its_own_weight() -> None:
    space = gallery.make_space(descriptors=("texture", "colour"))
    plain = gallery.block(0, kind="texture")
    striped = gallery.block(1, kind="texture")
    for title, texture, colour in [("A", plain, BLUE), ("B", striped, RED)]:
        beside = np.concatenate([texture, colour])
        gallery.shown(title, gallery.towards(0.9), space=space, descriptors=[beside])
    asked = np.concatenate([plain, RED])

    def order(**weights: float) -> list[str]:
        return titles(found(asks(space, tuple(weights.items()), descriptors=asked)))

    assert order(colour=0.3, texture=0.1) == ["B", "A"]
    assert order(colour=0.1, texture=0.3) == ["A", "B"]


def test_a_block_of_nothing_is_no_error(space: EmbeddingSpace) -> None:
    gallery.shown("Nothing", gallery.towards(0.9), space=space, descriptors=[0 * RED])
    gallery.shown("Red", gallery.towards(0.8), space=space, descriptors=[RED])

    assert titles(found(asks(space))) == ["Red", "Nothing"]
    assert titles(found(asks(space, descriptors=0 * RED))) == ["Nothing", "Red"]


def test_a_derived_space_keeps_what_its_base_names(space: EmbeddingSpace) -> None:
    space.state = EmbeddingSpace.State.BUILDING
    space.save()
    derived = gallery.make_space("derived@1", descriptors=(), base=space)
    gallery.shown("Blue", gallery.towards(0.9), space=derived, descriptors=[BLUE])
    gallery.shown("Red", gallery.towards(0.8), space=derived, descriptors=[RED])

    assert titles(found(asks(derived))) == ["Red", "Blue"]


@pytest.mark.parametrize(
    ("weights", "field", "message"),
    [
        ((("colour", 1.5),), "colour_weight", "between 0 and 1"),
        ((("colour", float("nan")),), "colour_weight", "between 0 and 1"),
        ((("colour", -0.1),), "colour_weight", "between 0 and 1"),
        ((("colour", 0.95),), "colour_weight", "add up to 0.95; 0.9 is the most"),
        ((("colour", 0.5), ("shape", 0.5)), "shape_weight", "add up to 1"),
        ((("shape", 0.5),), "shape_weight", "keeps no shape of its pictures; there is colour"),
        ((("smell", 0.5),), None, "no descriptor 'smell'"),
    ],
)
def test_a_weight_that_makes_no_sense_is_refused(
    space: EmbeddingSpace, weights: Weights, field: str | None, message: str
) -> None:
    with pytest.raises(InvalidSearch, match=message) as caught:
        found(asks(space, weights))

    assert caught.value.field == field


def test_words_alone_have_no_colour() -> None:
    with pytest.raises(InvalidSearch, match="Words alone have no colour") as caught:
        found(Question(text="lamp", weights=HALF))

    assert caught.value.field == "colour_weight"


def test_a_question_from_before_the_colours_says_what_to_do(space: EmbeddingSpace) -> None:
    with pytest.raises(InvalidSearch, match="indexed before their colour was kept"):
        found(asks(space, descriptors=None))


def test_a_stored_query_keeps_an_order_for_each_weight(red_and_blue: EmbeddingSpace) -> None:
    query = PhotoQuery.objects.create(
        space=red_and_blue,
        vector=gallery.axis(0),
        descriptors=RED,
        expires_at=timezone.now() + timedelta(minutes=5),
    )
    asked = selectors.question_of(PhotoQuery.objects.get(pk=query.pk))
    plain, weighed = found(asked), found(asks(red_and_blue, query_id=query.pk))

    assert (titles(plain)[0], titles(weighed)[0]) == ("Blue", "Red")
    assert CandidateSet.objects.filter(query=query).count() == 2
    gallery.shown("New", gallery.axis(0), space=red_and_blue, descriptors=[RED])
    assert titles(found(asks(red_and_blue, query_id=query.pk))) == titles(weighed)


def test_the_weights_are_part_of_the_key() -> None:
    def key(weights: Weights) -> str:
        return key_of(Question(text="a", weights=weights), NO_FILTERS, min_similarity=None)

    assert len({key(()), key(HALF), key((("colour", 0.6),)), key((("shape", 0.5),))}) == 4


@examples(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(weight=st.floats(0, 0.9), seed=st.integers(0, 10_000), unknown=st.integers(0, 5))
def test_the_exact_order_is_that_of_numpy(weight: float, seed: int, unknown: int) -> None:
    vectors = gallery.clustered(20, seed=seed)
    palettes: list[Any] = list(gallery.palettes(20, seed=seed))
    palettes[:unknown] = [None] * unknown
    asked, wanted = gallery.clustered(1, seed=seed + 1)[0], gallery.palettes(1, seed=seed + 1)[0]
    with gallery.rolled_back():
        space = gallery.make_space(f"p{seed}@1")
        names = [
            gallery.shown(f"P{n}", vector, space=space, descriptors=[beside]).title
            for n, (vector, beside) in enumerate(zip(vectors, palettes, strict=True))
        ]
        question = gallery.asks(asked, space, descriptors=wanted, weights=(("colour", weight),))
        order = titles(found(question, k=20))

    apart = [
        1.0 if each is None else gallery.cosine_distances(each[np.newaxis], wanted)[0]
        for each in palettes
    ]
    joint = (1 - round(weight, 5)) * gallery.cosine_distances(vectors, asked)
    joint += round(weight, 5) * np.array(apart)
    ranks = joint[[names.index(each) for each in order]]
    assert sorted(order) == sorted(names)
    assert (np.diff(ranks) > -1e-6).all()
