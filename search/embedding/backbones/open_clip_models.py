"""open_clip's picture and text towers. open_clip is an extra: nothing else imports it."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from search.embedding.backbones.text_export import TextTower
from search.embedding.backbones.tokenisers import clip_tokeniser, hub_tokeniser
from search.embedding.protocol import Card, EmbedderUnavailable


class TextFeatures(nn.Module):
    """Token ids (n, length) to the text features (n, dim) of a network of open_clip's, which loses
    its picture tower."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        # Not asked for words, and the exporter would carry its weights along.
        network.visual = nn.Identity()
        self.network = network

    def forward(self, ids: Tensor) -> Tensor:
        features: Tensor = self.network.encode_text(ids)
        return features


def build(card: Card) -> nn.Module:
    """The picture tower of the network that the card's source names, `open_clip NETWORK WEIGHTS`,
    in eval mode. The weights come from the Hugging Face hub at the first use. Raises
    EmbedderUnavailable with what to install or to fetch."""
    tower: nn.Module = pretrained(card).visual
    return tower.eval()


def build_text(card: Card) -> TextTower:
    """The text tower of the same network, with its tokeniser. Raises as `build`."""
    return text_tower(card, pretrained(card))


def text_tower(card: Card, network: Any) -> TextTower:
    """The network's text side; a tokeniser that is not in open_clip's wheel comes from the hub."""
    _, name, _ = card.source.split()
    config = _open_clip().get_model_config(name)["text_cfg"]
    length, repository = config["context_length"], config.get("hf_tokenizer_name")
    tokeniser = hub_tokeniser(repository, length) if repository else clip_tokeniser(length)
    return TextTower(network=TextFeatures(network).eval(), tokeniser=tokeniser)


def pretrained(card: Card) -> Any:
    """Both towers with the card's weights, in eval mode. Raises EmbedderUnavailable."""
    _, name, weights = card.source.split()
    open_clip = _open_clip()
    try:
        network = open_clip.create_model(name, pretrained=weights, require_pretrained=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise EmbedderUnavailable(
            f"the weights of open_clip's {name}, {weights}, could not be loaded: {error}. Check "
            f"the connection, or run `hf download {_repository(name, weights)}` elsewhere and copy "
            "its cache (HF_HOME) here."
        ) from error
    return network.eval()


def _repository(name: str, weights: str) -> str:
    config = _open_clip().get_pretrained_cfg(name, weights)
    return str(config.get("hf_hub", "")).rstrip("/")


def _open_clip() -> Any:
    try:
        import open_clip
    except ImportError as error:
        raise EmbedderUnavailable(
            "the cards of open_clip need the package open_clip_torch, which is not installed. "
            "Run: pip install open_clip_torch tokenizers"
        ) from error
    return open_clip
