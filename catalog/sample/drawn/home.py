"""Vases, lamps, chairs, cushions and clocks."""

from __future__ import annotations

import math

from PIL import Image

from catalog.sample.drawn.curves import arc, mirrored, smooth
from catalog.sample.drawn.studio import (
    Colour,
    Studio,
    ball_light,
    cloth_light,
    contrasting,
    darker,
    round_light,
)

WOOD: Colour = (176, 128, 84)
BRASS: Colour = (196, 162, 92)


def vase(studio: Studio, colour: Colour, style: int) -> None:
    profile = (
        [(0.57, 0.2), (0.545, 0.28), (0.6, 0.42), (0.67, 0.56), (0.65, 0.72), (0.58, 0.83)],
        [(0.6, 0.26), (0.63, 0.34), (0.69, 0.44), (0.66, 0.62), (0.6, 0.76), (0.59, 0.82)],
        [(0.535, 0.16), (0.53, 0.3), (0.535, 0.46), (0.62, 0.6), (0.66, 0.72), (0.58, 0.83)],
    )[style]
    mouth, top = profile[0][0] - 0.5, profile[0][1]
    studio.shadow((0.53, 0.83), 0.18, 0.034)
    body = studio.polygon(mirrored(profile))
    studio.paint(body, colour, round_light)
    if style == 1:
        for row in range(4):
            line = studio.box(0, 0.42 + row * 0.075, 1, 0.435 + row * 0.075)
            studio.paint(line, contrasting(colour), round_light, within=body)
    studio.paint(studio.ellipse((0.5, top), mouth, mouth * 0.24), darker(colour, 1.1))
    studio.paint(
        studio.ellipse((0.5, top + 0.003), mouth * 0.84, mouth * 0.18), darker(colour, 0.4)
    )


def lamp(studio: Studio, colour: Colour, style: int) -> None:
    metal = (BRASS, (70, 70, 74), WOOD)[style]
    studio.shadow((0.52, 0.85), 0.2, 0.03)
    studio.paint(studio.box(0.36, 0.82, 0.64, 0.855, 0.016), metal, round_light)
    if style == 2:
        foot = [(0.52, 0.5), (0.53, 0.56), (0.58, 0.66), (0.6, 0.74), (0.54, 0.83)]
        studio.paint(studio.polygon(mirrored(foot)), metal, round_light)
    else:
        studio.paint(studio.box(0.488, 0.44, 0.512, 0.83), metal, round_light)
    if style == 1:
        studio.paint(studio.ellipse((0.5, 0.34), 0.17, 0.17), colour, ball_light)
        return
    top, bottom = ((0.1, 0.25), (0.0, 0.0), (0.18, 0.21))[style]
    shade = [(0.5 - top, 0.18), (0.5 + top, 0.18), (0.5 + bottom, 0.47), (0.5 - bottom, 0.47)]
    curve = arc((0.5, 0.47), (bottom, 0.022), 0, 180)
    body = studio.polygon([*shade[:2], *curve])
    studio.paint(body, colour, round_light)
    edge = studio.box(0, 0.18, 1, 0.195)
    studio.paint(edge, darker(colour, 0.8), round_light, within=body)


def chair(studio: Studio, colour: Colour, style: int) -> None:
    (_slat_chair, _stool, _armchair)[style](studio, colour)


def cushion(studio: Studio, colour: Colour, style: int) -> None:
    studio.shadow((0.52, 0.77), 0.3, 0.04)
    outline = [
        (0.2, 0.25), (0.35, 0.28), (0.5, 0.285), (0.65, 0.28), (0.8, 0.25), (0.775, 0.4),
        (0.77, 0.52), (0.775, 0.64), (0.8, 0.79), (0.65, 0.765), (0.5, 0.76), (0.35, 0.765),
        (0.2, 0.79), (0.225, 0.64), (0.23, 0.52), (0.225, 0.4),
    ]  # fmt: skip
    body = studio.polygon(smooth(outline))
    studio.paint(body, colour, cloth_light)
    pattern = contrasting(colour)
    if style == 1:
        for column in range(5):
            left = 0.25 + column * 0.115
            studio.paint(studio.box(left, 0, left + 0.04, 1), pattern, cloth_light, within=body)
    if style == 2:
        for number in range(16):
            x, y = 0.29 + number % 4 * 0.14, 0.34 + number // 4 * 0.125
            spot = [(x, y - 0.04), (x + 0.04, y), (x, y + 0.04), (x - 0.04, y)]
            studio.paint(studio.polygon(spot), pattern, cloth_light, within=body)


def clock(studio: Studio, colour: Colour, style: int) -> None:
    studio.shadow((0.52, 0.53), 0.315, 0.315, 0.3)
    rim = _clock_outline(studio, style, 0.31)
    studio.paint(rim, colour, ball_light)
    face: Colour = (246, 243, 236)
    studio.paint(_clock_outline(studio, style, 0.255), face)
    for hour in range(12):
        turn = math.radians(30 * hour)
        inner = 0.19 if hour % 3 == 0 else 0.21
        ends = [(0.5 + r * math.sin(turn), 0.5 - r * math.cos(turn)) for r in (inner, 0.23)]
        studio.paint(studio.stroke(ends, 0.012 if hour % 3 == 0 else 0.006), (60, 58, 62))
    for degrees, length, width in ((305, 0.12, 0.018), (60, 0.18, 0.012)):
        turn = math.radians(degrees)
        end = (0.5 + length * math.sin(turn), 0.5 - length * math.cos(turn))
        studio.paint(studio.stroke([(0.5, 0.5), end], width), (50, 48, 52))
    studio.paint(studio.ellipse((0.5, 0.5), 0.018, 0.018), darker(colour, 0.9))


def _clock_outline(studio: Studio, style: int, radius: float) -> Image.Image:
    if style == 1:
        edge = 0.5 - radius, 0.5 + radius
        return studio.box(edge[0], edge[0], edge[1], edge[1], 0.07)
    if style == 2:
        turns = [math.radians(60 * corner) for corner in range(6)]
        reach = radius * 1.1
        return studio.polygon(
            [(0.5 + reach * math.cos(t), 0.5 + reach * math.sin(t)) for t in turns]
        )
    return studio.ellipse((0.5, 0.5), radius, radius)


def _legs(studio: Studio, tops: tuple[float, ...], y: float, floor: float, splay: float) -> None:
    for x in tops:
        foot = x + splay * (x - 0.5)
        studio.paint(studio.stroke([(x, y), (foot, floor)], 0.026), WOOD, round_light)


def _slat_chair(studio: Studio, colour: Colour) -> None:
    studio.shadow((0.52, 0.87), 0.24, 0.03)
    _legs(studio, (0.4, 0.6), 0.58, 0.83, 0.2)
    for x in (0.34, 0.66):
        studio.paint(studio.stroke([(x, 0.16), (x, 0.58)], 0.03), darker(colour, 0.9), round_light)
    for y in (0.2, 0.3, 0.4):
        studio.paint(studio.box(0.33, y, 0.67, y + 0.055, 0.015), colour, round_light)
    seat = [(0.33, 0.53), (0.67, 0.53), (0.72, 0.62), (0.28, 0.62)]
    studio.paint(studio.polygon(seat), colour, round_light)
    studio.paint(studio.box(0.28, 0.615, 0.72, 0.65, 0.01), darker(colour, 0.8), round_light)
    _legs(studio, (0.31, 0.69), 0.64, 0.88, 0.1)


def _stool(studio: Studio, colour: Colour) -> None:
    studio.shadow((0.52, 0.86), 0.2, 0.03)
    _legs(studio, (0.45, 0.55), 0.42, 0.82, 0.5)
    studio.paint(
        studio.stroke([(0.37, 0.68), (0.63, 0.68)], 0.018), darker(WOOD, 0.85), round_light
    )
    _legs(studio, (0.4, 0.6), 0.42, 0.87, 0.6)
    studio.paint(studio.box(0.3, 0.36, 0.7, 0.435, 0.03), darker(colour, 0.82), round_light)
    studio.paint(studio.ellipse((0.5, 0.365), 0.2, 0.05), colour, cloth_light)


def _armchair(studio: Studio, colour: Colour) -> None:
    studio.shadow((0.52, 0.85), 0.34, 0.03)
    _legs(studio, (0.27, 0.73), 0.76, 0.86, 0.05)
    back = [(0.28, 0.3), (0.34, 0.2), (0.5, 0.18), (0.66, 0.2), (0.72, 0.3), (0.7, 0.6), (0.3, 0.6)]
    studio.paint(studio.polygon(smooth(back)), darker(colour, 0.92), cloth_light)
    studio.paint(studio.box(0.25, 0.64, 0.75, 0.78, 0.03), darker(colour, 0.8), cloth_light)
    studio.paint(studio.box(0.28, 0.54, 0.72, 0.67, 0.045), colour, cloth_light)
    for left in (0.17, 0.73):
        studio.paint(studio.box(left, 0.46, left + 0.1, 0.79, 0.05), colour, round_light)
