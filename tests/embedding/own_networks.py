"""The networks of `own_cards`. Imports torch, so it is reached by dotted path only."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torchvision.models import get_model

from search.embedding import Card
from search.embedding.backbones.torchvision_models import without_classifier


class ChannelMeans(nn.Module):
    def __init__(self, dim: int = 3) -> None:
        super().__init__()
        self.mix = nn.Conv2d(3, dim, 1, bias=False)
        nn.init.dirac_(self.mix.weight)

    def forward(self, x: Tensor) -> Tensor:
        return self.mix(x).mean(dim=(2, 3))


class Attentive(ChannelMeans):
    """Says too how far each pixel's colour lies from the mean."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        offset = x - x.mean(dim=(2, 3), keepdim=True)
        return super().forward(x), offset.square().sum(dim=1).sqrt()


class TwoFaced(ChannelMeans):
    """Answers otherwise when it is exported than when it is run."""

    def forward(self, x: Tensor) -> Tensor:
        means = super().forward(x)
        return means.flip(1) if torch.compiler.is_exporting() else means


class OneSided(ChannelMeans):
    """Takes any multiple of 32, but was exported with a mean that is one at 64 pixels alone."""

    side_multiple = 32

    def forward(self, x: Tensor) -> Tensor:
        mixed = self.mix(x)
        exporting = torch.compiler.is_exporting()
        means = mixed.sum(dim=(2, 3)) / 64**2 if exporting else mixed.mean(dim=(2, 3))
        return means + torch.tensor([1.0, 0.0, 0.0])


class Failing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.view(-1, 7, 11)


def tiny(card: Card) -> nn.Module:
    return ChannelMeans().eval()


def attentive(card: Card) -> nn.Module:
    return Attentive().eval()


def two_faced(card: Card) -> nn.Module:
    return TwoFaced().eval()


def one_sided(card: Card) -> nn.Module:
    return OneSided().eval()


def failing(card: Card) -> nn.Module:
    return Failing().eval()


def random_resnet18(card: Card) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return without_classifier(get_model("resnet18", weights=None)).eval()
