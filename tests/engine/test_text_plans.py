"""One index answers words, filters and age together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from search.engine.filters import Resolved
from search.engine.statements import fetch
from search.engine.words.narrowing import Narrowing, narrowing
from search.engine.words.tiers import TIERS, few_with_words, first_look, products_of
from search.models import ProductDocument
from tests.engine import gallery

PARAMS = {"needle": "crowd", "text": "crowd", "pool": 5, "read": 20, "limit": 5, "seen": []}


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: object) -> Iterator[gallery.Crowd]:
    with django_db_blocker.unblock():
        made = gallery.make_crowd(3_000)
        for place, product in enumerate(made.products):
            if place % 1_000 == 0:
                product.tags.add(made.rare)
        gallery.refresh_words()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_productdocument, catalog_product")
        yield made
        gallery.clear()


def plan_of(statement: str, **params: object) -> str:
    rows = fetch("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + statement, {**PARAMS, **params})
    return "\n".join(line for (line,) in rows)


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(TIERS)))
def test_a_tier_stops_at_the_newest_products(crowd: gallery.Crowd, number: int) -> None:
    plan = plan_of(products_of(TIERS[number], Narrowing(), strict=False, windows=True))
    newest, rest = plan.split("CTE newer")

    assert "Bitmap Index Scan on document_words" in newest
    assert "ARRAY[" in newest
    assert "Seq Scan" not in plan
    # Of 3,000 products with the word no more than a window's are read.
    assert rest.count("(never executed)") >= 4


@pytest.mark.django_db
def test_words_and_a_rare_tag_meet_in_the_index(crowd: gallery.Crowd) -> None:
    narrowed = narrowing(Resolved(tags=(crowd.rare,)))
    plan = plan_of(few_with_words(narrowed), **narrowed.params, as_typed=False, near=[])

    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "@@" in condition
    assert "tag_ids @>" in condition
    assert "Bitmap Index Scan on document_words (actual rows=3.00" in plan


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["红色连衣裙", "灯"])
@pytest.mark.parametrize("number", range(len(TIERS)))
def test_pairs_of_characters_are_found_by_the_index(
    crowd: gallery.Crowd, number: int, words: str
) -> None:
    statement = products_of(TIERS[number], Narrowing(), strict=False, windows=True)
    plan = plan_of(statement, needle=words, text=words)

    assert "Bitmap Index Scan on document_words" in plan
    assert "Seq Scan" not in plan


@pytest.mark.django_db
def test_a_sku_is_found_by_its_letters(crowd: gallery.Crowd) -> None:
    plan = plan_of(first_look(Narrowing()), text="c-17")

    assert "product_sku_letters" in plan
    assert "Seq Scan on catalog_product" not in plan


@pytest.mark.django_db
def test_the_index_can_be_made_again() -> None:
    """What Django made for the model is what the migration made."""
    [(made,)] = fetch("SELECT indexdef FROM pg_indexes WHERE indexname = 'document_words'")

    assert "ts_filter(document, '{a,b}'::\"char\"[])" in made
    assert made.endswith("WHERE published")
    assert "document_words" in {index.name for index in ProductDocument._meta.indexes}
