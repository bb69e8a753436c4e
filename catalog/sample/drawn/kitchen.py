"""Mugs, bottles and bowls."""

from __future__ import annotations

from catalog.sample.drawn.curves import arc, mirrored
from catalog.sample.drawn.studio import Colour, Studio, contrasting, darker, round_light


def mug(studio: Studio, colour: Colour, style: int) -> None:
    half, top, bottom = ((0.19, 0.32, 0.75), (0.15, 0.22, 0.78), (0.24, 0.42, 0.74))[style]
    middle, rim = 0.46, half * 0.2
    studio.shadow((middle + 0.05, bottom + 0.01), half * 1.25, 0.035)
    reach = (bottom - top) * 0.32
    grip = arc((middle + half - 0.01, (top + bottom) / 2), (0.13, reach), -88, 88)
    studio.paint(studio.stroke(grip, 0.042), darker(colour, 0.9), round_light)
    body = studio.polygon(
        [
            (middle - half, top),
            *reversed(arc((middle, bottom - rim), (half * 0.94, rim), 0, 180)),
            (middle + half, top),
        ]
    )
    studio.paint(body, colour, round_light)
    if style == 1:
        band = studio.box(0, top + 0.2, 1, top + 0.27)
        studio.paint(band, contrasting(colour), round_light, within=body)
    if style == 2:
        for column in range(7):
            for row in range(3):
                dot = studio.ellipse((0.24 + column * 0.075, 0.51 + row * 0.075), 0.014, 0.014)
                studio.paint(dot, contrasting(colour), round_light, within=body)
    studio.paint(studio.ellipse((middle, top), half, rim), darker(colour, 1.1))
    studio.paint(studio.ellipse((middle, top + 0.006), half * 0.9, rim * 0.82), darker(colour, 0.5))


def bottle(studio: Studio, colour: Colour, style: int) -> None:
    profile = (
        [(0.555, 0.2), (0.56, 0.27), (0.61, 0.34), (0.615, 0.5), (0.615, 0.7), (0.6, 0.84)],
        [(0.58, 0.26), (0.62, 0.3), (0.64, 0.42), (0.62, 0.52), (0.64, 0.66), (0.625, 0.84)],
        [(0.53, 0.18), (0.535, 0.34), (0.56, 0.44), (0.6, 0.54), (0.605, 0.7), (0.595, 0.84)],
    )[style]
    studio.shadow((0.53, 0.845), 0.16, 0.028)
    body = studio.polygon(mirrored(profile))
    studio.paint(body, colour, round_light)
    neck, top = profile[0][0] - 0.5, profile[0][1]
    lid = studio.box(0.5 - neck - 0.012, top - 0.075, 0.5 + neck + 0.012, top + 0.008, 0.014)
    studio.paint(lid, (72, 70, 72) if style else (178, 146, 104), round_light)
    if style != 1:
        label = studio.box(0, 0.58, 1, 0.72)
        studio.paint(label, contrasting(colour), round_light, within=body)
    else:
        loop = arc((0.5, top - 0.07), (0.05, 0.06), 180, 360)
        studio.paint(studio.stroke(loop, 0.02), (72, 70, 72), round_light)


def bowl(studio: Studio, colour: Colour, style: int) -> None:
    half, depth = ((0.32, 0.26), (0.36, 0.16), (0.25, 0.3))[style]
    top, rim = 0.46, half * 0.24
    studio.shadow((0.52, top + depth + 0.035), half * 0.72, 0.035)
    foot = studio.box(
        0.5 - half * 0.36, top + depth - 0.05, 0.5 + half * 0.36, top + depth + 0.03, 0.02
    )
    studio.paint(foot, darker(colour, 0.85), round_light)
    body = studio.polygon(arc((0.5, top), (half, depth), 0, 180))
    studio.paint(body, colour, round_light)
    if style == 0:
        stripe = studio.box(0, top + 0.1, 1, top + 0.135)
        studio.paint(stripe, contrasting(colour), round_light, within=body)
    studio.paint(studio.ellipse((0.5, top), half, rim), darker(colour, 1.1))
    inside = contrasting(colour) if style == 2 else darker(colour, 0.66)
    studio.paint(studio.ellipse((0.5, top + 0.008), half * 0.93, rim * 0.88), inside, round_light)
