"""Many questions at once, photos as vectors, parts of products, and how an answer was found."""

from __future__ import annotations

import math
from array import array
from typing import Any

import pytest

from lookalike_client import Filters, Picture, Question
from lookalike_client.answers import Explain, FullProduct
from tests.api.conftest import photo
from tests.client.test_searching import skus


def test_each_question_is_answered_by_itself(client: Any):
    asked = [
        Question(photo=photo(1), k=1),
        Question(product="NONE"),
        Question(text="bag", filters=Filters(tags=["colour:blue"])),
    ]

    batch = client.search_batch(asked)

    found, refused, worded = batch.answers
    assert (found.status, skus(found.answer.results)) == (200, ["RED-1"])
    assert (refused.status, refused.answer, refused.error.code) == (404, None, "unknown_product")
    assert refused.error.field == "queries[1].product"
    assert skus(worded.answer.results) == ["BLUE-1"]


def test_a_photo_is_a_vector_in_either_encoding(client: Any):
    plain = client.embed(photo(1))
    packed = client.embed(photo(1), encoding="base64")

    [numbers], [floats] = plain.vectors, packed.vectors
    assert (type(numbers), type(floats)) == (tuple, array)
    assert len(numbers) == len(floats) == plain.dim
    assert array("f", numbers) == floats
    assert math.hypot(*numbers) == pytest.approx(1)


def test_several_photos_are_vectors_in_their_order(client: Any):
    half = Picture(photo(2), (0, 0, 0.5, 1))

    together = client.embed(photo(1), half)

    alone = [client.embed(each).vectors[0] for each in (photo(1), half)]
    assert [list(each) for each in together.vectors] == [
        pytest.approx(list(each), abs=1e-5) for each in alone
    ]
    assert together.suggestions[1] == ()
    with pytest.raises(ValueError, match="a photo at least"):
        client.embed()


def test_parts_of_products_are_told_and_the_others_are_missed(client: Any):
    [hit] = client.similar("RED-1", k=1, fields=["sku", "image.url"]).results

    assert hit.image.url.startswith("http")
    with pytest.raises(AttributeError, match="This Hit has no title: `fields` left it out"):
        _ = hit.title
    with pytest.raises(AttributeError):
        _ = hit.image.id
    assert repr(hit) == f"Hit(sku={hit.sku!r}, image=Image(url={hit.image.url!r}))"


def test_parts_are_kept_to_on_every_page(client: Any):
    listed = list(client.products(k=1, fields=["sku"]))
    found = list(client.iter_results(client.similar("RED-1", k=1, fields=["sku"])))

    assert skus(listed) == ["BLUE-1", "RED-2", "RED-1"]
    assert sorted(skus(found)) == ["BLUE-1", "RED-2"]
    assert not any(hasattr(each, "title") for each in (*listed, *found))


def test_a_product_in_parts_has_its_etag(client: Any):
    part = client.product("RED-1", fields=["price"])

    assert type(part) is FullProduct
    assert (part.price, part.etag) == ("10.50", client.product("RED-1").etag)


def test_an_answer_tells_how_it_was_found(client: Any):
    explain = client.search(photo(1), explain=True).explain

    assert type(explain) is Explain
    assert explain.plan == "exact"
    assert explain.pictures.products == 3
    assert client.search(photo(1)).explain is None
