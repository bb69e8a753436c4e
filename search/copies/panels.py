"""Where in a picture another picture may lie: inside a frame, on a page, beside a second one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

Box = tuple[int, int, int, int]
Pixels = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

# Looked at in this many pixels on the longer side, picked and not averaged: a page's colour stays
# exact, so that a white photo still stands out from a page of 250.
_SIDE = 400
# Grey levels that JPEG moves a plain page by.
_PLAIN = 2
# A row or column belongs to what lies on the page where this share of it is not page.
_FILLED = 0.02
# Less than this share of either side is a word or a button, no picture.
_LEAST = 0.25
# A seam lies here, in shares of the side, runs along half of it at least, and is this many times as
# sharp as the sharpest tenth: a sleeve on a white ground is no seam.
_SEAM_RANGE = (0.2, 0.8)
_SHARP = 1.5
# Grey levels: a greater step counts as one of these, so that a long line wins over a hard one.
_STEP = 16


def panel(image: Image.Image) -> Box | None:
    """The picture inside a frame or on a page of one colour, in pixels; None where there is none.

    The largest block of rows that are not page, and of columns within it: of a screenshot the photo
    and not the text around it, of a framed picture all but the frame.
    """
    pixels = _picked(image)
    differs = np.abs(pixels - _page(pixels)).max(axis=2) > _PLAIN
    top, bottom = _longest(differs.mean(axis=1) > _FILLED)
    if bottom == top:
        return None
    left, right = _longest(differs[top:bottom].mean(axis=0) > _FILLED)
    height, width = differs.shape
    if bottom - top < _LEAST * height or right - left < _LEAST * width:
        return None
    if (right - left, bottom - top) == (width, height):
        return None
    across, down = image.width / width, image.height / height
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def seam(image: Image.Image, *, axis: int) -> int:
    """Where two pictures meet side by side (axis 1) or one above the other (axis 0), in pixels from
    the left or the top: along the longest line, or in the middle where none stands out."""
    pixels = _picked(image)
    steps = np.abs(np.diff(pixels, axis=axis)).clip(max=_STEP).mean(axis=(1 - axis, 2))
    low, high = (int(share * len(steps)) for share in _SEAM_RANGE)
    length: int = image.width if axis else image.height
    least = max(_STEP / 2, _SHARP * float(np.quantile(steps, 0.9)))
    if low >= high or steps[low:high].max() < least:
        return length // 2
    place = low + int(steps[low:high].argmax()) + 1
    return int(place * length / pixels.shape[axis])


def _picked(image: Image.Image) -> Pixels:
    scale = min(1.0, _SIDE / max(image.size))
    size = (max(2, round(image.width * scale)), max(2, round(image.height * scale)))
    return np.asarray(image.resize(size, Image.Resampling.NEAREST), dtype=np.int16)


def _page(pixels: Pixels) -> Pixels:
    """The colour of a page: the middle one along the left and the right edge."""
    colour: Pixels = np.median(np.concatenate([pixels[:, 0], pixels[:, -1]]), axis=0)
    return colour


def _longest(flags: Flags) -> tuple[int, int]:
    """Start and end of the longest run of True; (0, 0) without any."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    if not len(edges):
        return 0, 0
    starts, ends = edges[::2], edges[1::2]
    longest = int((ends - starts).argmax())
    return int(starts[longest]), int(ends[longest])
