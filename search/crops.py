"""Which part of a photo is meant: a box, as a person or a program types it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from search.errors import InvalidSearch
from search.inputs import shown

Box = tuple[float, float, float, float]


def parse_crop(text: str) -> Box | None:
    """The box of `0.1,0.2,0.5,0.5` or `[0.1, 0.2, 0.5, 0.5]`; None where `text` is empty."""
    numbers = text.strip().removeprefix("[").removesuffix("]").strip()
    if not numbers:
        return None
    try:
        return make_box([float(number) for number in numbers.split(",")])
    except ValueError as error:
        raise _bad_box(text) from error


def make_box(numbers: Sequence[float]) -> Box:
    """x, y, width and height as shares of the picture, inside it (a rounding error is forgiven)."""
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise _bad_box(numbers)
    x, y, width, height = numbers
    inside = 0 <= x < 1 and 0 <= y < 1 and width > 0 and height > 0
    if not inside or x + width > 1.001 or y + height > 1.001:
        raise _bad_box(numbers)
    return x, y, min(width, 1 - x), min(height, 1 - y)


def _bad_box(given: object) -> InvalidSearch:
    return InvalidSearch(
        "crop is four numbers [x, y, width, height], shares of the picture from 0 to 1, and lies "
        f"inside it; {shown(given)} doesn't.",
        field="crop",
    )
