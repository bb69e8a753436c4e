"""One recipe from an RGB picture to the network's input, with Pillow and numpy alone.

The web process and the worker must not import torch, and both sides of a space must go through
equal pixels, so this is the only place where a picture is resized for a network. By Pillow's
filters, "squash" equals torchvision's resize of PIL images to the bit; "shortest-side-crop" differs
from its transforms in at most 2 % of the values, by at most two grey levels, since it crops before
it rounds. "bicubic-f32" is the same cubic in half the time, without rounding to grey levels, which
moves Lite0's vectors by 4e-4 (mean) to 2e-3: a recipe of its own, never mixed with the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.embedding.protocol import Card, Preprocessing
from search.embedding.resample import resample
from search.embedding.views import VIEWS, View, default_view

Tensor = npt.NDArray[np.float32]

# Pillow widens the filter by the scale when it shrinks, which is what others call "antialias".
# Leaving that out moves Lite0's vectors by 1e-2 to 8e-2, bilinear for bicubic by 4e-3 to 7e-3.
_PILLOW_FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
}


def to_rgb(image: Image.Image) -> Image.Image:
    """The picture, decoded, as RGB. Raises ValueError for an empty or inconvertible one."""
    if 0 in image.size:
        width, height = image.size
        raise ValueError(f"the picture is {width} x {height} pixels: it has no area")
    image.load()
    return image if image.mode == "RGB" else image.convert("RGB")


def to_tensors(image: Image.Image, card: Card) -> list[Tensor]:
    """An RGB picture as the card's views, in their order; each float32 of shape (3, side, side),
    normalised by the card's recipe."""
    return list(_tensors(image, card.preprocessing, *(VIEWS[name] for name in card.views)))


def to_tensor(image: Image.Image, recipe: Preprocessing) -> Tensor:
    """An RGB picture as float32 of shape (3, size, size): the view that the recipe describes."""
    [tensor] = _tensors(image, recipe, default_view(recipe))
    return tensor


def _tensors(image: Image.Image, recipe: Preprocessing, *views: View) -> Iterator[Tensor]:
    resize = _float_resize if recipe.interpolation == "bicubic-f32" else _pillow_resize
    mean, std = _per_channel(recipe.mean), _per_channel(recipe.std)
    for tensor in resize(image, recipe, views):
        np.subtract(tensor, mean, out=tensor)
        np.divide(tensor, std, out=tensor)
        yield tensor


def _float_resize(
    image: Image.Image, recipe: Preprocessing, views: Iterable[View]
) -> Iterator[Tensor]:
    pixels = np.asarray(image)
    for view in views:
        box = view.box(image.width, image.height, recipe)
        yield resample(pixels, box, view.side_for(recipe))


def _pillow_resize(
    image: Image.Image, recipe: Preprocessing, views: Iterable[View]
) -> Iterator[Tensor]:
    for view in views:
        side = view.side_for(recipe)
        box = view.box(image.width, image.height, recipe)
        resized = image.resize((side, side), _PILLOW_FILTERS[recipe.interpolation], box=box)
        yield np.asarray(resized).transpose(2, 0, 1).astype(np.float32, order="C")


def _per_channel(values: tuple[float, float, float]) -> Tensor:
    return np.asarray(values, dtype=np.float32).reshape(3, 1, 1)
