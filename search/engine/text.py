"""Products found by words: title first, then labels, then anywhere; typing errors mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Any, NamedTuple

from django.conf import settings

from search.engine.explaining import Reading
from search.engine.explaining.trace import finding
from search.engine.filters import Resolved
from search.engine.lexemes import folded
from search.engine.statements import Row, fetch
from search.engine.types import MAX_TEXT
from search.engine.typos import mended
from search.engine.words.asked import Asked, asked, scattered
from search.engine.words.narrowing import Narrowing, narrowing
from search.engine.words.tiers import (
    ANYWHERE,
    AS_TYPED,
    TIERS,
    Tier,
    few_with_words,
    first_look,
    products_of,
    these_with_words,
)

# Windows grow fourfold: one that is looked through because the one before held less than a pool
# holds four pools, where words are spread evenly over the years.
READ = 4

# Products by the number of their tier in TIERS, each list best first.
Tiers = dict[int, list[int]]


def products_by_words(
    text: str, *, resolved: Resolved, limit: int, near: Sequence[int] = ()
) -> list[int]:
    """The ids of the products that hold all the words and pass the filters, best first.

    The product with that SKU leads, in whatever case, with or without its hyphens. Then come those
    with all the words in title or SKU, then those with all in title, tags and categories, then the
    others; each tier by rank. Of a tier that holds more than TEXT_POOL, the newest are ranked.
    `near` are products that a photo found under the same filters, nearest first: those of them that
    hold the words count too, whatever their age, and lead their tier in this order.

    Where fewer than TEXT_FEW are found, those follow that hold the words where they were typed as
    one without spaces, then those of the mended spelling. At most `limit`.
    """
    # One sign may stand for six characters, and was one where the words were counted.
    text = folded(text)[:MAX_TEXT]
    narrowed = narrowing(resolved)
    found = _Search(asked(text), narrowed, limit, near).products()
    _noted("typed", text, len(found))
    for otherwise in (scattered, mended):
        if len(found) >= settings.TEXT_FEW:
            return found
        reading = otherwise(text)
        if reading != text:
            further = _Search(asked(reading), narrowed, limit, near).products()
            both = list(dict.fromkeys([*found, *further]))[:limit]
            _noted(otherwise.__name__, reading, len(both) - len(found))
            found = both
    return found


def _noted(how: str, text: str, found: int) -> None:
    if trace := finding():
        trace.readings.append(Reading(how, text, found))


class FirstLook(NamedTuple):
    """What is known of the words before any product is looked for; see first_look()."""

    same_sku: list[int]
    as_typed: bool
    nothing_else: bool
    counts: list[int]
    products: float

    @property
    def most(self) -> int:
        """In no more titles and tags than this the words are together."""
        return min(self.counts, default=0)

    @property
    def expected(self) -> float:
        """In so many they are together if none of them seeks or avoids another."""
        everything = max(self.products, 1)
        return everything * prod(min(count / everything, 1) for count in self.counts)


@dataclass(frozen=True, slots=True)
class _Search:
    """One spelling of the words. Two statements as a rule: a look at SKU and vocabulary, then all
    products with the words where they are few, else tier by tier until there are enough."""

    words: Asked
    narrowed: Narrowing
    limit: int
    near: Sequence[int]

    def products(self) -> list[int]:
        if not self.words.needle:
            return []
        look = FirstLook(*self._fetch(first_look(self.narrowed))[0])
        by_tier = None if look.nothing_else else self._few(look)
        if by_tier is None:
            found = self._many(look)
        else:
            found = [*look.same_sku, *chain.from_iterable(by_tier.values())]
        return list(dict.fromkeys(found))[: self.limit]

    def _few(self, look: FirstLook) -> Tiers | None:
        """All of them, where few products can have the words, or few pass the filters.

        Words in few titles may still be in many descriptions: then there are too many after all.
        """
        if self.narrowed.few is not None:
            return self._these("few", look)
        many = look.most > self._pool and not self.narrowed.indexed
        if many or self.words.strict or self.narrowed.tested:
            return None
        statement = few_with_words(self.narrowed)
        found = self._fetch(statement, as_typed=look.as_typed, near=list(self.near))
        return _tiers(found) if len(found) <= self._pool else None

    def _many(self, look: FirstLook) -> list[int]:
        found = list(look.same_sku)
        leading = self._these("near", look) if self.near else {}
        for number, tier in enumerate((AS_TYPED,) if look.nothing_else else TIERS):
            if tier is AS_TYPED and not look.as_typed:
                continue
            found += leading.get(number, ())
            if len(found) < self.limit:
                found += self._of(tier, look, seen=found)
        return found

    def _of(self, tier: Tier, look: FirstLook, *, seen: Sequence[int]) -> list[int]:
        """The tier's best, in one window where the vocabulary expects no more than a pool of them;
        where it proves wrong, in all."""
        if tier.column != ANYWHERE and look.expected <= self._pool:
            found = self._in_windows(tier, seen=seen, windows=False)
            if len(found) < self.limit:
                return found
        return self._in_windows(tier, seen=seen, windows=True)

    def _in_windows(self, tier: Tier, *, seen: Sequence[int], windows: bool) -> list[int]:
        strict = self.words.strict
        statement = products_of(tier, self.narrowed, strict=strict, windows=windows)
        return [product for (product,) in self._fetch(statement, seen=list(seen))]

    def _these(self, products: str, look: FirstLook) -> Tiers:
        """Those of the products in the parameter `products` that hold the words."""
        statement = these_with_words(products, self.narrowed, strict=self.words.strict)
        return _tiers(self._fetch(statement, as_typed=look.as_typed, near=list(self.near)))

    @property
    def _pool(self) -> int:
        return max(int(settings.TEXT_POOL), self.limit)

    def _fetch(self, statement: str, **params: Any) -> list[Row]:
        words = {"text": self.words.text, "needle": self.words.needle}
        bounds = {"pool": self._pool, "read": READ * self._pool, "limit": self.limit}
        return fetch(statement, {**self.narrowed.params, **words, **bounds, **params})


def _tiers(rows: Iterable[Row]) -> Tiers:
    tiers: Tiers = {}
    for product, number in rows:
        tiers.setdefault(number, []).append(product)
    return tiers
