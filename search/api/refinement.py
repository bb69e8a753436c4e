"""How a query string narrows, orders and pages through what is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from rest_framework.request import Request

from search import inputs
from search.api import limits, sparse
from search.api.shapes import HitSerializer
from search.engine.types import KINDS, MAX_K, Filters, Weights
from search.errors import InvalidSearch

WEIGHTS = tuple(f"{kind}_weight" for kind in KINDS)
NAMES = (
    *("page", "k", "sort", "facets", "explain", "min_similarity", sparse.NAME),
    *WEIGHTS,
    *inputs.FILTER_NAMES,
)


@dataclass(frozen=True)
class Refinement:
    """How to narrow, order and page through what is found."""

    filters: Filters = field(default_factory=Filters)
    sort: str = "similarity"
    k: int = limits.DEFAULT_K
    page: int = 1
    facets: bool = False
    explain: bool = False
    min_similarity: float | None = None
    weights: Weights = ()
    fields: sparse.Fields = sparse.EVERYTHING

    def next_page(self, page: int) -> str:
        """The query string that `read_refinement` reads back, for that page."""
        least = {} if self.min_similarity is None else {"min_similarity": self.min_similarity}
        weights = {f"{kind}_weight": weight for kind, weight in self.weights}
        others = {**least, **weights, **fields_param(self.fields)}
        return query_string(self.filters, page=page, k=self.k, sort=self.sort, **others)


def read_refinement(request: Request) -> Refinement:
    """What the query string asks for. Raises InvalidSearch, also for a name it doesn't know."""
    params = query_params(request, allowed=NAMES)
    return Refinement(
        filters=inputs.parse_filters(params, commas=True),
        sort=inputs.parse_sort(params),
        k=inputs.parse_number(params, "k", default=limits.DEFAULT_K),
        page=inputs.parse_number(params, "page", default=1),
        facets=inputs.parse_flag(params, "facets"),
        explain=inputs.parse_flag(params, "explain"),
        min_similarity=inputs.parse_real(params, "min_similarity", bounds="-1 to 1"),
        weights=inputs.parse_weights(params),
        fields=sparse.parse_fields(params, of=HitSerializer),
    )


def query_params(request: Request, *, allowed: tuple[str, ...]) -> dict[str, list[str]]:
    """Every parameter with all its values. Raises UnknownField."""
    params = {name: list(map(str, values)) for name, values in request.query_params.lists()}
    inputs.refuse_unknown(params, allowed=allowed)
    return params


def page_size(params: inputs.Params) -> int:
    """How many rows of a list a page has. Raises InvalidSearch."""
    k = inputs.parse_number(params, "k", default=limits.DEFAULT_K)
    if not 1 <= k <= MAX_K:
        raise InvalidSearch(f"k is a number from 1 to {MAX_K}, not {k}.", field="k")
    return k


def query_string(filters: Filters, **others: object) -> str:
    """What the readers above read back, with only the filters that narrow anything."""
    pairs = {**others, **filter_params(filters)}
    return "?" + urlencode(pairs, safe=":,")


def fields_param(fields: sparse.Fields) -> dict[str, str]:
    return {sparse.NAME: ",".join(fields)} if fields else {}


def filter_params(filters: Filters) -> dict[str, str]:
    params = {
        **{name: inputs.join_commas(getattr(filters, name)) for name in inputs.LIST_FILTERS},
        "category": filters.category,
        "price_min": "" if filters.price_min is None else str(filters.price_min),
        "price_max": "" if filters.price_max is None else str(filters.price_max),
        "in_stock": "true" if filters.in_stock else "",
    }
    return {name: value for name, value in params.items() if value}
