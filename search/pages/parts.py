"""The part of a photo that a shopper marked, as four fields in percent."""

from __future__ import annotations

import math

from django.http import QueryDict
from django.utils.translation import gettext as _

from search.crops import Box
from search.errors import InvalidSearch

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
SIDES = ("x", "y", "w", "h")
# What rounding to a tenth of a percent may add to a box that ends at the edge.
SLACK = 0.001
# The whole picture within a percent is the whole picture: nobody aims more finely.
NEARLY = 0.01


def read_part(form: QueryDict) -> Box | None:
    """The box (x, y, width, height in 0..1) of the fields `crop_x` to `crop_h`; None where none of
    them is filled in, and for the whole picture. Raises InvalidSearch with the field."""
    typed = [form.get(f"crop_{side}", "").strip().replace(",", ".") for side in SIDES]
    if not any(typed):
        return None
    x, y, width, height = (
        _share(text, field=f"crop_{side}") for text, side in zip(typed, SIDES, strict=True)
    )
    if not (width > 0 and height > 0 and x + width <= 1 + SLACK and y + height <= 1 + SLACK):
        raise InvalidSearch(
            _(
                "The marked part lies outside the photo. Left and width together are at most 100 "
                "percent, and so are top and height."
            ),
            field="crop",
        )
    box = (x, y, min(width, 1 - x), min(height, 1 - y))
    whole = all(abs(one - other) < NEARLY for one, other in zip(box, WHOLE, strict=True))
    return None if whole else box


def _share(text: str, *, field: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = math.nan
    if not 0 <= percent <= 100:
        raise InvalidSearch(
            _("The marked part is given in percent: four numbers from 0 to 100."), field=field
        )
    return percent / 100
