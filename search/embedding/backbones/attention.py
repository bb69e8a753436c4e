"""Where in a picture something is, from what a network's layers say of its places."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def attention(fine: Tensor, coarse: Tensor) -> Tensor:
    """How much each place of the finer layer stands out, shape (n, rows, columns).

    `fine` and `coarse` are two layers' features, (n, channels, rows, columns). It is the geometric
    mean of two distances: the later layer knows things from their ground, the earlier one where
    they end.
    """
    things = functional.interpolate(
        _apartness(coarse)[:, None], size=fine.shape[-2:], mode="bilinear", align_corners=False
    )
    return (things[:, 0] * _apartness(fine)).sqrt()


def split(answer: Tensor | tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor | None]:
    """A network's features and, from one that says it, where something is."""
    if isinstance(answer, tuple):
        features, places = answer
        return features, places
    return answer, None


def _apartness(features: Tensor) -> Tensor:
    """How far what is seen at each place lies from the picture's mean, shape (n, rows, columns)."""
    offset = features - features.mean(dim=(2, 3), keepdim=True)
    return offset.square().sum(dim=1).sqrt()
