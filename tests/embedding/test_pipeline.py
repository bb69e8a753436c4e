"""Batches that are under way together come out as if one had waited for the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from search.embedding import EmbedderUnavailable, Rejected
from search.embedding.batching import Batch, Seen, embed_in_batches
from search.embedding.drawn import draw_picture
from search.embedding.pipeline import embed_ahead
from tests.embedding.own_cards import TINY

PICTURES = [draw_picture(number) for number in range(7)]


def means(batch: Batch) -> Seen:
    return Seen(batch.mean(axis=(2, 3)))


def test_outcomes_keep_their_order_and_rejections_their_place():
    images = [*PICTURES[:3], Image.new("RGB", (0, 4)), *PICTURES[3:]]
    expected = embed_in_batches(images, card=TINY, look=means, batch_size=2)

    with ThreadPoolExecutor(3) as workers:
        found = embed_ahead(images, card=TINY, look=means, batch_size=2, workers=workers)

    assert [type(each) for each in found] == [type(each) for each in expected]
    assert isinstance(found[3], Rejected)
    for one, other in zip(found, expected, strict=True):
        if not isinstance(one, Rejected):
            np.testing.assert_array_equal(one.vector, other.vector)


def test_one_batch_is_prepared_while_another_is_in_the_network():
    """Both are inside `look` at once, which neither could be if one waited for the other."""
    together = threading.Barrier(2, timeout=30)

    def look(batch: Batch) -> Seen:
        together.wait()
        return means(batch)

    with ThreadPoolExecutor(2) as workers:
        found = embed_ahead(PICTURES[:4], card=TINY, look=look, batch_size=2, workers=workers)

    assert len(found) == 4


def test_a_network_that_fails_fails_the_call():
    def look(batch: Batch) -> Seen:
        raise EmbedderUnavailable("out of memory")

    with ThreadPoolExecutor(2) as workers, pytest.raises(EmbedderUnavailable, match="out of mem"):
        embed_ahead(PICTURES, card=TINY, look=look, batch_size=2, workers=workers)


def test_nothing_in_nothing_out():
    with ThreadPoolExecutor(1) as workers:
        assert embed_ahead([], card=TINY, look=means, batch_size=2, workers=workers) == []
