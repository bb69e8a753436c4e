"""A card that contradicts itself is refused when it is made, before a picture is blamed for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.embedding import Card, EmbedderUnavailable, card_names, get_card
from search.embedding.card_checks import DESCRIPTORS, MOST_DIM
from search.embedding.descriptors import DIMS
from tests.embedding.own_cards import TINY


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"descriptors": ("color",)}, "the descriptor 'color', which does not exist"),
        ({"precision": "fp8"}, "the precision 'fp8', which does not exist; there are fp32, bf16"),
        ({"engine": "tensorflow"}, "the engine 'tensorflow', which does not exist"),
        ({"engine": "torch", "precision": "int8"}, "in int8, which its engine torch does not"),
        ({"precision": "bf16"}, "in bf16, so it must name its engine: openvino or torch"),
        ({"dim": 0}, "makes vectors of 0 numbers; 1 to 3,800 can be stored"),
        ({"dim": MOST_DIM + 1}, "makes vectors of 3,801 numbers"),
    ],
)
def test_what_a_card_can_t_say(wrong, told):
    with pytest.raises(EmbedderUnavailable, match=f"tests/tiny@1 .*{told}.*Correct the card"):
        replace(TINY, **wrong)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"resize": "sqaush"}, "the resize 'sqaush', which does not exist"),
        ({"interpolation": "lanczos"}, "the interpolation 'lanczos', which does not exist"),
        ({"size": 0}, "pictures of 0 pixels a side"),
        ({"resize_to": 31}, "cuts 32 pixels a side out of 31"),
        ({"decode_side": 31}, "decodes to 31 pixels a side, but its network sees 32"),
    ],
)
def test_what_a_recipe_can_t_say(wrong, told):
    with pytest.raises(EmbedderUnavailable, match=told):
        replace(TINY, preprocessing=replace(TINY.preprocessing, **wrong))


def test_the_descriptors_that_may_be_named_are_those_that_there_are():
    assert tuple(DIMS) == DESCRIPTORS


@pytest.mark.parametrize("name", card_names())
def test_what_ships_can_be_stored_in_one_row_of_a_page(name):
    card: Card = get_card(name)
    stored = 2 * (card.dim + sum(DIMS[kind] for kind in card.descriptors))

    assert stored < 7_900  # of 8,160 bytes
