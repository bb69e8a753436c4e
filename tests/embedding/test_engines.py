"""Engines give one network's vectors, and serve only the precisions that they serve alike."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from search.embedding import Embedded, Embedder, EmbedderUnavailable, get_card, make_embedder
from search.embedding.drawn import draw_picture
from search.embedding.onnx_engine import OnnxEmbedder
from search.embedding.openvino_engine import OpenVinoEmbedder
from search.embedding.openvino_session import OpenVinoSession
from tests.embedding.own_cards import TINY

PICTURES = [draw_picture(number) for number in range(6)]
RED = Image.new("RGB", (20, 20), (200, 0, 0))


def stacked(embedder: Embedder) -> np.ndarray:
    outcomes = embedder.embed(PICTURES)
    return np.stack([each.vector for each in outcomes if isinstance(each, Embedded)])


def distances(one: Embedder, other: Embedder) -> np.ndarray:
    return 1 - (stacked(one).astype(np.float64) * stacked(other)).sum(axis=1)


@pytest.mark.model
@pytest.mark.parametrize("engine", ["lite0_openvino", "lite0_torch"])
def test_engines_agree_at_fp32(lite0, engine, request):
    assert distances(lite0, request.getfixturevalue(engine)).max() < 1e-6


@pytest.mark.model
@pytest.mark.parametrize("engine", ["openvino", "torch"])
def test_bf16_moves_vectors_by_less_than_a_hundredth(lite0, model_dir, engine):
    pytest.importorskip("openvino", reason="an extra: requirements-extras.txt")
    card = replace(lite0.card, name="tests/bf16@1", precision="bf16", engine=engine)
    rounded = make_embedder(card, data_dir=model_dir, engine=engine, device="cpu")

    assert 1e-6 < distances(lite0, rounded).max() < 0.01


def test_openvino_serves_what_was_exported_for_onnx_runtime(tiny_export, tmp_path):
    pytest.importorskip("openvino", reason="an extra: requirements-extras.txt")
    embedder = make_embedder(TINY, data_dir=tmp_path, engine="openvino", export_missing=False)

    [outcome] = embedder.embed([RED])

    np.testing.assert_allclose(outcome.vector, [1, 0, 0], atol=1e-6)


def test_openvino_refuses_a_file_that_is_no_network(tmp_path):
    pytest.importorskip("openvino", reason="an extra: requirements-extras.txt")
    (tmp_path / "model.onnx").write_bytes(b"no network")

    with pytest.raises(EmbedderUnavailable, match=r"OpenVINO cannot open .*model\.onnx"):
        OpenVinoSession(tmp_path / "model.onnx", threads=1, precision="fp32")


def test_without_openvino_the_engine_says_how_to_get_it(tiny_export, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    embedder = make_embedder(TINY, data_dir=tmp_path, engine="openvino")

    with pytest.raises(EmbedderUnavailable, match="Run: pip install openvino, or use engine onnx"):
        embedder.load()


INT8 = replace(TINY, precision="int8")
BF16 = replace(TINY, precision="bf16", engine="openvino")


@pytest.mark.parametrize(
    ("card", "engine", "kind"),
    [
        (TINY, "auto", OnnxEmbedder),
        (INT8, "auto", OnnxEmbedder),
        (BF16, "auto", OpenVinoEmbedder),
        (TINY, "openvino", OpenVinoEmbedder),
    ],
)
def test_the_engine_that_is_chosen(card, engine, kind, tmp_path):
    assert type(make_embedder(card, data_dir=tmp_path, engine=engine)) is kind


@pytest.mark.parametrize(
    ("card", "options", "message"),
    [
        (INT8, {"engine": "torch"}, "in int8: use engine auto or onnxruntime"),
        (INT8, {"engine": "openvino"}, "in int8: use engine auto or onnxruntime"),
        (BF16, {"engine": "torch"}, "in bf16: use engine auto or openvino"),
        (INT8, {"device": "cuda"}, "engine onnxruntime serves the CPU only here"),
        (BF16, {"device": "cuda"}, "openvino serves the CPU only here"),
    ],
)
def test_an_engine_that_does_not_serve_the_card_is_refused(card, options, message, tmp_path):
    with pytest.raises(EmbedderUnavailable, match=message):
        make_embedder(card, data_dir=tmp_path, **options)


@pytest.mark.parametrize(
    ("suffix", "differs"),
    [
        ("int8", {"precision": "int8"}),
        ("bf16", {"precision": "bf16", "engine": "openvino"}),
        ("bf16-torch", {"precision": "bf16", "engine": "torch"}),
    ],
)
def test_the_cards_in_other_precisions_see_what_the_default_sees(suffix, differs):
    default = get_card("efficientnet-lite0/balanced@1")
    name = f"efficientnet-lite0/balanced-{suffix}@1"

    assert get_card(name) == replace(default, name=name, **differs)
