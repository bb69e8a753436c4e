"""Searching a running shop with the client."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lookalike_client import Example, Filters, InvalidRequest, NotFound, QueryExpired
from lookalike_client.answers import Answer, Hit
from tests.api.conftest import photo


def skus(hits: Iterable[Any]) -> list[str]:
    return [hit.sku for hit in hits]


def test_a_photo_is_bytes_a_path_or_an_open_file(client: Any, tmp_path: Path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(photo(1))

    found = [client.search(each) for each in (photo(1), file, BytesIO(photo(1)))]

    assert {type(answer) for answer in found} == {Answer}
    assert {type(hit) for answer in found for hit in answer.results} == {Hit}
    assert [skus(answer.results)[0] for answer in found] == ["RED-1"] * 3
    assert found[0].results == found[1].results == found[2].results
    assert found[0].band == "same"
    assert found[0].took_ms.embed > 0


def test_everything_can_be_asked_with_a_photo(client: Any):
    answer = client.search(
        photo(1),
        text="red, shoe",
        crop=(0, 0, 0.5, 1),
        filters=Filters(tags=["colour:red"], price_max="10.50", in_stock=True),
        sort="price",
        k=1,
        facets=True,
        min_similarity=-1,
    )

    assert skus(answer.results) == ["RED-1"]
    selected = [value.value for facet in answer.facets for value in facet.values if value.selected]
    assert "colour:red" in selected


def test_several_things_are_liked_and_disliked_at_once(client: Any):
    answer = client.search(images=[Example(photo=photo(1)), Example(product="RED-2", weight=-0.5)])

    assert skus(answer.results)[0] == "RED-1"


def test_all_pages_are_one_iteration_under_the_same_filters(client: Any):
    first = client.search(photo(1), k=1, filters=Filters(any_tags=["colour:red", "colour:blue"]))
    only_red = client.search(query_id=first.query_id, k=1, filters=Filters(tags=["colour:red"]))

    assert sorted(skus(client.iter_results(first))) == ["BLUE-1", "RED-1", "RED-2"]
    assert skus(client.iter_results(first))[0] == "RED-1"
    assert sorted(skus(client.iter_results(only_red))) == ["RED-1", "RED-2"]


def test_a_query_goes_on_without_its_photo(client: Any):
    first = client.search(photo(1))

    again = client.results(first.query_id, page=2, k=2, sort="price")
    marked = client.feedback(first.query_id, like=["BLUE-1"], dislike=["RED-1"])

    assert (again.query_id, skus(again.results)) == (first.query_id, ["BLUE-1"])
    assert marked.query_id not in {None, first.query_id}


def test_a_forgotten_query_is_gone(client: Any):
    first = client.search(photo(1))

    assert client.forget(first.query_id) is None
    assert client.forget(first.query_id) is None
    with pytest.raises(QueryExpired) as caught:
        client.results(first.query_id)

    assert (caught.value.code, caught.value.status) == ("query_expired", 410)


def test_a_refusal_tells_what_the_shop_told(client: Any):
    with pytest.raises(InvalidRequest) as caught:
        client.search(photo(1), filters=Filters(tags=["colour:rde"]))

    error = caught.value
    assert (error.code, error.status, error.field) == ("unknown_filter", 400, "filters.tags")
    assert "colour:red" in error.message
    assert error.request_id is not None
    assert error.request_id in str(error)
    assert error.retry_after is None


def test_an_unknown_product_is_not_found(client: Any):
    with pytest.raises(NotFound) as caught:
        client.search(product="NONE")

    assert (caught.value.code, caught.value.field) == ("unknown_product", "product")
