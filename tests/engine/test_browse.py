"""Walking past a section's products: in order, under filters, at most so many, off an index."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Product, Tag
from search import selectors
from search.engine.browse import ORDERS, statement_of
from search.engine.filters import resolve
from search.engine.statements import fetch
from search.engine.types import NO_FILTERS, Filters, SearchResult
from search.errors import InvalidSearch, UnknownFilter
from tests.engine import gallery
from tests.engine.oracle import products
from tests.factories import make_product

COUNT = 4_000


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Home holds all but every 100th product, which is in Rare; half of Home is in Lamps. Every
    10th product is `some`, every 400th `few`; prices are 0 to 99."""
    with django_db_blocker.unblock():
        lamps, rare = gallery.category_path("Home", "Lamps"), gallery.category_path("Rare")
        home = gallery.category_path("Home")
        shelves = [rare if n % 100 == 0 else (home, lamps)[n % 2] for n in range(COUNT)]
        made = Product.objects.bulk_create(
            Product(sku=f"B{n}", title=f"Thing {n}", slug=f"thing-{n}", price=n % 100, stock=n % 3)
            for n in range(COUNT)
        )
        for product, shelf in zip(made, shelves, strict=True):
            product.category = shelf
        Product.objects.bulk_update(made, ["category"])
        for value, each in (("some", 10), ("few", 400)):
            tag = Tag.objects.create(value=value)
            tag.products.set(made[::each])
        gallery.refresh_words()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE catalog_product, catalog_product_tags, search_productdocument")
        yield
        gallery.clear()
        Category.objects.filter(parent__isnull=False).delete()
        Category.objects.all().delete()


def plan_of(filters: Filters, *, sort: str, limit: int = 25) -> str:
    statement, params = statement_of(resolve(filters), sort=sort)
    rows = fetch(f"EXPLAIN (COSTS OFF) {statement}", {**params, "limit": limit})
    return "\n".join(line for (line,) in rows)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("category", "sort", "index"),
    [
        ("home", "newest", "Index Scan Backward using catalog_product_pkey"),
        ("home", "price", "Index Scan using product_price"),
        ("home", "-price", "Index Scan Backward using product_price"),
    ],
)
def test_of_a_large_section_no_more_is_read_than_is_shown(
    crowd: None, category: str, sort: str, index: str
) -> None:
    plan = plan_of(Filters(category=category), sort=sort)

    assert index in plan
    assert "Seq Scan on catalog_product" not in plan


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("filters", [Filters(category="rare"), Filters(tags=("few",))])
def test_what_few_products_pass_is_found_by_an_index_of_its_own(
    crowd: None, filters: Filters, sort: str
) -> None:
    plan = plan_of(filters, sort=sort, limit=1_001)

    assert "catalog_product_category_id" in plan or "catalog_product_tags_tag_id" in plan
    assert "Seq Scan on catalog_product " not in plan


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["similarity", "price", "-price", "newest"])
@pytest.mark.parametrize(
    "filters",
    [
        NO_FILTERS,
        Filters(category="home"),
        Filters(category="lamps", tags=("some",)),
        Filters(category="home", any_tags=("some", "few"), in_stock=True),
        Filters(category="rare", not_tags=("few",), price_max=Decimal(50)),
        Filters(category="home", facet_tags=("some",), price_min=Decimal(90)),
        Filters(category="lamps", tags=("few",)),
    ],
)
def test_it_finds_what_the_catalogue_says(crowd: None, filters: Filters, sort: str) -> None:
    order = {"price": ("price", "-pk"), "-price": ("-price", "-pk")}.get(sort, ("-pk",))
    passing = products(resolve(filters)).order_by(*order)

    result = selectors.browse(filters=filters, sort=sort, page=2, k=10)

    assert skus(result) == [product.sku for product in passing[10:20]]
    number = passing.count()
    assert (result.total, result.among) == ((1000, 1000) if number > 1000 else (number, None))


def skus(result: SearchResult) -> list[str]:
    return [hit.product.sku for hit in result.hits]


@pytest.mark.django_db
def test_words_are_looked_for_in_the_section_alone(crowd: None) -> None:
    result = selectors.browse(filters=Filters(category="rare"), words="  thing\t100 ")

    assert skus(result)[0] == "B100"
    assert result.plan == "text"
    assert selectors.browse(filters=Filters(category="lamps"), words="thing 100").total == 0


@pytest.mark.django_db
def test_words_are_found_in_any_order_that_is_asked_for(crowd: None) -> None:
    filters = Filters(category="rare", price_min=Decimal(0))

    result = selectors.browse(filters=filters, words="thing", sort="newest", k=100)

    assert skus(result) == [f"B{n}" for n in range(COUNT - 100, -1, -100)]


@pytest.mark.django_db
def test_facets_are_counted_without_their_own_choice_and_show_what_is_below(crowd: None) -> None:
    filters = Filters(category="home", tags=("few",))
    assert selectors.browse(filters=filters).facets == ()

    filters = Filters(category="home", price_max=Decimal(19), facet_tags=("some",))
    result = selectors.browse(filters=filters, facets=True)

    counts = {facet.name: {v.value: v.count for v in facet.values} for facet in result.facets}
    assert result.total == 40
    assert counts["category"] == {"lamps": 0}
    assert counts["tag:"] == {"some": 40}
    assert sum(count for band, count in counts["price"].items() if band != "-19") >= 320


@pytest.mark.django_db
def test_it_is_told_apart_from_a_search() -> None:
    newest = make_product(title="Lamp")

    result = selectors.browse(k=1)

    assert (result.kind, result.plan, result.sort, result.space) == (
        "browse",
        "browse",
        "newest",
        "",
    )
    assert [(hit.product, hit.distance, hit.band) for hit in result.hits] == [(newest, None, "")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"k": 0}, "k"),
        ({"page": 0}, "page"),
        ({"sort": "shine"}, "sort"),
        ({"words": "x" * 201}, "text"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSearch) as refused:
        selectors.browse(**asked)

    assert refused.value.field == field


@pytest.mark.django_db
def test_an_unknown_section_is_refused() -> None:
    with pytest.raises(UnknownFilter):
        selectors.browse(filters=Filters(category="nowhere"))


@pytest.mark.django_db
def test_it_costs_the_same_however_much_is_shown(crowd: None) -> None:
    def statements(filters: Filters) -> int:
        with CaptureQueriesContext(connection) as captured:
            selectors.browse(filters=filters, k=100, facets=True)
        return len(captured)

    # The category, what is below it, the products, their cards and first pictures; four to count;
    # the sections below and the names of the tags.
    assert statements(Filters(category="home")) == 11
    assert statements(Filters(category="rare")) == 11
