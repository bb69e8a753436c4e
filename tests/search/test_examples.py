"""A search that starts from several things: like these, not like that."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from catalog.errors import ImageRejected
from search import selectors, services
from search.embedding import Rejected, Vector
from search.engine.rocchio import combine
from search.errors import InvalidSearch, NotIndexedYet, QueryExpired
from search.models import PhotoQuery
from search.services import Example, Took, create_space, photo_query
from search.services import photos as photo_services
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product
from tests.search.test_photo_query import vector_of

pytestmark = pytest.mark.django_db

PHOTOS = [jpeg_bytes(draw_photo(seed)) for seed in range(9)]


def assert_stored(query: PhotoQuery, expected: Vector) -> None:
    """Half precision keeps three digits."""
    np.testing.assert_allclose(PhotoQuery.objects.get(pk=query.pk).vector, expected, atol=1e-3)


@pytest.fixture
def batches(embedder_that: Any) -> list[int]:
    """How many pictures each call of the embedder was given."""
    sizes: list[int] = []

    def count(images: list[Image.Image]) -> None:
        sizes.append(len(images))

    embedder_that(count)
    return sizes


def test_photos_are_embedded_together_and_combined(batches: list[int]):
    examples = [
        Example(photo=PHOTOS[1]),
        Example(photo=io.BytesIO(PHOTOS[2]), weight=0.5),
        Example(photo=PHOTOS[3], weight=-0.5),
    ]

    query, took = photo_query(examples=examples, text="red")

    weighted = [(vector_of(PHOTOS[1]), 1.0), (vector_of(PHOTOS[2]), 0.5)]
    assert_stored(query, combine([*weighted, (vector_of(PHOTOS[3]), -0.5)]))
    assert (query.text, query.product, query.crop, query.parent) == ("red", None, None, None)
    assert batches == [3]
    assert took.decode_ms > 0
    assert took.embed_ms > 0


def test_photos_too_huge_to_be_held_at_once_are_embedded_in_turns(
    batches: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(photo_services, "MAX_PIXELS", 2 * 320 * 240)

    query, _ = photo_query(examples=[Example(photo=photo) for photo in PHOTOS[:5]])

    assert batches == [2, 2, 1]
    assert_stored(query, combine([(vector_of(photo), 1.0) for photo in PHOTOS[:5]]))


def test_a_crop_belongs_to_its_own_photo():
    whole = draw_photo(1, size=(400, 200))
    lossless = {"quality": 100, "subsampling": 0}
    examples = [
        Example(photo=jpeg_bytes(whole, **lossless), crop=(0.5, 0, 0.5, 1)),
        Example(photo=PHOTOS[2]),
    ]

    query, _ = photo_query(examples=examples)

    half = vector_of(jpeg_bytes(whole.crop((200, 0, 400, 200)), **lossless))
    np.testing.assert_allclose(
        query.vector, combine([(half, 1.0), (vector_of(PHOTOS[2]), 1.0)]), atol=5e-3
    )


def test_photos_products_and_earlier_queries_go_together():
    product = make_product()
    add_photo(product, seed=3)
    services.embed_pending()
    earlier, _ = photo_query(photo=PHOTOS[4])
    examples = [
        Example(query=earlier),
        Example(photo=PHOTOS[5]),
        Example(product=product, weight=-1),
    ]

    query, _ = photo_query(examples=examples)

    disliked = selectors.similar_question(product=product).vector
    assert disliked is not None
    assert_stored(
        query,
        combine([(vector_of(PHOTOS[4]), 1.0), (vector_of(PHOTOS[5]), 1.0), (disliked, -1.0)]),
    )
    assert (query.product, query.parent, query.origin) == (None, earlier.pk, earlier.pk)


def test_the_one_product_that_is_asked_for_is_not_its_own_answer():
    asked, disliked = make_product(), make_product()
    for seed, product in enumerate((asked, disliked)):
        add_photo(product, seed=seed)
    services.embed_pending()
    examples = [Example(product=asked), Example(product=disliked, weight=-0.5)]

    query, took = photo_query(examples=examples)

    assert query.product == asked
    assert took == Took()


def test_of_several_products_each_may_be_an_answer():
    products = [make_product(), make_product()]
    for seed, product in enumerate(products):
        add_photo(product, seed=seed)
    services.embed_pending()

    query, _ = photo_query(examples=[Example(product=each) for each in products])

    assert query.product is None


def test_one_example_alone_asks_as_it_would_by_itself():
    alone, _ = photo_query(photo=PHOTOS[1])

    query, _ = photo_query(examples=[Example(photo=PHOTOS[1], weight=0.2)])

    np.testing.assert_array_equal(
        PhotoQuery.objects.get(pk=query.pk).vector, PhotoQuery.objects.get(pk=alone.pk).vector
    )


@pytest.mark.parametrize(
    ("examples", "field", "told"),
    [
        ([Example(photo=photo) for photo in PHOTOS], "images", "8 examples at most, not from 9"),
        ([Example(photo=PHOTOS[0], weight=-1)], "images", "Add an example of what you want"),
        ([Example(photo=PHOTOS[0]), Example(field="b")], "b", "a photo, a product or an earlier"),
        ([Example(photo=b"x", query=PhotoQuery(), field="a")], "a", "not from photo and query"),
        ([Example(query=PhotoQuery(text="red"), crop=(0, 0, 1, 1))], "crop", "Send the photo too"),
        *(
            ([Example(photo=PHOTOS[0], weight=weight)], "weight", "from -1")
            for weight in (0, 2, -1.01, float("nan"), float("inf"))
        ),
    ],
)
def test_examples_that_make_no_sense_are_refused(
    examples: list[Example], field: str, told: str, batches: list[int]
):
    with pytest.raises(InvalidSearch, match=told) as raised:
        photo_query(examples=examples)

    assert raised.value.field == field
    assert batches == []
    assert not PhotoQuery.objects.exists()


def test_the_photo_that_is_none_is_named():
    examples = [Example(photo=PHOTOS[0], field="first"), Example(photo=b"words", field="second")]

    with pytest.raises(ImageRejected) as raised:
        photo_query(examples=examples)

    assert (raised.value.code, raised.value.field) == ("unsupported_type", "second")


def test_the_photo_that_the_embedder_rejects_is_named(embedder_that: Any):
    embedder_that(lambda images: [Rejected("all one colour") for _ in images])

    with pytest.raises(ImageRejected, match="all one colour") as raised:
        photo_query(examples=[Example(photo=PHOTOS[0], field="first"), Example(photo=PHOTOS[1])])

    assert raised.value.field == "first"


def test_the_product_without_vectors_is_named_before_a_photo_is_embedded(batches: list[int]):
    services.ensure_space()
    examples = [Example(photo=PHOTOS[0]), Example(product=make_product(), field="second")]

    with pytest.raises(NotIndexedYet) as raised:
        photo_query(examples=examples)

    assert raised.value.field == "second"
    assert batches == []


def test_a_query_of_words_has_no_picture_to_look_like():
    words, _ = photo_query(text="red")

    with pytest.raises(InvalidSearch, match="by words alone") as raised:
        photo_query(examples=[Example(photo=PHOTOS[0]), Example(query=words, field="second")])

    assert raised.value.field == "second"


def test_vectors_of_two_spaces_are_never_combined():
    earlier, _ = photo_query(photo=PHOTOS[0])
    later, _ = photo_query(photo=PHOTOS[1])
    other = create_space("tests.search.cards:centred")
    PhotoQuery.objects.filter(pk=earlier.pk).update(space=other)
    earlier = selectors.get_query(earlier.pk)

    with pytest.raises(QueryExpired, match="renewed its picture index") as raised:
        photo_query(examples=[Example(query=later), Example(query=earlier)])

    assert raised.value.field == "images"
