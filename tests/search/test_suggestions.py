"""A query by one whole photo keeps boxes around the things in it."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from search.models import PhotoQuery
from search.services import Example, embed_pending, photo_query
from tests.factories import add_photo, jpeg_bytes, make_product

pytestmark = pytest.mark.django_db

BOXES = [[0.1071, 0.25, 0.3929, 0.5], [0.6429, 0.5, 0.25, 0.3571]]


def scene() -> bytes:
    """A red and a blue bar on a grey ground."""
    image = Image.new("RGB", (280, 280), (200, 200, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 70, 139, 209), fill=(220, 20, 30))
    draw.rectangle((180, 140, 249, 239), fill=(30, 60, 210))
    return jpeg_bytes(image, quality=95)


def stored(query: PhotoQuery) -> list[list[float]]:
    suggestions: list[list[float]] = PhotoQuery.objects.get(pk=query.pk).suggestions
    return suggestions


def test_a_whole_photo_has_boxes_around_its_things():
    query, _ = photo_query(photo=scene())

    assert stored(query) == BOXES


def test_what_is_suggested_can_be_asked_for_as_a_crop():
    for box in stored(photo_query(photo=scene())[0]):
        query, _ = photo_query(photo=scene(), crop=(box[0], box[1], box[2], box[3]))

        assert query.crop == box


def test_a_crop_has_none_because_they_would_be_fractions_of_the_crop():
    query, _ = photo_query(photo=scene(), crop=(0, 0, 1, 1))

    assert stored(query) == []


def test_several_photos_have_none():
    query, _ = photo_query(examples=[Example(photo=scene()), Example(photo=scene())])

    assert stored(query) == []


def test_a_product_and_words_have_none():
    product = make_product()
    add_photo(product)
    embed_pending()

    assert stored(photo_query(product=product)[0]) == []
    assert stored(photo_query(text="red")[0]) == []


def test_words_on_top_of_an_earlier_photo_keep_its_boxes():
    earlier, _ = photo_query(photo=scene())

    later, _ = photo_query(query=earlier, text="leather")

    assert stored(later) == BOXES


def test_a_network_that_does_not_say_where_things_are_suggests_nothing(monkeypatch):
    monkeypatch.setattr("search.embedding.fake._contrast", lambda _batch: None)

    query, _ = photo_query(photo=scene())

    assert stored(query) == []
