"""What the decode contract turns away, and with which of its six codes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from catalog.errors import ImageRejected
from catalog.images import decode, heif, jpeg
from tests.catalog import bad_files
from tests.factories import draw_photo, encoded, jpeg_bytes


def code_of(data: bytes) -> str:
    with pytest.raises(ImageRejected) as refusal:
        decode(data)
    assert refusal.value.field == "image"
    assert refusal.value.message.endswith((".", ")."))
    return refusal.value.code


def test_an_empty_file_is_empty():
    assert code_of(b"") == "empty"


@pytest.mark.parametrize("name", bad_files.OTHER_FORMATS)
def test_what_is_no_photo_is_unsupported(name):
    assert code_of(bad_files.OTHER_FORMATS[name]) == "unsupported_type"


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "ICO", "BMP", "JPEG2000"])
def test_formats_outside_the_allowlist_are_unsupported(kind):
    assert code_of(encoded(draw_photo(), kind)) == "unsupported_type"


def test_a_gif_with_a_jar_behind_it_is_unsupported():
    assert code_of(bad_files.animation("GIF") + bad_files.zip_tail()) == "unsupported_type"


def test_heic_without_the_extra_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setattr(heif, "available", lambda: False)
    with pytest.raises(ImageRejected, match="pip install pillow-heif") as refusal:
        decode(bad_files.HEIC)
    assert refusal.value.code == "unsupported_type"
    assert "Save it as JPEG and try again." in refusal.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_file_cut_in_half_is_corrupt(kind):
    whole = encoded(draw_photo(), kind)
    assert code_of(whole[: len(whole) // 2]) == "corrupt"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_head_without_a_body_is_corrupt(kind):
    assert code_of(encoded(draw_photo(), kind)[:40]) == "corrupt"


def test_a_jpeg_cut_in_half_says_what_to_do():
    with pytest.raises(ImageRejected) as refusal:
        decode(jpeg_bytes(draw_photo())[:3000])
    assert refusal.value.message == (
        "The file ends too early. Save it again or choose another photo."
    )


@pytest.mark.parametrize(
    ("width", "height", "depth", "colour"),
    [(50_000, 50_000, 8, 2), (13_000, 13_000, 1, 0), (20_001, 1_000, 1, 0), (9_400, 9_400, 8, 2)],
)
def test_a_png_of_too_many_pixels_is_never_decoded(width, height, depth, colour):
    bomb = bad_files.empty_png(width, height, depth=depth, colour=colour)
    assert len(bomb) < 12_000
    assert code_of(bomb) == "too_many_pixels"


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_small_files_of_many_pixels_are_refused(kind):
    bomb = bad_files.flat(kind, (8_000, 7_000))
    assert len(bomb) < 200_000
    assert code_of(bomb) == "too_many_pixels"


def test_a_width_beyond_any_picture_is_refused():
    assert code_of(bad_files.empty_png(2**32 - 1, 100)) in {"too_many_pixels", "corrupt"}


def test_a_width_of_zero_is_corrupt():
    assert code_of(bad_files.empty_png(0, 100)) == "corrupt"


def test_a_wrong_checksum_in_the_header_is_corrupt():
    header = bad_files.chunk(b"IHDR", bad_files.png_header(100, 100), crc=1)
    assert code_of(bad_files.PNG_HEAD + header + bytes(100)) == "corrupt"


def test_compressed_text_that_unfolds_is_corrupt():
    assert len(bad_files.text_bomb()) < 70_000
    assert code_of(bad_files.text_bomb()) == "corrupt"


def test_a_colour_profile_that_unfolds_is_corrupt():
    assert code_of(bad_files.profile_bomb()) == "corrupt"


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (1, 30_000), (16, 321)])
def test_too_few_pixels_on_a_side_are_too_small(size):
    assert code_of(encoded(Image.new("RGB", size), "PNG")) == "too_small"


def test_the_smallest_and_the_narrowest_picture_pass():
    assert decode(encoded(Image.new("RGB", (16, 16)), "PNG")).image.size == (16, 16)
    assert decode(encoded(Image.new("RGB", (16, 320)), "PNG")).image.size == (16, 320)


def test_a_jpeg_of_thousands_of_scans_is_refused_before_it_is_decoded():
    with pytest.raises(ImageRejected, match=r"3,0\d\d layers") as refusal:
        decode(bad_files.scan_bomb())
    assert refusal.value.code == "corrupt"


def test_a_jpeg_of_endless_comments_is_refused():
    assert code_of(b"\xff\xd8" + b"\xff\xfe\x00\x02" * 20_000) == "corrupt"


def test_scan_markers_behind_the_end_do_not_count():
    film = b"\xff\xda\x00\x02" * (jpeg.MAX_SCANS + 1)
    assert decode(jpeg_bytes(draw_photo()) + film).image.size == (320, 240)


def test_scan_markers_inside_metadata_do_not_count():
    comment = b"\xff\xda" * (jpeg.MAX_SCANS + 1)
    assert decode(jpeg_bytes(draw_photo(), comment=comment)).image.size == (320, 240)


def test_more_bytes_than_the_limit_are_too_large():
    photo = jpeg_bytes(draw_photo())
    with pytest.raises(ImageRejected, match="larger than") as refusal:
        decode(photo, max_bytes=len(photo) - 1)
    assert refusal.value.code == "too_large"
    assert decode(photo, max_bytes=len(photo)).size == len(photo)


def test_the_limit_comes_from_the_settings(settings):
    settings.MAX_PHOTO_BYTES = 1024
    assert code_of(jpeg_bytes(draw_photo())) == "too_large"


def test_a_file_is_read_no_further_than_the_limit():
    endless = io.BytesIO(bytes(100_000))
    with pytest.raises(ImageRejected) as refusal:
        decode(endless, max_bytes=1000)
    assert refusal.value.code == "too_large"
    assert endless.tell() == 1001
