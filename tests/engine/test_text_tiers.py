"""Which of the products that have the words come first, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Product
from search.engine.filters import Resolved, resolve
from search.engine.text import products_by_words
from search.engine.types import Filters
from tests.engine import gallery
from tests.factories import make_product, make_tag

pytestmark = pytest.mark.django_db

# With a pool of 5, more than 5 products with a word are looked for tier by tier.
ALL_TOGETHER, TIER_BY_TIER = 100, 5


def found(
    words: str,
    *,
    filters: Filters | None = None,
    near: Sequence[int] = (),
    limit: int = ALL_TOGETHER,
) -> list[str]:
    resolved = resolve(filters) if filters else Resolved()
    ids = products_by_words(words, resolved=resolved, limit=limit, near=near)
    by_id = Product.objects.in_bulk(ids)
    return [by_id[each].title for each in ids]


def crowd(count: int, **fields: Any) -> list[Product]:
    """Newer with each: Lamp 0, Lamp 1, ..."""
    return [make_product(**{"title": f"Lamp {number}", **fields}) for number in range(count)]


@pytest.fixture(autouse=True)
def small_pool(settings: Any) -> None:
    settings.TEXT_POOL = TIER_BY_TIER


@pytest.mark.parametrize("limit", [ALL_TOGETHER, TIER_BY_TIER])
def test_title_then_labels_then_anywhere(limit: int) -> None:
    make_product(title="Red lamp")
    make_product(title="Lamp", tags=("colour:red",))
    for number in range(6):
        make_product(title=f"Cup {number}", description="Red lamp, red lamp, red lamp")
    gallery.refresh_words()

    assert found("red lamp", limit=limit)[:3] == ["Red lamp", "Lamp", "Cup 5"]


@pytest.mark.parametrize("limit", [ALL_TOGETHER, TIER_BY_TIER])
def test_what_was_typed_comes_before_what_english_leaves_of_it(limit: int) -> None:
    make_product(title="Down jacket")
    for number in range(6):
        make_product(title=f"Jacket {number}")
    gallery.refresh_words()

    assert found("down jacket", limit=limit)[:2] == ["Down jacket", "Jacket 5"]


def test_words_without_a_meaning_of_their_own_are_left_out_of_a_question() -> None:
    make_product(title="Red shirt")
    gallery.refresh_words()

    assert found("the red shirt") == ["Red shirt"]


def test_such_words_alone_find_titles_that_have_them_and_are_never_mended() -> None:
    make_product(title="Watering can", description="For the garden")
    make_product(title="Tie", description="With the dots")
    gallery.refresh_words()

    assert found("the") == []
    assert found("can") == ["Watering can"]


@pytest.mark.parametrize("sku", ["LMP-7-X", "lmp-7-x", "LMP7X", "lmp 7 x"])
def test_a_sku_comes_first_in_any_case_and_without_its_hyphens(sku: str) -> None:
    make_product(title="LMP-7-X LMP 7 X lmp7x cover", sku="COVER-1")
    make_product(title="Red lamp", sku="LMP-7-X")
    gallery.refresh_words()

    assert found(sku)[0] == "Red lamp"


def test_of_two_skus_the_one_that_was_typed() -> None:
    make_product(title="Newer", sku="ab-1")
    make_product(title="Older", sku="AB1")
    gallery.refresh_words()

    assert found("ab-1") == ["Newer", "Older"]
    assert found("AB1") == ["Older", "Newer"]


def test_a_sku_under_a_filter_that_its_product_does_not_pass() -> None:
    make_product(title="Lamp", sku="LMP-7")
    make_tag("sale")

    assert found("LMP7", filters=Filters(tags=("sale",))) == []


def test_an_old_title_comes_before_any_number_of_new_descriptions() -> None:
    make_product(title="Teapot")
    crowd(30, description="Matches the teapot")
    gallery.refresh_words()

    assert found("teapot", limit=TIER_BY_TIER)[0] == "Teapot"


def test_of_too_many_titles_the_newest() -> None:
    crowd(12)
    gallery.refresh_words()

    assert set(found("lamp", limit=5)) == {f"Lamp {number}" for number in range(7, 12)}


def test_filters_come_before_the_bound() -> None:
    make_product(title="Lamp of old", tags=("sale",))
    crowd(30, tags=("new",))
    gallery.refresh_words()

    assert found("lamp", filters=Filters(tags=("sale",)), limit=5) == ["Lamp of old"]


def test_what_a_photo_found_leads_its_tier_however_old() -> None:
    old, older = make_product(title="Lamp of old"), make_product(title="Lamp of then")
    described = make_product(title="Cup", description="Not a lamp")
    other = make_product(title="Chair")
    crowd(30)
    gallery.refresh_words()
    near = [described.pk, older.pk, other.pk, old.pk]

    assert found("lamp", near=near, limit=5)[:2] == ["Lamp of then", "Lamp of old"]
    assert found("lamp", near=near)[-1] == "Cup"
    assert "Chair" not in found("lamp", near=near)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(tags=("sale",)), ["Lamp A"]),
        (Filters(tags=("sale", "colour:blue")), []),
        (Filters(any_tags=("sale", "colour:blue")), ["Lamp B", "Lamp A"]),
        (Filters(not_tags=("sale",)), ["Lamp B"]),
        (Filters(facet_tags=("colour:red", "colour:blue")), ["Lamp B", "Lamp A"]),
        (Filters(category="home"), ["Lamp A"]),
        (Filters(in_stock=True), ["Lamp B"]),
        (Filters(price_max=Decimal(20)), ["Lamp A"]),
        (Filters(price_min=Decimal(20), tags=("colour:blue",)), ["Lamp B"]),
        (Filters(price_min=Decimal(20), tags=("sale",)), []),
    ],
)
@pytest.mark.parametrize("few", [0, 4_000])
def test_every_filter_counts_for_words(
    filters: Filters, expected: list[str], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.words.narrowing.FEW_PRODUCTS", few)
    lamps = gallery.category_path("Home", "Lamps")
    make_product(title="Lamp A", category=lamps, price=10, stock=0, tags=("colour:red", "sale"))
    make_product(title="Lamp B", price=50, stock=2, tags=("colour:blue",))
    gallery.refresh_words()

    assert found("lamp", filters=filters) == expected


@pytest.mark.parametrize("few", [0, 4_000])
@pytest.mark.parametrize("words", ["lmp7", "can", "watering can"])
def test_price_counts_for_skus_and_little_words_too(
    words: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.words.narrowing.FEW_PRODUCTS", few)
    make_product(title="Watering can", sku="LMP-7", price=50)
    make_product(title="Tin", price=10)

    assert found(words, filters=Filters(price_max=Decimal(20))) == []
    assert found(words, filters=Filters(price_min=Decimal(20))) == ["Watering can"]


def test_words_follow_an_edit_in_its_transaction() -> None:
    lamp = make_product(title="Lamp")
    tag = make_tag("sale")
    assert found("lamp") == ["Lamp"]

    Product.objects.filter(pk=lamp.pk).update(status="draft")
    assert found("lamp") == []

    Product.objects.filter(pk=lamp.pk).update(status="active")
    lamp.tags.add(tag)
    assert found("lamp", filters=Filters(tags=("sale",))) == ["Lamp"]
    assert found("sale") == ["Lamp"]
