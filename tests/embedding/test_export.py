"""A card is exported once, whole, and only if ONNX Runtime then agrees with torch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from search.embedding import EmbedderUnavailable, make_embedder
from search.embedding.agreement import MIN_COSINE
from search.embedding.checksums import sha256_of
from search.embedding.export import export_card
from search.embedding.exported import exported_model, network_identity
from tests.embedding.own_cards import TINY

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
EXPORT_TINY = ["-m", "search.embedding.export", "tests.embedding.own_cards:tiny", "--data-dir"]


def test_the_record_names_card_hashes_versions_and_self_test(tmp_path):
    exported = export_card(TINY, data_dir=tmp_path)

    record = json.loads(exported.record.read_text())
    assert record["network"] == network_identity(TINY)
    assert record["sha256"] == sha256_of(exported.network)
    assert len(record["weights_sha256"]) == 64
    assert record["side_multiple"] is None
    assert sorted(record["versions"]) == ["onnxscript", "torch"]
    assert MIN_COSINE <= record["self_test_cosine"] <= 1.0000001


def test_progress_is_reported_step_by_step(tmp_path):
    steps: list[str] = []

    export_card(TINY, data_dir=tmp_path, report=steps.append)
    export_card(TINY, data_dir=tmp_path, report=steps.append)

    folder = exported_model(TINY, tmp_path).folder
    assert steps == [
        "loading the weights of tests/tiny@1",
        "tracing the network and writing it as ONNX",
        "comparing the exported network with torch",
        f"tests/tiny@1 is ready in {folder}",
        f"tests/tiny@1 is exported already, in {folder}",
    ]


def test_two_processes_at_once_export_once(tmp_path):
    both = [
        subprocess.Popen(
            [sys.executable, *EXPORT_TINY, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]

    said = sorted(process.communicate()[0].splitlines()[-1] for process in both)

    folder = exported_model(TINY, tmp_path).folder
    assert [process.returncode for process in both] == [0, 0]
    assert said == [
        f"tests/tiny@1 is exported already, in {folder}",
        f"tests/tiny@1 is ready in {folder}",
    ]


def test_what_a_killed_export_left_is_cleared_away(tmp_path):
    folder = exported_model(TINY, tmp_path).folder
    leftover = folder.parent / f".{folder.name}-dead"
    leftover.mkdir(parents=True)

    export_card(TINY, data_dir=tmp_path)

    assert sorted(path.name for path in folder.parent.iterdir()) == [
        folder.name,
        f"{folder.name}.lock",
    ]


def test_a_network_that_onnx_runtime_runs_otherwise_is_refused(tmp_path):
    card = replace(TINY, backbone="tests.embedding.own_networks:two_faced")

    with pytest.raises(EmbedderUnavailable, match="disagrees with torch: cosine 0"):
        export_card(card, data_dir=tmp_path)

    assert not exported_model(card, tmp_path).exists()


def test_a_network_that_goes_wrong_at_another_size_is_refused(tmp_path):
    recipe = replace(TINY.preprocessing, size=64)
    card = replace(TINY, backbone="tests.embedding.own_networks:one_sided", preprocessing=recipe)

    with pytest.raises(EmbedderUnavailable, match="disagrees with torch: cosine 0"):
        export_card(card, data_dir=tmp_path)


def test_a_card_of_ones_own_under_a_new_name_is_exported_anew(tmp_path):
    renamed = replace(TINY, name="tests/tiny@2")

    assert exported_model(renamed, tmp_path) != exported_model(TINY, tmp_path)
    assert exported_model(replace(TINY, bands={"same": 0.1}), tmp_path) == exported_model(
        TINY, tmp_path
    )


def test_a_network_of_another_dimension_is_refused(tmp_path):
    with pytest.raises(EmbedderUnavailable, match="vectors of length 3, but its card says 4"):
        export_card(replace(TINY, dim=4), data_dir=tmp_path)


def test_an_embedder_exports_what_is_missing_without_importing_torch(tmp_path):
    program = f"""
import sys
from pathlib import Path
from PIL import Image
from search.embedding import make_embedder
embedder = make_embedder("tests.embedding.own_cards:tiny", data_dir=Path({str(tmp_path)!r}))
[outcome] = embedder.embed([Image.new("RGB", (8, 8), "red")])
print(outcome.vector.tolist(), "torch" in sys.modules)
"""

    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert run.stdout == "[1.0, 0.0, 0.0] False\n", run.stderr


def test_an_export_that_fails_says_why_and_leaves_nothing(tmp_path):
    card = replace(TINY, backbone="no_such_package:build")

    with pytest.raises(EmbedderUnavailable, match=r"could not be exported.*no_such_package"):
        make_embedder(card, data_dir=tmp_path).embed([Image.new("RGB", (8, 8))])

    assert not exported_model(card, tmp_path).exists()


def test_lite0_is_exported_folded_and_for_any_batch_and_size(lite0, model_dir):
    network = exported_model(lite0.card, model_dir).network
    session = onnxruntime.InferenceSession(str(network))

    kinds = Counter(node.op_type for node in onnx.load(network).graph.node)
    # One mean is the vector's; the other two are what the map is apart from.
    assert {kind: kinds[kind] for kind in ("Conv", "Clip", "Add", "ReduceMean")} == {
        "Conv": 49,
        "Clip": 33,
        "Add": 9,
        "ReduceMean": 3,
    }
    for shape in ((1, 3, 224, 224), (3, 3, 320, 320), (2, 3, 64, 96)):
        pixels = np.zeros(shape, dtype=np.float32)
        features, attention = session.run(["features", "attention"], {"pixels": pixels})
        assert features.shape == (shape[0], 1280)
        assert attention.shape == (shape[0], shape[2] // 8, shape[3] // 8)
