"""Words become vectors among the pictures', by a tower that was exported with its tokeniser."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from search.embedding import EmbedderUnavailable, TextEmbedder, make_embedder, make_text_embedder
from search.embedding.exported import ExportedModel
from search.embedding.fake_text import FAKE_TEXT
from tests.embedding.own_cards import TINY, WORDY

pytest.importorskip("tokenizers", reason="an extra: requirements-extras.txt")
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def wordy_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wordy")
    make_text_embedder(WORDY, data_dir=folder).load()
    return folder


@pytest.fixture(params=["fake", "exported"])
def embedder(request: pytest.FixtureRequest, wordy_dir: Path) -> TextEmbedder:
    card = FAKE_TEXT if request.param == "fake" else WORDY
    return make_text_embedder(card, data_dir=wordy_dir, export_missing=False)


def nearest_picture(embedder: TextEmbedder, text: str, folder: Path) -> str:
    colours = ["red", "green", "blue"]
    pictures = make_embedder(embedder.card, data_dir=folder)
    outcomes = pictures.embed([Image.new("RGB", (32, 32), colour) for colour in colours])
    [vector] = embedder.embed_texts([text])
    return colours[int(np.argmax([outcome.vector @ vector for outcome in outcomes]))]


def test_it_is_a_text_embedder(embedder):
    assert isinstance(embedder, TextEmbedder)


def test_nothing_in_nothing_out(embedder):
    assert embedder.embed_texts([]) == []


def test_a_vector_is_float32_of_the_cards_length_and_norm_one(embedder):
    for vector in embedder.embed_texts(["red", "", "what is this?", "red " * 500]):
        assert (vector.dtype, vector.shape) == (np.float32, (embedder.card.dim,))
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("word", ["red", "GREEN", "blue"])
def test_words_lie_nearest_to_their_pictures(embedder, word, wordy_dir):
    assert nearest_picture(embedder, word, wordy_dir) == word.lower()


def test_a_card_that_knows_pictures_only_is_refused(tmp_path):
    with pytest.raises(EmbedderUnavailable, match="tests/tiny@1 knows pictures only"):
        make_text_embedder(TINY, data_dir=tmp_path)


def test_a_text_tower_that_onnx_runtime_runs_otherwise_is_refused(tmp_path):
    card = replace(WORDY, text="tests.embedding.own_towers:wrong_words")

    with pytest.raises(EmbedderUnavailable, match=r"exported text tower.* disagrees with torch"):
        make_text_embedder(card, data_dir=tmp_path).load()


@pytest.mark.parametrize("name", ["text.onnx", "tokenizer.json"])
def test_a_damaged_file_is_refused_with_its_path(name, tmp_path):
    make_text_embedder(WORDY, data_dir=tmp_path).load()
    [folder] = [each for each in (tmp_path / "models").iterdir() if each.is_dir()]
    path = ExportedModel(folder).folder / name
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(EmbedderUnavailable, match=f"{name} is damaged or was replaced"):
        make_text_embedder(WORDY, data_dir=tmp_path).load()


def test_without_the_package_for_tokenisers_it_says_how_to_get_it(wordy_dir, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)

    with pytest.raises(EmbedderUnavailable, match="Run: pip install tokenizers"):
        make_text_embedder(WORDY, data_dir=wordy_dir).load()


def test_a_serving_process_imports_no_torch(wordy_dir):
    program = f"""
import sys
from pathlib import Path
from search.embedding import make_text_embedder
from tests.embedding.own_cards import WORDY
[vector] = make_text_embedder(WORDY, data_dir=Path({str(wordy_dir)!r})).embed_texts(["red"])
print(vector.argmax(), sorted({{"torch", "open_clip", "transformers"}} & set(sys.modules)))
"""
    root = Path(__file__).parents[2]

    run = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)

    assert run.stdout == "0 []\n", run.stderr
