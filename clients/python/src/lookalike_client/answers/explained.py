"""How an answer was found, for who tunes a shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """How many there are, and how many pass the filters."""

    indexed: int | None
    estimated: int | None
    passing: int
    products: int
    all_counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at the index or at all rows."""

    plan: Literal["exact", "hnsw"]
    products: int
    looked_at: int | None
    passed: int | None
    ef_search: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """Products found by photo, by words and by both, where the two orders became one."""

    k: int
    by_photo: int
    by_words: int
    both: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A way to read the words, and what it found."""

    how: Literal["typed", "scattered", "mended"]
    text: str
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The products that the order was made of."""

    products: int
    limit: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Cosine distances, 0 to 2."""

    nearest: float
    farthest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What counted how much in the order; 1 together."""

    vector: float
    colour: float
    texture: float
    shape: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Milliseconds per step."""

    filters: float
    nearest: float
    products: float
    facets: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of SQL, and its milliseconds."""

    step: Literal["filters", "nearest", "products", "facets"]
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explain:
    """The plan, why it was taken, and what each part of it found."""

    plan: Literal["exact", "hnsw", "text", "hybrid"]
    why: str
    frozen: bool
    pictures: Pictures | None
    looks: tuple[Look, ...]
    fusion: Fusion | None
    words: tuple[Reading, ...]
    candidates: Candidates
    distances: Spread | None
    weights: Shares
    steps_ms: Steps
    statements: tuple[Statement, ...]
