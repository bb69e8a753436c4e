"""What Postgres knows about the gallery, read now and then and kept in this process.

`EXPLAIN` would tell how many rows pass a filter from the same statistics, for 0.2 to 0.6 ms a
search; here they are numbers in memory. They only choose between ways that are both right.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from catalog.models import Product
from search.engine.index import IndexState, find_index
from search.engine.statements import fetch
from search.models import EmbeddingSpace, ImageEmbedding

EMBEDDINGS = ImageEmbedding._meta.db_table
TABLES = {"embeddings": EMBEDDINGS, "products": Product._meta.db_table}

# Where a column was never analysed: that share of the rows is taken to pass, as Postgres does.
UNKNOWN_SHARE = 0.005
UNKNOWN_RANGE = 0.33

# Bounds and most common values of all kinds of columns, as text: numbers, ids or booleans.
COLLECTED = """
    SELECT tablename, attname, most_common_vals::text::text[], most_common_freqs,
        histogram_bounds::text::text[], most_common_elems::text::text[], most_common_elem_freqs
    FROM pg_stats
    WHERE schemaname = ANY (current_schemas(false)) AND (
        (tablename = %(embeddings)s AND attname IN ('tag_ids', 'category_ids', 'colours'))
        OR (tablename = %(products)s AND attname IN ('price', 'stock', 'status')))
"""
PRODUCTS = "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%(products)s)"


@dataclass(frozen=True, slots=True)
class Elements:
    """How often ids occur in an array column: the common ones, and the share of any other."""

    common: Mapping[int, float] = field(default_factory=dict)
    other: float = UNKNOWN_SHARE

    def share(self, element: int) -> float:
        return self.common.get(element, self.other)


@dataclass(frozen=True, slots=True)
class Range:
    """How a number is spread: its most common values, and equally full bins for the rest."""

    common: Mapping[float, float] = field(default_factory=dict)
    bounds: Sequence[float] = ()

    def share(self, low: float | None, high: float | None) -> float:
        """The share of the rows from `low` to `high`, both included; None is an open end."""
        if not self.common and not self.bounds:
            return UNKNOWN_RANGE
        exactly = sum(
            share
            for value, share in self.common.items()
            if (low is None or low <= value) and (high is None or value <= high)
        )
        rest = max(0.0, 1 - sum(self.common.values()))
        return min(1.0, exactly + rest * (self._below(high, 1.0) - self._below(low, 0.0)))

    def _below(self, value: float | None, otherwise: float) -> float:
        """The share of the bins below `value`, as if each were evenly filled."""
        if value is None or len(self.bounds) < 2:
            return otherwise
        place = bisect_right(self.bounds, value)
        if place in (0, len(self.bounds)):
            return float(place > 0)
        start, end = self.bounds[place - 1 : place + 1]
        return (place - 1 + (value - start) / (end - start)) / (len(self.bounds) - 1)


@dataclass(frozen=True, slots=True)
class Statistics:
    """A space, its index, and the spread of what can be filtered by."""

    space: EmbeddingSpace | None
    index: IndexState
    images_per_product: float = 1.0
    published: float = 1.0
    tags: Elements = Elements()
    categories: Elements = Elements()
    colours: Elements = Elements()
    prices: Range = Range()
    stock: Range = Range()


_kept: dict[int, tuple[float, Statistics]] = {}


def statistics_of(space_id: int) -> Statistics:
    """The space's statistics, STATISTICS_SECONDS old at most."""
    read_at, known = _kept.get(space_id, (0.0, None))
    if known is None or time.monotonic() - read_at >= settings.STATISTICS_SECONDS:
        known = _read(space_id)
        _kept[space_id] = (time.monotonic(), known)
    return known


def _read(space_id: int) -> Statistics:
    spaces = EmbeddingSpace.objects.select_related("base")
    space, index = spaces.filter(pk=space_id).first(), find_index(space_id)
    if not index.valid:
        return Statistics(space, index)
    columns = {(row[0], row[1]): row[2:] for row in fetch(COLLECTED, TABLES)}
    of_embedding = {name: row for (table, name), row in columns.items() if table == EMBEDDINGS}
    of_product = {name: row for (table, name), row in columns.items() if table != EMBEDDINGS}
    return Statistics(
        space,
        index,
        images_per_product=_images_per_product(index.rows),
        published=_published(of_product.get("status")),
        tags=_elements(of_embedding.get("tag_ids")),
        categories=_elements(of_embedding.get("category_ids")),
        colours=_elements(of_embedding.get("colours")),
        prices=_range(of_product.get("price")),
        stock=_range(of_product.get("stock")),
    )


def _images_per_product(rows: int) -> float:
    """By Postgres's counts of both: how many different products a sample of images has, it guesses
    too low in a large gallery."""
    [[products]] = fetch(PRODUCTS, TABLES)
    return max(1.0, rows / products) if products > 0 else 1.0


def _published(column: Sequence[Any] | None) -> float:
    values, shares, *_ = column or (None, None)
    common: dict[str, float] = dict(zip(values or (), shares or (), strict=True))
    return common.get(Product.Status.ACTIVE, 0.0) if common else 1.0


def _elements(column: Sequence[Any] | None) -> Elements:
    """Behind the shares stand the lowest, the highest, and that of null elements; an element that
    isn't listed is taken for half as frequent as the lowest, as Postgres does."""
    values, shares = (column[3], column[4]) if column else (None, None)
    if not values or not shares:
        return Elements()
    common = {int(each): share for each, share in zip(values, shares, strict=False)}
    return Elements(common, other=shares[len(values)] / 2)


def _range(column: Sequence[Any] | None) -> Range:
    if column is None:
        return Range()
    values, shares, bounds, *_ = column
    common = dict(zip(map(float, values or ()), shares or (), strict=True))
    return Range(common, tuple(map(float, bounds or ())))
