"""Shirts, bags and shoes."""

from __future__ import annotations

from catalog.sample.drawn.curves import arc, smooth
from catalog.sample.drawn.studio import (
    Colour,
    Studio,
    cloth_light,
    contrasting,
    darker,
    flat_light,
    round_light,
)


def shirt(studio: Studio, colour: Colour, style: int) -> None:
    sleeve = (0.42, 0.42, 0.62)[style]
    right = [
        (0.6, 0.2),
        (0.72, 0.25),
        (0.9, sleeve),
        (0.79, sleeve + 0.07),
        (0.7, 0.41),
        (0.7, 0.84),
    ]
    left = [(1 - x, y) for x, y in reversed(right)]
    studio.shadow((0.53, 0.52), 0.24, 0.34, 0.22)
    body = studio.polygon([*arc((0.5, 0.2), (0.1, 0.06), 180, 0), *right, *left])
    studio.paint(body, colour, cloth_light)
    if style == 1:
        for row in range(9):
            top = 0.27 + row * 0.066
            stripe = studio.box(0, top, 1, top + 0.026)
            studio.paint(stripe, contrasting(colour), cloth_light, within=body)
    for x, y in ((0.7, 0.41), (0.3, 0.41)):
        seam = studio.stroke([(x, y), (0.5 + (x - 0.5) * 1.08, 0.26)], 0.005)
        studio.paint(seam, darker(colour, 0.75), within=body)
    if style == 0:
        pocket = studio.box(0.55, 0.36, 0.65, 0.48, 0.012)
        studio.paint(pocket, darker(colour, 0.88), flat_light)
    collar = studio.stroke(arc((0.5, 0.2), (0.1, 0.06), 180, 0), 0.02)
    studio.paint(collar, darker(colour, 0.82))


def bag(studio: Studio, colour: Colour, style: int) -> None:
    studio.shadow((0.53, 0.83), 0.26, 0.035)
    top, spread = ((0.36, 0.0), (0.44, 0.04), (0.32, -0.03))[style]
    grip: Colour = (150, 104, 66) if style == 1 else darker(colour, 0.8)
    for shift, tone in ((0.02, 0.8), (0.0, 1.0)):
        handle = arc((0.5 + shift, top + 0.02), (0.11, 0.2 - shift), 180, 360)
        studio.paint(studio.stroke(handle, 0.026), darker(grip, tone), flat_light)
    corners = [(0.27, top), (0.73, top), (0.75 + spread, 0.81), (0.73 + spread, 0.83)]
    outline = [*corners, *((1 - x, y) for x, y in reversed(corners[2:]))]
    body = studio.polygon(outline)
    studio.paint(body, colour, cloth_light)
    if style == 0:
        studio.paint(studio.ellipse((0.5, 0.6), 0.11, 0.11), contrasting(colour), cloth_light)
    if style == 1:
        studio.paint(studio.box(0, 0.7, 1, 1), grip, cloth_light, within=body)
    if style == 2:
        flap = studio.box(0, 0, 1, 0.56, 0.05)
        studio.paint(flap, darker(colour, 0.88), cloth_light, within=body)
        studio.paint(studio.box(0.46, 0.52, 0.54, 0.6, 0.012), (196, 162, 92), round_light)
    hem = studio.box(0, top, 1, top + 0.022)
    studio.paint(hem, darker(colour, 0.82), cloth_light, within=body)


def shoe(studio: Studio, colour: Colour, style: int) -> None:
    collar = (0.42, 0.25, 0.4)[style]
    studio.shadow((0.51, 0.745), 0.37, 0.028)
    upper = [
        (0.17, 0.66), (0.16, 0.54), (0.17, collar + 0.02), (0.24, collar), (0.36, collar + 0.02),
        (0.41, collar + 0.06), (0.5, 0.5), (0.62, 0.55), (0.76, 0.58), (0.85, 0.63), (0.86, 0.69),
        (0.5, 0.7),
    ]  # fmt: skip
    body = studio.polygon(smooth(upper))
    studio.paint(body, colour, round_light)
    toe = studio.ellipse((0.86, 0.7), 0.13, 0.12)
    studio.paint(toe, darker(contrasting(colour), 0.95), round_light, within=body)
    heel = studio.box(0, collar + 0.08, 0.225, 1, 0.02)
    studio.paint(heel, darker(colour, 0.75), round_light, within=body)
    for step in range(4 if style != 1 else 5):
        x, y = 0.62 - step * 0.055, 0.55 - step * 0.037
        lace = studio.stroke([(x, y), (x - 0.045, y + 0.075)], 0.015)
        studio.paint(lace, (246, 243, 236))
    if style == 2:
        swoosh = [(0.24, 0.6), (0.38, 0.64), (0.6, 0.6), (0.38, 0.67)]
        studio.paint(studio.polygon(smooth(swoosh)), contrasting(colour), within=body)
    sole = studio.box(0.15, 0.67, 0.885, 0.74, 0.035)
    studio.paint(sole, (240, 237, 228) if style != 2 else darker(colour, 0.6), flat_light)
    studio.paint(studio.box(0.165, 0.725, 0.87, 0.745, 0.01), (96, 88, 82), flat_light)
