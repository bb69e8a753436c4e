"""What is asked, from what is stored: earlier queries, products, the space that is searched."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Product
from search.engine.questions import as_vector, mean_question
from search.engine.steps import steps_to as way_to
from search.engine.stored import published_product, stored_active_space, stored_query
from search.engine.types import Question
from search.errors import NotIndexedYet, QueryExpired, SearchUnavailable
from search.models import EmbeddingSpace, PhotoQuery


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
