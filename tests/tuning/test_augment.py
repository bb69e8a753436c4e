"""Augmented pictures look like other photos of the same thing, the same ones every time."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from search.tuning.augment import SIDE, augment
from search.tuning.scenes import close_in, move_to_another_ground, put_on_a_shelf


def packshot(size: tuple[int, int] = (200, 160)) -> Image.Image:
    """A red thing on white, 60 x 80 pixels."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((70, 40, 129, 119), fill=(200, 20, 30))
    return image


def pixels(images: list[Image.Image]) -> list[bytes]:
    return [image.tobytes() for image in images]


def test_the_same_seed_draws_the_same_pictures():
    assert pixels(augment(packshot(), count=4, seed=7)) == pixels(
        augment(packshot(), count=4, seed=7)
    )


def test_a_picture_does_not_depend_on_how_many_are_drawn():
    assert pixels(augment(packshot(), count=5, seed=7))[:2] == pixels(
        augment(packshot(), count=2, seed=7)
    )


def test_pictures_differ_from_each_other_and_by_seed():
    drawn = pixels(augment(packshot(), count=6, seed=1) + augment(packshot(), count=6, seed=2))

    assert len(set(drawn)) == 12


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (16, 16), (2000, 1500)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_any_picture_can_be_augmented(size, mode):
    drawn = augment(Image.new(mode, size, 120), count=6, seed=3)

    assert len(drawn) == 6
    assert {image.mode for image in drawn} == {"RGB"}
    assert all(min(image.size) >= 1 and max(image.size) <= SIDE for image in drawn)


def test_the_picture_itself_is_left_as_it_was():
    image = packshot()
    before = image.tobytes()

    augment(image, count=6, seed=0)

    assert image.tobytes() == before


def test_closing_in_leaves_the_thing_alone():
    assert close_in(packshot(), np.random.default_rng(0)).size == (60, 80)


def test_another_ground_keeps_the_thing():
    moved = np.asarray(move_to_another_ground(packshot(), np.random.default_rng(0)))

    assert (moved[50:110, 80:120] == (200, 20, 30)).all()
    assert not (moved[0, 0] == 255).all()


def test_a_picture_without_a_plain_ground_is_not_cut_out():
    noisy = Image.fromarray(
        np.random.default_rng(0).integers(0, 256, (50, 60, 3)).astype(np.uint8), "RGB"
    )

    assert move_to_another_ground(noisy, np.random.default_rng(0)) is noisy
    assert close_in(noisy, np.random.default_rng(0)).size == (60, 50)


def test_a_shelf_shows_the_thing_several_times():
    shelf = np.asarray(put_on_a_shelf(packshot(), np.random.default_rng(4))).astype(int)

    red = (np.abs(shelf - (200, 20, 30)).max(axis=2) < 12).mean()
    assert red > 0.4
