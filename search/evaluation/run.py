"""An evaluation from manifest to figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.embedding import Card
from search.engine.bands import bands_of
from search.engine.types import KINDS, Weights
from search.evaluation.asking import Answer, Asking, Report, cost_ms
from search.evaluation.manifest import LEVELS, EvaluationSet
from search.evaluation.metrics import measured
from search.evaluation.scratch import ScratchGallery, scratch_gallery
from search.evaluation.teaching import Taught, teach
from search.evaluation.verdicts import verdicts
from search.services.bands import calibrate_bands


@dataclass(frozen=True, slots=True)
class Setup:
    """What is evaluated: a card, what counts in the ranking beside the vector, whether the gallery
    teaches first, and whether its bands are calibrated and judged."""

    card: Card
    weights: Weights = ()
    tune: bool = False
    bands: bool = False


def evaluate(
    given: EvaluationSet, setup: Setup, *, levels: Sequence[str] = (), report: Report
) -> dict[str, Any]:
    """Set, manifest, dimension, the figures of each level (`measured`), and how they came about:
    `card`, `colour_weight` and the like, `took_ms` per query; `tuned` and `bands` where these were
    asked for.

    Loads the gallery through decode contract, storage, queue and embedder, asks every query through
    the search engine, and leaves no trace. `report` is told (step, done, total).
    """
    with scratch_gallery(setup.card, teaching=setup.tune) as gallery:
        places = _load(gallery, given, report)
        taught = teach(gallery.space, report) if setup.tune else Taught(gallery.space)
        asking = Asking(gallery, taught.space, places, setup.weights, foreign=setup.bands)
        answers = asking.all(given, report)
        judged = {"bands": _judged(asking, given, answers)} if setup.bands else {}
    return {
        "set": str(given.folder),
        "manifest": given.manifest,
        "dim": taught.space.dim,
        **{name: _figures(given, answers, LEVELS[name]) for name in levels or given.levels()},
        "card": setup.card.name,
        **{f"{kind}_weight": dict(setup.weights).get(kind, 0.0) for kind in KINDS},
        "took_ms": cost_ms(answers),
        **({"tuned": taught.report} if setup.tune else {}),
        **judged,
    }


def _load(gallery: ScratchGallery, given: EvaluationSet, report: Report) -> dict[int, int]:
    """Each stored image's place in the gallery."""
    places = {}
    for place, row in enumerate(given.gallery):
        places[gallery.add(row, given.path(row))] = place
        report("Loading the gallery", place + 1, len(given.gallery))
    return places


def _judged(asking: Asking, given: EvaluationSet, answers: Sequence[Answer]) -> dict[str, Any]:
    calibrated = calibrate_bands(asking.space)
    edges = bands_of(asking.space)
    return {
        "edges": dict(edges),
        "calibrated": bool(calibrated.edges),
        "products": calibrated.products,
        **verdicts(given, answers, edges),
    }


def _figures(
    given: EvaluationSet, answers: Sequence[Answer], column: str
) -> dict[str, float | int]:
    labels = [row.get(column, "") for row in given.gallery]
    asked = [row.get(column, "") for row in given.queries]
    return measured([[labels[place] for place in each.places] for each in answers], asked, labels)
