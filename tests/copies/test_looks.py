"""What a photo is looked at as: every edit is undone by one of the looks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageOps

from search.copies import LOOKS, looks
from search.copies.panels import panel, seam
from search.embedding.drawn import draw_picture
from tests.factories import draw_photo

Turn = Image.Transpose


def looked(photo):
    return {look.how: look.image for look in looks(photo)}


def difference(one, other):
    return float(np.asarray(ImageChops.difference(one, other.resize(one.size))).mean())


@pytest.mark.parametrize(
    ("edit", "how"),
    [
        (Turn.FLIP_LEFT_RIGHT, "mirrored"),
        (Turn.ROTATE_90, "turned right"),
        (Turn.ROTATE_270, "turned left"),
        (Turn.ROTATE_180, "upside down"),
    ],
)
def test_turns_are_undone(edit, how):
    photo = draw_photo(1)
    assert difference(photo, looked(photo.transpose(edit))[how]) == 0


@pytest.mark.parametrize("colour", ["white", "black", (128, 128, 128)])
def test_a_frame_is_taken_off(colour):
    photo = draw_photo(1)
    assert looked(ImageOps.expand(photo, 40, colour))["panel"].size == photo.size


def test_the_photo_is_taken_out_of_a_page():
    photo = draw_photo(2)
    page = Image.new("RGB", (400, 720), (250, 250, 250))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 400, 20), fill="black")
    for line in range(450, 600, 30):
        pen.rectangle((20, line, 350, line + 12), fill=(205, 205, 210))
    page.paste(photo, (40, 100))
    # Looked at in half of its pixels, picked and not averaged.
    assert panel(page) == pytest.approx((40, 100, 360, 340), abs=2)


def test_a_picture_without_a_frame_has_no_panel():
    assert panel(draw_picture(1)) is None
    assert panel(Image.new("RGB", (300, 200), "white")) is None


def test_two_pictures_are_parted_at_their_seam():
    pair = Image.new("RGB", (300, 240), "white")
    pair.paste(draw_photo(1, size=(180, 240)), (0, 0))
    assert seam(pair, axis=1) == 180
    assert seam(pair.transpose(Turn.ROTATE_270), axis=0) == 180


def test_without_a_seam_it_is_parted_in_the_middle():
    assert seam(Image.new("RGB", (300, 200), "teal"), axis=1) == 150


@settings(max_examples=40, deadline=None)
@given(st.integers(16, 120), st.integers(16, 120), st.integers(0, 50))
def test_any_photo_has_looks_of_a_size_that_can_be_embedded(width, height, seed):
    photo = draw_photo(seed, size=(width, height))
    found = list(looks(photo))
    assert found[0] == ("as it is", photo)
    assert {each.how for each in found} <= set(LOOKS)
    assert min(min(each.image.size) for each in found) >= 16
