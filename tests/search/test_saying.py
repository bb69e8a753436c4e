"""What shoppers make of an answer is counted: once, within bounds, and leading to nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from catalog.models import Product
from search import selectors, services
from search.errors import InvalidSearch
from search.models import PhotoQuery, SearchFeedback
from search.services import photo_query, record_click, record_missed
from search.services.saying import MISSED, MOST_SAID
from tests.factories import draw_photo, jpeg_bytes, make_product
from tests.shop import Shop, open_shop

PHOTO = jpeg_bytes(draw_photo(1))


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


def answered(**asked: Any) -> PhotoQuery:
    """A query whose answer was shown on the page."""
    query, _ = photo_query(**asked)
    question = selectors.question_of(query)
    selectors.search(question=question, facets=True, door="page")
    return selectors.get_query(query.pk)


def click(query: PhotoQuery, product: Product, **overrides: Any) -> bool:
    said: dict[str, Any] = {"position": 1, "band": "same", **overrides}
    return record_click(query=query, product=product, **said)


def rows() -> list[dict[str, Any]]:
    return list(SearchFeedback.objects.order_by("pk").values())


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"photo": PHOTO}, "photo"),
        ({"photo": PHOTO, "text": "shoe"}, "photo+text"),
    ],
)
def test_an_opened_hit_is_counted_with_its_place(shop: Shop, asked: dict[str, Any], kind: str):
    query = answered(**asked)

    assert click(query, shop.crimson, position=2, band="weak") is True

    [row] = rows()
    assert query.space is not None
    assert {name: row[name] for name in row.keys() - {"id", "created_at"}} == {
        "kind": "click",
        "asked_by": kind,
        "space": query.space.name,
        "product_id": shop.crimson.pk,
        "position": 2,
        "band": "weak",
    }


def test_words_alone_have_neither_space_nor_band(shop: Shop):
    assert click(answered(text="red"), shop.red, band="") is True

    [row] = rows()
    assert (row["asked_by"], row["space"], row["band"]) == ("text", "", "")


def test_a_product_as_the_question(shop: Shop):
    assert click(answered(product=shop.red), shop.crimson) is True

    assert rows()[0]["asked_by"] == "product"


def test_what_the_query_did_not_find_does_not_count(shop: Shop):
    query = answered(photo=PHOTO)

    assert click(query, make_product()) is False
    assert click(query, shop.red, position=4) is False
    assert click(photo_query(photo=PHOTO)[0], shop.red) is False
    assert rows() == []


@pytest.mark.parametrize("position", [0, -1, 1_001, 10**12])
def test_a_place_that_no_hit_has_is_refused(shop: Shop, position: int):
    with pytest.raises(InvalidSearch) as raised:
        click(answered(photo=PHOTO), shop.red, position=position)

    assert raised.value.field == "position"
    assert raised.value.message == f"A hit's place is 1 to 1000, not {position}."


def test_a_band_that_no_hit_has_is_refused(shop: Shop):
    with pytest.raises(InvalidSearch) as raised:
        click(answered(photo=PHOTO), shop.red, band="perfect")

    assert raised.value.field == "band"
    assert raised.value.message == "No hit of this search is called 'perfect'."


def test_missed_is_said_once_beside_any_clicks(shop: Shop):
    query = answered(photo=PHOTO)

    assert click(query, shop.red) is True
    assert record_missed(query=query) is True
    assert record_missed(query=query) is False
    assert click(query, shop.red) is True

    assert [(row["kind"], row["position"]) for row in rows()] == [
        ("click", 1),
        ("missed", None),
        ("click", 1),
    ]


@pytest.mark.parametrize("before", [0, MISSED])
def test_beyond_a_hundred_nothing_more_is_kept(shop: Shop, before: int):
    query = answered(photo=PHOTO)
    PhotoQuery.objects.update(said=before + MOST_SAID - 1)

    assert [click(query, shop.red), click(query, shop.red)] == [True, False]
    assert record_missed(query=query) is False
    assert PhotoQuery.objects.get().said == before + MOST_SAID
    assert len(rows()) == 1


@pytest.mark.parametrize("gone", ["deleted", "expired"])
def test_of_a_query_that_is_gone_nothing_is_kept(shop: Shop, gone: str):
    query = answered(photo=PHOTO)
    if gone == "deleted":
        services.forget_query(query_id=query.pk)
    else:
        PhotoQuery.objects.update(expires_at=timezone.now())

    assert click(query, shop.red) is False
    assert record_missed(query=query) is False
    assert rows() == []


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_no_more_than_there_is_room_for():
    shop = open_shop()
    query = answered(photo=PHOTO)
    PhotoQuery.objects.update(said=MOST_SAID - 3)

    def ask(_: int) -> bool:
        try:
            return click(query, shop.red)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 3
    assert len(rows()) == 3


def test_feedback_is_kept_as_long_as_counted_searches(shop: Shop, settings: Any):
    query = answered(photo=PHOTO)
    click(query, shop.red)
    click(query, shop.crimson)
    long_ago = timezone.now() - settings.SEARCH_EVENT_LIFETIME - timedelta(seconds=1)
    SearchFeedback.objects.filter(product=shop.red).update(created_at=long_ago)

    assert services.purge_queries() == 1

    assert SearchFeedback.objects.get().product == shop.crimson


def test_a_product_that_is_deleted_leaves_the_count(shop: Shop):
    click(answered(photo=PHOTO), shop.red)

    shop.red.delete()

    assert SearchFeedback.objects.get().product is None


def test_no_column_could_lead_to_a_person():
    kinds = {field.name: type(field) for field in SearchFeedback._meta.get_fields()}

    assert kinds == {
        "id": models.BigAutoField,
        "kind": models.CharField,
        "asked_by": models.CharField,
        "space": models.CharField,
        "product": models.ForeignKey,
        "position": models.PositiveSmallIntegerField,
        "band": models.CharField,
        "created_at": models.DateTimeField,
    }
    assert SearchFeedback._meta.get_field("product").related_model is Product


@pytest.mark.django_db
def test_the_table_has_no_other_columns_and_refers_to_products_alone():
    table = SearchFeedback._meta.db_table
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
        relations = connection.introspection.get_relations(cursor, table)

    assert {column.name for column in columns} == {
        field.column for field in SearchFeedback._meta.fields
    }
    assert {column: other for column, (_, other) in relations.items()} == {
        "product_id": Product._meta.db_table
    }


def test_no_row_keeps_the_query_it_came_from(shop: Shop):
    query = answered(photo=PHOTO, text="shoe")
    click(query, shop.red)
    record_missed(query=query)

    kept = " ".join(str(value) for row in rows() for value in row.values())
    assert str(query.pk) not in kept
    assert query.pk.hex not in kept
    assert "shoe" not in kept
