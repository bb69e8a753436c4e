"""A search costs the same number of statements however many products it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import selectors
from search.engine.naming import forget_names
from search.engine.types import Filters
from tests.engine import gallery

pytestmark = pytest.mark.django_db


def fill(space: gallery.EmbeddingSpace, count: int) -> None:
    category = gallery.category_path("Home", "Lamps")
    for number in range(count):
        gallery.shown(
            f"Lamp {number}",
            *gallery.clustered(2, seed=number),
            space=space,
            category=category,
            tags=("colour:red", f"size:{number}"),
        )
    gallery.refresh_words()


def read_every_card(space: gallery.EmbeddingSpace, text: str) -> None:
    """What a page shows of its hits; nothing of it may ask the database again."""
    result = selectors.search(
        question=gallery.asks(gallery.axis(0), space, text=text),
        filters=Filters(tags=("colour:red",), category="lamps", in_stock=True),
        k=100,
        facets=True,
        door="test",
    )
    for hit in result.hits:
        assert hit.product.category.name == "Lamps"
        assert len(hit.product.tags.all()) == 2
        assert hit.image.product_id == hit.product.pk


@pytest.mark.parametrize("text", ["", "lamp"])
def test_constant_in_the_number_of_hits(text: str) -> None:
    space = gallery.make_space()
    fill(space, 3)
    with CaptureQueriesContext(connection) as few:
        read_every_card(space, text)
    fill(space, 20)
    with CaptureQueriesContext(connection) as many:
        read_every_card(space, text)

    assert len(many) == len(few)


def test_a_photo_search_is_two_statements_and_new_filters_cost_two_more(
    settings: Any, django_assert_num_queries: Any
) -> None:
    settings.STATISTICS_SECONDS = 60
    forget_names()
    space = gallery.make_space()
    fill(space, 5)
    question = gallery.asks(gallery.axis(0), space)
    selectors.search(question=question, door="test")  # reads what is kept for a minute
    filters = Filters(tags=("colour:red",), category="lamps")
    with django_assert_num_queries(2):
        selectors.search(question=question, door="test")
    with django_assert_num_queries(4):
        selectors.search(question=question, filters=filters, door="test")
    with django_assert_num_queries(2):
        selectors.search(question=question, filters=filters, door="test")


def test_no_statement_of_a_search_reads_a_stored_vector() -> None:
    space = gallery.make_space()
    fill(space, 3)
    with CaptureQueriesContext(connection) as captured:
        read_every_card(space, "")
    selected = [
        each["sql"].partition("FROM")[0] for each in captured if "imageembedding" in each["sql"]
    ]

    assert selected
    assert [sql for sql in selected if '"vector",' in sql] == []
