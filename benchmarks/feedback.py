"""What one mark ("more like this", "less like this") does to the next page, on evaluation sets.

A shopper asks with a query picture, looks at the first ten and marks the first right one, the
first wrong one, or both. The marked pictures leave the gallery for both rankings, so that a liked
one does not count as found again:

    python -m benchmarks.feedback SET_DIR[:MANIFEST[:LEVEL]]... [--embedder NAME]

A set is a folder as `manage.py evaluate` takes it. Prints R@1 and mAP@10 before and after, for
grids of the constants of `search/engine/rocchio.py`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import numpy as np
import numpy.typing as npt
from django.conf import settings
from rich.console import Console
from rich.table import Table

from search.engine.rocchio import LIKED, combine

OUT = Path(__file__).parent / "out"
PAGE = 10
WEIGHTS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
GAMMAS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vectors:
    """A set as unit vectors, with the label that decides what is relevant."""

    name: str
    gallery: Matrix
    gallery_labels: npt.NDArray[np.str_]
    queries: Matrix
    query_labels: npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Session:
    """A query, what its first page shows, and the marks on it (places in the gallery, -1: none)."""

    query: int
    liked: int
    disliked: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--embedder", default="")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sets = [_vectors(each, given.embedder or settings.EMBEDDER) for each in given.sets]
    console = Console()
    console.print(_likes(sets))
    console.print(_dislikes(sets))
    console.print(_both(sets))


def _likes(sets: Sequence[Vectors]) -> Table:
    rows = [(f"like, weight {weight}", _moving(like=weight)) for weight in WEIGHTS]
    return _table("The first right picture of ten is liked", sets, rows, marks=("liked",))


def _dislikes(sets: Sequence[Vectors]) -> Table:
    rows = [(f"dislike, gamma {gamma}", _moving(gamma=gamma)) for gamma in GAMMAS]
    return _table("The first wrong picture of ten is disliked", sets, rows, marks=("disliked",))


def _both(sets: Sequence[Vectors]) -> Table:
    rows = [
        (f"like {weight}, gamma {gamma}", _moving(like=weight, gamma=gamma))
        for weight in (0.5, LIKED, 2.0)
        for gamma in GAMMAS
    ]
    return _table("Both", sets, rows, marks=("liked", "disliked"))


Move = Callable[[Vectors, Session], Matrix]


def _moving(*, like: float = 0.0, gamma: float = 0.0) -> Move:
    """The query moved by the session's marks, with these constants; by default not at all."""

    def move(data: Vectors, session: Session) -> Matrix:
        examples = [(data.queries[session.query], 1.0)]
        if like:
            examples.append((data.gallery[session.liked], like))
        if gamma:
            examples.append((data.gallery[session.disliked], -max(1.0, like)))
        return combine(examples, gamma=gamma)

    return move


def _table(
    title: str, sets: Sequence[Vectors], rows: Sequence[tuple[str, Move]], *, marks: Sequence[str]
) -> Table:
    table = Table("R@1 / mAP@10", *(each.name for each in sets), "mean mAP", title=title)
    for name, move in [("before", _moving()), *rows]:
        figures = [_measured(each, move, marks) for each in sets]
        cells = [f"{100 * first:.1f} / {100 * mean:.1f}" for first, mean, _ in figures]
        table.add_row(name, *cells, f"{100 * np.mean([mean for _, mean, _ in figures]):.2f}")
    table.add_row("queries", *(str(_measured(each, _moving(), marks)[2]) for each in sets), "")
    return table


def _measured(data: Vectors, move: Move, marks: Sequence[str]) -> tuple[float, float, int]:
    """R@1 and mAP@10 over the sessions that have all of the marks, and how many those are."""
    scores = []
    for session in _sessions(data):
        marked = [getattr(session, mark) for mark in marks]
        if -1 not in marked and (found := _score(data, session, move, marked)):
            scores.append(found)
    first, mean = np.mean(scores, axis=0)
    return float(first), float(mean), len(scores)


def _sessions(data: Vectors) -> list[Session]:
    return [_session(data, query) for query in range(len(data.queries))]


def _session(data: Vectors, query: int) -> Session:
    shown = np.argsort(-(data.gallery @ data.queries[query]), kind="stable")[:PAGE]
    right = data.gallery_labels[shown] == data.query_labels[query]
    return Session(query, _first(shown[right]), _first(shown[~right]))


def _first(places: npt.NDArray[np.intp]) -> int:
    return int(places[0]) if len(places) else -1


def _score(
    data: Vectors, session: Session, move: Move, marked: Sequence[int]
) -> tuple[float, float] | None:
    """R@1 and mAP@10 of one session without the marked pictures; None where none else is right."""
    similarity = data.gallery @ move(data, session)
    similarity[marked] = -np.inf
    relevant = data.gallery_labels == data.query_labels[session.query]
    relevant[marked] = False
    if not relevant.any():
        return None
    right = relevant[np.argsort(-similarity, kind="stable")[:PAGE]]
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    mean = float((precision * right).sum() / min(PAGE, relevant.sum()))
    return float(right[0]), mean


def _vectors(given: str, embedder: str) -> Vectors:
    """The set's vectors, embedded once and kept under benchmarks/out/."""
    from search.evaluation.manifest import LEVELS, read_set

    folder, manifest, level, *_ = [*given.split(":"), "", ""]
    found = read_set(Path(folder), manifest or "manifest.csv")
    column = LEVELS[level or found.levels()[0]]
    paths = [found.path(row) for row in (*found.gallery, *found.queries)]
    everything = _embedded(paths, embedder)
    return Vectors(
        name=f"{found.folder.name} {level or found.levels()[0]}",
        gallery=everything[: len(found.gallery)],
        gallery_labels=np.array([row[column] for row in found.gallery]),
        queries=everything[len(found.gallery) :],
        query_labels=np.array([row[column] for row in found.queries]),
    )


def _embedded(paths: Sequence[Path], embedder: str) -> Matrix:
    from catalog.images import decode
    from search.embedding import make_embedder

    kept = OUT / "feedback-vectors.npz"
    known: dict[str, Any] = dict(np.load(kept)) if kept.exists() else {}
    names = [f"{embedder} {path.resolve()}" for path in paths]
    model = make_embedder(embedder, data_dir=Path(settings.DATA_DIR), threads=2)
    for name, path in zip(names, paths, strict=True):
        if name not in known:
            [outcome] = model.embed([decode(path.read_bytes()).image])
            known[name] = outcome.vector
    OUT.mkdir(exist_ok=True)
    np.savez(kept, **known)
    return np.stack([known[name] for name in names])


if __name__ == "__main__":
    main()
