"""The products of a section, as a shopper walks past them."""

from __future__ import annotations

from search.engine.browse import NEWEST, Shelf
from search.engine.cards import hits
from search.engine.facets import facets as counted_facets
from search.engine.filters import resolve
from search.engine.lexemes import cleaned
from search.engine.questions import check_page, checked
from search.engine.stopwatch import Stopwatch
from search.engine.types import NO_FILTERS, Facet, Filters, Question, SearchResult


def browse(
    *,
    filters: Filters = NO_FILTERS,
    words: str = "",
    sort: str = "similarity",
    page: int = 1,
    k: int = 24,
    facets: bool = False,
) -> SearchResult:
    """The page of products that stand in the filters' category, as a shopper walks past them.

    `sort` is one of SORTS, of which "similarity" means the best match for the `words`, and the
    newest first where there are none. The facet `category` has what lies below the category. Raises
    as search() does. No search: nothing is compared, and nobody counts it as one.
    """
    check_page(k=k, page=page, sort=sort)
    words = checked(Question(text=words)).text if cleaned(words) else ""
    order = NEWEST if sort == "similarity" and not words else sort
    watch = Stopwatch()
    with watch("filters"):
        resolved = resolve(filters)
    with watch("products"):
        shelf = Shelf(resolved, words, order)
        shown = hits(shelf.matches[(page - 1) * k : page * k], bands={}, filters=filters)
    with watch("facets"):
        counted = _facets_of(shelf) if facets else ()
    return SearchResult(
        hits=shown,
        total=shelf.found.total,
        page=page,
        k=k,
        plan=shelf.found.plan,
        space="",
        sort=order,
        kind="browse",
        door="",
        among=shelf.found.among,
        facets=counted,
        took_ms=watch.took_ms("search"),
    )


def _facets_of(shelf: Shelf) -> tuple[Facet, ...]:
    return counted_facets(
        resolved=shelf.resolved,
        tallies_without=shelf.tallies_without,
        below=shelf.resolved.category,
    )
