"""timm's networks: the table is what timm says, and features come before the head."""

from __future__ import annotations

import math
import sys
from dataclasses import replace

import numpy as np
import pytest

from search.embedding import Card, EmbedderUnavailable, get_card
from search.embedding.backbones import timm_models
from search.embedding.export import export_card
from search.embedding.timm_cards import TIMM_CARDS

pytest.importorskip("timm", reason="an extra: requirements-extras.txt")
pytestmark = pytest.mark.model

LICENCES = {"Apache-2.0": "apache-2.0", "MIT": "mit"}


@pytest.mark.parametrize("card", TIMM_CARDS, ids=lambda card: card.source.split()[1])
def test_a_card_is_what_timm_says_of_the_weights(card: Card):
    from timm.models import get_pretrained_cfg

    recipe = card.preprocessing
    known = get_pretrained_cfg(card.source.split()[1])

    assert known.input_size == (3, recipe.size, recipe.size)
    assert recipe.resize_to == math.floor(recipe.size / known.crop_pct)
    assert (known.crop_mode, known.interpolation) == ("center", recipe.interpolation)
    assert known.license == LICENCES[card.licence]
    np.testing.assert_allclose(recipe.mean, [255 * each for each in known.mean])
    np.testing.assert_allclose(recipe.std, [255 * each for each in known.std])


@pytest.mark.parametrize(
    "name",
    [
        "mobilenetv3_large_100.ra_in1k",
        "efficientvit_b1.r224_in1k",
        "hgnetv2_b0.ssld_stage2_ft_in1k",
    ],
)
def test_features_have_the_cards_length(name):
    import torch

    card = get_card(f"timm/{name}")
    network = timm_models.without_classifier(name, pretrained=False)

    with torch.inference_mode():
        features = network(torch.zeros(2, 3, card.preprocessing.size, card.preprocessing.size))

    assert features.shape == (2, card.dim)


@pytest.mark.parametrize(
    "name", ["mobilenetv4_conv_small.e2400_r224_in1k", "eva02_tiny_patch14_224.mim_in22k"]
)
def test_a_convolutional_network_and_a_transformer_are_exported(name, tmp_path):
    card = replace(get_card(f"timm/{name}"), backbone="tests.embedding.own_towers:random_timm")

    assert export_card(card, data_dir=tmp_path).exists()


def test_weights_that_cannot_be_downloaded_are_told_with_the_repository(tmp_path, monkeypatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(EmbedderUnavailable, match=r"`hf download timm/repvit_m1\.dist_in1k`"):
        timm_models.build(get_card("timm/repvit_m1.dist_in1k"))


def test_without_timm_the_card_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)

    with pytest.raises(EmbedderUnavailable, match="Run: pip install timm"):
        timm_models.build(get_card("timm/repvit_m1.dist_in1k"))
