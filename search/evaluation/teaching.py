"""The gallery of a set teaches the search, as a shop's own catalogue does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from search.evaluation.asking import Report
from search.models import EmbeddingSpace
from search.services.deriving import derive_missing
from search.services.spaces import create_derived
from search.services.tuning.run import SAMPLE, VIEWS, learn


@dataclass(frozen=True, slots=True)
class Taught:
    """The space to ask, and what the fit reports of itself. It is the base where the gate refused
    what was learned: that is what the shop would go on searching."""

    space: EmbeddingSpace
    report: dict[str, Any] = field(default_factory=dict)


def teach(base: EmbeddingSpace, report: Report) -> Taught:
    """Fit on the base's gallery and derive a space by it. Raises NotEnough for a small gallery."""
    tuned = learn(base, sample=SAMPLE, views=VIEWS, seed=0, told=report).tuned
    told = tuned.report.as_json()
    if tuned.projection is None:
        return Taught(base, told)
    derived = create_derived(base, tuned.projection, {"tuning": told})
    derive_missing(derived)
    return Taught(derived, told)
