"""Cards by name, and which engine serves them."""

from __future__ import annotations

import json

import pytest

from search.embedding import (
    Card,
    EmbedderUnavailable,
    UnknownEmbedder,
    card_names,
    get_card,
    make_embedder,
)
from tests.embedding.own_cards import TINY


def test_the_default_stands_first():
    assert card_names()[0] == "efficientnet-lite0/balanced@1"


def test_every_name_gives_the_card_of_that_name():
    assert [get_card(name).name for name in card_names()] == list(card_names())


@pytest.mark.parametrize(
    ("alias", "name", "dim"),
    [
        ("fake", "fake@1", 49),
        ("resnet18", "torchvision/resnet18@1", 512),
        ("resnet50", "torchvision/resnet50@1", 2048),
        ("convnext_tiny", "torchvision/convnext_tiny@1", 768),
        ("vit_b_16", "torchvision/vit_b_16@1", 768),
        ("efficientnet_b0", "torchvision/efficientnet_b0@1", 1280),
        ("fake-text", "fake-text@1", 49),
        ("timm/repvit_m1.dist_in1k", "timm/repvit_m1.dist_in1k@1", 384),
        ("open_clip/ViT-B-16-SigLIP2", "open_clip/ViT-B-16-SigLIP2@1", 768),
    ],
)
def test_a_bare_name_is_an_alias(alias, name, dim):
    card = get_card(alias)

    assert (card.name, card.dim) == (name, dim)


def test_bands_ascend_in_every_card_that_has_them():
    for card in map(get_card, card_names()):
        if card.bands:
            assert list(card.bands) == ["same", "very_similar", "similar"]
            assert list(card.bands.values()) == sorted(card.bands.values())


def test_weights_that_a_shop_may_not_use_say_so():
    forbidden = [name for name in card_names() if "NC" in get_card(name).licence]

    assert forbidden == ["torchvision/vit_h_14@1"]


def test_an_unknown_name_names_the_ones_that_are_there():
    with pytest.raises(UnknownEmbedder) as caught:
        get_card("resnet19")

    assert "no embedder called 'resnet19'" in str(caught.value)
    assert "fake@1, fake-text@1, torchvision/convnext_base@1" in str(caught.value)


def test_a_card_of_ones_own_is_found_by_dotted_path():
    assert get_card("tests.embedding.own_cards:tiny") is TINY


@pytest.mark.parametrize("path", ["no.such.module:card", "tests.embedding.own_cards:none", ":x"])
def test_a_dotted_path_that_leads_nowhere_is_named(path):
    with pytest.raises(EmbedderUnavailable, match=path):
        get_card(path)


def test_a_factory_that_makes_no_card_is_named():
    with pytest.raises(UnknownEmbedder, match="own_cards:not_a_card returned a str"):
        get_card("tests.embedding.own_cards:not_a_card")


@pytest.mark.parametrize("name", ["efficientnet-lite0/fast@1", "vit_b_16", "fake"])
def test_a_card_survives_json(name):
    card = get_card(name)

    assert Card.from_json(json.loads(json.dumps(card.as_json()))) == card


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "jax"}, "no engine 'jax': use auto, onnxruntime, openvino, torch"),
        ({"device": "tpu"}, "no device 'tpu': use cpu, cuda"),
        (
            {"engine": "onnxruntime", "device": "cuda"},
            "engine onnxruntime serves the CPU only here: use torch for cuda",
        ),
    ],
)
def test_an_engine_or_device_that_is_not_there_is_refused(options, message, tmp_path):
    with pytest.raises(EmbedderUnavailable, match=message):
        make_embedder(TINY, data_dir=tmp_path, **options)


def test_making_an_embedder_touches_nothing(tmp_path):
    embedder = make_embedder("efficientnet-lite0/fast@1", data_dir=tmp_path / "none")

    assert embedder.card.dim == 1280
    assert not (tmp_path / "none").exists()
