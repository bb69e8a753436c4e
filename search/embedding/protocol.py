"""What every embedder promises: a frozen card, and exactly one outcome per image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.embedding.card_checks import card_problem
from search.embedding.objects import Box, boxes_of

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How an RGB picture becomes the network's input tensor.

    `size` is the side of the square input in pixels; `resize` is "squash" (aspect ratio is not
    kept) or "shortest-side-crop"; `resize_to` the shortest side before a centre crop, in pixels.
    The tensor is `(pixel - mean) / std` per channel with pixels on the scale 0..255. A JPEG may be
    decoded at a fraction of its size as long as both sides keep `decode_side` pixels; None: never.
    """

    size: int
    resize: str
    interpolation: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    resize_to: int | None = None
    decode_side: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that fixes a vector space: two equal cards make comparable vectors.

    `name` is also the name of the space, for example "efficientnet-lite0/fast@1"; `backbone` the
    dotted path, `package.module:function`, of what builds the network from the card; `dim` the
    length of a vector; `bands` the cosine distances (ascending) under which a hit is called
    "same", "very_similar" and "similar". A vector is the direction of the mean of its `views`.
    Cards of one backbone of this package, source, precision, dimension and size share one exported
    network, so what builds it may ask for nothing else of its card.
    `engine` is the only one that serves the card, "" where the vectors of all are equal: in fp32
    they are to 1e-6, in bf16 those of two engines lie .003 apart, three times what bf16 costs.
    `descriptors` names the small classical vectors that are stored beside it; `text` is the dotted
    path of what builds the text tower, "" where the space knows pictures only.
    """

    name: str
    backbone: str
    dim: int
    licence: str
    source: str
    preprocessing: Preprocessing
    views: tuple[str, ...] = ("squash",)
    precision: str = "fp32"
    engine: str = ""
    bands: Mapping[str, float] = field(default_factory=dict)
    descriptors: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        """Raises EmbedderUnavailable for words that nothing here knows, and sizes that contradict
        each other: found later, they would be blamed on the pictures."""
        problem = card_problem(self)
        if problem:
            raise EmbedderUnavailable(f"the card {self.name} {problem}. Correct the card.")

    def as_json(self) -> dict[str, Any]:
        """The card as plain JSON values, as it is stored with its space."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Card:
        """The card that `as_json` described, also after a trip through JSON, which turns tuples
        into lists, and by an earlier release, which knew fewer fields."""
        recipe = dict(values["preprocessing"])
        recipe |= {key: tuple(recipe[key]) for key in ("mean", "std")}
        return cls(
            **{
                **values,
                "views": tuple(values["views"]),
                "descriptors": tuple(values.get("descriptors", ())),
                "preprocessing": Preprocessing(**recipe),
            }
        )


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture's vector: float32, shape (dim,), L2 norm 1.

    `descriptors` are the card's, one behind the other, each of norm 1 or zero; None where the card
    names none. `colours` are the codes of the dominant colours, the largest first. `attention` is
    high where something is in the picture, float32, shape (rows, columns); None from a network that
    doesn't say, and where no view shows the picture whole.
    """

    vector: Vector
    descriptors: Vector | None = None
    colours: tuple[int, ...] = ()
    attention: Vector | None = None

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Up to three boxes x, y, width, height in 0..1 around the main things in the picture, the
        likeliest first. Found when they are asked for: only a customer's photo needs them."""
        return () if self.attention is None else boxes_of(self.attention)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A picture that could not be embedded, with a reason that a person can act on."""

    reason: str


Outcome = Embedded | Rejected


@runtime_checkable
class Embedder(Protocol):
    """Turns pictures into vectors. Cheap to construct; loads its weights once, under a lock."""

    @property
    def card(self) -> Card: ...

    def load(self) -> None:
        """Load the weights now. Idempotent and thread-safe; raises EmbedderUnavailable."""

    def embed(self, images: Sequence[Image.Image]) -> list[Outcome]:
        """Exactly one outcome per image, in order. Images are RGB. One bad image never costs
        another its vector. Raises EmbedderUnavailable when the weights cannot be loaded."""


@runtime_checkable
class TextEmbedder(Protocol):
    """Turns words into vectors of the space that the card's pictures lie in."""

    @property
    def card(self) -> Card: ...

    def load(self) -> None:
        """Load the weights now. Idempotent and thread-safe; raises EmbedderUnavailable."""

    def embed_texts(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order: float32, shape (card.dim,), norm 1. Raises
        EmbedderUnavailable."""


class EmbeddingError(Exception):
    """Base of everything that this package raises on purpose."""


class EmbedderUnavailable(EmbeddingError):
    """The weights are missing, damaged or of another version; says which path and what to do."""


class UnknownEmbedder(EmbeddingError):
    """No card of that name is registered; names the ones that are."""
