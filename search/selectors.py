"""The one door for reading: page, API, admin and command line all ask here."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.models import Product
from search.engine.bands import band
from search.engine.candidates import best_distance, described, matches, nearest_images
from search.engine.cards import hits
from search.engine.facets import facets as counted_facets
from search.engine.filters import resolve
from search.engine.paging import ordered, page_of
from search.engine.progress import image_states, progress
from search.engine.questions import check_page, checked, mean_question
from search.engine.stopwatch import Stopwatch
from search.engine.types import NO_FILTERS, Filters, IndexProgress, Question, SearchResult
from search.errors import NotIndexedYet, QueryExpired, SearchUnavailable
from search.models import EmbeddingSpace, PhotoQuery


def search(
    *,
    question: Question,
    filters: Filters = NO_FILTERS,
    k: int = 24,
    page: int = 1,
    sort: str = "similarity",
    facets: bool = False,
    door: str,
) -> SearchResult:
    """The page of products nearest to the question under the filters.

    `k` is 1 to 100 products; `sort` one of SORTS; `door` names who asks, for the statistics. Raises
    InvalidSearch with the field, and UnknownFilter. Reads only.
    """
    check_page(k=k, page=page, sort=sort)
    question = checked(question)
    watch = Stopwatch()
    with transaction.atomic():
        with watch("filters"):
            resolved = resolve(filters)
            space = _space_of(question)
        with watch("nearest"):
            found, chosen = matches(question, resolved=resolved, limit=settings.CANDIDATES)
        with watch("products"):
            candidates = described(found)
            shown = page_of(ordered(candidates, sort), page=page, k=k)
            bands = space.card.get("bands", {}) if space else {}
            cards = hits(shown, bands=bands)
        with watch("facets"):
            counted = counted_facets(candidates, resolved=resolved) if facets else ()
    nearest = best_distance(candidates)
    return SearchResult(
        hits=cards,
        total=len(candidates),
        page=page,
        k=k,
        plan=chosen,
        space=space.name if space else "",
        sort=sort,
        kind=question.kind,
        door=door,
        band=band(nearest, bands),
        best_distance=nearest,
        facets=counted,
        took_ms=watch.took_ms("search"),
    )


def rank_images(*, question: Question, k: int) -> list[tuple[int, float]]:
    """The k nearest pictures as (image id, distance), each for itself, through the same plan.

    Not grouped by product: what the evaluation asks. Fewer only where the gallery is smaller.
    """
    with transaction.atomic():
        found = nearest_images(question, limit=k)
    return [(each.image_id, each.distance) for each in found]


def question_of(query: PhotoQuery) -> Question:
    """What a stored query asks. Raises QueryExpired where its space is no longer searched."""
    if query.vector is None or query.space is None:
        return Question(text=query.text, exclude_product_id=query.product_id)
    if query.space.state == EmbeddingSpace.State.RETIRED:
        raise QueryExpired(
            "The shop has renewed its picture index since. Choose the photo again.",
            field="query_id",
        )
    return Question(
        vector=np.asarray(query.vector, dtype=np.float32),
        space_id=query.space.pk,
        dim=query.space.dim,
        text=query.text,
        exclude_product_id=query.product_id,
    )


def similar_question(*, product: Product) -> Question:
    """The question "what looks like this product", from its stored vectors.

    Raises NotIndexedYet where none of its images is embedded, SearchUnavailable without a space.
    """
    question = mean_question(active_space(), product_id=product.pk)
    if question is None:
        raise NotIndexedYet(
            f"No picture of {product.sku} is indexed yet. Try again in a minute; a product without "
            "pictures needs one first."
        )
    return question


def get_query(query_id: UUID | str) -> PhotoQuery:
    """The stored query, with its space. Raises QueryExpired where it expired, was deleted, or
    never was."""
    try:
        return PhotoQuery.objects.alive().select_related("space", "product").get(pk=query_id)
    except (PhotoQuery.DoesNotExist, ValidationError) as error:
        raise QueryExpired(
            "This search has expired. Choose the photo again.", field="query_id"
        ) from error


def active_space() -> EmbeddingSpace:
    """The space that is searched. Raises SearchUnavailable where there is none yet."""
    space = EmbeddingSpace.objects.filter(state=EmbeddingSpace.State.ACTIVE).first()
    if space is None:
        raise SearchUnavailable(
            "No picture is indexed yet. Start the embedding worker, or run `manage.py embed`."
        )
    return space


def index_state(image_ids: Collection[int]) -> dict[int, str]:
    """`pending`, `ready`, `failed` or `stale` (to be embedded, but not yet marked so) for each
    image, in the active space. One query."""
    return image_states(image_ids)


def index_progress() -> IndexProgress:
    """How many images are embedded, wait, or failed, in the active space. Two queries."""
    return progress()


def _space_of(question: Question) -> EmbeddingSpace | None:
    if question.space_id is None:
        return None
    return EmbeddingSpace.objects.filter(pk=question.space_id).first()
