"""torchvision's classification networks, cut before the classifier."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torchvision.models import get_model, get_model_weights

from search.embedding.protocol import Card, EmbedderUnavailable


def build(card: Card) -> nn.Module:
    """The network that the card's source names, `torchvision NETWORK WEIGHTS`, in eval mode.

    The weights come from torch's hub at the first use, with their hash checked, and lie in its
    cache from then on. Raises EmbedderUnavailable with the address and the place for them.
    """
    _, network, weights = card.source.split()
    try:
        return without_classifier(get_model(network, weights=weights)).eval()
    except (OSError, RuntimeError) as error:
        raise EmbedderUnavailable(_how_to_get(network, weights, error)) from error


def without_classifier(network: nn.Module) -> nn.Module:
    """The network with its last linear layer replaced by nothing, so that it answers with that
    layer's input, shape (n, dim)."""
    last = [name for name, part in network.named_modules() if isinstance(part, nn.Linear)][-1]
    parent, _, leaf = last.rpartition(".")
    setattr(network.get_submodule(parent), leaf, nn.Identity())
    return network


def _how_to_get(network: str, weights: str, error: Exception) -> str:
    url = get_model_weights(network)[weights].url
    place = Path(torch.hub.get_dir()) / "checkpoints" / Path(url).name
    return (
        f"the weights of torchvision's {network} could not be loaded: {error}. "
        f"Check the connection, or download {url} elsewhere and put it at {place}."
    )
