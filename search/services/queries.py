"""What customers ask: kept as a vector and words until it expires, never as a photo."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.images import Box, Readable, decode
from catalog.images import crop as cut
from catalog.models import Product
from search import selectors
from search.embedder import embed_photo, slot, unavailable
from search.engine.types import MAX_TEXT
from search.errors import InvalidSearch, SpaceMismatch
from search.models import EmbeddingSpace, PhotoQuery, SearchEvent
from search.services.spaces import ensure_space


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds spent on the photo; zero without one."""

    decode_ms: float = 0.0
    embed_ms: float = 0.0


def photo_query(
    *,
    photo: bytes | Readable | None = None,
    text: str = "",
    product: Product | None = None,
    crop: Box | None = None,
    query: PhotoQuery | None = None,
) -> tuple[PhotoQuery, Took]:
    """The stored question, to be searched, filtered and paged by its id, and what it took.

    Asks by one of a photo (`crop` is its part x, y, width, height in 0..1), a product's own
    vectors, or an earlier query; by words; or by both. Raises ImageRejected, InvalidSearch,
    EmbedderBusy, SearchUnavailable, or NotIndexedYet for a product without vectors.
    """
    words = _words(text)
    _check(photo=photo, words=words, product=product, crop=crop, query=query)
    took = Took()
    asked: dict[str, Any] = {}
    if photo is not None:
        asked, took = _by_photo(photo, crop)
    elif product is not None:
        asked = _by_product(product)
    elif query is not None:
        asked = _by_query(query)
        words = words or query.text
    expires_at = timezone.now() + settings.PHOTO_QUERY_LIFETIME
    return PhotoQuery.objects.create(text=words, expires_at=expires_at, **asked), took


def forget_query(*, query_id: UUID | str) -> bool:
    """Delete the query now; False when there is none (any more)."""
    try:
        return PhotoQuery.objects.filter(pk=query_id).delete()[0] > 0
    except ValidationError:
        return False


def purge_queries() -> int:
    """Delete expired queries and searches counted long ago; returns how many rows went."""
    too_old = timezone.now() - settings.SEARCH_EVENT_LIFETIME
    events = SearchEvent.objects.filter(created_at__lt=too_old).delete()[0]
    return PhotoQuery.objects.expired().delete()[0] + events


def _words(text: str) -> str:
    words = " ".join(text.replace("\0", " ").split())
    if len(words) > MAX_TEXT:
        raise InvalidSearch(
            f"The words are {len(words)} characters long; {MAX_TEXT} is the most. Use fewer.",
            field="text",
        )
    return words


def _check(*, words: str, crop: Box | None, **sources: Any) -> None:
    given = [name for name, value in sources.items() if value is not None]
    if len(given) > 1:
        raise InvalidSearch(
            f"A search starts from one thing, not from {' and '.join(given)}. Keep one of them.",
            field=given[1],
        )
    if not given and not words:
        raise InvalidSearch("There is nothing to search for. Give a photo or some words.")
    if crop is not None and "photo" not in given:
        raise InvalidSearch("A crop is a part of a photo. Send the photo too.", field="crop")


def _by_photo(photo: bytes | Readable, crop: Box | None) -> tuple[dict[str, Any], Took]:
    with slot():
        started = time.perf_counter()
        picture = decode(photo).image
        if crop is not None:
            picture = cut(picture, crop)
        decoded = time.perf_counter()
        space, vector = _space(), embed_photo(picture)
    asked = {"vector": vector, "space": space, "crop": None if crop is None else list(crop)}
    took = Took(1000 * (decoded - started), 1000 * (time.perf_counter() - decoded))
    return asked, took


def _space() -> EmbeddingSpace:
    """The space of the vectors that the embedder makes; the log says what is wrong with it."""
    try:
        return ensure_space()
    except SpaceMismatch as error:
        raise unavailable(error) from error


def _by_product(product: Product) -> dict[str, Any]:
    question = selectors.similar_question(product=product)
    return {"vector": question.vector, "space_id": question.space_id, "product": product}


def _by_query(query: PhotoQuery) -> dict[str, Any]:
    names = ("vector", "space_id", "product_id", "crop")
    return {name: getattr(query, name) for name in names}
