"""What comes out of the decode contract: upright, sRGB, opaque, bare."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from catalog.images import decode
from tests.catalog import bad_files
from tests.factories import draw_photo, encoded, jpeg_bytes


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


def mean_difference(left: Image.Image, right: Image.Image) -> float:
    return float(np.abs(pixels(left) - pixels(right)).mean())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_format_of_the_allowlist_is_read_by_its_content(kind):
    photo = draw_photo()
    data = encoded(photo, kind)
    picture = decode(data)
    assert picture.format == kind
    assert picture.image.mode == "RGB"
    assert picture.image.size == photo.size
    assert picture.checksum == hashlib.sha256(data).hexdigest()
    assert picture.size == len(data)
    assert mean_difference(picture.image, photo) < 6


def test_a_lossless_picture_is_given_back_pixel_for_pixel():
    photo = draw_photo()
    assert mean_difference(decode(encoded(photo, "PNG")).image, photo) == 0


def test_an_open_file_is_read_like_its_bytes():
    data = encoded(draw_photo(), "PNG")
    assert decode(io.BytesIO(data)).checksum == decode(data).checksum


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(orientation):
    data = bad_files.with_exif(orientation=orientation)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    picture = decode(data)
    assert mean_difference(picture.image, expected) == 0
    assert picture.image.size == ((240, 320) if orientation > 4 else (320, 240))


def test_an_orientation_without_a_meaning_turns_nothing():
    assert decode(bad_files.with_exif(orientation=99)).image.size == (320, 240)


def test_garbage_for_exif_does_not_hurt_the_picture():
    data = jpeg_bytes(draw_photo(), exif=b"Exif\x00\x00" + bytes(range(256)))
    assert decode(data).image.size == (320, 240)


def test_nothing_of_the_metadata_is_left():
    image = decode(bad_files.with_exif(orientation=6, gps=True)).image
    assert image.info == {}
    assert dict(image.getexif()) == {}
    again = encoded(image, "JPEG")
    assert b"garden" not in again
    assert b"Exif" not in again


@pytest.mark.parametrize("tail", [b"<html><script>alert(1)</script></html>", bad_files.zip_tail()])
def test_what_hides_behind_a_jpeg_is_gone_from_the_pixels(tail):
    clean = jpeg_bytes(draw_photo())
    assert mean_difference(decode(clean + tail).image, decode(clean).image) == 0


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken(kind):
    assert mean_difference(decode(bad_files.animation(kind)).image, draw_photo(0)) < 6


def test_cmyk_becomes_rgb():
    photo = draw_photo()
    image = decode(jpeg_bytes(photo.convert("CMYK"))).image
    assert image.mode == "RGB"
    assert mean_difference(image, photo) < 6


def test_sixteen_bit_grey_is_scaled_not_clipped():
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16)
    image = decode(encoded(Image.fromarray(np.tile(ramp, (32, 1))), "PNG")).image
    assert pixels(image)[0, :, 0].tolist() == list(range(256))


def test_a_palette_with_transparency_lies_on_white():
    picture = Image.new("P", (64, 64), 0)
    picture.putpalette([200, 0, 0, 0, 0, 200])
    picture.paste(1, (0, 0, 32, 64))
    image = decode(encoded(picture, "PNG", transparency=0)).image
    assert image.getpixel((5, 5)) == (0, 0, 200)
    assert image.getpixel((60, 5)) == (255, 255, 255)


def test_half_transparent_pixels_are_mixed_with_white():
    image = decode(encoded(Image.new("RGBA", (32, 32), (0, 0, 0, 128)), "PNG")).image
    assert image.getpixel((3, 3)) == (127, 127, 127)


def test_a_fully_transparent_picture_is_a_white_one():
    image = decode(encoded(Image.new("RGBA", (32, 32), (9, 9, 9, 0)), "PNG")).image
    assert image.getcolors() == [(32 * 32, (255, 255, 255))]


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_and_black_and_white_become_rgb(mode):
    image = decode(encoded(Image.new(mode, (32, 32), 1), "PNG")).image
    assert image.mode == "RGB"


def test_one_colour_is_a_picture_too():
    image = decode(encoded(Image.new("RGB", (64, 64), (1, 2, 3)), "PNG")).image
    assert image.getcolors() == [(64 * 64, (1, 2, 3))]


def test_colours_of_another_profile_are_converted():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = draw_photo()
    for profile in (lab, srgb, b"no profile at all"):
        data = encoded(photo, "PNG", icc_profile=profile)
        assert mean_difference(decode(data).image, photo) < 1


def test_a_wide_profile_moves_the_colours():
    data = encoded(Image.new("RGB", (32, 32), (0, 200, 0)), "PNG", icc_profile=swapped_profile())
    assert decode(data).image.getpixel((3, 3)) != (0, 200, 0)


def swapped_profile() -> bytes:
    """sRGB with the red and the green primary changed over."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)
