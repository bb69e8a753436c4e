"""The part of a photo that a customer points at."""

from __future__ import annotations

import math

import pytest

from catalog.errors import ImageRejected
from catalog.images import crop
from tests.factories import draw_photo


def test_a_crop_is_cut_by_fractions_of_the_sides():
    photo = draw_photo(size=(400, 200))
    part = crop(photo, (0.25, 0.5, 0.5, 0.25))
    assert part.size == (200, 50)
    assert part.getpixel((0, 0)) == photo.getpixel((100, 100))


def test_the_whole_photo_is_a_crop_even_with_a_rounding_error():
    photo = draw_photo(size=(400, 200))
    assert crop(photo, (0.0, 0.0, 1.0, 1.0)).size == (400, 200)
    assert crop(photo, (0.5, 0.5, 0.5004, 0.5004)).size == (200, 100)


@pytest.mark.parametrize(
    "box",
    [
        (-0.1, 0, 0.5, 0.5),
        (0.6, 0, 0.5, 0.5),
        (0, 0, 1, 1.2),
        (0, 0, math.nan, 1),
        (0, 0, math.inf, 1),
        (0, 0, 1),
    ],
)
def test_a_box_that_is_not_inside_the_photo_is_refused(box):
    with pytest.raises(ImageRejected, match="from 0 to 1") as refusal:
        crop(draw_photo(), box)
    assert refusal.value.field == "crop"


def test_a_crop_of_too_few_pixels_is_too_small():
    with pytest.raises(ImageRejected) as refusal:
        crop(draw_photo(size=(400, 200)), (0, 0, 0.5, 0.05))
    assert refusal.value.code == "too_small"
    assert refusal.value.field == "crop"
