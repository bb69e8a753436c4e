"""Outlines in a unit square: x to the right, y down, both from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 14) -> list[Point]:
    """A Catmull-Rom curve through all the points."""
    count = len(points)
    spans = range(count if closed else count - 1)
    curve = [
        _between([_at(points, span + offset, closed) for offset in (-1, 0, 1, 2)], step / steps)
        for span in spans
        for step in range(steps)
    ]
    return curve if closed else [*curve, points[-1]]


def mirrored(profile: Sequence[Point], *, axis: float = 0.5) -> list[Point]:
    """The closed outline of a thing turned on a wheel, from its right profile, top to bottom; the
    round base is seen a little from above."""
    right = smooth(profile, closed=False)
    half = right[-1][0] - axis
    base = arc((axis, right[-1][1]), (half, half * 0.16), 0, 180)
    return [*right, *base, *((2 * axis - x, y) for x, y in reversed(right))]


def arc(centre: Point, radii: Point, start: float, end: float, *, steps: int = 40) -> list[Point]:
    """Part of an ellipse; degrees, 0 to the right, clockwise."""
    turns = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [
        (centre[0] + radii[0] * math.cos(turn), centre[1] + radii[1] * math.sin(turn))
        for turn in turns
    ]


def _at(points: Sequence[Point], index: int, closed: bool) -> Point:
    if closed:
        return points[index % len(points)]
    return points[min(max(index, 0), len(points) - 1)]


def _between(four: Sequence[Point], t: float) -> Point:
    x, y = (
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(*four, strict=True)
    )
    return x, y
