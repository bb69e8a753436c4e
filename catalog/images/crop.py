"""The part of a photo that a customer pointed at."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _
from PIL import Image

from catalog.errors import ImageRejected
from catalog.images.limits import MIN_SIDE

Box = tuple[float, float, float, float]

# What rounding in a browser may add to a box that ends at the picture's edge.
_SLACK = 1e-3


def crop(image: Image.Image, box: Box) -> Image.Image:
    """The part of `image` inside `box`: x, y, width and height as fractions (0 to 1) of the
    picture's sides.

    Raises ImageRejected with field `crop`: `corrupt` where the box is no box inside the picture,
    `too_small` where it holds fewer than 16 pixels on a side.
    """
    check_box(box)
    x, y, w, h = box
    left, top = round(x * image.width), round(y * image.height)
    right = min(round((x + w) * image.width), image.width)
    bottom = min(round((y + h) * image.height), image.height)
    if min(right - left, bottom - top) < MIN_SIDE:
        told = _("The crop is smaller than %(least)s pixels. Mark a larger part of the photo.")
        raise ImageRejected(told % {"least": MIN_SIDE}, code="too_small", field="crop")
    return image.crop((left, top, right, bottom))


def check_box(box: Box) -> None:
    """Raises ImageRejected with field `crop` and code `corrupt` where the box is no box inside the
    picture."""
    inside = len(box) == 4 and all(math.isfinite(each) and each >= 0 for each in box)
    if not inside or box[0] + box[2] > 1 + _SLACK or box[1] + box[3] > 1 + _SLACK:
        told = _(
            "A crop is [x, y, width, height] in fractions of the photo, from 0 to 1, and must lie "
            "inside it; this one is %(box)s."
        )
        raise ImageRejected(told % {"box": list(box)}, code="corrupt", field="crop")
