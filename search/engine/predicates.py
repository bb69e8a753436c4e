"""Which rows of the gallery pass the filters: one SQL condition and its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import Category, Product, Tag
from search.engine.filters import Resolved
from search.engine.types import Filters
from search.models import EmbeddingSpace

STILL_TAG = f"""(
    SELECT facet = %(facet{{place}})s AND value = %(value{{place}})s
    FROM {Tag._meta.db_table} WHERE id = %(tag{{place}})s::bigint)"""  # noqa: S608 - a table's name
STILL_CATEGORY = f"""(
    SELECT slug = %(slug)s FROM {Category._meta.db_table} WHERE id = %(category)s::bigint)"""  # noqa: S608

COLOURED = "colours && %(colours)s::smallint[]"
ACTIVE_SPACE = f"""(
    SELECT id FROM {EmbeddingSpace._meta.db_table} WHERE state = '{EmbeddingSpace.State.ACTIVE}')"""  # noqa: S608


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
    for condition, name, ids in labels(resolved):
        parts.append(condition)
        params[name] = ids
    if resolved.colours:
        parts.append(COLOURED)
        params["colours"] = list(resolved.colours)
    if resolved.by_price_or_stock:
        condition, bounds = price_and_stock(resolved.filters)
        table = Product._meta.db_table
        parts.append(f"product_id IN (SELECT id FROM {table} WHERE {condition})")  # noqa: S608
        params |= bounds
    if exclude_product_id is not None:
        parts.append("product_id <> %(excluded)s::bigint")
        params["excluded"] = exclude_product_id
    if among is not None:
        parts.append("product_id = ANY (%(among)s::bigint[])")
        params["among"] = list(among)
    return Passing(" AND ".join(parts), params)


def _proofs(resolved: Resolved, params: dict[str, Any]) -> Iterator[str]:
    """Nothing passes where a remembered name means something else by now."""
    for place, tag in enumerate(dict.fromkeys(resolved.every_tag)):
        yield STILL_TAG.format(place=place)
        params |= {f"tag{place}": tag.pk, f"facet{place}": tag.facet, f"value{place}": tag.value}
    if resolved.category:
        params["category"], params["slug"] = resolved.category.pk, resolved.category.slug
        yield STILL_CATEGORY


def labels(resolved: Resolved, *, row: str = "") -> Iterator[tuple[str, str, list[int]]]:
    """What tags and category ask of a row's tag_ids and category_ids: a condition, the name of its
    parameter, and the ids. The row is named as in "stored."; GIN indexes answer all but the not."""
    groups: list[tuple[str, Sequence[Tag]]] = [(f"{row}tag_ids @>", resolved.tags)]
    groups += [(f"{row}tag_ids &&", group) for group in resolved.alternatives]
    groups += [(f"NOT {row}tag_ids &&", resolved.not_tags)]
    for place, (condition, tags) in enumerate(each for each in groups if each[1]):
        name = f"tags{place}"
        yield f"{condition} %({name})s::bigint[]", name, [tag.pk for tag in tags]
    if resolved.category:
        yield f"{row}category_ids @> %(within)s::bigint[]", "within", [resolved.category.pk]


def price_and_stock(filters: Filters) -> tuple[str, dict[str, Any]]:
    """A condition on a product and its parameters: what changes often stays in the catalogue, and
    is looked up there."""
    bounds: list[str] = []
    params: dict[str, Any] = {}
    if filters.price_min is not None:
        bounds.append("price >= %(price_min)s::numeric")
        params["price_min"] = filters.price_min
    if filters.price_max is not None:
        bounds.append("price <= %(price_max)s::numeric")
        params["price_max"] = filters.price_max
    if filters.in_stock:
        bounds.append("stock > 0")
    return " AND ".join(bounds), params
