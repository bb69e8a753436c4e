"""timm's networks without their classifiers. timm is an extra: nothing else imports it."""

from __future__ import annotations

from typing import Any

from torch import nn

from search.embedding.protocol import Card, EmbedderUnavailable


def build(card: Card) -> nn.Module:
    """The network that the card's source names, `timm NAME.WEIGHTS`, in eval mode.

    The weights come from the Hugging Face hub at the first use and lie in its cache from then on.
    Raises EmbedderUnavailable with what to install or to fetch.
    """
    _, name = card.source.split()
    try:
        return without_classifier(name, pretrained=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise EmbedderUnavailable(_how_to_get(name, error)) from error


def without_classifier(name: str, *, pretrained: bool) -> nn.Module:
    """timm's network of that name, which answers with its pooled features, shape (n, dim)."""
    network: nn.Module = _timm().create_model(name, pretrained=pretrained, num_classes=0)
    return network.eval()


def _timm() -> Any:
    try:
        import timm
    except ImportError as error:
        raise EmbedderUnavailable(
            "the cards of timm need the package timm, which is not installed. Run: pip install timm"
        ) from error
    return timm


def _how_to_get(name: str, error: Exception) -> str:
    repository = f"timm/{name}"
    return (
        f"the weights of timm's {name} could not be loaded: {error}. Check the connection, or run "
        f"`hf download {repository}` elsewhere and copy its cache (HF_HOME) here."
    )
