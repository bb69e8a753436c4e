"""What customers ask: kept as a vector and words until it expires, never as a photo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.images import Box, Readable
from catalog.models import Product
from search.engine.statements import fetch
from search.engine.stored import keep_queries
from search.engine.types import MAX_TEXT
from search.errors import InvalidSearch, QueryExpired
from search.models import EmbeddingSpace, PhotoQuery, SearchEvent, SearchFeedback
from search.services import idempotency
from search.services.examples import Example
from search.services.photos import Took
from search.services.starting import Start, start_from
from search.services.wording import worded

# Locked and deleted in one short transaction.
QUERIES_AT_ONCE = 1_000

HOLD = f"""
    SELECT 1 FROM {PhotoQuery._meta.db_table} WHERE id = %(query)s::uuid FOR KEY SHARE
"""  # noqa: S608 - a table's name


def photo_query(
    *,
    photo: bytes | Readable | None = None,
    text: str = "",
    product: Product | None = None,
    crop: Box | None = None,
    query: PhotoQuery | None = None,
    examples: Sequence[Example] = (),
    after: PhotoQuery | None = None,
    instead_of: PhotoQuery | None = None,
    shows: Product | None = None,
) -> tuple[PhotoQuery, Took]:
    """The stored question, to be searched, filtered and paged by its id, and what it took.

    Asks by one of a photo (`crop` is its part x, y, width, height in 0..1), a product's own
    vectors, or an earlier query; by several `examples` of these, liked or disliked; by words; or by
    words and one of the others. The new query joins the line of the search that the customer was
    at: as a step `after` it, or `instead_of` it where another part of the same picture is asked by.
    The product that the photo `shows`, if it is one of the shop's own, is not its own answer.
    Raises ImageRejected, InvalidSearch, EmbedderBusy, QueryExpired, SearchUnavailable, or
    NotIndexedYet for a product without vectors.
    """
    words = clean_words(text)
    one = Example(photo=photo, product=product, query=query, crop=crop)
    asked = [*([one] if one.sources else []), *examples]
    _check(asked, words=words, crop=crop)
    start, took = start_from(asked) if asked else (Start(), Took())
    if len(asked) == 1 and asked[0].query is not None:
        words = words or asked[0].query.text
    columns = _joining(after, instead_of)
    if shows is not None:
        columns["product_id"] = shows.pk
    since = (
        after or instead_of or next((each.query for each in asked if each.query is not None), None)
    )
    return keep(worded(start, words), text=words, since=since, **columns), took


def _joining(after: PhotoQuery | None, instead_of: PhotoQuery | None) -> dict[str, Any]:
    """The columns by which a query goes on from another, or takes its place: a picture that is cut
    anew is the same step, with the same things in it."""
    if instead_of is not None:
        return {
            "parent": None if instead_of.shared else instead_of.parent,
            "origin": instead_of.onward,
            "suggestions": instead_of.suggestions,
        }
    return {} if after is None else {"parent": after.pk, "origin": after.onward}


def keep(start: Start, *, text: str, since: PhotoQuery | None = None, **columns: Any) -> PhotoQuery:
    """Stores a query, to be forgotten after PHOTO_QUERY_LIFETIME, or before with the link that it
    goes back to.

    Raises QueryExpired where the query that it is made from, `since`, was forgotten meanwhile, or
    its space was left and dropped since the request began.
    """
    query = new_query(start, text=text, since=since, **columns)
    with _in_its_space(query):
        if since is None:
            keep_queries([query])
        else:
            with transaction.atomic():
                _hold(since)
                keep_queries([query])
    return query


def keep_all(queries: Sequence[PhotoQuery]) -> None:
    """Stores queries that go on from no earlier one, in one statement. Raises as keep() does."""
    with _in_its_space(*queries):
        keep_queries(queries)


def new_query(
    start: Start, *, text: str, since: PhotoQuery | None = None, **columns: Any
) -> PhotoQuery:
    """A query that isn't stored yet."""
    expires_at = timezone.now() + settings.PHOTO_QUERY_LIFETIME
    given = {each.name: getattr(start, each.name) for each in fields(start)} | columns
    given["by_words"] = start.by_words or start.vector is None or start.worded
    if since is not None and since.lender is not None:
        given["lent_by"] = since.lender
        expires_at = min(expires_at, since.expires_at)
    return PhotoQuery(text=text, expires_at=expires_at, **given)


@contextmanager
def _in_its_space(*queries: PhotoQuery) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        spaces = {query.space_id for query in queries if query.space_id is not None}
        if EmbeddingSpace.objects.filter(pk__in=spaces).count() == len(spaces):
            raise
        raise QueryExpired(
            _("The shop has just renewed its picture index. Please search once more.")
        ) from error


def _hold(query: PhotoQuery) -> None:
    """Nobody forgets the query before this transaction ends: what is made from it would be left."""
    if not fetch(HOLD, {"query": query.pk}):
        raise QueryExpired(_("This search has ended. Choose the photo again."), field="query_id")


def forget_query(*, query_id: UUID | str) -> bool:
    """Delete the query now, with all that it was made from and that was made from it, the links to
    it and what others made of those; False when there is none of it (any more), and for a link
    alone, which is others' too.

    A query that has ended by itself may have links that have not.
    """
    try:
        pk = UUID(str(query_id))
    except ValueError:
        return False
    query = PhotoQuery.objects.only("origin", "shared").filter(pk=pk).first()
    if query is not None and query.shared:
        return False
    line = pk if query is None else query.line
    links = PhotoQuery.objects.filter(shared=True, parent=pk)
    return delete_queries(PhotoQuery.objects.in_line(line) | links) > 0


def purge_queries() -> int:
    """Delete expired queries, with what they found, searches and feedback counted long ago, and
    answers kept for who sends a write again; returns how many of all these went."""
    too_old = timezone.now() - settings.SEARCH_EVENT_LIFETIME
    events = SearchEvent.objects.filter(created_at__lt=too_old).delete()[0]
    feedback = SearchFeedback.objects.filter(created_at__lt=too_old).delete()[0]
    answers = idempotency.purge()
    return delete_queries(PhotoQuery.objects.expired()) + events + feedback + answers


def delete_queries(queries: QuerySet[PhotoQuery]) -> int:
    """Delete the queries; how many they were. Slice by slice, and by their ids alone: a day of
    queries with vectors doesn't fit in memory.

    Each slice is locked first, so that what a search keeps with its query meanwhile goes as well;
    and whatever was made from one of them before that is found by the next look.
    """
    waiting = queries.order_by("expires_at", "pk").values_list("pk", flat=True)
    gone = 0
    while True:
        with transaction.atomic():
            ids = list(waiting.select_for_update()[:QUERIES_AT_ONCE])
            # Django reads what it deletes where a foreign key cascades: the ids alone, here too.
            PhotoQuery.objects.filter(pk__in=ids).only("pk").delete()
        if not ids:
            return gone
        gone += len(ids)


def clean_words(text: str) -> str:
    """The words with single spaces between them. Raises InvalidSearch for too many."""
    words = " ".join(text.replace("\0", " ").split())
    if len(words) > MAX_TEXT:
        told = _("The words are %(long)s characters long; %(most)s is the most. Use fewer.")
        raise InvalidSearch(told % {"long": len(words), "most": MAX_TEXT}, field="text")
    return words


def _check(asked: Sequence[Example], *, words: str, crop: Box | None) -> None:
    if not asked and not words:
        raise nothing_asked()
    if not asked and crop is not None:
        raise InvalidSearch(_("A crop is a part of a photo. Send the photo too."), field="crop")


def nothing_asked() -> InvalidSearch:
    return InvalidSearch(_("There is nothing to search for. Give a photo or some words."))
