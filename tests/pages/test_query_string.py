"""The address of a results page carries its state there and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict

from search.pages.query_string import read


@pytest.mark.parametrize(
    "address",
    [
        "?q=oak&tags=colour%3Ared&tags=sale&category=chairs&price_min=2.50&in_stock=1",
        "?any_tags=a&not_tags=b&facet_tags=c%3Ad&facet_tags=c%3Ae&price_max=7&sort=-price&page=3&sample=seven",
        "?tags=a&colours=red&colours=blue&in_stock=1&colour=30&page=2",
        "?q=",
        "?",
    ],
)
def test_it_is_written_as_it_was_read(address: str) -> None:
    asked = read(QueryDict(address.removeprefix("?")))

    assert asked.query(page=asked.page) == address


def test_a_changed_filter_leads_back_to_the_first_page() -> None:
    asked = read(QueryDict("page=3&tags=a"))

    assert asked.query(tags=("a", "b")) == "?tags=a&tags=b"


def test_a_filter_is_added_beside_the_others() -> None:
    asked = read(QueryDict("tags=a&q=oak"))

    assert asked.query(price_max=Decimal(5)) == "?q=oak&tags=a&price_max=5"


def test_words_are_told_from_no_words_and_from_none_mentioned() -> None:
    assert read(QueryDict("q=oak")).words == "oak"
    assert read(QueryDict("q=")).words == ""
    assert read(QueryDict("")).words is None
