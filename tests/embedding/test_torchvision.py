"""torchvision's networks: the table is what torchvision says, and features come before the head."""

from __future__ import annotations

import pytest

from search.embedding import Card, EmbedderUnavailable, get_card, make_embedder
from search.embedding.drawn import draw_picture
from search.embedding.torchvision_cards import TORCHVISION_CARDS

pytestmark = pytest.mark.model

# Built on the CPU at each run; the table's other rows differ in figures, not in kind.
SMALL = ["mobilenet_v3_small", "resnet18", "shufflenet_v2_x0_5", "regnet_y_400mf", "swin_t"]


def test_the_table_holds_every_classification_network_with_a_linear_head():
    import torchvision

    known = set(torchvision.models.list_models(module=torchvision.models))

    listed = {card.source.split()[1] for card in TORCHVISION_CARDS}
    headless = {"squeezenet1_0", "squeezenet1_1"}
    too_long = {"alexnet", "regnet_y_128gf", *(name for name in known if name.startswith("vgg"))}
    assert known - listed == headless | too_long
    assert listed <= known


@pytest.mark.parametrize("card", TORCHVISION_CARDS, ids=lambda card: card.source.split()[1])
def test_a_card_has_the_default_weights_own_transforms(card: Card):
    from torchvision.models import get_model_weights

    _, network, weights = card.source.split()
    default = get_model_weights(network).DEFAULT
    transforms = default.transforms()

    recipe = card.preprocessing
    assert weights == default.name
    assert [recipe.size] == transforms.crop_size
    assert [recipe.resize_to] == transforms.resize_size
    assert recipe.interpolation == transforms.interpolation.value
    assert recipe.mean == pytest.approx([255 * value for value in transforms.mean])
    assert recipe.std == pytest.approx([255 * value for value in transforms.std])


@pytest.mark.parametrize("name", SMALL)
def test_features_have_the_cards_length(name):
    import torch
    from torchvision.models import get_model

    from search.embedding.backbones.torchvision_models import without_classifier

    card = get_card(name)
    network = without_classifier(get_model(name, weights=None)).eval()

    with torch.inference_mode():
        features = network(torch.zeros(2, 3, card.preprocessing.size, card.preprocessing.size))

    assert features.shape == (2, card.dim)


def test_weights_that_cannot_be_downloaded_are_told_with_address_and_place(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    embedder = make_embedder("resnet18", data_dir=tmp_path, engine="torch", device="cpu")

    with pytest.raises(EmbedderUnavailable) as caught:
        embedder.embed([draw_picture(0)])

    for part in (
        "https://download.pytorch.org/models/resnet18-f37072fd.pth",
        str(tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"),
    ):
        assert part in str(caught.value)
