"""Which words count as mistyped, and what they become."""

from __future__ import annotations

import pytest

from search.engine.typos import edits_between, mended
from tests.engine import gallery
from tests.factories import make_product


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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red shirt", "red shirt"),
        ("rde shrit", "red shirt"),
        ("Shrit, red!", "shirt, red!"),
        ("xylophone", "xylophone"),
        ("ed", "ed"),
        ("café", "café"),
        ("", ""),
    ],
)
def test_mended_by_the_words_of_the_catalogue(text: str, expected: str) -> None:
    make_product(title="Red shirt")
    make_product(title="Café sign")
    gallery.refresh_words()

    assert mended(text) == expected
