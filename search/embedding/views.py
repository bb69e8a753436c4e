"""The views of a picture that a network looks at: whole, its middle, larger, or a centre crop.

A vector is the direction of the mean of its views' unit vectors. Both sides of a space look through
the same ones: zooming on one side only finds less than not zooming at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.embedding.protocol import Preprocessing

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """A part of the picture and the side of the square that it fills.

    `part` is the share of both sides around the middle; `side` in pixels, None for the card's own
    size; `crop` says that the part keeps its aspect ratio, as the recipe's `resize_to` asks.
    """

    part: float = 1.0
    side: int | None = None
    crop: bool = False

    @property
    def whole(self) -> bool:
        """Whether it shows all of the picture; fractions of it are then those of the picture."""
        return self.part == 1.0 and not self.crop

    def side_for(self, recipe: Preprocessing) -> int:
        """The side of the network's input, in pixels."""
        return self.side or recipe.size

    def box(self, width: int, height: int, recipe: Preprocessing) -> Box:
        """The part of a picture of that size: left, top, right and bottom in its pixels."""
        if self.crop:
            return _centre_box(width, height, recipe.resize_to or recipe.size, recipe.size)
        margin = (1.0 - self.part) / 2.0
        across, down = width * margin, height * margin
        return (across, down, width - across, height - down)


# On four sets of product photos, R@1 / mAP@10: squash alone 54.6 / 44.8, with zoom70 and squash320
# 56.8 / 48.4.
VIEWS = {
    "squash": View(),
    "zoom70": View(part=0.7),
    "squash320": View(side=320),
    "centre": View(crop=True),
}


def views_problem(views: Iterable[str], resize: str) -> str:
    """Why a card can't have these views, as a sentence's end; "" if it can."""
    names = list(views)
    if not names:
        return f"names no views; name at least one of {', '.join(VIEWS)}"
    unknown = [name for name in names if name not in VIEWS]
    if unknown:
        return f"names the view {unknown[0]!r}, which does not exist; there are {', '.join(VIEWS)}"
    if len(set(names)) < len(names):
        return "names a view twice, which would only cost time"
    if resize == "shortest-side-crop" and "centre" not in names:
        return 'crops pictures ("shortest-side-crop"), so its views must name "centre"'
    return ""


def whole_view(names: Sequence[str]) -> int | None:
    """The place of the first view that shows the picture whole; None where each cuts some off."""
    views = [VIEWS[name] for name in names]
    return next((place for place, view in enumerate(views) if view.whole), None)


def default_view(recipe: Preprocessing) -> View:
    """The view that the recipe alone describes."""
    return VIEWS["centre" if recipe.resize == "shortest-side-crop" else "squash"]


def _centre_box(width: int, height: int, shortest: int, size: int) -> Box:
    """The centre square of `size` pixels after the shortest side became `shortest`, seen in source
    pixels.

    One resize with a box gives the pixels of resize-then-crop without the whole resized picture,
    which for a thin strip would be many times the picture itself. The rounding is torchvision's:
    the long side is cut to an integer, the crop's corner is rounded to an even half.
    """
    if width <= height:
        new_width, new_height = shortest, int(shortest * height / width)
    else:
        new_width, new_height = int(shortest * width / height), shortest
    left, top = round((new_width - size) / 2.0), round((new_height - size) / 2.0)
    across, down = width / new_width, height / new_height
    return (left * across, top * down, (left + size) * across, (top + size) * down)
