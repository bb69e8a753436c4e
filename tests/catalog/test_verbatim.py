"""A JPEG whose pixels need nothing done is stored with its own scans and nothing else."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from catalog.errors import ImageRejected
from catalog.images import decode, variants
from tests.catalog import bad_files
from tests.factories import draw_photo, encoded, jpeg_bytes

PHOTO = draw_photo(3)


def stored(data: bytes) -> bytes:
    return dict(variants(decode(data)))["full.jpg"]


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"subsampling": "4:4:4"},
        {"keep_rgb": True},
        {"restart_marker_blocks": 2},
        {"dpi": (300, 300)},
    ],
    ids=str,
)
def test_the_stored_file_shows_the_very_same_pixels(options):
    data = jpeg_bytes(PHOTO, **options)
    assert same(shown(stored(data)), shown(data))


def test_a_grey_photo_keeps_its_pixels_too():
    data = jpeg_bytes(PHOTO.convert("L"))
    assert same(shown(stored(data)), shown(data))


def test_nothing_but_the_picture_stays():
    exif = Image.Exif()
    exif[0x010E] = "a description that says where I live"
    data = jpeg_bytes(PHOTO, exif=exif, comment=b"made by me") + b"PK\x03\x04 a zip at the end"
    kept = stored(data)
    assert same(shown(kept), shown(data))
    assert kept.endswith(b"\xff\xd9")
    for secret in (b"Exif", b"where I live", b"made by me", b"PK\x03\x04"):
        assert secret not in kept


def test_a_plain_file_is_stored_to_the_byte():
    data = jpeg_bytes(PHOTO)
    assert stored(data) == data


def test_a_turned_photo_is_encoded_anew():
    data = bad_files.with_exif(orientation=6)
    assert same(decode(data).image, decode(stored(data)).image) is False
    assert shown(stored(data)).size == decode(data).image.size
    assert b"Exif" not in stored(data)


def test_other_formats_and_large_pictures_are_encoded_anew():
    png = encoded(PHOTO, "PNG")
    large = jpeg_bytes(draw_photo(3, size=(2100, 300)))
    assert shown(stored(png)).size == PHOTO.size
    assert shown(stored(large)).size == (2048, 293)


@given(data=st.data())
def test_a_damaged_file_is_refused_or_stored_as_it_was_accepted(data):
    """Whatever survives the decode contract is stored as a file that can be read again."""
    content = bytearray(jpeg_bytes(draw_photo(5, size=(48, 40)), exif=Image.Exif()))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(2, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = decode(bytes(content))
    except ImageRejected:
        return
    assert shown(dict(variants(picture))["full.jpg"]).size == picture.image.size
