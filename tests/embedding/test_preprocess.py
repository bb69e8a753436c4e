"""The recipe: which pixels of a picture reach the network."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from search.embedding import get_card
from search.embedding.drawn import draw_picture
from search.embedding.preprocess import to_rgb, to_tensor

SIZES = [(320, 240), (240, 320), (301, 777), (224, 224), (97, 61), (1600, 90)]


def test_squash_gives_the_whole_picture_whatever_its_shape():
    picture = Image.new("RGB", (300, 100), (127, 255, 0))

    tensor = to_tensor(picture, get_card("efficientnet-lite0/fast@1").preprocessing)

    assert tensor.shape == (3, 224, 224)
    assert tensor.dtype == np.float32
    assert tensor[:, 0, 0].tolist() == [0.0, 1.0, -127 / 128]
    assert np.ptp(tensor, axis=(1, 2)).tolist() == [0.0, 0.0, 0.0]


def test_shortest_side_crop_keeps_the_middle_and_leaves_out_the_ends():
    strip = Image.new("RGB", (1000, 100), "black")
    strip.paste((255, 255, 255), (400, 0, 600, 100))
    white = Image.new("RGB", (100, 100), "white")
    recipe = get_card("resnet18").preprocessing

    assert np.array_equal(to_tensor(strip, recipe), to_tensor(white, recipe))


def test_a_very_long_strip_is_prepared_without_a_very_large_picture():
    strip = Image.new("RGB", (20_000, 16), (9, 9, 9))

    assert to_tensor(strip, get_card("resnet18").preprocessing).shape == (3, 224, 224)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "LA"])
def test_every_mode_that_pillow_converts_becomes_rgb(mode):
    assert to_rgb(Image.new(mode, (8, 8))).mode == "RGB"


@pytest.mark.parametrize("size", [(0, 8), (8, 0), (0, 0)])
def test_a_picture_without_area_is_refused(size):
    with pytest.raises(ValueError, match="has no area"):
        to_rgb(Image.new("RGB", size))


@pytest.mark.model
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["resnet18", "resnet50", "convnext_tiny", "efficientnet_b0"])
def test_shortest_side_crop_agrees_with_torchvision(name, size):
    from torchvision.models import get_model_weights

    picture = draw_picture(3, width=size[0], height=size[1])

    expected = get_model_weights(name).DEFAULT.transforms()(picture).numpy()

    found = to_tensor(picture, get_card(name).preprocessing)
    differences = np.abs(found - expected)
    two_grey_levels = 2 / 255 / 0.224
    assert differences.max() <= two_grey_levels + 1e-5
    assert np.mean(differences > 1e-5) <= 0.02


@pytest.mark.model
@pytest.mark.parametrize("size", SIZES)
def test_squash_agrees_with_torchvisions_resize_on_pillow_images(size):
    from torchvision.transforms import InterpolationMode, functional

    picture = draw_picture(4, width=size[0], height=size[1])
    resized = functional.resize(picture, [224, 224], InterpolationMode.BICUBIC, antialias=True)
    expected = (np.asarray(resized, dtype=np.float32).transpose(2, 0, 1) - 127) / 128

    found = to_tensor(picture, get_card("efficientnet-lite0/fast@1").preprocessing)

    assert np.array_equal(found, expected)
