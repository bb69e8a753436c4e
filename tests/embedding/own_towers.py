"""Networks of `own_cards` that take the extras: text towers, open_clip's, timm's. Imports torch, so
it is reached by dotted path only."""

from __future__ import annotations

import open_clip
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace
from torch import Tensor, nn

from search.embedding import Card
from search.embedding.backbones import timm_models
from search.embedding.backbones.open_clip_models import text_tower
from search.embedding.backbones.text_export import TextTower


class ColourWords(nn.Module):
    """Token ids to the colours that they stand for: red, green and blue are 1, 2 and 3."""

    def __init__(self) -> None:
        super().__init__()
        colours = torch.tensor([[0.1, 0.1, 0.1], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
        self.colours = nn.Embedding.from_pretrained(colours)

    def forward(self, ids: Tensor) -> Tensor:
        return self.colours(ids).sum(dim=1)


class WrongWords(ColourWords):
    """Answers otherwise when it is exported than when it is run."""

    def forward(self, ids: Tensor) -> Tensor:
        features = super().forward(ids)
        return features.flip(1) if torch.compiler.is_exporting() else features


def colour_words(card: Card) -> TextTower:
    return TextTower(network=ColourWords().eval(), tokeniser=colour_tokeniser())


def wrong_words(card: Card) -> TextTower:
    return TextTower(network=WrongWords().eval(), tokeniser=colour_tokeniser())


def colour_tokeniser() -> str:
    words = WordLevel({"?": 0, "red": 1, "green": 2, "blue": 3}, unk_token="?")
    tokeniser = Tokenizer(words)
    tokeniser.normalizer, tokeniser.pre_tokenizer = Lowercase(), Whitespace()
    tokeniser.enable_truncation(4)
    tokeniser.enable_padding(length=4, pad_id=0, pad_token="?")
    return tokeniser.to_str()


def random_clip(card: Card) -> nn.Module:
    """open_clip's own network, small and before training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return open_clip.CLIP(
            embed_dim=card.dim,
            vision_cfg={"layers": 1, "width": 64, "image_size": 64, "patch_size": 32},
            text_cfg={"layers": 1, "width": 64, "heads": 2},
        ).eval()


def random_clip_pictures(card: Card) -> nn.Module:
    return random_clip(card).visual


def random_clip_words(card: Card) -> TextTower:
    return text_tower(card, random_clip(card))


def random_timm(card: Card) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return timm_models.without_classifier(card.source.split()[1], pretrained=False)
