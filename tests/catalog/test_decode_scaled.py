"""A JPEG of which fewer pixels are needed is decoded at a fraction, and is the same picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from catalog.errors import ImageRejected
from catalog.images import decode
from tests.factories import draw_photo, encoded, jpeg_bytes

WIDTH, HEIGHT = 1280, 960


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return draw_photo().resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def difference(found: Image.Image, expected: Image.Image) -> float:
    """The mean difference in grey levels, once the expected picture has the found one's size."""
    same_size = expected.resize(found.size, Image.Resampling.BOX)
    return float(np.abs(np.asarray(found, dtype=float) - np.asarray(same_size)).mean())


@pytest.mark.parametrize(
    ("at_least", "size"),
    [
        (None, (1280, 960)),
        (961, (1280, 960)),
        (481, (1280, 960)),
        (480, (640, 480)),
        (240, (320, 240)),
        (120, (160, 120)),
        (1, (160, 120)),
    ],
)
def test_both_sides_keep_what_is_needed(photo, at_least, size):
    picture = decode(jpeg_bytes(photo), at_least=at_least)

    assert picture.image.size == size
    assert difference(picture.image, photo) < 3


def test_the_checksum_and_content_are_the_files(photo):
    data = jpeg_bytes(photo)

    scaled, whole = decode(data, at_least=200), decode(data)

    assert (scaled.checksum, scaled.content) == (whole.checksum, data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_formats_come_whole(photo, kind):
    assert decode(encoded(photo, kind), at_least=200).image.size == (WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("crop", "size"),
    [
        ((0.0, 0.0, 1.0, 1.0), (320, 240)),
        ((0.5, 0.5, 0.5, 0.5), (640, 480)),
        ((0.0, 0.5, 1.0, 0.4), (640, 480)),
        ((0.1, 0.1, 0.3, 0.9), (640, 480)),
        ((0.1, 0.1, 0.1, 0.1), (1280, 960)),
        ((0.1, 0.1, 0.0, 0.1), (1280, 960)),
    ],
)
def test_a_crop_keeps_the_pixels_of_its_own_part(photo, crop, size):
    assert decode(jpeg_bytes(photo), at_least=180, crop=crop).image.size == size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_measures_the_crop_when_upright(photo, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = jpeg_bytes(photo, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    # A quarter of the upright width is 320 or 240 pixels: 240 allow no half.
    narrow = (0.0, 0.0, 0.25, 1.0)

    whole = decode(data, at_least=400)
    part = decode(data, at_least=160, crop=narrow)

    half = (expected.width // 2, expected.height // 2)
    assert whole.image.size == half
    assert difference(whole.image, expected) < 3
    assert part.image.size == (half if orientation < 5 else expected.size)
    assert whole.image.info == {}


def test_cmyk_grey_and_a_colour_profile_come_out_as_they_do_whole(photo):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    files = [
        jpeg_bytes(photo.convert("CMYK")),
        jpeg_bytes(photo.convert("L")),
        jpeg_bytes(photo, icc_profile=profile),
    ]

    for data in files:
        scaled = decode(data, at_least=400).image
        assert (scaled.mode, scaled.size, scaled.info) == ("RGB", (640, 480), {})
        assert difference(scaled, decode(data).image) < 3


@pytest.mark.parametrize("width", [0, 5e-324, 1e-310, 1e-9])
def test_a_crop_of_hardly_any_width_asks_for_the_whole(photo, width):
    picture = decode(jpeg_bytes(photo), at_least=100, crop=(0, 0, width, 1))

    assert picture.image.size == photo.size


def test_a_box_that_is_none_is_refused_before_the_file_is_read(photo):
    with pytest.raises(ImageRejected) as caught:
        decode(b"", at_least=200, crop=(0.5, 0.5, 0.8, 0.5))

    assert (caught.value.code, caught.value.field) == ("corrupt", "crop")


def test_the_limits_hold_for_the_size_in_the_file():
    with pytest.raises(ImageRejected) as caught:
        decode(jpeg_bytes(Image.new("RGB", (10_000, 5_001))), at_least=200)

    assert caught.value.code == "too_many_pixels"


def test_a_file_that_stops_short_is_refused_at_a_fraction_too(photo):
    with pytest.raises(ImageRejected) as caught:
        decode(jpeg_bytes(photo)[:30_000], at_least=200)

    assert caught.value.code == "corrupt"
