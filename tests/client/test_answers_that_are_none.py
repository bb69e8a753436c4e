"""Answers that the API never gives: told as what they are, and never a bare parsing error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike_client import Unavailable, UnexpectedAnswer
from lookalike_client.answers import Answer, ProductList
from lookalike_client.reading import read
from tests.client.scripted import Script, answer

LISTED = {
    "sku": "A",
    "title": "Thing",
    "url": "https://shop.example/p/a/",
    "price": "1.00",
    "currency": "EUR",
    "in_stock": True,
    "category": None,
    "tags": [],
    "image": None,
}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            answer(200, b"<h1>Hello</h1>", kind="text/html"),
            "200 as text/html, not as appl",
        ),
        (answer(200, b'{"results": ['), "200 with broken JSON"),
        (answer(200, b""), "200 with broken JSON"),
        (answer(200, b"\xff\xfe\x00", kind="application/json"), "200 with broken JSON"),
        (answer(200, []), "answer is of the type list, not dict"),
        (answer(200, {"next": None}), "answer lacks results: is this the API of a Lookalike"),
        (answer(200, {"results": [7], "next": None}), r"answer.results\[0\] is of the type int"),
        (answer(301, b"", Location="https://x/"), "301 sends to https://x/, which should be base"),
        (answer(500, b"oops", kind="text/plain"), "500 in no shape of the API's"),
        (answer(400, {"error": "no"}), "400 in no shape of the API's"),
        (answer(400, {"detail": "no"}), "400 in no shape of the API's"),
        (answer(400, ["no"]), "400 in no shape of the API's"),
    ],
)
def test_it_is_told_what_came(script: Script, connect: Callable[..., Any], said: bytes, told: str):
    script.will(said)

    with pytest.raises(UnexpectedAnswer, match=told) as caught:
        connect(script.url).product_page()

    assert caught.value.status in {None, 200, 301, 400, 500}


def test_fields_of_a_later_version_are_left_out(script: Script, connect: Callable[..., Any]):
    listed = {**LISTED, "rating": 5}
    script.will(answer(200, {"results": [listed], "next": None, "more": {}}))

    [product] = connect(script.url).product_page().results

    assert (product.sku, product.in_stock, product.image) == ("A", True, None)


def test_a_band_of_a_later_version_is_taken_as_it_is():
    answer = {
        "query_id": None,
        "space": "",
        "band": "twin",
        "total": 0,
        "among": None,
        "results": [],
        "facets": [],
        "next": None,
        "suggestions": [[0, 0, 1, 0.5]],
        "took_ms": {"decode": 0, "embed": 0, "search": 1, "total": 2.5},
        "explain": None,
    }

    found = read(Answer, answer)

    assert found.band == "twin"
    assert found.suggestions == ((0.0, 0.0, 1.0, 0.5),)
    assert type(found.took_ms.search) is float


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("in_stock", 1, r"results\[0\].in_stock is of the type int, not bool"),
        ("title", None, r"results\[0\].title is of the type NoneType, not str"),
        ("tags", "red", r"results\[0\].tags is of the type str, not list"),
        ("image", {"id": True, "url": "", "thumbnail": ""}, r"image.id is of the type bool"),
    ],
)
def test_a_field_of_another_type_is_told_by_its_path(name: str, value: Any, told: str):
    with pytest.raises(UnexpectedAnswer, match=told):
        read(ProductList, {"results": [{**LISTED, name: value}], "next": None})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*LISTED]), inner),
    max_leaves=10,
)


@given(anything)
def test_no_json_breaks_the_reading(value: Any):
    try:
        assert type(read(Answer, value)) is Answer
    except UnexpectedAnswer as error:
        assert "answer" in str(error)  # noqa: PT017 - an answer that fits is as good


@pytest.mark.parametrize(
    "following",
    ["https://shop.example/elsewhere/", "nonsense", "/api/v1/../admin/", "/api/v1/%2e%2e/admin/"],
)
def test_a_next_page_outside_the_api_is_not_asked_for(
    script: Script, connect: Callable[..., Any], following: str
):
    script.will(answer(200, {"results": [], "next": following}))

    with pytest.raises(UnexpectedAnswer, match="`next` is no address of the API"):
        list(connect(script.url).products())

    assert len(script.seen) == 1


def test_the_key_goes_to_its_own_shop_alone(script: Script, connect: Callable[..., Any]):
    elsewhere = "https://evil.example/api/v1/products/?cursor=MTEy&k=1"
    script.will(
        answer(200, {"results": [], "next": elsewhere}), answer(200, {"results": [], "next": None})
    )

    assert list(connect(script.url, "lk.secret").products()) == []

    assert [seen.target for seen in script.seen] == [
        "/api/v1/products/",
        "/api/v1/products/?cursor=MTEy&k=1",
    ]
    assert {seen.headers["Authorization"] for seen in script.seen} == {"Bearer lk.secret"}
    assert {seen.headers["Host"] for seen in script.seen} == {script.url.removeprefix("http://")}


def test_an_error_of_the_api_without_some_part_is_still_told(
    script: Script, connect: Callable[..., Any]
):
    error = {"code": "busy", "message": "Later.", "field": None, "request_id": None}
    script.will(answer(503, {"error": error}))

    with pytest.raises(Unavailable) as caught:
        connect(script.url, retries=0).product_page()

    assert (caught.value.field, caught.value.request_id) == (None, None)
