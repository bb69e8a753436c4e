"""The recall of an index is measured against every vector, and decides its ef_search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.test import override_settings

from search.engine import index, recall, sampling, truth
from search.models import ImageEmbedding
from tests.engine import gallery

pytestmark = pytest.mark.django_db

# So many dimensions without clusters are hard for an index with few links.
ROWS, DIM = 1_500, 24


@pytest.fixture(scope="module")
def hard(django_db_setup: None, django_db_blocker: Any) -> Iterator[gallery.EmbeddingSpace]:
    """A gallery whose index finds too little at the smallest ef_search."""
    with django_db_blocker.unblock():
        space = gallery.make_space("hard@1", dim=DIM, state="building")
        product = gallery.make_product()
        vectors = gallery.unit_rows(np.random.default_rng(3).normal(size=(ROWS, DIM)))
        gallery.store(
            [gallery.row(n, product, each, space=space) for n, each in enumerate(vectors)]
        )
        with override_settings(HNSW_M=6, HNSW_EF_CONSTRUCTION=12):
            index.create_index(space)
        yield space
        index.drop_index(space)
        gallery.clear()


def stored(space: gallery.EmbeddingSpace) -> gallery.Matrix:
    rows = ImageEmbedding.objects.filter(space=space).order_by("image_id")
    return np.asarray(list(rows.values_list("vector", flat=True)))


def test_the_truth_is_that_of_the_oracle(
    hard: gallery.EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truth, "ROWS_AT_A_TIME", 400)
    asked = gallery.unit_rows(np.random.default_rng(4).normal(size=(5, DIM)))
    found = truth.nearest_distances(hard, asked.astype(np.float16).astype(np.float32), k=7)

    for each, distances in zip(asked, found, strict=True):
        expected = np.sort(gallery.cosine_distances(stored(hard), each))[:7]
        assert distances == pytest.approx(expected, abs=2e-6)


def test_the_truth_leaves_out_what_customers_do_not_see(hard: gallery.EmbeddingSpace) -> None:
    ImageEmbedding.objects.filter(image_id__gte=3).update(published=False)
    asked = stored(hard)[:1]
    found = truth.nearest_distances(hard, asked, k=5)

    assert found[0, 0] == pytest.approx(0, abs=2e-6)
    assert np.isfinite(found).tolist() == [[True, True, True, False, False]]


def test_questions_are_neither_stored_nor_far_away(hard: gallery.EmbeddingSpace) -> None:
    asked = sampling.sample_questions(hard, count=50)
    nearest = truth.nearest_distances(hard, asked, k=1)

    assert asked.shape == (50, DIM)
    assert np.linalg.norm(asked, axis=1) == pytest.approx(np.ones(50), abs=1e-3)
    assert nearest.min() > 0.01
    assert nearest.max() < 0.6
    assert np.array_equal(asked, sampling.sample_questions(hard, count=50))


def test_more_effort_finds_more(hard: gallery.EmbeddingSpace) -> None:
    asked = sampling.sample_questions(hard, count=100)
    expected = truth.nearest_distances(hard, asked, k=10)
    shares = [
        recall.ann_recall(expected, recall.by_index(hard, asked, k=10, ef_search=effort))
        for effort in (40, 1_000)
    ]

    assert shares[0] < recall.SUFFICIENT
    assert shares[1] > shares[0]


def test_the_measured_search_walks_the_index(hard: gallery.EmbeddingSpace) -> None:
    asked = sampling.sample_questions(hard, count=3)
    statement = recall.BY_INDEX.format(table=index.TABLE, space=hard.pk, dim=DIM)
    plan = sampling.fetch_by_index(
        f"EXPLAIN {statement}", [recall.as_texts(asked), 10], ef_search=40
    )

    assert any(index.index_name(hard.pk) in line for (line,) in plan)
    assert not any("Seq Scan" in line for (line,) in plan)


def test_calibration_chooses_the_smallest_that_suffices(hard: gallery.EmbeddingSpace) -> None:
    chosen = recall.calibrate(hard)
    asked = sampling.sample_questions(hard, count=recall.QUESTIONS)
    expected = truth.nearest_distances(hard, asked, k=recall.K)

    def suffices(effort: int) -> bool:
        found = recall.by_index(hard, asked, k=recall.K, ef_search=effort)
        return recall.ann_recall(expected, found) >= recall.SUFFICIENT

    place = recall.EF_SEARCH_LADDER.index(chosen)
    assert place > 0
    assert suffices(chosen) is True
    assert suffices(recall.EF_SEARCH_LADDER[place - 1]) is False
    assert index.find_index(hard.pk).ef_search == chosen


def test_an_easy_gallery_needs_the_least(transactional_db: None) -> None:
    space = gallery.make_crowd(300).space
    index.create_index(space)

    assert recall.calibrate(space) == 40
    index.drop_index(space)


def test_copies_of_one_picture_are_as_good_as_each_other(transactional_db: None) -> None:
    space = gallery.make_crowd(20, images_each=20).space
    index.create_index(space)

    assert recall.calibrate(space) == 40
    index.drop_index(space)


def test_without_an_index_there_is_nothing_to_measure(hard: gallery.EmbeddingSpace) -> None:
    other = gallery.make_space("test@2", state="building")

    with pytest.raises(ValueError, match="can't be measured before it is built"):
        recall.calibrate(other)


@pytest.mark.parametrize(
    ("expected", "found", "share"),
    [
        ([[0.1, 0.2]], [[0.1, 0.2]], 1.0),
        ([[0.1, 0.2]], [[0.2, 0.1]], 1.0),
        ([[0.1, 0.2]], [[0.1, 0.3]], 0.5),
        ([[0.1, 0.2]], [[0.2, 0.2]], 1.0),
        ([[0.1, 0.2], [0.3, 0.4]], [[0.1, 0.2], [0.5, np.inf]], 0.5),
        ([[0.1, np.inf]], [[0.1, np.inf]], 1.0),
        ([[np.inf, np.inf]], [[np.inf, np.inf]], 1.0),
    ],
)
def test_recall_counts_the_nearest_that_were_found(
    expected: list[list[float]], found: list[list[float]], share: float
) -> None:
    assert recall.ann_recall(np.float32(expected), np.float32(found)) == share
