"""An evaluation from manifest to figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from search.embedder import get_embedder
from search.evaluation.manifest import LEVELS, EvaluationSet
from search.evaluation.metrics import DEPTH, measured
from search.evaluation.scratch import ScratchGallery, scratch_gallery

# Pictures at the same distance are ranked by file name, so some more than DEPTH are asked for.
ASKED = 5 * DEPTH

Report = Callable[[str, int, int], None]


def evaluate(given: EvaluationSet, *, levels: Sequence[str] = (), report: Report) -> dict[str, Any]:
    """Set, manifest, dimension, and the figures of each level (`measured`).

    Loads the gallery through decode contract, storage, queue and embedder, asks every query through
    the search engine, and leaves no trace. `report` is told (step, done, total).
    """
    with scratch_gallery() as gallery:
        files = _load(gallery, given, report)
        rankings = _ask(gallery, given, files, report)
    found = {level: _figures(given, rankings, LEVELS[level]) for level in levels or given.levels()}
    return {
        "set": str(given.folder),
        "manifest": given.manifest,
        "dim": get_embedder().card.dim,
        **found,
    }


def _load(gallery: ScratchGallery, given: EvaluationSet, report: Report) -> dict[int, int]:
    """Each stored image's place in the gallery."""
    places = {}
    for place, row in enumerate(given.gallery):
        image_id = gallery.add(product_id=row["product_id"], path=given.path(row))
        places[image_id] = place
        report("Loading the gallery", place + 1, len(given.gallery))
    return places


def _ask(
    gallery: ScratchGallery, given: EvaluationSet, places: dict[int, int], report: Report
) -> list[list[int]]:
    """For each query the places of the pictures found, nearest first."""
    rankings = []
    for done, row in enumerate(given.queries, start=1):
        found = [(d, places[image_id]) for image_id, d in gallery.ask(given.path(row), k=ASKED)]
        rankings.append([place for _, place in sorted(found)][:DEPTH])
        report("Asking the queries", done, len(given.queries))
    return rankings


def _figures(
    given: EvaluationSet, rankings: Sequence[Sequence[int]], column: str
) -> dict[str, float | int]:
    labels = [row.get(column, "") for row in given.gallery]
    asked = [row.get(column, "") for row in given.queries]
    return measured([[labels[place] for place in ranking] for ranking in rankings], asked, labels)
