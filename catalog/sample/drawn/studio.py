"""A little photo studio: a backdrop, a lamp to the upper left, soft shadows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from catalog.sample.drawn.curves import Point

SIDE = 640
SCALE = 2  # drawn at twice the size, so that every edge is smooth

Colour = tuple[int, int, int]
Grid = NDArray[np.float32]
# From a place inside a thing (both coordinates -1 to 1) to the share of light it gives back, and
# the gloss on top of it.
Light = Callable[[Grid, Grid], tuple[Grid, Grid]]


def round_light(u: Grid, v: Grid) -> tuple[Grid, Grid]:
    """A glazed cylinder."""
    return 1.06 - 0.26 * (u + 0.3) ** 2 - 0.05 * v, 30 * np.exp(-(((u + 0.5) / 0.13) ** 2))


def ball_light(u: Grid, v: Grid) -> tuple[Grid, Grid]:
    distance = np.hypot(u + 0.35, v + 0.4)
    return 1.1 - 0.2 * distance**1.5, 46 * np.exp(-((distance / 0.24) ** 2))


def flat_light(u: Grid, v: Grid) -> tuple[Grid, Grid]:
    return 1.02 - 0.07 * v - 0.05 * u, np.zeros_like(u)


def cloth_light(u: Grid, v: Grid) -> tuple[Grid, Grid]:
    """Soft folds, no gloss."""
    folds = 0.035 * np.sin(6 * u + 2.5 * v) + 0.02 * np.sin(13 * u - 3 * v)
    return 1.02 - 0.08 * v - 0.1 * u**2 + folds, np.zeros_like(u)


class Studio:
    """A picture in the making; all places and lengths are in a unit square."""

    def __init__(self, backdrop: Colour) -> None:
        self._side = SIDE * SCALE
        fall = np.linspace(1.05, 0.9, self._side, dtype=np.float32)[:, None, None]
        tone = np.clip(np.asarray(backdrop, np.float32) * fall, 0, 255).astype(np.uint8)
        self._image = Image.fromarray(np.repeat(tone, self._side, axis=1))

    def photo(self, *, zoom: float = 1.0, mirror: bool = False) -> Image.Image:
        """The finished picture, 640 x 640; `zoom` comes nearer to the middle."""
        margin = self._side * (1 - 1 / zoom) / 2
        box = (margin, margin, self._side - margin, self._side - margin)
        photo = self._image.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box)
        return photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirror else photo

    def polygon(self, points: Sequence[Point]) -> Image.Image:
        mask, pen = self._mask()
        pen.polygon([self._place(point) for point in points], fill=255)
        return mask

    def ellipse(self, centre: Point, rx: float, ry: float) -> Image.Image:
        mask, pen = self._mask()
        (x, y), rx, ry = self._place(centre), rx * self._side, ry * self._side
        pen.ellipse((x - rx, y - ry, x + rx, y + ry), fill=255)
        return mask

    def box(
        self, left: float, top: float, right: float, bottom: float, radius: float = 0.0
    ) -> Image.Image:
        mask, pen = self._mask()
        corners = (*self._place((left, top)), *self._place((right, bottom)))
        pen.rounded_rectangle(corners, radius * self._side, fill=255)
        return mask

    def stroke(self, points: Sequence[Point], width: float) -> Image.Image:
        """A line with round ends."""
        mask, pen = self._mask()
        places = [self._place(point) for point in points]
        half = width * self._side / 2
        pen.line(places, fill=255, width=round(2 * half), joint="curve")
        for x, y in (places[0], places[-1]):
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        return mask

    def paint(
        self,
        mask: Image.Image,
        colour: Colour,
        light: Light = flat_light,
        *,
        within: Image.Image | None = None,
    ) -> None:
        """Fills the mask with the colour under the light; `within` clips it to another thing and
        takes that thing's shading."""
        whole = within if within is not None else mask
        frame = whole.getbbox()
        if frame is None:
            return
        clipped = mask if within is None else ImageChops.multiply(mask, within)
        self._image.paste(_lit(colour, light, frame), frame, clipped.crop(frame))

    def shadow(self, centre: Point, rx: float, ry: float, strength: float = 0.42) -> None:
        """Where a thing stands."""
        small = self._side // 8
        mask = self.ellipse(centre, rx, ry).resize((small, small))
        soft = mask.filter(ImageFilter.GaussianBlur(small * 0.018))
        faint = soft.point(lambda value: round(value * strength))
        self._image.paste((52, 46, 42), mask=faint.resize(self._image.size))

    def _mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        mask = Image.new("L", (self._side, self._side))
        return mask, ImageDraw.Draw(mask)

    def _place(self, point: Point) -> Point:
        return point[0] * self._side, point[1] * self._side


@lru_cache(maxsize=8)  # a pattern asks for the same light many times
def _lit(colour: Colour, light: Light, frame: tuple[int, int, int, int]) -> Image.Image:
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    u, v = np.meshgrid(
        np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    )
    share, gloss = light(u, v)
    shaded = share[..., None] * np.asarray(colour, np.float32) + gloss[..., None]
    return Image.fromarray(np.clip(shaded, 0, 255).astype(np.uint8))


def darker(colour: Colour, share: float = 0.72) -> Colour:
    return cast("Colour", tuple(round(each * share) for each in colour))


def contrasting(colour: Colour) -> Colour:
    """Off-white on dark things, charcoal on light ones."""
    return (60, 58, 62) if sum(colour) > 520 else (242, 238, 228)
