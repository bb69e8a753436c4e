"""The images and products nearest to a vector: every one compared, or by the space's HNSW index."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from pgvector import HalfVector

from search.embedding.protocol import Vector
from search.engine.plan import Plan
from search.engine.predicates import Passing
from search.engine.statements import Row, fetch
from search.engine.weights import Joint
from search.models import ImageEmbedding

TABLE = ImageEmbedding._meta.db_table

# The vector is compared with every passing row inside the barrier, where no index can give an order
# and so none is chosen for the wrong reason; what follows it sees three narrow columns.
SCANNED = f"""
    WITH scanned AS MATERIALIZED (
        SELECT image_id, product_id, vector <=> %(vector)s AS distance, {{apart}} AS apart
        FROM {TABLE} WHERE {{passing}}
    )"""  # noqa: S608 - a table's name
EXACT_IMAGES = f"""{SCANNED}
    SELECT image_id, product_id, distance, {{rank}} AS rank FROM scanned
    ORDER BY rank, image_id LIMIT %(limit)s::int
"""  # noqa: S608 - a table's name
EXACT_PRODUCTS = f"""{SCANNED}, best AS (
        SELECT DISTINCT ON (product_id) image_id, product_id, distance, {{rank}} AS rank
        FROM scanned
        ORDER BY product_id, rank, image_id
    )
    SELECT image_id, product_id, distance, rank, count(*) OVER () FROM best
    ORDER BY rank, image_id LIMIT %(limit)s::int
"""  # noqa: S608 - a table's name

# The index is asked for the nearest of all, which no plan but its own scan can give, and the filter
# looks at those: if enough of them pass, they are the nearest that pass. A scan that filters as it
# goes finds k somewhere instead: .81 of the right ones where a filter's images lie far away.
# The settings are read when the scan starts, and the gate lets nothing start before they are set.
# They end with the transaction, which is the statement itself where none is open.
HNSW_IMAGES = f"""
    WITH knobs AS MATERIALIZED (
        SELECT set_config('hnsw.ef_search', %(ef_search)s, true) AS ready,
            set_config('hnsw.iterative_scan', 'relaxed_order', true),
            set_config('hnsw.max_scan_tuples', '2147483647', true),
            set_config('hnsw.scan_mem_multiplier', '8', true)
    )
    SELECT image_id, product_id, distance, {{rank}} FROM (
        SELECT *, vector::halfvec({{dim}}) <=> %(vector)s AS distance, {{apart}} AS apart
        FROM {TABLE}
        WHERE space_id = {{space}} AND (SELECT ready FROM knobs) IS NOT NULL
        ORDER BY vector::halfvec({{dim}}) <=> %(vector)s LIMIT %(rows)s::int
    ) AS nearest
    WHERE {{passing}}
"""  # noqa: S608 - a table's name


class Neighbour(NamedTuple):
    """An image, its product, the image's cosine distance (0 to 2) from the vector, and the joint
    distance that it is ranked by: the same where nothing else counts."""

    image_id: int
    product_id: int
    distance: float
    rank: float

    @property
    def rank_key(self) -> tuple[float, int]:
        """Nearest first; equal ranks in the order of the images' ids."""
        return self.rank, self.image_id


# Past the constructor, which is Python and takes longer than all else of reading a thousand rows.
_neighbour = partial(tuple.__new__, Neighbour)


@dataclass(frozen=True, slots=True)
class Probe:
    """A vector (float32, shape (dim,)), the rows of its space that it is compared with, and what
    else counts in their order."""

    vector: Vector
    space_id: int
    dim: int
    passing: Passing
    joint: Joint = field(default_factory=Joint)

    def ask(self, statement: str, **params: object) -> list[Row]:
        """What one of the statements above gives for these rows."""
        return fetch(self.filled(statement), {**self.params, **params})

    def filled(self, statement: str) -> str:
        """One of the statements above, for these rows."""
        return statement.format(
            passing=self.passing.condition,
            space=int(self.space_id),
            dim=int(self.dim),
            apart=self.joint.apart,
            rank=self.joint.rank,
        )

    @property
    def params(self) -> dict[str, Any]:
        vector = HalfVector(self.vector)
        return {**self.passing.params, **self.joint.params, "vector": vector}


def exact_images(probe: Probe, *, limit: int) -> list[Neighbour]:
    """The nearest images, every passing row compared."""
    return list(map(_neighbour, probe.ask(EXACT_IMAGES, limit=limit)))


def exact_products(probe: Probe, *, limit: int) -> tuple[list[Neighbour], int]:
    """The nearest products, each by its best image, every passing row compared; and how many
    products pass in all."""
    rows = probe.ask(EXACT_PRODUCTS, limit=limit)
    return [_neighbour(row[:4]) for row in rows], rows[0][4] if rows else 0


def hnsw_images(probe: Probe, *, plan: Plan) -> list[Neighbour]:
    """Those that pass of the `plan.rows` images with the nearest vectors, by their rank.

    Sorted here: relaxed_order may return rows slightly out of order, and PostgreSQL drops an outer
    ORDER BY on the same expression.
    """
    rows = probe.ask(HNSW_IMAGES, ef_search=str(plan.ef_search), rows=plan.rows)
    return sorted(map(_neighbour, rows), key=lambda found: found.rank_key)
