"""What a user could pick instead, in this process, one thread each."""

from __future__ import annotations

import time
from pathlib import Path

import faiss
import hnswlib
import numpy as np
import qdrant_edge as qdrant

from benchmarks.search.cases import Case
from benchmarks.search.gallery import Gallery, Matrix

M, EF_CONSTRUCTION = 16, 160
HNSWLIB_EF = (40, 100, 200, 400)
QDRANT_EF = (64, 128, 256)
BATCH = 1_000


class _InProcess:
    """All threads are counted: a peer may keep some of its own."""

    family: str
    setting: str
    server = None

    def client_ns(self) -> int:
        return time.process_time_ns()


class Hnswlib(_InProcess):
    """HNSW with a Python callback as the filter."""

    family = "hnswlib"

    def __init__(self, index: hnswlib.Index, ef: int) -> None:
        self.setting = f"ef {ef}"
        self._index, self._ef = index, ef

    def prepare(self, case: Case) -> None:
        self._filter = case.passing.tolist().__getitem__ if case.tag else None
        self._k = min(case.k, int(case.passing.sum()))

    def ask(self, vector: Matrix) -> list[int]:
        self._index.set_ef(self._ef)
        try:
            rows, _ = self._index.knn_query(vector, k=self._k, num_threads=1, filter=self._filter)
        except RuntimeError:  # how it says that it found fewer than k
            return []
        return [int(row) + 1 for row in rows[0]]


class FaissFlat(_InProcess):
    """A scan over ids that are known beforehand."""

    family = "faiss flat"
    setting = "id array"

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    def prepare(self, case: Case) -> None:
        self._k = min(case.k, int(case.passing.sum()))
        self._ids = np.flatnonzero(case.passing)  # kept here, as faiss keeps no references
        self._selector = faiss.IDSelectorArray(self._ids)
        self._params = faiss.SearchParameters()
        if case.tag:
            self._params.sel = self._selector

    def ask(self, vector: Matrix) -> list[int]:
        _, rows = self._index.search(vector[None], self._k, params=self._params)
        return [int(row) + 1 for row in rows[0]]


class QdrantEdge(_InProcess):
    """A shard with the tags in an indexed payload field."""

    family = "qdrant-edge"

    def __init__(self, shard: qdrant.EdgeShard, ef: int) -> None:
        self.setting = f"ef {ef}"
        self._shard = shard
        self._params = qdrant.SearchParams(hnsw_ef=ef)

    def prepare(self, case: Case) -> None:
        self._k = case.k
        tagged = qdrant.FieldCondition(key="tags", match=qdrant.MatchValue(value=case.tag))
        self._filter = qdrant.Filter(must=[tagged]) if case.tag else None

    def ask(self, vector: Matrix) -> list[int]:
        request = qdrant.QueryRequest(
            limit=self._k,
            query=qdrant.Query.Nearest(vector.tolist()),
            filter=self._filter,
            params=self._params,
        )
        return [int(point.id) for point in self._shard.query(request)]


def make_peers(gallery: Gallery, folder: Path) -> list[Hnswlib | FaissFlat | QdrantEdge]:
    """Every peer with its gallery built, in each of its settings. The shard lies in `folder`."""
    faiss.omp_set_num_threads(1)
    graph, flat, shard = _hnswlib(gallery), _faiss(gallery), _qdrant(gallery, folder)
    return [
        *(Hnswlib(graph, ef) for ef in HNSWLIB_EF),
        FaissFlat(flat),
        *(QdrantEdge(shard, ef) for ef in QDRANT_EF),
    ]


def _hnswlib(gallery: Gallery) -> hnswlib.Index:
    n, dim = gallery.vectors.shape
    index = hnswlib.Index(space="ip", dim=dim)
    index.init_index(max_elements=n, M=M, ef_construction=EF_CONSTRUCTION)
    index.add_items(gallery.vectors)
    return index


def _faiss(gallery: Gallery) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(gallery.vectors.shape[1])
    index.add(gallery.vectors)
    return index


def _qdrant(gallery: Gallery, folder: Path) -> qdrant.EdgeShard:
    """One segment with the index's defaults; payload first, so that its graph knows the tags."""
    n, dim = gallery.vectors.shape
    config = qdrant.EdgeConfig(
        vectors=qdrant.EdgeVectorParams(size=dim, distance=qdrant.Distance.Cosine),
        optimizers=qdrant.EdgeOptimizersConfig(
            default_segment_number=1, indexing_threshold=1_000, max_segment_size=10**8
        ),
        max_search_threads=1,
    )
    shard = qdrant.EdgeShard.create(str(folder), config)
    keyword = qdrant.PayloadSchemaType.Keyword
    shard.update(qdrant.UpdateOperation.create_field_index("tags", keyword))
    names, carried = list(gallery.tags), np.stack(list(gallery.tags.values()), axis=1)
    for start in range(0, n, BATCH):
        points = [
            qdrant.Point(
                id=row + 1,
                vector=gallery.vectors[row].tolist(),
                payload={"tags": [names[t] for t in np.flatnonzero(carried[product - 1])]},
            )
            for row, product in enumerate(gallery.product_of[start : start + BATCH], start)
        ]
        shard.update(qdrant.UpdateOperation.upsert_points(points))
    shard.optimize()
    return shard
