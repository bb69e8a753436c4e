"""Which words count as mistyped, and what they become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.typos import mended
from search.engine.words.spelling import edits_allowed, edits_between, keys
from tests.engine import gallery
from tests.factories import make_product

words = st.text("abcd", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "", 3),
        ("shrit", "shirt", 1),
        ("jaket", "jacket", 1),
        ("jackett", "jacket", 1),
        ("jocket", "jacket", 1),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_edits_between_two_words(a: str, b: str, edits: int) -> None:
    assert (edits_between(a, b), edits_between(b, a)) == (edits, edits)


@given(a=words, b=words)
def test_words_that_are_near_enough_share_a_key(a: str, b: str) -> None:
    if edits_between(a, b) <= min(edits_allowed(a), edits_allowed(b)):
        assert set(keys(a)) & set(keys(b))


@given(word=st.text(max_size=60))
def test_a_word_has_few_keys(word: str) -> None:
    assert 1 <= len(keys(word)) <= 29


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red shirt", "red shirt"),
        ("rde shrit", "red shirt"),
        ("Shrit, red!", "shirt, red!"),
        ("rèd", "rèd"),
        ("xylophone", "xylophone"),
        ("ed", "ed"),
        ("café", "café"),
        ("the", "the"),
        ("with", "with"),
        ("AB1235", "AB1235"),
        ("", ""),
    ],
)
def test_mended_by_the_words_of_the_shop(text: str, expected: str) -> None:
    make_product(title="Red shirt AB1234")
    make_product(title="Café sign")
    make_product(title="Tee Witch")
    gallery.refresh_words()

    assert mended(text) == expected


@pytest.mark.django_db
def test_of_two_that_are_equally_near_the_more_common() -> None:
    for title in ("Boot", "Boat", "Boat again"):
        make_product(title=title)
    gallery.refresh_words()

    assert mended("bout") == "boat"


@pytest.mark.django_db
def test_one_statement_however_many_words(django_assert_num_queries: object) -> None:
    gallery.refresh_words()

    with django_assert_num_queries(1):
        mended("one two thre four fiv six sevn eight nine ten")
