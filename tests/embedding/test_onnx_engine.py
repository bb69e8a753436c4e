"""ONNX Runtime serves a network only if it is the one that was exported for the card."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from search.embedding import EmbedderUnavailable, get_card, make_embedder
from search.embedding.checksums import sha256_of
from search.embedding.exported import exported_model
from tests.embedding.own_cards import TINY

RED = Image.new("RGB", (20, 20), (200, 0, 0))


@pytest.fixture
def embedder(tiny_export, tmp_path):
    return make_embedder(TINY, data_dir=tmp_path, export_missing=False)


def test_it_serves_the_exported_network(embedder):
    [outcome] = embedder.embed([RED])

    np.testing.assert_allclose(outcome.vector, [1, 0, 0], atol=1e-6)


def test_it_loads_once(embedder, tiny_export):
    embedder.load()
    tiny_export.network.unlink()

    embedder.load()

    assert len(embedder.embed([RED, RED])) == 2


def test_a_damaged_network_is_refused_with_path_and_both_hashes(embedder, tiny_export):
    expected = sha256_of(tiny_export.network)
    content = bytearray(tiny_export.network.read_bytes())
    content[len(content) // 2] ^= 1
    tiny_export.network.write_bytes(content)

    with pytest.raises(EmbedderUnavailable) as caught:
        embedder.load()

    for part in (str(tiny_export.network), expected, sha256_of(tiny_export.network), "Delete"):
        assert part in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"card": 1}'])
def test_a_damaged_record_is_refused_with_its_path(embedder, tiny_export, content):
    tiny_export.record.write_text(content)

    with pytest.raises(EmbedderUnavailable, match=str(tiny_export.record)):
        embedder.load()


def test_a_missing_network_beside_its_record_is_refused_with_its_path(embedder, tiny_export):
    tiny_export.network.unlink()

    with pytest.raises(EmbedderUnavailable, match=str(tiny_export.network)):
        embedder.load()


def test_a_file_that_is_no_network_is_refused_even_with_the_right_hash(embedder, tiny_export):
    tiny_export.network.write_bytes(b"no network")
    record = json.loads(tiny_export.record.read_text())
    tiny_export.record.write_text(json.dumps(record | {"sha256": sha256_of(tiny_export.network)}))

    with pytest.raises(EmbedderUnavailable, match=f"cannot open {tiny_export.network}"):
        embedder.load()


def test_a_network_that_was_put_in_anothers_place_is_refused(tiny_export, tmp_path):
    changed = replace(TINY, source="other weights")
    tiny_export.folder.rename(exported_model(changed, tmp_path).folder)

    with pytest.raises(EmbedderUnavailable, match="another network than the one of tests/tiny@1"):
        make_embedder(changed, data_dir=tmp_path).load()


def test_cards_that_differ_in_recipe_and_views_share_a_network(tiny_export, tmp_path):
    recipe = replace(TINY.preprocessing, interpolation="bicubic-f32", decode_side=80)
    other = replace(TINY, preprocessing=recipe, views=("squash", "zoom70"))

    [outcome] = make_embedder(other, data_dir=tmp_path, export_missing=False).embed([RED])

    np.testing.assert_allclose(outcome.vector, [1, 0, 0], atol=1e-6)


def test_cards_of_the_package_share_a_network_whatever_their_names(tmp_path):
    names = ("fast@1", "fast@2", "balanced@1", "best@1")
    cards = [get_card(f"efficientnet-lite0/{name}") for name in names]

    assert len({exported_model(card, tmp_path) for card in cards}) == 1


@pytest.mark.parametrize(
    "change", [{"source": "b"}, {"dim": 4}, {"precision": "int8"}, {"name": "tests/tiny@2"}]
)
def test_cards_of_other_networks_have_other_folders(change, tmp_path):
    changed = replace(TINY, **change)

    assert exported_model(changed, tmp_path).folder != exported_model(TINY, tmp_path).folder


def test_a_folder_of_an_earlier_release_is_not_looked_at(tiny_export, tmp_path):
    tiny_export.folder.rename(tmp_path / "models" / "tests-tiny@1")

    with pytest.raises(EmbedderUnavailable, match="is not exported yet"):
        make_embedder(TINY, data_dir=tmp_path, export_missing=False).load()


def test_a_view_that_the_network_does_not_take_is_refused(tiny_export, tmp_path):
    card = replace(TINY, views=("squash", "squash320"))

    with pytest.raises(EmbedderUnavailable, match=r"view squash320 .* takes 32 pixels a side only"):
        make_embedder(card, data_dir=tmp_path).load()


def test_other_bands_leave_the_network_good(tiny_export, tmp_path):
    changed = replace(TINY, bands={"same": 0.1, "very_similar": 0.2, "similar": 0.3})

    [outcome] = make_embedder(changed, data_dir=tmp_path).embed([RED])

    np.testing.assert_allclose(outcome.vector, [1, 0, 0], atol=1e-6)


def test_without_leave_to_export_a_missing_network_is_told_with_the_command(tmp_path):
    embedder = make_embedder(TINY, data_dir=tmp_path, export_missing=False)

    with pytest.raises(EmbedderUnavailable) as caught:
        embedder.embed([RED])

    assert f"search.embedding.export {TINY.name} --data-dir {tmp_path}" in str(caught.value)


@pytest.mark.model
def test_a_failed_export_is_not_tried_again_at_once(tmp_path, caplog):
    caplog.set_level(logging.INFO, logger="search.embedding.export_process")
    broken = replace(TINY, backbone="no_such_package:build")
    embedder = make_embedder(broken, data_dir=tmp_path)

    for _ in range(2):
        with pytest.raises(EmbedderUnavailable, match="could not be exported"):
            embedder.load()

    starts = [line for line in caplog.messages if line.startswith("exporting the network")]
    assert len(starts) == 1


def test_a_serving_process_imports_neither_torch_nor_django(tiny_export, tmp_path):
    program = f"""
import sys
from pathlib import Path
from PIL import Image
import search.embedding
assert "onnxruntime" not in sys.modules
embedder = search.embedding.make_embedder(
    "tests.embedding.own_cards:tiny", data_dir=Path({str(tmp_path)!r})
)
[outcome] = embedder.embed([Image.new("RGB", (8, 8), "red")])
print(outcome.vector.tolist())
print(sorted({{"torch", "torchvision", "django", "celery", "psycopg"}} & set(sys.modules)))
"""
    root = Path(__file__).parents[2]

    run = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)

    assert (run.stdout, run.returncode) == ("[1.0, 0.0, 0.0]\n[]\n", 0), run.stderr
