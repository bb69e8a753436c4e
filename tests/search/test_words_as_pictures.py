"""Where the active space knows words, words find pictures too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from catalog.models import Product
from catalog.services import add_image
from search import selectors, services
from search.embedding import EmbedderUnavailable
from search.embedding.fake_text import FakeTextEmbedder
from search.embedding.projection import Projection
from search.errors import InvalidSearch
from search.models import EmbeddingSpace, PhotoQuery, SearchEvent
from search.services import create_derived, derive_missing, drain, photo_query, switch_space
from tests.factories import jpeg_bytes, make_product

pytestmark = pytest.mark.django_db

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)


def plain(colour: tuple[int, int, int]) -> bytes:
    return jpeg_bytes(Image.new("RGB", (64, 64), colour))


@pytest.fixture
def shop(settings):
    """Three products whose words say nothing of their colours."""
    settings.EMBEDDER = "fake-text@1"
    for title, colour in (("Kettle", RED), ("Vase", GREEN), ("Lamp", BLUE)):
        add_image(product=make_product(title=title), data=plain(colour))
    drain(seconds=30)


def half_of(dim: int) -> Projection:
    """The first half of a vector's numbers, and nothing learned."""
    nothing = np.zeros((dim, 0), dtype=np.float32)
    cut = np.eye(dim, dim // 2, dtype=np.float32)
    return Projection(nothing, np.zeros(dim, dtype=np.float32), cut, learned=0.0)


def titles(query: PhotoQuery) -> list[str]:
    question = selectors.question_of(selectors.get_query(query.pk))
    result = selectors.search(question=question, door="page")
    return [hit.product.title for hit in result.hits]


@pytest.mark.parametrize(
    ("word", "first"), [("red", "Kettle"), ("green", "Vase"), ("Blue", "Lamp")]
)
def test_words_find_what_looks_like_them(shop, word, first):
    query, _ = photo_query(text=word)

    assert titles(query)[0] == first


def test_products_with_the_words_come_with_those_that_look_like_them(shop):
    make_product(title="Red wine")

    query, _ = photo_query(text="red")

    assert titles(query)[:2] == ["Kettle", "Red wine"]


def test_words_alone_have_no_colour_though_they_have_a_vector(shop):
    query, _ = photo_query(text="red")
    question = replace(selectors.question_of(query), weights=(("colour", 0.3),))

    with pytest.raises(InvalidSearch, match="Words alone have no colour"):
        selectors.search(question=question, door="api")


def test_it_stays_a_search_by_words_without_a_distance(shop):
    query, _ = photo_query(text="red")

    question = selectors.question_of(query)
    result = selectors.search(question=question, door="page")
    services.record_search(result=result)

    assert query.worded
    assert (result.kind, result.plan, result.band) == ("text", "hybrid", "")
    assert [hit.distance for hit in result.hits] == [None] * 3
    assert all(hit.image is not None for hit in result.hits)
    assert SearchEvent.objects.get().kind == "text"


def test_words_have_no_similarity_still(shop):
    query, _ = photo_query(text="red")

    with pytest.raises(InvalidSearch, match="Words alone have no similarity"):
        selectors.search(question=selectors.question_of(query), min_similarity=0.5, door="page")


def test_a_photo_with_words_is_asked_by_the_photo(shop):
    photo = plain(BLUE)

    query, _ = photo_query(photo=photo, text="red")

    assert not query.worded
    assert selectors.question_of(query).kind == "photo+text"
    assert titles(query)[0] == "Lamp"


def test_an_earlier_search_with_other_words_is_asked_by_the_new_ones(shop):
    earlier, _ = photo_query(text="red")

    query, _ = photo_query(query=earlier, text="blue")

    assert (query.worded, query.text, titles(query)[0]) == (True, "blue", "Lamp")


def test_words_cannot_be_an_example_of_a_look(shop):
    query, _ = photo_query(text="red")
    example = services.Example(query=query)
    photo = services.Example(photo=plain(BLUE))

    with pytest.raises(InvalidSearch, match="by words alone"):
        photo_query(examples=[example, photo])


def test_a_liked_hit_takes_the_place_of_the_words_vector(shop):
    query, _ = photo_query(text="red")
    refined = services.refine_query(query=query, like=[Product.objects.get(title="Vase")])

    assert not refined.worded
    assert titles(refined)[0] == "Vase"


def test_words_find_pictures_in_a_derived_space(shop):
    base = EmbeddingSpace.objects.get()
    space = create_derived(base, half_of(base.dim), {})
    derive_missing(space)
    switch_space(space)

    query, _ = photo_query(text="green")

    assert (query.space, len(query.vector)) == (space, 24)
    assert titles(query)[0] == "Vase"


def test_a_space_that_knows_pictures_only_is_searched_by_words_alone(settings):
    settings.EMBEDDER = "fake@1"
    add_image(product=make_product(title="Red kettle"), data=plain(RED))
    drain(seconds=30)

    query, _ = photo_query(text="red")

    assert (query.vector, query.space, query.worded) == (None, None, False)
    assert titles(query) == ["Red kettle"]


def test_words_are_found_all_the_same_where_the_text_tower_cannot_be_had(shop, monkeypatch):
    def missing(self, texts):
        raise EmbedderUnavailable("the network is not exported yet")

    monkeypatch.setattr(FakeTextEmbedder, "embed_texts", missing)

    query, _ = photo_query(text="kettle")

    assert (query.vector, titles(query)) == (None, ["Kettle"])


def test_a_space_that_is_left_behind_leaves_the_words(shop):
    query, _ = photo_query(text="kettle")
    EmbeddingSpace.objects.update(state="retired", retired_at=None)

    question = selectors.question_of(selectors.get_query(query.pk))

    assert (question.vector, question.text) == (None, "kettle")


def test_other_words_in_a_question_get_their_own_vector(shop):
    question = selectors.question_of(photo_query(text="red")[0])

    changed = services.reworded(question, "blue")

    [expected] = FakeTextEmbedder().embed_texts(["blue"])
    np.testing.assert_allclose(changed.vector, expected, atol=1e-6)
    assert changed == replace(question, text="blue", vector=changed.vector)


def test_other_words_stay_in_the_space_of_the_question_after_a_switch(shop):
    base = EmbeddingSpace.objects.get()
    query, _ = photo_query(text="red")
    space = create_derived(base, half_of(base.dim), {})
    derive_missing(space)
    switch_space(space)

    question = selectors.question_of(selectors.get_query(query.pk))
    changed = services.reworded(question, "blue")

    assert (changed.space_id, changed.dim, changed.worded) == (base.pk, base.dim, True)


def test_other_words_of_a_question_without_a_space_are_placed_in_the_active_one(shop):
    query, _ = photo_query(text="kettle")
    PhotoQuery.objects.update(vector=None, space=None, worded=False)

    question = selectors.question_of(selectors.get_query(query.pk))

    assert services.reworded(question, "red").space_id == EmbeddingSpace.objects.get().pk
