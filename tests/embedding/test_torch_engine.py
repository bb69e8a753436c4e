"""torch serves a card itself, for CUDA and where ONNX Runtime is not wanted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from search.embedding import EmbedderUnavailable, Rejected, make_embedder
from tests.embedding.own_cards import TINY

pytestmark = pytest.mark.model

RED = Image.new("RGB", (20, 20), (200, 0, 0))


@pytest.fixture
def no_gpu(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def test_it_serves_on_the_cpu_where_there_is_no_gpu(no_gpu, tmp_path):
    embedder = make_embedder(TINY, data_dir=tmp_path, engine="torch")

    rejected, embedded = embedder.embed([Image.new("RGB", (0, 1)), RED])

    assert isinstance(rejected, Rejected)
    np.testing.assert_allclose(embedded.vector, [1, 0, 0], atol=1e-6)
    assert embedded.vector.dtype == np.float32


@pytest.mark.parametrize("engine", ["auto", "torch"])
def test_cuda_without_a_gpu_is_refused(engine, no_gpu, tmp_path):
    with pytest.raises(EmbedderUnavailable, match="torch finds no GPU: use cpu"):
        make_embedder(TINY, data_dir=tmp_path, engine=engine, device="cuda")


def test_a_network_that_fails_makes_the_embedder_unavailable(no_gpu, tmp_path):
    card = replace(TINY, backbone="tests.embedding.own_networks:failing")

    with pytest.raises(EmbedderUnavailable, match="failed on a batch of 2 on cpu"):
        make_embedder(card, data_dir=tmp_path, engine="torch").embed([RED, RED])


def test_a_network_of_another_length_than_its_card_says_is_refused(no_gpu, tmp_path):
    card = replace(TINY, dim=4)

    with pytest.raises(
        EmbedderUnavailable, match=r"shape \(1, 3\), but its card promises \(1, 4\)"
    ):
        make_embedder(card, data_dir=tmp_path, engine="torch").embed([RED])
