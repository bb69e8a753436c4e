"""A vector is the direction of the mean of its views' unit vectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from search.embedding import Card, EmbedderUnavailable, Rejected, get_card
from search.embedding.batching import Batch, Seen, embed_in_batches
from search.embedding.preprocess import Tensor, to_tensors
from search.embedding.views import VIEWS
from tests.embedding.own_cards import TINY


def framed() -> Image.Image:
    """Red, with a green middle that fills more than the zoom."""
    image = Image.new("RGB", (100, 50), (255, 0, 0))
    image.paste((0, 255, 0), (10, 5, 90, 45))
    return image


def of_views(*views: str) -> Card:
    return replace(TINY, views=views)


def channel_means(batch: Batch) -> Seen:
    return Seen(batch.mean(axis=(2, 3)))


def colours_of(view: Tensor) -> Batch:
    return channel_means(view[np.newaxis]).features[0]


def test_each_view_shows_its_part_at_its_side():
    whole, middle, large = to_tensors(framed(), of_views("squash", "zoom70", "squash320"))

    assert [view.shape for view in (whole, middle, large)] == [
        (3, 32, 32),
        (3, 32, 32),
        (3, 320, 320),
    ]
    assert colours_of(middle).tolist() == pytest.approx([0, 1, 0], abs=1e-6)
    assert colours_of(whole).tolist() == pytest.approx([0.36, 0.64, 0], abs=0.01)


def test_the_middle_is_seven_tenths_of_both_sides():
    box = VIEWS["zoom70"].box(200, 100, TINY.preprocessing)

    assert box == pytest.approx((30, 15, 170, 85))


def test_the_vector_is_the_direction_of_the_mean_of_unit_vectors():
    [outcome] = embed_in_batches(
        [framed()], card=of_views("squash", "zoom70"), look=channel_means, batch_size=4
    )

    whole, middle = (
        colours_of(view) for view in to_tensors(framed(), of_views("squash", "zoom70"))
    )
    mean = whole / np.linalg.norm(whole) + middle / np.linalg.norm(middle)
    np.testing.assert_allclose(outcome.vector, mean / np.linalg.norm(mean), atol=1e-6)


def test_batches_are_of_one_side_and_no_larger_than_asked_for():
    seen: list[tuple[int, ...]] = []

    def look(batch: Batch) -> Seen:
        seen.append(batch.shape)
        return channel_means(batch)

    card = of_views("squash", "zoom70", "squash320")
    embed_in_batches([framed()] * 3, card=card, look=look, batch_size=4)

    # Six views of the card's own size in two batches; of a hundred times the pixels, one by one.
    assert seen == [(4, 3, 32, 32), (2, 3, 32, 32), *[(1, 3, 320, 320)] * 3]


def test_a_view_of_nothing_leaves_the_others():
    image = Image.new("RGB", (100, 100), (255, 0, 0))
    image.paste((0, 0, 0), (5, 5, 95, 95))

    [outcome] = embed_in_batches(
        [image], card=of_views("squash", "zoom70"), look=channel_means, batch_size=4
    )

    np.testing.assert_allclose(outcome.vector, [1, 0, 0], atol=1e-6)


def test_bad_pictures_among_several_views_are_rejected_in_their_place():
    images = [framed(), Image.new("RGB", (0, 5)), framed()]

    outcomes = embed_in_batches(
        images, card=of_views("squash", "squash320"), look=channel_means, batch_size=8
    )

    assert isinstance(outcomes[1], Rejected)
    np.testing.assert_array_equal(outcomes[0].vector, outcomes[2].vector)


@pytest.mark.parametrize(
    ("views", "message"),
    [
        ((), "card tests/tiny@1 names no views"),
        (("squash", "mosaic"), "names the view 'mosaic', which does not exist; there are squash"),
        (("squash", "squash"), "names a view twice"),
    ],
)
def test_a_card_of_views_that_there_are_not_is_refused(views, message):
    with pytest.raises(EmbedderUnavailable, match=message):
        of_views(*views)


def test_a_card_that_crops_without_the_view_for_it_is_refused():
    with pytest.raises(EmbedderUnavailable, match='its views must name "centre"'):
        replace(get_card("resnet18"), views=("squash",))


def test_the_cards_own_descriptors_and_colours_come_with_the_vector():
    card = replace(TINY, descriptors=("colour",))

    [outcome] = embed_in_batches([framed()], card=card, look=channel_means, batch_size=4)
    [without] = embed_in_batches([framed()], card=TINY, look=channel_means, batch_size=4)

    assert outcome.descriptors.shape == (48,)
    assert np.linalg.norm(outcome.descriptors) == pytest.approx(1.0, abs=1e-6)
    assert len(outcome.colours) > 0
    assert (without.descriptors, without.colours) == (None, ())
