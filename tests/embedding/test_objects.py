"""The boxes around the things in a picture, from any map of where something is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from search.embedding.objects import LEAST_AREA, MOST_AREA, MOST_IOU, Box, boxes_of

Map = npt.NDArray[np.float32]
FLOATS = st.floats(width=32, allow_nan=True, allow_infinity=True)
MAPS = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=50))
ANY_MAPS = MAPS | arrays(
    np.float32, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12), elements=FLOATS
)
# Rounding to four decimals.
ROUNDED = 1e-3


def flat(rows: int = 28, columns: int = 28) -> Map:
    return np.zeros((rows, columns), dtype=np.float32)


def with_things(*things: tuple[slice, slice]) -> Map:
    """Things on a 28 x 28 map, each a little less high than the one before."""
    attention = flat()
    for place, thing in enumerate(things):
        attention[thing] = 1.0 - 0.1 * place
    return attention


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


@settings(deadline=None)  # a busy machine is no fault of the map
@given(attention=ANY_MAPS)
def test_whatever_the_map_there_are_at_most_three_boxes_inside_the_picture_and_apart(attention):
    boxes = boxes_of(attention)

    assert len(boxes) <= 3
    for x, y, width, height in boxes:
        assert min(x, y) >= 0 < min(width, height)
        assert max(x + width, y + height) <= 1 + 1e-9
        assert LEAST_AREA - ROUNDED < width * height < MOST_AREA + ROUNDED
    pairs = [(one, other) for place, one in enumerate(boxes) for other in boxes[:place]]
    assert all(overlap(one, other) <= MOST_IOU + ROUNDED for one, other in pairs)


@settings(deadline=None)
@given(attention=MAPS)
def test_the_same_map_has_the_same_boxes(attention):
    assert boxes_of(attention) == boxes_of(attention.copy())


@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e20])
def test_the_scale_of_a_map_is_no_matter(scale):
    attention = with_things(np.s_[7:21, 7:14])

    assert boxes_of(attention * np.float32(scale)) == ((0.25, 0.25, 0.25, 0.5),)


@pytest.mark.parametrize(
    "attention",
    [
        flat(),
        flat() + 7,
        flat(1, 1),
        flat(0, 5),
        np.full((7, 7), np.nan, dtype=np.float32),
        np.full((7, 7), np.inf, dtype=np.float32),
        np.zeros(7, dtype=np.float32),
    ],
    ids=["zero", "constant", "one cell", "no cell", "not a number", "infinite", "a row"],
)
def test_a_map_that_says_nothing_has_no_boxes(attention):
    assert boxes_of(attention) == ()


def test_two_things_have_two_boxes_the_likelier_first():
    attention = with_things(np.s_[14:28, 0:7], np.s_[0:7, 14:28])

    assert boxes_of(attention) == ((0.0, 0.5, 0.25, 0.5), (0.5, 0.0, 0.5, 0.25))


def test_of_four_things_the_three_likeliest_are_boxed():
    attention = with_things(
        np.s_[2:10, 2:10], np.s_[18:26, 2:10], np.s_[2:10, 18:26], np.s_[18:26, 18:26]
    )

    assert [box[:2] for box in boxes_of(attention)] == [
        (0.0714, 0.0714),
        (0.0714, 0.6429),
        (0.6429, 0.0714),
    ]


def test_what_hardly_stands_out_beside_the_main_thing_is_left_out():
    attention = with_things(np.s_[2:14, 2:14])
    attention[18:26, 18:26] = 0.2

    assert len(boxes_of(attention)) == 1


def test_a_detail_is_no_thing():
    assert boxes_of(with_things(np.s_[4:9, 4:9])) == ()


def test_a_box_around_nearly_everything_says_nothing():
    assert boxes_of(with_things(np.s_[1:27, 1:27])) == ()


def test_parts_that_touch_at_a_corner_alone_are_two_things():
    attention = with_things(np.s_[0:14, 0:14])
    attention[14:28, 14:28] = 1.0

    assert sorted(boxes_of(attention)) == [(0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5)]


def test_a_part_does_not_go_on_at_the_other_side():
    attention = flat()
    attention[8:16, 24:28] = 1.0
    attention[9:17, 0:8] = 1.0

    assert boxes_of(attention) == ((0.0, 0.3214, 0.2857, 0.2857), (0.8571, 0.2857, 0.1429, 0.2857))


def test_a_coarse_map_is_read_between_its_cells():
    attention = flat(7, 7)
    attention[2:5, 3:5] = 1.0

    assert boxes_of(attention) == ((0.4286, 0.2857, 0.2857, 0.4286),)


def test_a_fine_map_is_read_in_coarser_cells():
    attention = flat(112, 112)
    attention[28:84, 28:56] = 1.0

    assert boxes_of(attention) == ((0.25, 0.25, 0.25, 0.5),)
