"""What an explanation consists of: plain values, as the search met them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """One try at finding pictures near the vector, in the order in which they were made.

    By HNSW the index gave the `looked_at` nearest pictures, with a candidate list of `ef_search`;
    `passed` of them pass the filters, and are of `products` different products. An exact look
    compares every picture that passes, so both are None there, and `products` are all there are.
    """

    plan: str
    products: int
    looked_at: int | None = None
    passed: int | None = None
    ef_search: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The words as they were looked for: `how` is "typed", "scattered" (each character of a run
    without spaces by itself) or "mended" (typing errors); `found` products that nothing before had
    found."""

    how: str
    text: str
    found: int


@dataclass(frozen=True, slots=True)
class Fusion:
    """Two rankings made into one by the sum of 1 / (`k` + rank), each counting alike: how many
    products the photo ranked, how many the words, and how many both."""

    k: int
    by_photo: int
    by_words: int
    both: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement to the database: the step of the search that asked, and milliseconds."""

    step: str
    took_ms: float


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of the space that pass the filters.

    `indexed` is about how many the index holds that can be found, as of its build or the last
    vacuum (it holds those of drafts too); None without one that is valid. `estimated` is what the
    plan was chosen by; None where there was nothing to choose. `passing` were counted, and
    `all_counted` is False where counting stopped: then there are more. `products` are those that
    they show.
    """

    indexed: int | None
    estimated: int | None
    passing: int
    products: int
    all_counted: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a SearchResult was found. `why` is a sentence for people, everything else for programs.

    `frozen` says that the candidates had been kept with the query, so that nothing was looked for
    now: `looks`, `readings` and `fusion` are of the first time, and empty. `candidates` are the
    products that were found, of at most `limit`; `complete` is False where only the first ones were
    looked for. `nearest` and `farthest` are cosine distances among them. `pictures` is None where
    nothing was compared, and `weights` is each kind's share in the order.
    """

    plan: str
    why: str
    frozen: bool
    pictures: Pictures | None
    looks: tuple[Look, ...]
    readings: tuple[Reading, ...]
    fusion: Fusion | None
    candidates: int
    limit: int
    complete: bool
    nearest: float | None
    farthest: float | None
    weights: Mapping[str, float]
    statements: tuple[Statement, ...]
