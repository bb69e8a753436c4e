"""The twelve colours that a shop's customers filter by, each with a code that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedColour:
    """A colour by name. `code` is what the database holds and never changes its meaning; `name` is
    what a query string says; `rgb` is the swatch, 0..255."""

    code: int
    name: str
    label_en: str
    label_zh: str
    rgb: tuple[int, int, int]


COLOURS = (
    NamedColour(1, "black", "Black", "黑色", (20, 20, 20)),
    NamedColour(2, "grey", "Grey", "灰色", (136, 136, 136)),
    NamedColour(3, "white", "White", "白色", (250, 250, 250)),
    NamedColour(4, "red", "Red", "红色", (205, 30, 40)),
    NamedColour(5, "orange", "Orange", "橙色", (243, 128, 28)),
    NamedColour(6, "yellow", "Yellow", "黄色", (250, 215, 40)),
    NamedColour(7, "green", "Green", "绿色", (50, 145, 65)),
    NamedColour(8, "turquoise", "Turquoise", "青色", (40, 175, 175)),
    NamedColour(9, "blue", "Blue", "蓝色", (35, 85, 190)),
    NamedColour(10, "purple", "Purple", "紫色", (120, 60, 160)),
    NamedColour(11, "pink", "Pink", "粉色", (240, 130, 175)),
    NamedColour(12, "brown", "Brown", "棕色", (120, 75, 40)),
)

BY_NAME: Mapping[str, NamedColour] = {each.name: each for each in COLOURS}

# What a person calls by each name, from light to dark: a pixel is called as the nearest of these.
EXAMPLES: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    "black": ((20, 20, 20), (22, 22, 38), (34, 24, 22), (18, 28, 24)),
    "grey": ((200, 200, 200), (136, 136, 136), (80, 80, 80), (112, 124, 138), (150, 140, 132)),
    "white": ((250, 250, 250), (250, 244, 230), (236, 242, 250)),
    "red": ((240, 60, 60), (205, 30, 40), (150, 20, 30), (95, 18, 28), (160, 60, 60)),
    "orange": ((255, 170, 90), (243, 128, 28), (225, 90, 25), (200, 105, 40)),
    "yellow": ((255, 240, 140), (250, 215, 40), (220, 190, 50), (190, 165, 40)),
    "green": (
        (180, 225, 160),
        (150, 220, 190),
        (10, 130, 105),
        (130, 195, 60),
        (50, 145, 65),
        (25, 85, 45),
        (110, 125, 60),
        (70, 80, 45),
        (140, 165, 135),
        (60, 90, 75),
    ),
    "turquoise": ((160, 225, 220), (40, 175, 175), (20, 125, 130), (15, 85, 90), (110, 160, 160)),
    "blue": (
        (175, 205, 240),
        (80, 150, 225),
        (35, 85, 190),
        (25, 35, 110),
        (20, 28, 60),
        (90, 115, 150),
        (55, 75, 105),
    ),
    "purple": (
        (200, 175, 225),
        (150, 100, 200),
        (120, 60, 160),
        (62, 45, 130),
        (70, 30, 95),
        (110, 85, 125),
    ),
    "pink": ((250, 215, 225), (240, 130, 175), (225, 60, 130), (215, 150, 160), (180, 40, 110)),
    "brown": (
        (225, 195, 160),
        (195, 155, 110),
        (160, 110, 70),
        (120, 75, 40),
        (75, 45, 25),
        (115, 90, 75),
        (72, 50, 38),
    ),
}
