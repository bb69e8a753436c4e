"""What takes part in a race."""

from __future__ import annotations

from typing import Protocol

from benchmarks.search.cases import Case
from benchmarks.search.clock import ServerClock
from benchmarks.search.gallery import Matrix

ENGINE = "engine"
HNSW = "hnsw"
EXACT = "exact"


class Contestant(Protocol):
    """One way to answer: a `family` (engine, hnsw, qdrant-edge...) under one `setting`."""

    @property
    def family(self) -> str: ...

    @property
    def setting(self) -> str: ...

    @property
    def server(self) -> ServerClock | None:
        """The clock of the Postgres behind it; None for what runs in this process."""

    def prepare(self, case: Case) -> None:
        """Make ready, unmeasured, for the case's filter and k."""

    def ask(self, vector: Matrix) -> list[int]:
        """The ids found for a vector of shape (dim,), best first. This is what is measured."""

    def client_ns(self) -> int:
        """CPU nanoseconds spent so far in this process, on this contestant's behalf."""
