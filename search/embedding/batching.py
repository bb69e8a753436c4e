"""Pictures in, exactly one outcome each out: what every engine shares around its forward pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.embedding.descriptors import Described, describe
from search.embedding.preprocess import Tensor, to_rgb, to_tensors
from search.embedding.protocol import (
    Card,
    Embedded,
    EmbedderUnavailable,
    Outcome,
    Rejected,
)
from search.embedding.views import whole_view

Batch = npt.NDArray[np.float32]


class Seen(NamedTuple):
    """What a network says of n pictures: features, shape (n, dim), and how much each place stands
    out, shape (n, rows, columns); None where it says only the one."""

    features: Batch
    attention: Batch | None = None


Forward = Callable[[Batch], Batch]
Look = Callable[[Batch], Seen]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A picture ready for the network: its views, and what is said of it without one."""

    views: list[Tensor]
    described: Described | None


def embed_in_batches(
    images: Sequence[Image.Image], *, card: Card, look: Look, batch_size: int
) -> list[Outcome]:
    """One outcome per image, in order.

    `look` takes float32 (n, 3, side, side) and gives features (n, card.dim). It sees views of one
    side at a time and at most as many pixels as `batch_size` pictures of the card's own size have,
    or one view; no more pictures than that are prepared at once. What it raises is passed on,
    because a network that fails on well-formed input is no fault of the picture.
    """
    outcomes: list[Outcome] = []
    for chunk in _chunks(images, batch_size):
        prepared = [_prepare(image, card) for image in chunk]
        views = [each.views for each in prepared if isinstance(each, _Prepared)]
        seen = _seen(views, card=card, look=look, batch_size=batch_size)
        outcomes.extend(
            each if isinstance(each, Rejected) else _outcome(*next(seen), each.described)
            for each in prepared
        )
    return outcomes


def unit_outcome(features: Batch) -> Outcome:
    """The direction of the mean of the views' unit vectors, from features of shape (views, dim),
    or a rejection where there is none."""
    if not np.isfinite(features).all():
        return Rejected("the network's answer to this picture is not a finite vector")
    mean = _units(features.astype(np.float64)).mean(axis=0, keepdims=True)
    [vector] = _units(mean)
    if not vector.any():
        return Rejected("the network saw nothing in this picture: its vector is zero")
    return Embedded(vector.astype(np.float32))


def _units(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The rows scaled to L2 norm 1; zero stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(norms > 0.0, norms, 1.0)


def _chunks(images: Sequence[Image.Image], size: int) -> Iterator[Sequence[Image.Image]]:
    for start in range(0, len(images), size):
        yield images[start : start + size]


def _prepare(image: Image.Image, card: Card) -> _Prepared | Rejected:
    """Only what fails before there are pixels is the picture's fault."""
    try:
        rgb = to_rgb(image)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - Pillow's decoders raise anything on bad bytes
        return Rejected(f"the picture cannot be read: {str(error) or type(error).__name__}")
    described = describe(rgb, card.descriptors) if card.descriptors else None
    return _Prepared(to_tensors(rgb, card), described)


def _seen(
    views: Sequence[Sequence[Tensor]], *, card: Card, look: Look, batch_size: int
) -> Iterator[tuple[Batch, Batch | None]]:
    """The network's answers, in as few batches as may be: each picture's features, shape (views,
    dim), and where something stands out in it, if it was looked at whole."""
    features = np.empty((len(views), len(card.views), card.dim), dtype=np.float32)
    attention: dict[int, Batch] = {}
    whole = whole_view(card.views)
    places: dict[int, list[tuple[int, int]]] = {}
    for picture, tensors in enumerate(views):
        for view, tensor in enumerate(tensors):
            places.setdefault(tensor.shape[-1], []).append((picture, view))
    for side, wanted in places.items():
        most = max(1, batch_size * card.preprocessing.size**2 // side**2)
        for start in range(0, len(wanted), most):
            batch = wanted[start : start + most]
            seen = look(np.stack([views[picture][view] for picture, view in batch]))
            _check_shapes(seen, (len(batch), card.dim), card)
            features[tuple(np.transpose(batch))] = seen.features
            if seen.attention is not None:
                maps = zip(batch, seen.attention, strict=True)
                attention |= {picture: each.copy() for (picture, at), each in maps if at == whole}
    return ((each, attention.get(picture)) for picture, each in enumerate(features))


def _check_shapes(seen: Seen, expected: tuple[int, int], card: Card) -> None:
    """An export checks this once; torch serves networks that nobody exported."""
    if seen.features.shape != expected:
        raise EmbedderUnavailable(
            f"the network of {card.name} answers {expected[0]} pictures with numbers of shape "
            f"{seen.features.shape}, but its card promises {expected}. Correct the card or its "
            "backbone."
        )
    if seen.attention is not None and len(seen.attention) != expected[0]:
        raise EmbedderUnavailable(
            f"the network of {card.name} answers {expected[0]} pictures with a map of shape "
            f"{seen.attention.shape}: one for each picture is needed. Correct its backbone."
        )


def _outcome(features: Batch, attention: Batch | None, described: Described | None) -> Outcome:
    outcome = unit_outcome(features)
    if isinstance(outcome, Rejected):
        return outcome
    if described is None:
        return Embedded(outcome.vector, attention=attention)
    return Embedded(outcome.vector, described.vector, described.colours, attention)
