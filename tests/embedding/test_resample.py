"""Resampling by matrix products is Pillow's bicubic, but for its rounding to grey levels."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from search.embedding import get_card
from search.embedding.drawn import draw_picture
from search.embedding.preprocess import to_tensor
from search.embedding.resample import resample

# Row 112, every 56th column: changes with the recipe, and then stored vectors are of another space.
PINNED = [
    [-0.048977, 0.546875, 0.546875, -0.40625],
    [-0.718382, 0.34375, 0.34375, -0.476562],
    [-0.718382, -0.882812, -0.882812, 0.898438],
]

SIZES = [(320, 240), (240, 320), (301, 777), (224, 224), (97, 61), (16, 320), (1600, 90)]


@pytest.mark.parametrize("side", [224, 320, 230, 7])
@pytest.mark.parametrize("size", SIZES)
def test_it_agrees_with_pillow(size, side):
    picture = draw_picture(4, width=size[0], height=size[1])
    expected = picture.resize((side, side), Image.Resampling.BICUBIC)

    found = resample(np.asarray(picture), (0, 0, *size), side)

    differences = np.abs(found - np.asarray(expected, dtype=np.float32).transpose(2, 0, 1))
    assert differences.mean() < 0.4
    assert np.quantile(differences, 0.999) < 2.5


def test_it_takes_the_part_inside_the_box():
    picture = draw_picture(2, width=400, height=300)
    box = (60.0, 45.0, 340.0, 255.0)
    expected = picture.resize((224, 224), Image.Resampling.BICUBIC, box=box)

    found = resample(np.asarray(picture), box, 224)

    differences = np.abs(found - np.asarray(expected, dtype=np.float32).transpose(2, 0, 1))
    assert differences.mean() < 0.4


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_of_one_colour_stays_that_colour(size):
    pixels = np.full((size[1], size[0], 3), (3, 127, 252), dtype=np.uint8)

    found = resample(pixels, (0, 0, *size), 224)

    expected = np.broadcast_to(np.reshape([3, 127, 252], (3, 1, 1)), (3, 224, 224))
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_edges_do_not_overshoot():
    pixels = np.zeros((300, 300, 3), dtype=np.uint8)
    pixels[100:200, 100:200] = 255

    found = resample(pixels, (0, 0, 300, 300), 224)

    assert (found.min(), found.max()) == (0.0, 255.0)


def test_the_tensor_of_the_default_card_is_pinned():
    recipe = get_card("efficientnet-lite0/balanced@1").preprocessing

    tensor = to_tensor(draw_picture(0), recipe)

    assert (tensor.shape, tensor.dtype) == ((3, 224, 224), np.float32)
    np.testing.assert_allclose(tensor[:, 112, ::56], PINNED, rtol=0, atol=1e-5)
