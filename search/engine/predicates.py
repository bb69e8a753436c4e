"""Which rows of the gallery pass the filters: one SQL condition and its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import Category, Product, Tag
from search.engine.filters import Resolved
from search.engine.types import Filters

STILL_TAG = f"""(
    SELECT facet = %(facet{{place}})s AND value = %(value{{place}})s
    FROM {Tag._meta.db_table} WHERE id = %(tag{{place}})s::bigint)"""  # noqa: S608 - a table's name
STILL_CATEGORY = f"""(
    SELECT slug = %(slug)s FROM {Category._meta.db_table} WHERE id = %(category)s::bigint)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Passing:
    """`condition` is over the columns of ImageEmbedding; `params` are the values of its names.

    The space stands in the text: the planner must see it to use the space's partial index.
    """

    condition: str
    params: Mapping[str, Any]


def passing(
    *,
    space_id: int,
    resolved: Resolved,
    exclude_product_id: int | None = None,
    among: Sequence[int] | None = None,
) -> Passing:
    """The embedded images of published products that pass the filters; `among` some products."""
    parts = [f"space_id = {int(space_id)}", "published"]
    params: dict[str, Any] = {}
    if resolved.remembered:
        parts += _proofs(resolved, params)
    for place, condition, ids in _by_tags(resolved):
        parts.append(condition.format(f"%(tags{place})s::bigint[]"))
        params[f"tags{place}"] = ids
    if resolved.category:
        parts.append("category_ids @> %(categories)s::bigint[]")
        params["categories"] = [resolved.category.pk]
    if resolved.by_price_or_stock:
        parts.append(_by_price_and_stock(resolved.filters, params))
    if exclude_product_id is not None:
        parts.append("product_id <> %(excluded)s::bigint")
        params["excluded"] = exclude_product_id
    if among is not None:
        parts.append("product_id = ANY (%(among)s::bigint[])")
        params["among"] = list(among)
    return Passing(" AND ".join(parts), params)


def _proofs(resolved: Resolved, params: dict[str, Any]) -> Iterable[str]:
    """Nothing passes where a remembered name means something else by now."""
    for place, tag in enumerate(dict.fromkeys(resolved.every_tag)):
        yield STILL_TAG.format(place=place)
        params |= {f"tag{place}": tag.pk, f"facet{place}": tag.facet, f"value{place}": tag.value}
    if resolved.category:
        params["category"], params["slug"] = resolved.category.pk, resolved.category.slug
        yield STILL_CATEGORY


def _by_tags(resolved: Resolved) -> Iterable[tuple[int, str, list[int]]]:
    """(number, condition, ids); each is served by the GIN index of the column."""
    groups: list[tuple[str, Sequence[Tag]]] = [("tag_ids @> {}", resolved.tags)]
    groups += [("tag_ids && {}", group) for group in resolved.alternatives]
    groups += [("NOT tag_ids && {}", resolved.not_tags)]
    for place, (condition, tags) in enumerate(each for each in groups if each[1]):
        yield place, condition, [tag.pk for tag in tags]


def _by_price_and_stock(filters: Filters, params: dict[str, Any]) -> str:
    """What changes often stays in the catalogue, and is looked up there."""
    bounds = []
    if filters.price_min is not None:
        bounds.append("price >= %(price_min)s::numeric")
        params["price_min"] = filters.price_min
    if filters.price_max is not None:
        bounds.append("price <= %(price_max)s::numeric")
        params["price_max"] = filters.price_max
    if filters.in_stock:
        bounds.append("stock > 0")
    table, narrowed = Product._meta.db_table, " AND ".join(bounds)
    return f"product_id IN (SELECT id FROM {table} WHERE {narrowed})"  # noqa: S608 - no values
