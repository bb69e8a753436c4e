"""The one door for reading: page, API, admin and command line all ask here."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Product
from search.engine.bands import band, bands_of
from search.engine.browse import NEWEST, Shelf
from search.engine.candidates import nearest_images
from search.engine.cards import hits
from search.engine.facets import facets as counted_facets
from search.engine.filters import Resolved, resolve
from search.engine.frozen import Shortlist
from search.engine.lexemes import cleaned
from search.engine.progress import image_states, progress, recent_progress
from search.engine.questions import (
    as_vector,
    check_page,
    checked,
    checked_similarity,
    mean_question,
)
from search.engine.statistics import statistics_of
from search.engine.steps import steps_to as way_to
from search.engine.stopwatch import Stopwatch
from search.engine.stored import published_product, stored_active_space, stored_query
from search.engine.types import NO_FILTERS, Facet, Filters, IndexProgress, Question, SearchResult
from search.errors import NotIndexedYet, QueryExpired, SearchUnavailable
from search.models import EmbeddingSpace, PhotoQuery


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
    door: str,
) -> SearchResult:
    """The page of products nearest to the question under the filters.

    `k` is 1 to 100 products; `sort` one of SORTS; hits less similar than `min_similarity` (-1 to 1)
    are left out; `door` names who asks, for the statistics. A first page alone is cheaper to find
    than everything that may follow it: `paged` says that the next pages of a question that isn't
    stored will be asked for, and must fit. Raises InvalidSearch with the field, and UnknownFilter.
    Writes nothing but what a stored query found, to go on from there.
    """
    check_page(k=k, page=page, sort=sort)
    question = checked(question)
    least = checked_similarity(min_similarity, question)
    watch = Stopwatch()
    with watch("filters"):
        resolved = resolve(filters, from_memory=not (question.text or facets))
    with watch("nearest"):
        shortlist = Shortlist(question, resolved=resolved, min_similarity=least)
        first_page = page == 1 and sort == "similarity" and not (facets or paged)
        found = shortlist.candidates(first=k if first_page else None)
    with watch("products"):
        space = statistics_of(question.space_id).space if question.space_id else None
        bands = bands_of(space)
        ranked = found.matches
        if sort != "similarity":
            ranked = [found.matches[place] for place in shortlist.survey().orders[sort]]
        shown = hits(ranked[(page - 1) * k : page * k], bands=bands, filters=filters)
    with watch("facets"):
        counted = _facets(shortlist, resolved) if facets else ()
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
        band=band(found.best_distance, bands),
        best_distance=found.best_distance,
        among=found.among,
        facets=counted,
        took_ms=watch.took_ms("search"),
    )


def _facets(shortlist: Shortlist, resolved: Resolved) -> tuple[Facet, ...]:
    return counted_facets(
        resolved=resolved,
        tallies_without=lambda facet: shortlist.without(facet).survey().tallies,
    )


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


def question_of(query: PhotoQuery) -> Question:
    """What a stored query asks, in its own space, also when another one is active by now. Raises
    QueryExpired where its space no longer follows the catalogue."""
    if query.vector is None or query.space is None:
        return Question(text=query.text, exclude_product_id=query.product_id, query_id=query.pk)
    if not query.space.follows and query.worded:
        return Question(text=query.text, query_id=query.pk)
    if not query.space.follows:
        raise QueryExpired(
            _("The shop has renewed its picture index since. Choose the photo again."),
            field="query_id",
        )
    return Question(
        vector=as_vector(query.vector),
        descriptors=as_vector(query.descriptors),
        space_id=query.space.pk,
        dim=query.space.dim,
        text=query.text,
        worded=query.worded,
        exclude_product_id=query.product_id,
        query_id=query.pk,
    )


def similar_question(*, product: Product, space: EmbeddingSpace | None = None) -> Question:
    """The question "what looks like this product", from its stored vectors in the space (the active
    one).

    Raises NotIndexedYet where none of its images is embedded, SearchUnavailable without a space.
    """
    question = mean_question(space or active_space(), product_id=product.pk)
    if question is None:
        raise NotIndexedYet(
            _(
                "No picture of %(sku)s is indexed yet. Try again in a minute; a product without "
                "pictures needs one first."
            )
            % {"sku": product.sku}
        )
    return question


def find_product(sku: str) -> Product | None:
    """The published product of that SKU."""
    return published_product(sku)


def get_query(query_id: UUID | str) -> PhotoQuery:
    """The stored query, with its space. Raises QueryExpired where it expired, was deleted, or
    never was."""
    pk = _as_uuid(query_id)
    query = None if pk is None else stored_query(pk)
    if query is None:
        raise QueryExpired(_("This search has expired. Choose the photo again."), field="query_id")
    return query


def _as_uuid(text: UUID | str) -> UUID | None:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        return None


def steps_to(query: PhotoQuery) -> list[PhotoQuery]:
    """The queries by which a customer came to this one, the first one first, and itself."""
    return way_to(query)


def active_space() -> EmbeddingSpace:
    """The space that is searched. Raises SearchUnavailable where there is none yet."""
    space = stored_active_space()
    if space is None:
        raise SearchUnavailable(
            _("No picture is indexed yet. Start the embedding worker, or run `manage.py embed`.")
        )
    return space


def index_state(image_ids: Collection[int]) -> dict[int, str]:
    """`pending`, `ready`, `failed` or `stale` (to be embedded, but not yet marked so) for each
    image, in the active space. One query."""
    return image_states(image_ids)


def index_progress() -> IndexProgress:
    """How many images are embedded, wait, or failed, in the active space. Two queries."""
    return progress()


def index_progress_lately() -> IndexProgress:
    """The same as a page may show it: some seconds old, and then without a query."""
    return recent_progress()
