"""Every picture has finite descriptors of norm 1, block by block, whatever it shows."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from search.embedding import EmbedderUnavailable
from search.embedding.descriptors import COLOURS, DIMS, blocks, describe
from search.embedding.drawn import draw_picture

KINDS = ("colour", "texture", "shape")
CODES = {each.code for each in COLOURS}


def one_colour(size: tuple[int, int], rgb: tuple[int, int, int] = (200, 30, 40)) -> Image.Image:
    return Image.new("RGB", size, rgb)


def check(image: Image.Image) -> None:
    described = describe(image, KINDS)
    assert described.vector.dtype == np.float32
    assert described.vector.shape == (sum(DIMS[kind] for kind in KINDS),)
    norms = [np.linalg.norm(described.vector[block]) for block in blocks(KINDS).values()]
    assert norms == pytest.approx([1, 1, 1], abs=1e-5)
    assert 1 <= len(described.colours) <= 3
    assert set(described.colours) <= CODES
    assert len(set(described.colours)) == len(described.colours)


def test_blocks_lie_behind_each_other_in_the_order_asked_for():
    assert blocks(("shape", "colour")) == {"shape": slice(0, 129), "colour": slice(129, 177)}
    assert blocks(()) == {}


def test_each_block_is_what_it_is_alone():
    picture = draw_picture(3)
    together = describe(picture, KINDS).vector
    for kind, block in blocks(KINDS).items():
        assert np.array_equal(together[block], describe(picture, (kind,)).vector)


def test_without_kinds_the_vector_is_empty_and_the_colours_are_told():
    described = describe(one_colour((40, 40)), ())
    assert described.vector.shape == (0,)
    assert described.colours == (4,)


def test_an_unknown_kind_is_a_key_error():
    with pytest.raises(KeyError, match="smell"):
        describe(one_colour((20, 20)), ("smell",))


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 30), (16, 16), (17, 16), (20, 400), (400, 20), (2000, 100), (100, 2000)]
)
def test_small_pictures_and_strips_of_one_colour(size):
    check(one_colour(size))


@pytest.mark.parametrize("rgb", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (0, 0, 255)])
def test_extreme_colours(rgb):
    check(one_colour((64, 48), rgb))


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)),
        elements=st.integers(0, 255),
    )
)
def test_any_picture(pixels):
    check(Image.fromarray(pixels, "RGB"))


@given(st.integers(0, 10_000), st.sampled_from([(16, 16), (320, 16), (90, 70)]))
@settings(max_examples=30, deadline=None)
def test_the_same_picture_twice_gives_the_same_bits(number, size):
    width, height = size
    first, second = (
        describe(draw_picture(number, width=width, height=height), KINDS) for _ in range(2)
    )
    assert first.vector.tobytes() == second.vector.tobytes()
    assert first.colours == second.colours


@pytest.mark.parametrize("kind", ["texture", "shape"])
def test_without_scikit_image_the_error_says_what_to_install(kind, monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage.feature", None)
    with pytest.raises(EmbedderUnavailable, match=r"requirements-extras\.txt"):
        describe(one_colour((20, 20)), (kind,))


def test_colour_needs_no_scikit_image(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage.feature", None)
    assert describe(one_colour((20, 20)), ("colour",)).vector.shape == (48,)
