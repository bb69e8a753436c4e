"""A photo in which nothing can be seen is told from one that was taken at night."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from catalog.errors import ImageRejected
from catalog.images import check_light
from tests.factories import draw_photo


def noise(mean: float, spread: float) -> Image.Image:
    dice = np.random.default_rng(1)
    levels = np.clip(dice.normal(mean, spread, (480, 640, 3)), 0, 255)
    return Image.fromarray(levels.astype(np.uint8))


@pytest.mark.parametrize(
    "photo",
    [Image.new("RGB", (640, 480)), Image.new("RGB", (640, 480), (9, 9, 9)), noise(4, 8)],
    ids=["black", "next to black", "the noise of a covered lens"],
)
def test_a_photo_without_light_is_refused(photo: Image.Image) -> None:
    with pytest.raises(ImageRejected) as refused:
        check_light(photo)

    assert refused.value.code == "too_dark"
    assert refused.value.message == (
        "There is nothing to be seen in this photo: it is too dark. Choose another one."
    )


def test_a_lamp_in_the_night_is_enough() -> None:
    night = Image.new("RGB", (640, 480))
    ImageDraw.Draw(night).ellipse((300, 200, 340, 240), fill="white")

    check_light(night)


@pytest.mark.parametrize("photo", [draw_photo(1), Image.new("RGB", (640, 480), "white")])
def test_any_other_photo_passes(photo: Image.Image) -> None:
    check_light(photo)
