"""How many rows a filter lets through, without counting them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import prod

from search.engine.filters import Resolved
from search.engine.statistics import Elements, Statistics


def passing_rows(statistics: Statistics, resolved: Resolved) -> int:
    """The rows of the space that pass: within about 15 % for one common tag. Filters count as
    independent of each other, so that of related ones more pass than this says, as a rule."""
    return round(_published_rows(statistics) * share(statistics, resolved))


def published_rows(statistics: Statistics) -> int:
    """About as many of the index's rows as a search can find: it holds those of drafts too."""
    return round(_published_rows(statistics))


def _published_rows(statistics: Statistics) -> float:
    return statistics.index.rows * statistics.published


def share(statistics: Statistics, resolved: Resolved) -> float:
    """The part of the published rows that passes the filters, 0 to 1."""
    tags, wanted = statistics.tags, resolved.filters
    parts = [tags.share(tag.pk) for tag in resolved.tags]
    parts += [_any(tags, (tag.pk for tag in group)) for group in resolved.alternatives]
    parts += [1 - tags.share(tag.pk) for tag in resolved.not_tags]
    if resolved.category:
        parts.append(statistics.categories.share(resolved.category.pk))
    if resolved.colours:
        parts.append(_any(statistics.colours, resolved.colours))
    if wanted.by_price:
        parts.append(statistics.prices.share(_number(wanted.price_min), _number(wanted.price_max)))
    if wanted.in_stock:
        parts.append(statistics.stock.share(1, None))
    return prod(parts)


def _any(elements: Elements, group: Iterable[int]) -> float:
    return 1 - prod(1 - elements.share(each) for each in group)


def _number(price: Decimal | None) -> float | None:
    return None if price is None else float(price)
