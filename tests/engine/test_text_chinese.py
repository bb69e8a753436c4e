"""Words are found where they are written without spaces: in Chinese, and so in Japanese, Korean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.models import Product
from search import selectors
from search.engine.filters import Resolved, resolve
from search.engine.statements import fetch
from search.engine.text import products_by_words
from search.engine.types import Filters, Question
from search.engine.typos import mended
from search.engine.words import vocabulary
from search.engine.words.narrowing import Narrowing
from search.engine.words.tiers import first_look
from search.models import Word
from tests.engine import gallery
from tests.factories import make_product

pytestmark = pytest.mark.django_db

PER_EXAMPLE = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Of each plane that has Han characters.
han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.characters(
    min_codepoint=0x20000, max_codepoint=0x2FFFF
)


def titles(text: str) -> list[str]:
    result = selectors.search(question=Question(text=text), door="test")
    return [hit.product.title for hit in result.hits]


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are counted from two products on."""
    counted = vocabulary.COUNTED.replace(f">= {vocabulary.MANY_PRODUCTS}", ">= 2")
    monkeypatch.setattr(vocabulary, "COUNTED", counted)


@pytest.fixture
def shop() -> None:
    dresses = gallery.category_path("女装", "连衣裙")
    make_product(title="法式红色连衣裙", category=dresses, description="这款V领设计，显瘦。")
    make_product(title="北欧台灯", sku="LMP-7", description="《光》与影", tags=("材质:玻璃",))
    make_product(title="Nike运动鞋 42", sku="灯-9", description="纯棉T恤也好搭。")
    make_product(title="𠮷野家餐具", tags=("颜色:红色",))
    make_product(title="ガラスのコップ")
    make_product(title="한국어 사전")
    make_product(title="Red lamp")
    gallery.refresh_words()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("连衣裙", ["法式红色连衣裙"]),
        ("红色", ["法式红色连衣裙", "𠮷野家餐具"]),
        ("红色连衣裙", ["法式红色连衣裙"]),
        ("连衣裙 红色", ["法式红色连衣裙"]),
        ("连衣裙，红色", ["法式红色连衣裙"]),
        ("女装", ["法式红色连衣裙"]),
        ("玻璃", ["北欧台灯"]),
        ("裙衣连", []),
        ("蓝色连衣裙", []),
        ("連衣裙", []),
        ("灯", ["Nike运动鞋 42", "北欧台灯"]),
        ("璃", ["北欧台灯"]),
        ("T恤", ["Nike运动鞋 42"]),
        ("V领", ["法式红色连衣裙"]),
        ("光", ["北欧台灯"]),
        ("瘦", ["法式红色连衣裙"]),
        ("计", ["法式红色连衣裙"]),
        ("设", []),
        ("设计", ["法式红色连衣裙"]),
        ("计显", []),
        ("nike", ["Nike运动鞋 42"]),
        ("Nike运动鞋 42", ["Nike运动鞋 42"]),
        ("运动鞋nike", ["Nike运动鞋 42"]),
        ("LMP-7 台灯", ["北欧台灯"]),
        ("𠮷", ["𠮷野家餐具"]),
        ("𠮷野", ["𠮷野家餐具"]),
        ("コップ", ["ガラスのコップ"]),
        ("한국", ["한국어 사전"]),
        ("사전 한국어", ["한국어 사전"]),
        ("，。《》", []),
    ],
)
def test_what_words_find(text: str, expected: list[str]) -> None:
    assert sorted(titles(text)) == expected


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\uff2e\uff49\uff4b\uff45", ["Nike运动鞋 42"]),
        ("运动鞋\u3000\uff14\uff12", ["Nike运动鞋 42"]),
        ("\uff2c\uff2d\uff30\uff0d\uff17", ["北欧台灯"]),
        ("\uff76\uff9e\uff97\uff7d", ["ガラスのコップ"]),
        ("か\u3099", []),
    ],
)
def test_full_and_half_width_are_alike(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("红色 -连衣裙", ["𠮷野家餐具"]),
        ("红色 \uff0d连衣裙", ["𠮷野家餐具"]),
        ("红色 -连衣帽", ["法式红色连衣裙", "𠮷野家餐具"]),
        ("红色 -裙", ["𠮷野家餐具"]),
        ("运动鞋 -nike运动鞋", []),
        ("-红色", []),
        ('"红色连衣裙"', ["法式红色连衣裙"]),
        ('"连衣裙红色"', []),
        ('"nike运动鞋"', ["Nike运动鞋 42"]),
        ("台灯 or 餐具", ["北欧台灯", "𠮷野家餐具"]),
    ],
)
def test_refused_words_and_phrases_are_whole(text: str, expected: list[str]) -> None:
    assert sorted(titles(text)) == expected


@pytest.mark.parametrize("limit", [5, 100])
def test_title_then_labels_then_anywhere_and_of_too_many_the_newest(
    limit: int, settings: Any
) -> None:
    settings.TEXT_POOL = 5
    make_product(title="红色台灯")
    make_product(title="台灯", tags=("颜色:红色",))
    for number in range(8):
        make_product(title=f"杯子{number}", description="红色台灯，红色台灯")
    gallery.refresh_words()
    found = products_by_words("红色 台灯", resolved=Resolved(), limit=limit)

    assert titles_of(found)[:3] == ["红色台灯", "台灯", "杯子7"]


def test_of_too_many_titles_the_newest(settings: Any) -> None:
    settings.TEXT_POOL = 5
    for number in range(12):
        make_product(title=f"红色连衣裙{number}")
    gallery.refresh_words()
    found = products_by_words("红色连衣裙", resolved=Resolved(), limit=5)

    assert set(titles_of(found)) == {f"红色连衣裙{number}" for number in range(7, 12)}


def test_pairs_of_characters_are_expected_as_often_as_the_rarest(few_are_many: None) -> None:
    """Those of one word come together: to multiply their shares would expect far too few."""
    for title in ("红色连衣裙 lamp", "红色连衣裙", "红色台灯 lamp"):
        make_product(title=title)
    gallery.refresh_words()
    text = "红色连衣裙 lamp"
    [look] = fetch(first_look(Narrowing()), {"text": text, "needle": text})

    assert sorted(look[3]) == [2, 2]


def titles_of(products: list[int]) -> list[str]:
    by_id = Product.objects.in_bulk(products)
    return [by_id[each].title for each in products]


def test_words_that_were_typed_as_one_are_found_in_title_and_labels() -> None:
    make_product(title="北欧台灯", tags=("颜色:红色",))
    make_product(title="台灯", description="红色灯罩")
    make_product(title="红色台布与灯")
    gallery.refresh_words()

    assert titles("红色台灯") == ["红色台布与灯", "北欧台灯"]
    assert titles('"红色台灯"') == []
    assert titles("红色台灯 -北欧") == []
    assert titles("红台") == []


def test_filters_count() -> None:
    make_product(title="红色台灯", tags=("sale",))
    make_product(title="蓝色台灯")
    gallery.refresh_words()
    found = products_by_words("台灯", resolved=resolve(Filters(tags=("sale",))), limit=5)

    assert titles_of(found) == ["红色台灯"]


def test_a_word_is_never_mended_to_another_and_letters_beside_it_are() -> None:
    make_product(title="红色连衣裙")
    make_product(title="Nike运动鞋")
    gallery.refresh_words()

    assert mended("蓝色连衣裙") == "蓝色连衣裙"
    assert mended("Nikke运动鞋") == "nike运动鞋"
    assert titles("蓝色连衣裙") == []
    assert titles("Nikke运动鞋") == ["Nike运动鞋"]


def test_pairs_are_counted_where_many_products_have_them(few_are_many: None) -> None:
    make_product(title="红色连衣裙 lamp")
    make_product(title="红色台灯", tags=("材质:玻璃",))
    vocabulary.refresh()

    counted = {word.word: (word.products, word.keys == []) for word in Word.objects.all()}
    assert counted == {"红色": (2, True), "红": (2, True), "色": (2, True), "lamp": (1, False)}


@PER_EXAMPLE
@given(title=st.text(han, min_size=2, max_size=30), data=st.data())
def test_every_part_of_a_title_of_two_characters_or_more_finds_it(
    title: str, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(title) - 2))
    last = data.draw(st.integers(first + 2, len(title)))
    with gallery.rolled_back():
        product = make_product(title=title)

        assert products_by_words(title[first:last], resolved=Resolved(), limit=5) == [product.pk]


@PER_EXAMPLE
@given(
    title=st.text(max_size=60).map(lambda text: text.replace("\0", "")),
    words=st.text(min_size=1, max_size=60),
)
@example(title="红\u0300色", words='红-"色')
@example(title="\u3099か゛", words="-か\u3099\"'\\")
def test_any_text_can_be_a_title_and_a_question(title: str, words: str) -> None:
    with gallery.rolled_back():
        make_product(title=title)

        assert len(titles("灯 " + words)) <= 1
