"""Shared by the embedding tests: one export of each network for the whole run, and one by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from search.embedding import Embedder, make_embedder
from search.embedding.checksums import sha256_of
from search.embedding.exported import ExportedModel, exported_model, network_identity
from tests.embedding.own_cards import TINY


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that keeps exported networks: for the run, or for longer where
    LOOKALIKE_MODEL_CACHE names a folder."""
    if kept := os.environ.get("LOOKALIKE_MODEL_CACHE"):
        return Path(kept)
    if "PYTEST_XDIST_WORKER" in os.environ:  # the processes of one run share its networks
        return tmp_path_factory.getbasetemp().parent / "models"
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def lite0(model_dir: Path) -> Embedder:
    embedder = make_embedder("efficientnet-lite0/fast@1", data_dir=model_dir)
    embedder.load()
    return embedder


@pytest.fixture(scope="session")
def lite0_openvino(model_dir: Path) -> Embedder:
    pytest.importorskip("openvino", reason="an extra: requirements-extras.txt")
    return make_embedder("efficientnet-lite0/fast@1", data_dir=model_dir, engine="openvino")


@pytest.fixture(scope="session")
def lite0_torch(model_dir: Path) -> Embedder:
    return make_embedder(
        "efficientnet-lite0/fast@1", data_dir=model_dir, engine="torch", device="cpu"
    )


@pytest.fixture(scope="session")
def lite0_int8(model_dir: Path) -> Embedder:
    return make_embedder("efficientnet-lite0/balanced-int8@1", data_dir=model_dir)


@pytest.fixture(scope="session")
def random_resnet18(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    embedder = make_embedder(
        "tests.embedding.own_cards:random_resnet18",
        data_dir=tmp_path_factory.mktemp("random"),
    )
    embedder.load()
    return embedder


@pytest.fixture
def tiny_export(tmp_path: Path) -> ExportedModel:
    """The tiny card's network under tmp_path, written by hand: the mean of each channel."""
    exported = exported_model(TINY, tmp_path)
    exported.folder.mkdir(parents=True)
    onnx.save(_channel_means(), exported.network)
    record = {"network": network_identity(TINY), "sha256": sha256_of(exported.network)}
    exported.record.write_text(json.dumps(record))
    return exported


def _channel_means() -> onnx.ModelProto:
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 3, 32, 32])
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", 3])
    axes = helper.make_tensor("axes", TensorProto.INT64, [2], [2, 3])
    node = helper.make_node("ReduceMean", ["pixels", "axes"], ["features"], keepdims=0)
    graph = helper.make_graph([node], "channel-means", [pixels], [features], [axes])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
