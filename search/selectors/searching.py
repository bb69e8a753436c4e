"""The page of products nearest to a question, and the nearest pictures."""

from __future__ import annotations

from contextlib import nullcontext

from search.engine.bands import band, bands_of
from search.engine.candidates import nearest_images
from search.engine.cards import hits
from search.engine.explaining import tracing
from search.engine.explaining.make import explain as explanation_of
from search.engine.facets import facets as counted_facets
from search.engine.filters import Resolved, resolve
from search.engine.frozen import Shortlist
from search.engine.questions import check_page, checked, checked_similarity
from search.engine.statistics import statistics_of
from search.engine.stopwatch import Stopwatch
from search.engine.types import NO_FILTERS, Facet, Filters, Question, SearchResult


def search(
    *,
    question: Question,
    filters: Filters = NO_FILTERS,
    k: int = 24,
    page: int = 1,
    sort: str = "similarity",
    min_similarity: float | None = None,
    facets: bool = False,
    paged: bool = False,
    explain: bool = False,
    door: str,
) -> SearchResult:
    """The page of products nearest to the question under the filters.

    `k` is 1 to 100 products; `sort` one of SORTS; hits less similar than `min_similarity` (-1 to 1)
    are left out; `door` names who asks, for the statistics. A first page alone is cheaper to find
    than everything that may follow it: `paged` says that the next pages of a question that isn't
    stored will be asked for, and must fit. `explain` asks how it was found, for one statement more.
    Raises InvalidSearch with the field, and UnknownFilter. Writes nothing but what a stored query
    found, to go on from there.
    """
    check_page(k=k, page=page, sort=sort)
    question = checked(question)
    least = checked_similarity(min_similarity, question)
    with tracing() if explain else nullcontext() as trace:
        watch = Stopwatch()
        with watch("filters"):
            resolved = resolve(filters, from_memory=not (question.text or facets))
        with watch("nearest"):
            shortlist = Shortlist(question, resolved=resolved, min_similarity=least, paged=paged)
            alone = sort == "similarity" and not facets and (paged or page == 1)
            found = shortlist.candidates(first=page * k if alone else None)
        with watch("products"):
            space = statistics_of(question.space_id).space if question.space_id else None
            bands = bands_of(space)
            ranked = found.matches
            if sort != "similarity":
                ranked = [found.matches[place] for place in shortlist.survey().orders[sort]]
            shown = hits(ranked[(page - 1) * k : page * k], bands=bands, filters=filters)
        with watch("facets"):
            counted = _facets(shortlist, resolved) if facets else ()
        took_ms = watch.took_ms("search")
    best_distance = found.best_distance
    return SearchResult(
        hits=shown,
        total=found.total,
        page=page,
        k=k,
        plan=found.plan,
        space=space.name if space else "",
        sort=sort,
        kind=question.kind,
        door=door,
        weights=question.weights,
        band=band(best_distance, bands),
        best_distance=best_distance,
        among=found.among,
        facets=counted,
        took_ms=took_ms,
        explanation=None
        if trace is None
        else explanation_of(trace, question=question, resolved=resolved, found=found),
    )


def _facets(shortlist: Shortlist, resolved: Resolved) -> tuple[Facet, ...]:
    return counted_facets(
        resolved=resolved,
        tallies_without=lambda facet: shortlist.without(facet).survey().tallies,
    )


def rank_images(
    *, question: Question, k: int, filters: Filters = NO_FILTERS
) -> list[tuple[int, float]]:
    """The k nearest pictures as (image id, distance), each for itself, through the same plan.

    Not grouped by product: what the evaluation asks. Fewer only where fewer pass the filters.
    """
    question = checked(question)
    resolved = resolve(filters, from_memory=True)
    found = nearest_images(question, resolved=resolved, limit=k)
    if not found and resolved.remembered:
        found = nearest_images(question, resolved=resolve(filters), limit=k)
    return [(each.image_id, each.distance) for each in found]
