"""open_clip's networks: the table is what open_clip says, both towers are exported, and words
become the ids that open_clip's own tokeniser gives."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from search.embedding import (
    Card,
    Embedded,
    EmbedderUnavailable,
    get_card,
    make_embedder,
    make_text_embedder,
)
from search.embedding.drawn import draw_picture
from search.embedding.exported import exported_model
from search.embedding.open_clip_cards import OPEN_CLIP_CARDS

open_clip = pytest.importorskip("open_clip", reason="an extra: requirements-extras.txt")
tokenizers = pytest.importorskip("tokenizers", reason="an extra: requirements-extras.txt")
pytestmark = pytest.mark.model

TEXTS = [
    "red shoe",
    "A Photo of  Two blue cups!",
    "",
    "红色 连衣裙, 100% cotton",
    "it's 3.5cm naïve — “x”",
    "😀 emoji 👩‍👩‍👧",
    "the quick brown fox " * 40,
    "don't we'LL i've",
    "<start> x_y-z\tfoo\nbar",
    "Ångström ÉTÉ straße",
]
RANDOM = replace(
    get_card("open_clip/ViT-B-32"),
    name="tests/random-clip@1",
    backbone="tests.embedding.own_towers:random_clip_pictures",
    text="tests.embedding.own_towers:random_clip_words",
    dim=48,
    preprocessing=replace(get_card("open_clip/ViT-B-32").preprocessing, size=64, resize_to=64),
)


@pytest.mark.parametrize("card", OPEN_CLIP_CARDS, ids=lambda card: card.name)
def test_a_card_is_what_open_clip_says(card: Card):
    _, name, weights = card.source.split()
    recipe, config = card.preprocessing, open_clip.get_model_config(name)
    known = open_clip.get_pretrained_cfg(name, weights)

    assert config["embed_dim"] == card.dim
    assert config["vision_cfg"]["image_size"] == recipe.size
    assert known["interpolation"] == recipe.interpolation
    resize = {"squash": "squash", "shortest": "shortest-side-crop"}[known["resize_mode"]]
    assert resize == recipe.resize
    assert bool(known.get("quick_gelu")) == bool(config.get("quick_gelu"))
    np.testing.assert_allclose(recipe.mean, [255 * each for each in known["mean"]])
    np.testing.assert_allclose(recipe.std, [255 * each for each in known["std"]])


def test_the_tokeniser_gives_open_clips_own_ids():
    from search.embedding.backbones.tokenisers import clip_tokeniser
    from search.embedding.text_engine import token_ids

    ours = tokenizers.Tokenizer.from_str(clip_tokeniser(77))

    np.testing.assert_array_equal(
        token_ids(ours, TEXTS), open_clip.get_tokenizer("ViT-B-32")(TEXTS).numpy()
    )


def test_a_tokeniser_of_the_hub_is_cleaned_cut_and_padded_as_for_siglip():
    from search.embedding.backbones.tokenisers import cleaned_tokeniser
    from search.embedding.text_engine import token_ids

    words = tokenizers.models.WordLevel({"<p>": 0, "red": 1, "dress": 2, "?": 3}, unk_token="?")
    own = tokenizers.Tokenizer(words)
    own.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()

    for pad in ("<p>", {"content": "<p>"}):
        made = tokenizers.Tokenizer.from_str(cleaned_tokeniser(own, {"pad_token": pad}, 4))

    ids = token_ids(made, ["  RED, (dress)!", "red_dress", "red red red red red"])
    assert ids.tolist() == [[1, 2, 0, 0], [1, 2, 0, 0], [1, 1, 1, 1]]


def test_both_towers_are_exported_and_agree_with_torch(tmp_path):
    [vector] = make_text_embedder(RANDOM, data_dir=tmp_path).embed_texts(["red shoe"])
    [outcome] = make_embedder(RANDOM, data_dir=tmp_path).embed([draw_picture(0)])

    record = json.loads(exported_model(RANDOM, tmp_path).record.read_text())
    assert record["self_test_cosine"] >= 0.9999
    assert record["text"]["self_test_cosine"] >= 0.9999
    assert isinstance(outcome, Embedded)
    assert vector.shape == outcome.vector.shape == (48,)


@pytest.mark.parametrize("builder", ["build", "build_text"])
def test_weights_that_cannot_be_downloaded_are_told_with_the_repository(
    builder, tmp_path, monkeypatch
):
    import huggingface_hub.constants

    from search.embedding.backbones import open_clip_models

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(EmbedderUnavailable, match="`hf download laion/CLIP-ViT-B-32-DataComp"):
        getattr(open_clip_models, builder)(get_card("open_clip/ViT-B-32"))


def test_a_tokeniser_that_cannot_be_downloaded_is_told_with_its_repository(tmp_path, monkeypatch):
    import huggingface_hub.constants

    from search.embedding.backbones.tokenisers import hub_tokeniser

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(EmbedderUnavailable, match="`hf download timm/ViT-B-16-SigLIP`"):
        hub_tokeniser("timm/ViT-B-16-SigLIP", 64)


def test_without_open_clip_the_card_says_how_to_get_it(monkeypatch):
    from search.embedding.backbones import open_clip_models

    monkeypatch.setitem(sys.modules, "open_clip", None)

    with pytest.raises(EmbedderUnavailable, match="Run: pip install open_clip_torch tokenizers"):
        open_clip_models.build(get_card("open_clip/ViT-B-32"))
