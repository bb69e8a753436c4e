"""The colour histogram: what each bin means, what the border mask takes away, what light moves."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from search.embedding.descriptors import describe
from search.embedding.descriptors.foreground import foreground
from search.embedding.descriptors.lab import to_lab

WHITE, RED, BLUE = (255, 255, 255), (205, 30, 40), (35, 85, 190)


def colour(image):
    return describe(image, ("colour",)).vector


def packshot(subject, backdrop=WHITE, size=(120, 90)):
    """A disc of one colour on a backdrop of another."""
    picture = Image.new("RGB", size, backdrop)
    ImageDraw.Draw(picture).ellipse((40, 25, 80, 65), fill=subject)
    return picture


# CIE Lab of the sRGB primaries under D65, as colour calculators print them.
@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((0, 0, 0), (0, 0, 0)),
        ((255, 255, 255), (100, 0, 0)),
        ((119, 119, 119), (50.03, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_lab_of_known_colours(rgb, lab):
    assert to_lab(np.array(rgb, dtype=np.uint8)) == pytest.approx(lab, abs=0.02)


def test_black_is_the_first_bin_and_white_the_eighth():
    black, white = (colour(Image.new("RGB", (32, 32), rgb)) for rgb in ((0, 0, 0), WHITE))
    assert black == pytest.approx(np.eye(48)[0], abs=1e-4)
    assert white == pytest.approx(np.eye(48)[7], abs=1e-3)


def test_a_full_colour_shares_nothing_with_the_greys():
    vector = colour(Image.new("RGB", (32, 32), RED))
    assert vector[:8] == pytest.approx(np.zeros(8), abs=1e-6)
    assert np.linalg.norm(vector[8:]) == pytest.approx(1)


def test_the_backdrop_of_a_packshot_does_not_count():
    on_white, on_grey = packshot(RED), packshot(RED, backdrop=(200, 200, 205))
    assert colour(on_white) @ colour(on_grey) > 0.99
    assert colour(on_white) @ colour(packshot(BLUE)) < 0.1


def test_a_border_of_several_colours_is_no_backdrop():
    half = Image.new("RGB", (100, 80), WHITE)
    half.paste(BLUE, (0, 0, 50, 80))
    assert foreground(to_lab(np.asarray(half))).all()


def test_a_picture_of_one_colour_keeps_all_its_pixels():
    assert foreground(to_lab(np.asarray(Image.new("RGB", (30, 30), WHITE)))).all()


def test_a_speck_on_a_plain_picture_does_not_become_the_picture():
    plain = Image.new("RGB", (64, 64), WHITE)
    plain.paste(RED, (30, 30, 34, 34))
    assert colour(plain) @ colour(Image.new("RGB", (64, 64), WHITE)) > 0.95


@pytest.mark.parametrize("factor", [0.85, 1.15])
def test_a_little_light_moves_it_less_than_another_colour(factor):
    lit = ImageEnhance.Brightness(packshot(RED)).enhance(factor)
    other = packshot((243, 128, 28))
    near, far = 1 - colour(packshot(RED)) @ colour(lit), 1 - colour(packshot(RED)) @ colour(other)
    assert near < 0.15 < far


def test_size_hardly_matters():
    large = packshot(RED).resize((960, 720), Image.Resampling.BICUBIC)
    assert colour(packshot(RED)) @ colour(large) > 0.98
