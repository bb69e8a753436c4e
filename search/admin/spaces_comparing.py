"""A comparison with its pictures: the questions that change most, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.models import ProductImage
from search.models import GoldenQuery
from search.services.comparing import Answer, Asked, Comparison
from search.services.golden import pictures

THUMBNAIL = 160


@dataclass(frozen=True, slots=True)
class Shown:
    """One product in a list: its picture, whether only this list has it, and whether staff expect
    it."""

    image: ProductImage
    thumbnail: str
    alone: bool
    expected: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A question with what either space answers; `lost` are titles of expected products that only
    the first one found."""

    image: ProductImage
    thumbnail: str
    pinned: bool
    common: int
    before: tuple[Shown, ...]
    after: tuple[Shown, ...]
    lost: tuple[str, ...]


def side_by_side(comparison: Comparison) -> list[SideBySide]:
    """The questions that change most, without pictures that are gone since. Three queries."""
    images = pictures(_image_ids(comparison.changes))
    pinned = set(GoldenQuery.objects.values_list("image_id", flat=True))
    return [
        _question(asked, images, pinned=asked.image_id in pinned)
        for asked in comparison.changes
        if asked.image_id in images
    ]


def _image_ids(changes: Iterable[Asked]) -> set[int]:
    ids = {asked.image_id for asked in changes}
    sides = (side for asked in changes for side in (asked.before, asked.after))
    return ids | {answer.image_id for side in sides for answer in side}


def _question(asked: Asked, images: Mapping[int, ProductImage], *, pinned: bool) -> SideBySide:
    image = images[asked.image_id]
    before, after = (
        _shown(side, other, asked.expected, images)
        for side, other in ((asked.before, asked.after), (asked.after, asked.before))
    )
    lost = tuple(each.image.product.title for each in before if each.expected and each.alone)
    return SideBySide(
        image, image.thumbnail_url(THUMBNAIL), pinned, asked.common, before, after, lost
    )


def _shown(
    side: Iterable[Answer],
    other: Iterable[Answer],
    expected: Iterable[int],
    images: Mapping[int, ProductImage],
) -> tuple[Shown, ...]:
    there, wanted = {answer.product_id for answer in other}, set(expected)
    return tuple(
        Shown(
            image=image,
            thumbnail=image.thumbnail_url(THUMBNAIL),
            alone=answer.product_id not in there,
            expected=answer.product_id in wanted,
        )
        for answer in side
        if (image := images.get(answer.image_id))
    )
