"""What a set of candidates can be narrowed by and sorted by: counted once, kept with the set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from catalog.models import Category, Product
from search.engine.predicates import ACTIVE_SPACE
from search.engine.price_bands import PriceBand, bands_of
from search.engine.statements import fetch
from search.models import ImageEmbedding

# A column is one array, not a thousand values in a thousand rows, and all of them are in the same
# order. A product that was withdrawn is as good as gone.
SHELF = f"""
    SELECT array_agg(id),
        array_agg((price * 100)::bigint),
        array_agg(date_part('epoch', created_at)),
        array_agg(category_id) FILTER (WHERE category_id IS NOT NULL),
        count(*) FILTER (WHERE stock > 0),
        min(currency),
        max(currency)
    FROM {Product._meta.db_table}
    WHERE id = ANY(%(ids)s::bigint[]) AND status = '{Product.Status.ACTIVE}'
"""  # noqa: S608 - names from here
TAGS = f"""
    SELECT tag_id, count(*) FROM {Product.tags.through._meta.db_table}
    WHERE product_id = ANY(%(ids)s::bigint[]) GROUP BY tag_id
"""  # noqa: S608 - a table's name
# By the pictures of the space that is searched; for words alone, of the active one.
COLOURS = f"""
    SELECT colour, count(*) FROM (
        SELECT DISTINCT product_id, colour
        FROM {ImageEmbedding._meta.db_table}, unnest(colours) AS colour
        WHERE product_id = ANY(%(ids)s::bigint[])
            AND space_id = coalesce(%(space)s::bigint, {ACTIVE_SPACE})
    ) shown GROUP BY colour
"""  # noqa: S608 - names from here
PATHS = f"""
    SELECT id, path FROM {Category._meta.db_table} WHERE id = ANY(%(ids)s::bigint[])
"""  # noqa: S608 - a table's name


@dataclass(frozen=True, slots=True)
class Tallies:
    """What a set of candidate products can be narrowed by.

    `categories` maps a category's id to the products in its subtree, `tags` a tag's id to those
    that carry it, `colours` a colour's code to those with a picture that shows it; `currency` is ""
    where the products' differ. Products that are gone, or no longer published, count nowhere.
    """

    products: int
    categories: Mapping[int, int]
    tags: Mapping[int, int]
    in_stock: int
    prices: tuple[PriceBand, ...]
    currency: str
    colours: Mapping[int, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What a JSONField gives back as it is; `from_json` makes equal tallies of it."""
        return {
            "products": self.products,
            "categories": {str(pk): number for pk, number in self.categories.items()},
            "tags": {str(pk): number for pk, number in self.tags.items()},
            "in_stock": self.in_stock,
            "prices": [[_text(band.low), _text(band.high), band.count] for band in self.prices],
            "currency": self.currency,
            "colours": {str(code): number for code, number in self.colours.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        prices = (PriceBand(_number(low), _number(high), n) for low, high, n in stored["prices"])
        return cls(
            products=stored["products"],
            categories={int(pk): number for pk, number in stored["categories"].items()},
            tags={int(pk): number for pk, number in stored["tags"].items()},
            in_stock=stored["in_stock"],
            prices=tuple(prices),
            currency=stored["currency"],
            colours={int(code): number for code, number in stored.get("colours", {}).items()},
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """A candidate set's tallies, and its other orders.

    `orders` maps "price", "-price" and "newest" to positions in the set, each a permutation: of
    equal ones the nearer comes first, products that are gone come last.
    """

    tallies: Tallies
    orders: dict[str, list[int]]


def survey(product_ids: Sequence[int], *, space_id: int | None = None) -> Survey:
    """Tallies and orders of the products, nearest first. Four statements, however many.

    Colours are those of the pictures in that space, or in the active one.
    """
    shelf = _read(product_ids)
    return Survey(_tallies(shelf, space_id), _orders(shelf, len(product_ids)))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What the catalogue says of the products that are there: for each its id, its position in the
    set (rising), its price in cents and when it was made, in seconds; for those that have one, the
    category."""

    ids: NDArray[np.int64]
    places: NDArray[np.int64]
    cents: NDArray[np.int64]
    created: NDArray[np.float64]
    category_ids: list[int]
    in_stock: int
    currency: str


def _read(product_ids: Sequence[int]) -> _Shelf:
    wanted = np.array(product_ids, dtype=np.int64)
    [row] = fetch(SHELF, {"ids": as_array(product_ids)})
    found, cents, created, category_ids, in_stock, first, last = row
    by_id = np.argsort(wanted)
    places = by_id[np.searchsorted(wanted, found or [], sorter=by_id)]
    rising = np.argsort(places)
    return _Shelf(
        ids=wanted[places[rising]],
        places=places[rising],
        cents=np.array(cents or [], dtype=np.int64)[rising],
        created=np.array(created or [], dtype=np.float64)[rising],
        category_ids=category_ids or [],
        in_stock=in_stock,
        currency=first if first and first == last else "",
    )


def _tallies(shelf: _Shelf, space_id: int | None) -> Tallies:
    ids = as_array(shelf.ids.tolist())
    return Tallies(
        products=len(shelf.ids),
        categories=_categories(shelf.category_ids),
        tags=dict(fetch(TAGS, {"ids": ids})),
        in_stock=shelf.in_stock,
        prices=bands_of(shelf.cents.tolist()),
        currency=shelf.currency,
        colours=dict(fetch(COLOURS, {"ids": ids, "space": space_id})),
    )


def _categories(category_ids: Sequence[int]) -> dict[int, int]:
    """Each product counts for its own category and for all above it."""
    own = Counter(category_ids)
    counts: Counter[int] = Counter()
    for pk, path in fetch(PATHS, {"ids": as_array(own)}):
        for above in path:
            counts[above] += own[pk]
    return dict(counts)


def _orders(shelf: _Shelf, number: int) -> dict[str, list[int]]:
    gone = np.setdiff1d(np.arange(number), shelf.places).tolist()
    keys = {"price": shelf.cents, "-price": -shelf.cents, "newest": -shelf.created}
    return {
        sort: [*shelf.places[np.argsort(key, kind="stable")].tolist(), *gone]
        for sort, key in keys.items()
    }


def as_array(ids: Iterable[int]) -> str:
    """The ids as Postgres writes an array: a third of the time that psycopg takes for a list."""
    return f"{{{','.join(map(str, ids))}}}"


def _text(price: Decimal | None) -> str | None:
    return None if price is None else str(price)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
