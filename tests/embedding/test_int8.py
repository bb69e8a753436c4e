"""A card in int8 is calibrated without fetching anything, and says how far it is from torch."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace

import numpy as np
import pytest

from search.embedding import EmbedderUnavailable, make_embedder
from search.embedding.drawn import draw_picture
from search.embedding.export import export_card
from search.embedding.exported import exported_model
from search.embedding.quantised import MIN_INT8_COSINE, quantise
from tests.embedding.own_cards import TINY

pytestmark = pytest.mark.model


def test_the_record_holds_calibration_and_self_test(lite0_int8, model_dir):
    lite0_int8.load()

    record = json.loads(exported_model(lite0_int8.card, model_dir).record.read_text())

    assert record["self_test_cosine"] > 0.9999
    assert record["int8"]["pictures"] == "drawn 100 to 163"
    assert MIN_INT8_COSINE <= record["int8"]["self_test_cosine"] < 0.999


def test_its_file_is_a_quarter_of_the_one_in_fp32(lite0, lite0_int8, model_dir):
    lite0_int8.load()

    sizes = [
        exported_model(each.card, model_dir).network.stat().st_size for each in (lite0_int8, lite0)
    ]

    assert 0.2 < sizes[0] / sizes[1] < 0.35


def test_a_processor_on_which_it_says_something_else_is_refused(lite0_int8, model_dir, tmp_path):
    lite0_int8.load()
    theirs = exported_model(lite0_int8.card, model_dir)
    ours = exported_model(lite0_int8.card, tmp_path)
    shutil.copytree(theirs.folder, ours.folder)
    answers = np.load(ours.answers)
    np.save(ours.answers, answers + 0.1 * np.abs(answers).mean())

    with pytest.raises(EmbedderUnavailable, match="Serve it on processors of one kind"):
        make_embedder(lite0_int8.card, data_dir=tmp_path, export_missing=False).load()


def test_answers_that_are_gone_say_how_to_get_them_again(lite0_int8, model_dir, tmp_path):
    lite0_int8.load()
    ours = exported_model(lite0_int8.card, tmp_path)
    shutil.copytree(exported_model(lite0_int8.card, model_dir).folder, ours.folder)
    ours.answers.unlink()

    with pytest.raises(
        EmbedderUnavailable, match=r"answers\.npy cannot be read.*Delete the folder"
    ):
        make_embedder(lite0_int8.card, data_dir=tmp_path, export_missing=False).load()


def test_a_network_that_int8_spoils_is_refused(tmp_path):
    exported = export_card(TINY, data_dir=tmp_path)
    card = replace(TINY, precision="int8")
    pictures = np.stack([np.asarray(draw_picture(0, width=32, height=32))] * 2)
    probes = pictures.transpose(0, 3, 1, 2).astype(np.float32) / 255
    elsewhere = np.array([[-1, 0, 0]] * 2, dtype=np.float32)
    level = logging.root.level

    with pytest.raises(EmbedderUnavailable, match=r"disagrees with torch.* at least 0\.93"):
        quantise(exported.network, card, probes, elsewhere, report=lambda _: None)
    assert logging.root.level == level
