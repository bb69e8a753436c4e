"""Whether searches find what is there: asked through the door that customers' searches take, and
compared with every row."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Any

from django.db import connection
from pgvector import HalfVector

from catalog.models import Tag
from search import documents, filter_columns, selectors
from search.embedder import embedder_of, unavailable
from search.embedding import EmbeddingError, Vector
from search.engine.index import TABLE, IndexState, Verified, annotate, find_index
from search.engine.index.notes import now
from search.engine.sampling import sample_questions
from search.engine.types import NO_FILTERS, Filters, Question
from search.errors import SpaceRefused
from search.models import EmbeddingSpace, ImageEmbedding
from search.services.indexing import measure_index, tend_index
from search.services.reconciling import Reconciled, orphans, reconcile

# Recall below this is a fault.
ENOUGH = 0.99
# What halfvec's rounding leaves of a unit vector's norm, with room.
NORM_ERROR = 0.01
# The shares of the gallery that filters are looked for to let through.
SHARES = (0.5, 0.1, 0.01, 0.001)

EXACT = f"""
    WITH gallery AS MATERIALIZED (
        SELECT image_id, vector <=> %(vector)s::halfvec AS distance FROM {TABLE}
        WHERE space_id = %(space)s AND published AND tag_ids @> %(tags)s::bigint[]
    )
    SELECT image_id FROM gallery ORDER BY distance FETCH FIRST %(k)s ROWS WITH TIES
"""  # noqa: S608 - a table's name
TAG_ROWS = f"""
    SELECT tag_id, count(*) FROM {TABLE}, unnest(tag_ids) AS tag_id
    WHERE space_id = %s AND published GROUP BY tag_id HAVING count(*) >= %s
"""  # noqa: S608 - a table's name
UNUSABLE = f"""
    SELECT image_id, vector_dims(vector) FROM {TABLE}
    WHERE space_id = %s AND (vector_dims(vector) <> %s OR abs(l2_norm(vector) - 1) > %s)
"""  # noqa: S608 - a table's name

Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """Recall of one kind of question, and the medians of what the search and the comparison with
    every row took, in milliseconds. `share` of the gallery passes the filter; `neighbours` were
    looked for in all."""

    case: str
    share: float
    neighbours: int
    recall: float
    search_ms: float
    exact_ms: float

    @property
    def poor(self) -> bool:
        """Whether recall is below ENOUGH by more than the chance of the sample (two standard
        errors)."""
        chance = 2 * sqrt(self.recall * (1 - self.recall) / self.neighbours)
        return self.recall + chance < ENOUGH


@dataclass(frozen=True, slots=True)
class Verification:
    """Numbers of rows that are wrong, and what was measured: nothing where the vectors themselves
    are wrong, or where without an index every search compares them all."""

    index: IndexState
    measured: tuple[Measured, ...]
    wrong_dimension: int
    wrong_norm: int
    orphans: int
    filter_drift: int
    document_drift: int


def verify_index(
    *, space: EmbeddingSpace, questions: int, k: int, told: Told = lambda *_: None
) -> Verification:
    """Look the space over, and measure recall@k of so many questions, plain and under filters.

    The index is calibrated first; the recall is noted with it. `told` hears the case, and how many
    of its questions are done.
    """
    wrong_dimension, wrong_norm = _unusable(space)
    measured: tuple[Measured, ...] = ()
    if find_index(space.pk).valid and not wrong_dimension:
        measure_index(space=space)
        measured = _measure(space, questions=questions, k=k, told=told)
        _remember(space, measured, questions=questions, k=k)
    return Verification(
        index=find_index(space.pk),
        measured=measured,
        wrong_dimension=len(wrong_dimension),
        wrong_norm=len(wrong_norm),
        orphans=orphans().count(),
        filter_drift=filter_columns.drift(),
        document_drift=documents.drift(),
    )


def _remember(
    space: EmbeddingSpace, measured: Sequence[Measured], *, questions: int, k: int
) -> None:
    if measured:
        state = find_index(space.pk)
        seen = Verified(recall=measured[0].recall, k=k, queries=questions, at=now())
        annotate(state.name, state.note, verified=seen)


def mend_index(*, space: EmbeddingSpace) -> tuple[int, Reconciled]:
    """Put right what can be: vectors that can't be right are dropped and their images queued again,
    then everything that the sweep mends. Returns how many were dropped, and what the sweep did.

    Raises SpaceRefused, with nothing changed, for a space that no longer follows the catalogue:
    nothing would embed its images again. Raises SearchUnavailable where its embedder can't be had.
    """
    if not space.follows:
        raise SpaceRefused(
            f"{space.name} can't be mended: it was left, and no longer follows the catalogue. "
            f"`manage.py space fill {space.name}` brings it up to date."
        )
    try:
        embedder_of(space).load()
    except EmbeddingError as error:
        raise unavailable(error, embedder=space.root.name) from error
    unusable = [image_id for found in _unusable(space) for image_id in found]
    ImageEmbedding.objects.filter(space=space, image_id__in=unusable).delete()
    done = reconcile()
    tend_index(space=space)
    return len(unusable), done


def _unusable(space: EmbeddingSpace) -> tuple[list[int], list[int]]:
    """Images whose vector has a wrong dimension, and those whose vector isn't of unit length."""
    with connection.cursor() as cursor:
        cursor.execute(UNUSABLE, [space.pk, space.dim, NORM_ERROR])
        rows = cursor.fetchall()
    wide = [image_id for image_id, dim in rows if dim != space.dim]
    return wide, [image_id for image_id, dim in rows if dim == space.dim]


def _measure(space: EmbeddingSpace, *, questions: int, k: int, told: Told) -> tuple[Measured, ...]:
    asked = sample_questions(space, count=questions)
    rows = ImageEmbedding.objects.filter(space=space, published=True).count()
    if not len(asked):
        return ()
    cases = [("all images", None, rows), *((f"tag {tag}", tag, n) for tag, n in _tags(space, k))]
    measured = []
    for case, tag, passing in cases:
        answers = []
        for done, vector in enumerate(asked, start=1):
            answers.append(_ask(space, vector, tag=tag, k=k))
            told(case, done, len(asked))
        recalls, searches, exacts = zip(*answers, strict=True)
        recall = sum(recalls) / len(recalls)
        took = (median(searches), median(exacts))
        measured.append(Measured(case, passing / rows, k * len(asked), recall, *took))
    return tuple(measured)


def _tags(space: EmbeddingSpace, k: int) -> list[tuple[Tag, int]]:
    """The tags that let through most nearly the SHARES, with their rows; none twice."""
    with connection.cursor() as cursor:
        cursor.execute(TAG_ROWS, [space.pk, k])
        rows: dict[int, int] = dict(cursor.fetchall())
    total = ImageEmbedding.objects.filter(space=space, published=True).count()
    wanted = [share * total for share in SHARES]
    chosen = [min(rows, key=lambda pk: _apart(rows[pk], each)) for each in wanted if rows]
    tags = Tag.objects.in_bulk(chosen)
    return [(tags[pk], rows[pk]) for pk in dict.fromkeys(chosen) if pk in tags]


def _apart(rows: int, wanted: float) -> float:
    """How many times one is the other."""
    return max(rows / wanted, wanted / rows)


def _ask(
    space: EmbeddingSpace, vector: Vector, *, tag: Tag | None, k: int
) -> tuple[float, float, float]:
    """The recall of one question, and the milliseconds of the search and of the comparison."""
    filters = Filters(tags=(tag.name,)) if tag else NO_FILTERS
    question = Question(vector=vector, space_id=space.pk, dim=space.dim)
    started = time.perf_counter()
    found = selectors.rank_images(question=question, filters=filters, k=k)
    answered = time.perf_counter()
    truth = _nearest(space, vector, tags=[tag.pk] if tag else [], k=k)
    compared = time.perf_counter()
    hits = len(truth.intersection(image_id for image_id, _ in found))
    recall = min(hits, k) / min(len(truth), k) if truth else 1.0
    return recall, 1000 * (answered - started), 1000 * (compared - answered)


def _nearest(space: EmbeddingSpace, vector: Vector, *, tags: Sequence[int], k: int) -> set[int]:
    """The k nearest images, and those that are exactly as far as the last of them."""
    params: dict[str, Any] = {
        "vector": HalfVector(vector).to_text(),
        "space": space.pk,
        "tags": list(tags),
        "k": k,
    }
    with connection.cursor() as cursor:
        cursor.execute(EXACT, params)
        return {image_id for (image_id,) in cursor.fetchall()}
