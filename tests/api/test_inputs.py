"""search.inputs: what page and API make of a query string."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import crops, inputs
from search.engine.types import Filters
from search.errors import InvalidSearch


def test_every_filter_is_read():
    params = {
        "tags": ["colour:red", " sale ", "colour:red", ""],
        "any_tags": ["a,b"],
        "not_tags": ["c"],
        "facet_tags": ["colour:blue", "size:m"],
        "category": [" shoes "],
        "price_min": ["10"],
        "price_max": [" 20.50 "],
        "in_stock": ["on"],
        "page": ["nonsense"],
    }
    assert inputs.parse_filters(params) == Filters(
        tags=("colour:red", "sale"),
        any_tags=("a,b",),
        not_tags=("c",),
        facet_tags=("colour:blue", "size:m"),
        category="shoes",
        price_min=Decimal(10),
        price_max=Decimal("20.50"),
        in_stock=True,
    )


def test_commas_part_tags_only_where_asked():
    params = {"tags": [r"a,b\,c", "d"]}
    assert inputs.parse_filters(params, commas=True).tags == ("a", "b,c", "d")
    assert inputs.parse_filters(params).tags == (r"a,b\,c", "d")


@given(st.lists(st.text(min_size=1), max_size=5))
def test_joined_tags_come_apart_again(tags: list[str]):
    assert inputs.split_commas(inputs.join_commas(tags)) == tags


@pytest.mark.parametrize("text", ["1,2", "1e3", "1e11", "1.001", "-0.01", "nan", "Infinity", "€5"])
def test_what_is_no_price(text: str):
    params = {"price_max": [text]}
    if text == "1e3":
        assert inputs.parse_filters(params).price_max == 1000
        return
    with pytest.raises(InvalidSearch) as refused:
        inputs.parse_filters(params)
    assert refused.value.field == "price_max"


def test_a_crop_is_read_with_and_without_brackets():
    assert crops.parse_crop("[0.1, 0.2, 0.5, 0.5]") == (0.1, 0.2, 0.5, 0.5)
    assert crops.parse_crop("0,0,1,1") == (0, 0, 1, 1)
    assert crops.parse_crop(" ") is None


def test_a_crop_a_rounding_error_too_wide_is_cut_to_the_edge():
    assert crops.make_box([0.5, 0, 0.5005, 1]) == (0.5, 0, 0.5, 1)


@pytest.mark.parametrize("text", ["1,2,3", "0,0,0,1", "1,0,0.5,1", "0,0,nan,1", "0,0,2,1", "a"])
def test_what_is_no_crop(text: str):
    with pytest.raises(InvalidSearch) as refused:
        crops.parse_crop(text)
    assert refused.value.field == "crop"
