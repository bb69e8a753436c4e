"""Whatever the bytes are, decoding ends in a picture or in ImageRejected."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import ImageRejected
from catalog.images import decode
from tests.factories import draw_photo, encoded

CODES = {"empty", "too_large", "unsupported_type", "corrupt", "too_many_pixels", "too_small"}
KINDS = ["JPEG", "PNG", "WEBP", "AVIF"]
MAGIC = {
    "JPEG": b"\xff\xd8\xff",
    "PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "WEBP": b"RIFF\xff\x00\x00\x00WEBPVP8 ",
    "AVIF": b"\x00\x00\x00\x1cftypavif",
}


@cache
def photo(kind: str) -> bytes:
    return encoded(draw_photo(size=(64, 48)), kind)


def outcome(data: bytes) -> str:
    try:
        picture = decode(data)
    except ImageRejected as refusal:
        return refusal.code
    assert picture.image.mode == "RGB"
    return "picture"


@given(st.binary(max_size=2000))
def test_random_bytes(data):
    assert outcome(data) in CODES


@pytest.mark.parametrize("kind", KINDS)
@given(rest=st.binary(max_size=2000))
def test_random_bytes_behind_the_right_magic(kind, rest):
    assert outcome(MAGIC[kind] + rest) in CODES | {"picture"}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_photo_with_bytes_changed(kind, data):
    damaged = bytearray(photo(kind))
    places = st.integers(0, len(damaged) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    assert outcome(bytes(damaged)) in CODES | {"picture"}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_photo_cut_anywhere(kind, data):
    whole = photo(kind)
    assert outcome(whole[: data.draw(st.integers(0, len(whole)))]) in CODES | {"picture"}
