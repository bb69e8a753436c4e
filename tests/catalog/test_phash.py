"""The perceptual hash: near for copies, far for other pictures, stored with every image."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from catalog import services
from catalog.images import FLAT, decode, phash
from catalog.models import ProductImage
from tests.factories import add_photo, draw_photo, encoded, jpeg_bytes, make_product


def bits_apart(a: int, b: int) -> int:
    return ((a ^ b) & (2**64 - 1)).bit_count()


def again(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def smaller(photo: Image.Image) -> Image.Image:
    return photo.resize((photo.width // 3, photo.height // 3), Image.Resampling.LANCZOS)


COPIES = {
    "a JPEG of low quality": lambda photo: again(jpeg_bytes(photo, quality=40)),
    "a WebP": lambda photo: again(encoded(photo, "WEBP", quality=60)),
    "a third of the size": smaller,
    "twice the size": lambda photo: photo.resize((photo.width * 2, photo.height * 2)),
    "squeezed": lambda photo: photo.resize((photo.width, photo.height // 2)),
    "a little brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.04),
    "of less contrast": lambda photo: ImageEnhance.Contrast(photo).enhance(0.9),
    "grey": lambda photo: photo.convert("L").convert("RGB"),
}


@pytest.mark.parametrize("edit", COPIES.values(), ids=COPIES)
def test_a_copy_lies_within_3_bits(edit):
    for seed in range(8):
        photo = draw_photo(seed, size=(640, 480))
        assert bits_apart(phash(photo), phash(edit(photo))) <= 3


def test_other_pictures_lie_more_than_7_bits_away():
    hashes = [phash(draw_photo(seed)) for seed in range(40)]
    apart = [bits_apart(a, b) for place, a in enumerate(hashes) for b in hashes[:place]]
    assert min(apart) > 7


def test_the_hash_of_a_known_picture_never_changes():
    """Stored hashes are compared with those of later versions."""
    rows, columns = np.mgrid[0:64, 0:64]
    waves = 128 + 60 * np.sin(rows / 5) * np.cos(columns / 7) + (rows * columns) / 64
    photo = Image.fromarray(np.clip(waves, 0, 255).astype(np.uint8)).convert("RGB")
    assert phash(photo) == -1572483688878074484


def test_half_of_the_bits_are_set_and_the_number_is_a_bigint():
    hashes = [phash(draw_photo(seed)) for seed in range(40)]
    assert {(each & (2**64 - 1)).bit_count() for each in hashes} == {32}
    assert all(-(2**63) <= each < 2**63 for each in hashes)
    assert {each < 0 for each in hashes} == {True, False}


@pytest.mark.parametrize("colour", ["white", "black", (200, 30, 40)])
def test_a_plain_colour_has_no_hash(colour):
    plain = Image.new("RGB", (300, 200), colour)
    assert phash(plain) == FLAT
    assert phash(again(jpeg_bytes(plain, quality=30))) == FLAT


def test_shading_along_one_side_has_no_hash():
    shaded = Image.linear_gradient("L").convert("RGB")
    assert phash(shaded) == FLAT
    assert phash(shaded.rotate(90)) == FLAT


def test_the_smallest_pictures_have_a_hash():
    assert phash(draw_photo(size=(16, 16))) != FLAT


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_an_upload_stores_the_hash_of_its_pixels(seed):
    image = add_photo(make_product(), seed)
    expected = phash(decode(jpeg_bytes(draw_photo(seed))).image)
    assert ProductImage.objects.get().phash == image.phash == expected


@pytest.mark.django_db
def test_a_replaced_picture_has_the_hash_of_the_new_one():
    image = add_photo(make_product(), 1)
    services.replace_image(image=image, data=jpeg_bytes(draw_photo(2)))
    assert ProductImage.objects.get().phash == phash(decode(jpeg_bytes(draw_photo(2))).image)


@pytest.mark.django_db
def test_a_flat_upload_is_computed_and_stored_as_flat():
    plain = jpeg_bytes(Image.new("RGB", (64, 64), "white"))
    services.add_image(product=make_product(), data=plain)
    assert ProductImage.objects.get().phash == FLAT


@pytest.mark.django_db
def test_an_upload_is_decoded_once(monkeypatch):
    opened: list[Image.Image] = []
    picture = services.prepare(encoded(draw_photo(), "PNG"))
    monkeypatch.setattr(Image, "open", lambda *given, **_: opened.append(given))
    services.add_image(product=make_product(), data=picture)
    assert opened == []
