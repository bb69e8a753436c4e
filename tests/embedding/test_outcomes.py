"""Exactly one outcome per picture, whatever is mixed and however it is batched."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from search.embedding import Embedded, EmbedderUnavailable, Rejected
from search.embedding.batching import Batch, Seen, embed_in_batches, unit_outcome
from tests.embedding.own_cards import TINY

# The recipe scales pixels to 0..1; this level, which no other picture has, makes the network fail.
POISON = 77


def good(level: int) -> Image.Image:
    return Image.new("RGB", (5, 9), (level, 255 - level, 10))


def empty() -> Image.Image:
    return Image.new("RGB", (0, 9))


def closed() -> Image.Image:
    image = good(1)
    image.close()
    return image


def truncated() -> Image.Image:
    file = BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(file, "JPEG")
    return Image.open(BytesIO(file.getvalue()[:700]))


def no_rgb() -> Image.Image:
    return Image.new("La", (8, 8))


def poison() -> Image.Image:
    return Image.new("RGB", (4, 4), (POISON, POISON, POISON))


BAD = {"empty": empty, "closed": closed, "truncated": truncated, "La": no_rgb, "poison": poison}


def channel_means(batch: Batch) -> Seen:
    means = batch.mean(axis=(2, 3))
    means[np.isclose(means, POISON / 255).all(axis=1)] = np.nan
    return Seen(means)


@given(
    kinds=st.lists(st.integers(100, 255) | st.sampled_from(sorted(BAD)), max_size=20),
    batch_size=st.integers(1, 9),
)
def test_every_picture_has_its_own_outcome_in_its_place(kinds, batch_size):
    images = [BAD[kind]() if isinstance(kind, str) else good(kind) for kind in kinds]

    outcomes = embed_in_batches(images, card=TINY, look=channel_means, batch_size=batch_size)

    assert len(outcomes) == len(kinds)
    for kind, outcome in zip(kinds, outcomes, strict=True):
        if isinstance(kind, str):
            assert isinstance(outcome, Rejected)
        else:
            expected = np.array([kind, 255 - kind, 10]) / np.linalg.norm([kind, 255 - kind, 10])
            np.testing.assert_allclose(outcome.vector, expected, atol=1e-6)


@given(count=st.integers(0, 30), batch_size=st.integers(1, 9))
def test_the_network_never_sees_more_than_a_batch(count, batch_size):
    seen: list[int] = []

    def look(batch: Batch) -> Seen:
        seen.append(len(batch))
        return channel_means(batch)

    embed_in_batches([good(9)] * count, card=TINY, look=look, batch_size=batch_size)

    assert sum(seen) == count
    assert all(0 < size <= batch_size for size in seen)


def test_a_network_that_fails_is_no_fault_of_the_pictures():
    def look(batch: Batch) -> Seen:
        raise EmbedderUnavailable("out of memory")

    with pytest.raises(EmbedderUnavailable, match="out of memory"):
        embed_in_batches([good(9)], card=TINY, look=look, batch_size=4)


def test_a_reason_says_what_was_wrong():
    [outcome] = embed_in_batches([empty()], card=TINY, look=channel_means, batch_size=4)

    assert outcome == Rejected(
        "the picture cannot be read: the picture is 0 x 9 pixels: it has no area"
    )


@pytest.mark.parametrize("features", [[np.nan, 1, 1], [np.inf, 0, 0], [0, 0, 0]])
def test_features_without_a_direction_are_rejected(features):
    assert isinstance(unit_outcome(np.array([features], dtype=np.float32)), Rejected)


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_features_of_any_scale_become_a_unit_vector(scale):
    outcome = unit_outcome(np.array([[3, 4, 0]], dtype=np.float32) * np.float32(scale))

    assert isinstance(outcome, Embedded)
    np.testing.assert_allclose(outcome.vector, [0.6, 0.8, 0.0], atol=1e-6)
