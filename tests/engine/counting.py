"""Facets of a catalogue without a search: everything that passes is a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Product
from search.engine.facets import facets
from search.engine.filters import resolve
from search.engine.tallies import Tallies, survey
from search.engine.types import NO_FILTERS, Facet, FacetValue, Filters
from tests.engine.oracle import products
from tests.factories import make_product


@dataclass
class Counted:
    """The facets of a catalogue under some filters, and the sets that had to be found for them."""

    facets: tuple[Facet, ...]
    asked: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> tuple[FacetValue, ...]:
        return next((each.values for each in self.facets if each.name == name), ())

    def counts(self, name: str) -> dict[str, int]:
        return {value.value: value.count for value in self[name]}

    def selected(self, name: str) -> list[str]:
        return [value.value for value in self[name] if value.selected]


def counted(filters: Filters = NO_FILTERS, *, nearest: Sequence[Product] = ()) -> Counted:
    """Of everything that passes; or where `nearest` is given, of the first two of those alone."""
    asked: list[str] = []

    def tallies_without(facet: str) -> Tallies:
        asked.append(facet)
        passing = set(products(resolve(filters.without(facet))).values_list("pk", flat=True))
        in_order = [product.pk for product in nearest if product.pk in passing]
        return survey(in_order[:2] if nearest else sorted(passing)).tallies

    return Counted(facets(resolved=resolve(filters), tallies_without=tallies_without), asked)


def stocked(*tags: str, **overrides: Any) -> Product:
    return make_product(tags=tags, **overrides)
