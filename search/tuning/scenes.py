"""A packshot in other surroundings: alone on another ground, or among others of its kind."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Random = np.random.Generator
Box = tuple[int, int, int, int]

# Of the border's pixels, how many must be within so many levels of its median for the picture to
# count as a thing on a plain ground; what differs from the ground by more than that is the thing.
_PLAIN_SHARE, _PLAIN_LEVELS, _THING_LEVELS = 0.8, 24, 18
_SMALLEST = 16
_GRIDS = ((2, 1), (1, 2), (2, 2), (3, 2), (2, 3), (3, 3), (4, 3))


def border_colour(image: Image.Image) -> npt.NDArray[np.float64]:
    """The median of the outermost pixels, float64 (3,)."""
    median: npt.NDArray[np.float64] = np.median(_border(np.asarray(image, np.float64)), axis=0)
    return median


def move_to_another_ground(image: Image.Image, random: Random) -> Image.Image:
    """The thing cut out and laid on coloured clutter; unchanged where there is no plain ground."""
    thing = _cut_out(image)
    if thing is None:
        return image
    ground = clutter(image.size, random)
    ground.paste(image, (0, 0), thing)
    return ground


def close_in(image: Image.Image, _random: Random) -> Image.Image:
    """The thing without the plain ground around it."""
    return image.crop(_box(image, _cut_out(image)))


def put_on_a_shelf(image: Image.Image, random: Random) -> Image.Image:
    """Two to twelve of the same thing side by side, as they lie in a crate or stand on a shelf."""
    mask = _cut_out(image)
    box = _box(image, mask)
    across, down = _GRIDS[random.integers(len(_GRIDS))]
    thing = image.crop(box)
    mask = Image.new("L", thing.size, 255) if mask is None else mask.crop(box)
    for part in (thing, mask):
        part.thumbnail((max(1, image.width * 1.5 / across), max(1, image.height * 1.5 / down)))
    pace = random.uniform(0.6, 1.0) * np.array(thing.size)
    shelf = clutter((int(pace[0] * across) + 1, int(pace[1] * down) + 1), random)
    for row in range(down):
        for column in range(across):
            one, its_mask = _another(thing, mask, random)
            corner = (np.array([column, row]) + random.normal(0, 0.06, 2)) * pace
            shelf.paste(one, (int(corner[0]), int(corner[1])), its_mask)
    return shelf


def clutter(size: tuple[int, int], random: Random) -> Image.Image:
    """Soft patches of colours, from nearly plain to gaudy: a stand-in for any surroundings."""
    patches = int(random.integers(3, 12))
    spread = random.uniform(5, 60)
    colours = random.uniform(20, 235, 3) + random.normal(0, spread, (patches, patches, 3))
    pixels = np.clip(colours, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels, "RGB").resize(size, Image.Resampling.BICUBIC)


def _another(
    thing: Image.Image, mask: Image.Image, random: Random
) -> tuple[Image.Image, Image.Image]:
    """One more of the same: turned, mirrored and scaled a little otherwise."""
    if random.random() < 0.5:
        flip = Image.Transpose.FLIP_LEFT_RIGHT
        thing, mask = thing.transpose(flip), mask.transpose(flip)
    if random.random() < 0.5:
        angle = random.uniform(-30, 30)
        thing, mask = thing.rotate(angle, Image.Resampling.BILINEAR), mask.rotate(angle)
    scale = random.uniform(0.85, 1.1)
    size = (max(1, int(thing.width * scale)), max(1, int(thing.height * scale)))
    return thing.resize(size), mask.resize(size)


def _cut_out(image: Image.Image) -> Image.Image | None:
    """Where the thing is, as a mask; None where the picture has no plain ground."""
    pixels = np.asarray(image, dtype=np.float64)
    border = _border(pixels)
    ground = np.median(border, axis=0)
    if (np.abs(border - ground).max(axis=1) < _PLAIN_LEVELS).mean() < _PLAIN_SHARE:
        return None
    thing = np.abs(pixels - ground).max(axis=2) > _THING_LEVELS
    mask = Image.fromarray(np.where(thing, 255, 0).astype(np.uint8), "L")
    return mask.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.MinFilter(3))


def _box(image: Image.Image, mask: Image.Image | None) -> Box:
    """The smallest box around the thing, the whole picture where that is hardly anything."""
    box = mask.getbbox() if mask is not None else None
    if box is None or min(box[2] - box[0], box[3] - box[1]) < _SMALLEST:
        return (0, 0, image.width, image.height)
    return box


def _border(pixels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
