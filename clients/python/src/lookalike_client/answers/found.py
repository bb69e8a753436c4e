"""What searches find, and photos as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lookalike_client.answers.explained import Explain
from lookalike_client.answers.products import Image, ProductCard

Band = Literal["same", "very_similar", "similar", "weak", ""]
Box = tuple[float, ...]
# A tuple where numbers were asked for, an array of float32 where base64 was.
Vector = Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Hit(ProductCard):
    """A product and how near it is: `distance` is 0 to 2, lower is nearer."""

    image: Image | None
    distance: float | None
    similarity: float | None
    band: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value to narrow by."""

    value: str
    label: str
    count: int
    selected: bool
    swatch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Values of one kind, counted among the products of all pages."""

    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Milliseconds per step; 0 for a step that was not needed."""

    decode: float
    embed: float
    search: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of hits; `next` is the address of the next one. `suggestions` are boxes to crop to."""

    query_id: str | None
    space: str
    band: Band
    total: int
    among: int | None
    results: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    next: str | None
    suggestions: tuple[Box, ...]
    took_ms: Took
    explain: Explain | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetail:
    """Why one of several questions was refused; `code` is stable and for programs."""

    code: str
    message: str
    field: str | None
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batched:
    """An answer, or an error with the status that it would have alone."""

    status: int
    answer: Answer | None
    error: ErrorDetail | None
    retry_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAnswer:
    """What became of each question, in their order."""

    answers: tuple[Batched, ...]
    took_ms: Took


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsAnswer:
    """A vector of length 1 and `dim` numbers for each photo, and boxes that it could be cropped to.

    Vectors of two spaces can't be compared.
    """

    space: str
    dim: int
    vectors: tuple[Vector, ...]
    suggestions: tuple[tuple[Box, ...], ...]
    took_ms: Took
