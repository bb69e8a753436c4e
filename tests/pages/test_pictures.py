"""Which files of a picture a browser may choose from, and how wide it is told they are."""

from __future__ import annotations

import pytest

from catalog.models import ProductImage
from search.pages.cards import picture_of


def names(srcset: str) -> list[str]:
    """`480.webp 360w` for each."""
    return [each.rpartition("/")[2] for each in srcset.split(", ")]


def stored(width: int, height: int) -> ProductImage:
    return ProductImage(file="products/ab/full.jpg", width=width, height=height)


@pytest.mark.parametrize(
    ("size", "srcset", "square_srcset"),
    [
        (
            (2048, 1536),
            ["160.webp 160w", "480.webp 480w", "1200.webp 1200w"],
            ["160.webp 120w", "480.webp 360w", "1200.webp 900w"],
        ),
        (
            (1000, 2000),
            ["160.webp 80w", "480.webp 240w", "1200.webp 600w"],
            ["160.webp 80w", "480.webp 240w", "1200.webp 600w"],
        ),
        # Nothing is enlarged: all but the smallest are the same picture.
        ((320, 240), ["160.webp 160w", "480.webp 320w"], ["160.webp 120w", "480.webp 240w"]),
        ((90, 60), ["160.webp 90w"], ["160.webp 60w"]),
    ],
)
def test_each_thumbnail_is_told_by_its_own_width(
    size: tuple[int, int], srcset: list[str], square_srcset: list[str]
) -> None:
    picture = picture_of(stored(*size), title="Lamp")

    assert picture is not None
    assert names(picture.srcset) == srcset
    assert names(picture.square_srcset) == square_srcset
    assert (picture.full_width, picture.full_height) == size


def test_there_is_nothing_to_show_of_a_picture_without_a_size() -> None:
    assert picture_of(ProductImage(width=0, height=0), title="Lamp") is None
    assert picture_of(None, title="Lamp") is None
