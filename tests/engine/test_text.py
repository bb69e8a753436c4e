"""Words find titles, tags and descriptions; in any language, with accents or without, mistyped."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import selectors
from search.engine.filters import Resolved
from search.engine.text import products_by_words
from search.engine.types import Question, SearchResult
from search.errors import InvalidSearch
from tests.engine import gallery
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def asked(text: str) -> SearchResult:
    return selectors.search(question=Question(text=text), door="test")


def titles(text: str) -> list[str]:
    return [hit.product.title for hit in asked(text).hits]


@pytest.fixture
def shop() -> None:
    home = gallery.category_path("Home", "Lighting")
    make_product(title="Red lamp", description="For the desk.", category=home, sku="LMP-7")
    make_product(title="Crème brûlée dish", description="Fires well", tags=("material:stoneware",))
    make_product(title="Blue jacket", description="Goes with a red lamp", tags=("colour:blue",))
    make_product(title="Hidden lamp", status="draft")
    gallery.refresh_words()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jacket", ["Blue jacket"]),
        ("jackets", ["Blue jacket"]),
        ("JACKET blue", ["Blue jacket"]),
        ("stoneware", ["Crème brûlée dish"]),
        ("creme brulee", ["Crème brûlée dish"]),
        ("BRÛLÉE", ["Crème brûlée dish"]),
        ("lighting", ["Red lamp"]),
        ("LMP-7", ["Red lamp"]),
        ("desk -red", []),
        ("lamp -red", []),
        ("red -jacket", ["Red lamp"]),
        ('"red lamp"', ["Blue jacket", "Red lamp"]),
        ('"lamp red"', []),
        ("jacket or dish", ["Blue jacket", "Crème brûlée dish"]),
        ("helicopter", []),
        ("-red", []),
        ("!?&|", []),
        ("'; DROP TABLE catalog_product; --", []),
        ("\x00jacket\x07", ["Blue jacket"]),
    ],
)
def test_what_words_find(text: str, expected: list[str]) -> None:
    assert sorted(titles(text)) == expected


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("text", ["jakcet", "jaket", "jackett", "bleu jacket", "Jackte!"])
def test_typing_errors_are_mended(text: str) -> None:
    assert titles(text) == ["Blue jacket"]


@pytest.mark.usefixtures("shop")
def test_the_answer_to_words_has_no_distance_and_shows_products_without_pictures() -> None:
    result = asked("jacket")
    (hit,) = result.hits

    assert (hit.image, hit.distance, hit.similarity, hit.band) == (None, None, None, "")
    assert (result.plan, result.space, result.band, result.kind) == ("text", "", "", "text")


def test_words_show_the_first_picture() -> None:
    space = gallery.make_space()
    lamp = gallery.shown("Lamp", gallery.axis(0), gallery.axis(1), space=space)
    gallery.refresh_words()

    assert asked("lamp").hits[0].image == lamp.images.all()[0]


def test_words_of_another_language_are_found_as_they_stand() -> None:
    make_product(title="Die rote Lampe")
    make_product(title="赤い ランプ")
    gallery.refresh_words()

    assert titles("rote Lampe") == ["Die rote Lampe"]
    assert titles("ランプ") == ["赤い ランプ"]


@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_nothing_asked_is_refused(text: str) -> None:
    with pytest.raises(InvalidSearch, match="nothing to search for"):
        asked(text)


def test_too_many_words_are_refused() -> None:
    with pytest.raises(InvalidSearch) as caught:
        asked("word " * 41)

    assert (caught.value.field, "204 characters" in caught.value.message) == ("text", True)


pieces = st.sampled_from(
    [
        "red",
        "lamp",
        "the",
        "or",
        "-",
        '"',
        "'",
        "&",
        "|",
        "!",
        "<->",
        ":*",
        "(",
        ")",
        "\\",
        "%",
        " ",
    ]
)


@pytest.mark.usefixtures("shop")
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.lists(pieces | st.text(max_size=8), max_size=40).map(lambda parts: "".join(parts)[:195])
)
def test_any_text_has_an_answer(text: str) -> None:
    result = asked("lamp " + text)

    assert {hit.product.status for hit in result.hits} <= {"active"}


@pytest.mark.usefixtures("shop")
def test_no_more_than_the_limit() -> None:
    assert len(products_by_words("red or dish", resolved=Resolved(), limit=2)) == 2
