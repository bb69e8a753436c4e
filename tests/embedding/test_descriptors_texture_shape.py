"""Texture tells surfaces apart, shape tells outlines apart; neither looks at colour."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from search.embedding.descriptors import describe

pytest.importorskip("skimage")


def checks(step, rgb=(0, 0, 0), size=128):
    picture = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(picture)
    for x in range(0, size, step):
        for y in range(0, size, step):
            if (x + y) // step % 2:
                pen.rectangle((x, y, x + step - 1, y + step - 1), fill=rgb)
    return picture


def outline(draw, rgb=(0, 0, 0)):
    picture = Image.new("RGB", (128, 128), "white")
    getattr(ImageDraw.Draw(picture), draw)((24, 24, 104, 104), fill=rgb)
    return picture


def closeness(kind, one, other):
    return float(describe(one, (kind,)).vector @ describe(other, (kind,)).vector)


def test_texture_knows_a_pattern_in_another_colour_from_another_pattern():
    same = closeness("texture", checks(4), checks(4, rgb=(160, 0, 0)))
    other = closeness("texture", checks(4), checks(32))
    assert same > 0.97
    assert other < 0.9


def test_texture_does_not_mind_a_quarter_turn():
    picture = checks(8)
    picture.paste("white", (0, 0, 64, 32))
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    assert closeness("texture", picture, turned) > 0.99


def test_a_smooth_picture_has_one_pattern_at_each_scale():
    vector = describe(Image.new("RGB", (64, 64), "teal"), ("texture",)).vector
    assert np.flatnonzero(vector).tolist() == [8, 18, 36]


def test_shape_knows_an_outline_in_another_colour_from_another_outline():
    disc = outline("ellipse")
    assert closeness("shape", disc, outline("ellipse", rgb=(0, 0, 120))) > 0.99
    assert closeness("shape", disc, outline("rectangle")) < 0.8


def test_a_picture_without_an_edge_has_the_constant_alone():
    vector = describe(Image.new("RGB", (64, 64), "teal"), ("shape",)).vector
    assert np.flatnonzero(vector).tolist() == [128]
    assert vector[128] == 1
