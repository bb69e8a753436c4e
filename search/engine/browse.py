"""The products of a section in a shopper's order: what paging and counting run inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from catalog.models import Category, Product
from search.engine.candidates import Candidates, Found, Match
from search.engine.filters import Resolved
from search.engine.predicates import ACTIVE_SPACE, COLOURED, price_and_stock
from search.engine.statements import fetch
from search.engine.tallies import Survey, Tallies, survey
from search.engine.text import products_by_words
from search.models import ImageEmbedding

BROWSE = "browse"
TEXT = "text"
NEWEST = "newest"

# Each order can be read off an index from its beginning, so that no more is read than is shown:
# the key, which rises with time, and the price, within which the newest come first.
ORDERS = {NEWEST: "id DESC", "price": "price, id DESC", "-price": "price DESC, id DESC"}

PRODUCTS = f"""
    SELECT id FROM {Product._meta.db_table} AS product
    WHERE status = '{Product.Status.ACTIVE}'{{narrowed}}
    ORDER BY {{order}} LIMIT %(limit)s::int
"""  # noqa: S608 - a table's name
SUBTREE = f"""
    SELECT id FROM {Category._meta.db_table} WHERE path @> %(section)s::bigint[]
"""  # noqa: S608 - a table's name

# The ids of the categories stand in the statement as values, not as a question of their own: the
# planner then knows how many products they have, and whether to walk the order or to sort.
WITHIN = "category_id = ANY (%(within)s::bigint[])"
TAGGED = f"""EXISTS (
    SELECT FROM {Product.tags.through._meta.db_table} link
    WHERE link.product_id = product.id AND link.tag_id = ANY (%({{name}})s::bigint[]))"""
PICTURED = f"""EXISTS (
    SELECT FROM {ImageEmbedding._meta.db_table} picture
    WHERE picture.product_id = product.id AND space_id = {ACTIVE_SPACE} AND {COLOURED})"""


@dataclass(frozen=True)
class Shelf:
    """What stands in a section under the filters: at most CANDIDATES products, the first ones in
    the order `sort` of ORDERS.

    With `words` they are the best matches among those that hold them all, in the order of the match
    where `sort` is none of ORDERS. Found and counted once, when first asked for.
    """

    resolved: Resolved
    words: str
    sort: str

    @cached_property
    def found(self) -> Candidates:
        most: int = settings.CANDIDATES
        if self.words:
            ids = products_by_words(self.words, resolved=self.resolved, limit=most)
            # Of words nobody knows how many more products have them.
            return _candidates(ids, plan=TEXT, more=len(ids) == most)
        ids = _in_order(self.resolved, sort=self.sort, limit=most + 1)
        return _candidates(ids[:most], plan=BROWSE, more=len(ids) > most)

    @cached_property
    def matches(self) -> Sequence[Found]:
        """The products in their order."""
        found = self.found.matches
        if self.words and self.sort in ORDERS:
            return [found[place] for place in self.survey.orders[self.sort]]
        return found

    def tallies_without(self, facet: str) -> Tallies:
        """What they can be narrowed by, or what could be found without the choice in a facet."""
        if not facet:
            return self.survey.tallies
        return Shelf(self.resolved.without(facet), self.words, self.sort).survey.tallies

    @cached_property
    def survey(self) -> Survey:
        return survey([each.product_id for each in self.found.matches])


def _candidates(ids: Sequence[int], *, plan: str, more: bool) -> Candidates:
    return Candidates(
        [Match(each) for each in ids], plan, len(ids), among=len(ids) if more else None
    )


def _in_order(resolved: Resolved, *, sort: str, limit: int) -> list[int]:
    """One statement, after one for what lies below the section."""
    statement, params = statement_of(resolved, sort=sort)
    return [product for (product,) in fetch(statement, {**params, "limit": limit})]


def statement_of(resolved: Resolved, *, sort: str) -> tuple[str, dict[str, Any]]:
    """The statement that finds the products, and its parameters but for `limit`."""
    narrowed, params = narrowing(resolved)
    return PRODUCTS.format(narrowed=narrowed, order=ORDERS[sort]), params


def narrowing(resolved: Resolved) -> tuple[str, dict[str, Any]]:
    """What the filters ask of a `product`, to go behind another condition, and its parameters."""
    conditions = list(_conditions(resolved))
    narrowed = "".join(f" AND {condition}" for condition, _ in conditions)
    return narrowed, {name: value for _, given in conditions for name, value in given.items()}


def _conditions(resolved: Resolved) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the filters ask of a product, each with its parameters."""
    if resolved.category:
        below = fetch(SUBTREE, {"section": [resolved.category.pk]})
        yield WITHIN, {"within": [pk for (pk,) in below]}
    groups = [(tag,) for tag in resolved.tags] + resolved.alternatives
    for place, group in enumerate(groups):
        yield TAGGED.format(name=f"tags{place}"), {f"tags{place}": [tag.pk for tag in group]}
    if resolved.not_tags:
        unwanted = [tag.pk for tag in resolved.not_tags]
        yield f"NOT {TAGGED.format(name='unwanted')}", {"unwanted": unwanted}
    if resolved.colours:
        yield PICTURED, {"colours": list(resolved.colours)}
    if resolved.by_price_or_stock:
        yield price_and_stock(resolved.filters)
