"""Dominant colours: what they are called, how many are told, and in which order."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from search.embedding.descriptors import COLOURS, describe
from search.embedding.descriptors.named_colours import EXAMPLES

NAME_OF = {each.code: each.name for each in COLOURS}


def names(image):
    return [NAME_OF[code] for code in describe(image, ()).colours]


def stripes(*shares: tuple[tuple[int, int, int], int]):
    """Vertical stripes of (colour, width); none of them makes up the border."""
    picture = Image.new("RGB", (sum(width for _, width in shares), 60))
    left = 0
    for rgb, width in shares:
        picture.paste(rgb, (left, 0, left + width, 60))
        left += width
    return picture


def test_codes_are_stored_and_so_never_change():
    assert {each.code: each.name for each in COLOURS} == {
        1: "black",
        2: "grey",
        3: "white",
        4: "red",
        5: "orange",
        6: "yellow",
        7: "green",
        8: "turquoise",
        9: "blue",
        10: "purple",
        11: "pink",
        12: "brown",
    }


def test_every_colour_has_a_name_in_both_languages():
    assert len({each.label_en for each in COLOURS}) == len(COLOURS)
    assert len({each.label_zh for each in COLOURS}) == len(COLOURS)
    assert all(each.label_zh.endswith("色") for each in COLOURS)


@pytest.mark.parametrize("colour", COLOURS, ids=lambda each: each.name)
def test_a_swatch_is_called_by_its_name(colour):
    assert names(Image.new("RGB", (20, 20), colour.rgb)) == [colour.name]


@pytest.mark.parametrize(
    ("name", "rgb"), [(name, rgb) for name, colours in EXAMPLES.items() for rgb in colours]
)
def test_an_example_is_called_by_its_name(name, rgb):
    assert names(Image.new("RGB", (20, 20), rgb)) == [name]


@pytest.mark.parametrize("factor", [0.75, 1.2])
@pytest.mark.parametrize("name", ["red", "green", "blue", "yellow", "turquoise", "black"])
def test_names_survive_another_light(name, factor):
    rgb = next(each.rgb for each in COLOURS if each.name == name)
    assert names(ImageEnhance.Brightness(Image.new("RGB", (20, 20), rgb)).enhance(factor)) == [name]


def test_the_largest_comes_first_and_three_at_most():
    blue, red, green, yellow = (35, 85, 190), (205, 30, 40), (50, 145, 65), (250, 215, 40)
    assert names(stripes((red, 20), (blue, 30), (green, 24), (yellow, 18))) == [
        "blue",
        "green",
        "red",
    ]


def test_a_colour_of_less_than_a_sixth_or_so_is_not_told():
    assert names(stripes(((205, 30, 40), 47), ((35, 85, 190), 43), ((50, 145, 65), 10))) == [
        "red",
        "blue",
    ]


def test_the_white_of_a_packshot_is_not_its_colour():
    picture = Image.new("RGB", (100, 100), "white")
    ImageDraw.Draw(picture).ellipse((35, 35, 65, 65), fill=(205, 30, 40))
    assert names(picture) == ["red"]


def test_a_white_picture_is_white():
    assert names(Image.new("RGB", (50, 50), "white")) == ["white"]
