"""How much of the exact answer the index finds in this gallery, and the ef_search that suffices."""

from __future__ import annotations

import numpy as np

from search.engine.index import annotate, find_index
from search.engine.index.state import TABLE
from search.engine.sampling import fetch_by_index, sample_questions
from search.engine.truth import Matrix, nearest_distances
from search.models import EmbeddingSpace

EF_SEARCH_LADDER = (40, 64, 100, 160, 250, 400, 640, 1_000)
SUFFICIENT = 0.995
K = 10
# 2,000 neighbours: a recall of .995 is then known to about .002.
QUESTIONS = 200
# Distances are added up in another order here than in Postgres: equal to about 1e-6.
TIE = 1e-5

# All questions in one statement: so many round trips would double its cost.
BY_INDEX = """
    WITH asked AS MATERIALIZED (
        SELECT place, vector::halfvec({dim}) AS vector
        FROM unnest(%s::text[]) WITH ORDINALITY AS given(vector, place)
    )
    SELECT asked.place - 1, found.distance
    FROM asked CROSS JOIN LATERAL (
        SELECT other.vector::halfvec({dim}) <=> asked.vector AS distance FROM {table} other
        WHERE other.space_id = {space} AND other.published
        ORDER BY other.vector::halfvec({dim}) <=> asked.vector LIMIT %s
    ) found
"""


def calibrate(space: EmbeddingSpace) -> int:
    """The smallest ef_search of the ladder that finds 995 of the 1,000 nearest, k = 10, in this
    gallery; its largest where none does. Noted with the index, from where searches read it.

    Reads the gallery once and asks the index 200 questions a step. Raises ValueError without a
    valid index.
    """
    index = find_index(space.pk)
    if not index.valid:
        raise ValueError(f"{index.name} can't be measured before it is built.")
    chosen = _smallest_sufficient(space)
    annotate(index.name, index.note, ef_search=chosen)
    return chosen


def _smallest_sufficient(space: EmbeddingSpace) -> int:
    questions = sample_questions(space, count=QUESTIONS)
    truth = nearest_distances(space, questions, k=K)
    for ef_search in EF_SEARCH_LADDER:
        if ann_recall(truth, by_index(space, questions, k=K, ef_search=ef_search)) >= SUFFICIENT:
            return ef_search
    return EF_SEARCH_LADDER[-1]


def ann_recall(truth: Matrix, found: Matrix) -> float:
    """The share of the exact nearest that were found, by their distances (count, k): of images that
    are equally far one is as good as another. inf stands for none; 1 where there is nothing."""
    expected = np.isfinite(truth)
    furthest = np.max(truth, axis=1, initial=0, where=expected)
    near = np.sum(found <= furthest[:, np.newaxis] + TIE, axis=1)
    wanted = expected.sum(axis=1)
    return float(np.minimum(near, wanted).sum() / wanted.sum()) if wanted.sum() else 1.0


def by_index(space: EmbeddingSpace, questions: Matrix, *, k: int, ef_search: int) -> Matrix:
    """Distances of the k nearest published images as the space's index finds them with that
    ef_search, shape (count, k); inf for those that it doesn't find."""
    statement = BY_INDEX.format(table=TABLE, space=int(space.pk), dim=int(space.dim))
    found = np.full((len(questions), k), np.inf, dtype=np.float32)
    filled = np.zeros(len(questions), dtype=int)
    for place, distance in fetch_by_index(statement, [as_texts(questions), k], ef_search=ef_search):
        found[place, filled[place]] = distance
        filled[place] += 1
    return found


def as_texts(vectors: Matrix) -> list[str]:
    """Each row as Postgres reads a vector."""
    return [f"[{','.join(map(str, row))}]" for row in vectors.tolist()]
