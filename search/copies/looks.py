"""The ways in which a photo is looked at when its original is sought."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from PIL import Image

from search.copies.panels import panel, seam

# The shorter side, in pixels, below which a part of a photo says nothing.
LEAST_SIDE = 16
_INNER = 0.8

_Turn = Image.Transpose


class Look(NamedTuple):
    """A photo, or a part of it, as its original may have looked; `how` is what was done to it."""

    how: str
    image: Image.Image


def looks(photo: Image.Image) -> Iterator[Look]:
    """The RGB photo as it is and, undone, what people do to photos of others: mirror, turn, frame,
    photograph the screen, put two side by side. At most as many as LOOKS names."""
    for how, look in LOOKS.items():
        image = look(photo)
        if image is not None and min(image.size) >= LEAST_SIDE:
            yield Look(how, image)


def _inner(photo: Image.Image) -> Image.Image:
    left, top = (round(side * (1 - _INNER) / 2) for side in photo.size)
    return photo.crop((left, top, photo.width - left, photo.height - top))


def _panel(photo: Image.Image) -> Image.Image | None:
    box = panel(photo)
    return photo.crop(box) if box else None


def _left(photo: Image.Image) -> Image.Image:
    return photo.crop((0, 0, seam(photo, axis=1), photo.height))


def _right(photo: Image.Image) -> Image.Image:
    return photo.crop((seam(photo, axis=1), 0, photo.width, photo.height))


def _upper(photo: Image.Image) -> Image.Image:
    return photo.crop((0, 0, photo.width, seam(photo, axis=0)))


def _lower(photo: Image.Image) -> Image.Image:
    return photo.crop((0, seam(photo, axis=0), photo.width, photo.height))


LOOKS: Mapping[str, Callable[[Image.Image], Image.Image | None]] = {
    "as it is": lambda photo: photo,
    "mirrored": lambda photo: photo.transpose(_Turn.FLIP_LEFT_RIGHT),
    "turned left": lambda photo: photo.transpose(_Turn.ROTATE_90),
    "turned right": lambda photo: photo.transpose(_Turn.ROTATE_270),
    "upside down": lambda photo: photo.transpose(_Turn.ROTATE_180),
    "panel": _panel,
    "inner part": _inner,
    "left part": _left,
    "right part": _right,
    "upper part": _upper,
    "lower part": _lower,
}
