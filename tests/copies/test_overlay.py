"""An overlay knows a part of a picture, lighter or written on, and no other picture."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from search.copies import agreement, prepare
from tests.factories import draw_photo

PHOTO = draw_photo(1, size=(640, 480))
COPY = 0.7


def fits(part, whole=PHOTO):
    return agreement(part, prepare(whole))


@pytest.mark.parametrize(
    "part",
    [
        PHOTO,
        PHOTO.crop((40, 60, 600, 470)),
        PHOTO.crop((100, 50, 500, 350)),
        PHOTO.resize((120, 90)),
        ImageEnhance.Brightness(PHOTO).enhance(0.6),
        PHOTO.convert("L").convert("RGB"),
        PHOTO.filter(ImageFilter.GaussianBlur(3)),
    ],
    ids=["itself", "most of it", "half of it", "smaller", "darker", "grey", "blurred"],
)
def test_a_copy_or_a_part_fits(part):
    assert fits(part) > COPY


def test_a_line_of_writing_leaves_it_a_copy():
    written = PHOTO.copy()
    ImageDraw.Draw(written).rectangle((0, 200, 640, 240), fill=(220, 30, 40))
    assert fits(written) > 0.6 > fits(draw_photo(3, size=(640, 480)))


@given(st.integers(2, 400))
@settings(max_examples=25, deadline=None)
def test_another_picture_does_not_fit(seed):
    assert fits(draw_photo(seed, size=(640, 480))) < 0.85


def test_a_mirrored_one_does_not_fit():
    assert fits(PHOTO.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) < COPY


@pytest.mark.parametrize("size", [(16, 16), (20, 400), (400, 20), (1, 1)])
def test_a_plain_picture_fits_nothing(size):
    plain = Image.new("RGB", size, "teal")
    assert fits(plain) == 0
    assert fits(PHOTO, whole=plain) == 0
