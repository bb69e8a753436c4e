"""Where a search starts: at one vector, however many examples there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from search import selectors
from search.embedding.objects import Box
from search.engine.rocchio import combine, mean_descriptors
from search.engine.weights import kinds_of
from search.errors import InvalidSearch, QueryExpired, telling
from search.models import EmbeddingSpace, PhotoQuery
from search.services.examples import Example, check_examples
from search.services.photos import Took, embed_examples
from search.services.placing import Placed
from search.services.spaces import ensure_space


@dataclass(frozen=True, slots=True)
class Start:
    """What a PhotoQuery keeps of the examples, by the names of its columns. `vector` is None where
    an earlier query of words alone is the only one; `worded` where it is the words' own.
    `suggestions` are around the things in the one photo that is asked with whole. `by_words`: an
    earlier query began without a picture."""

    vector: Any = None
    descriptors: Any = None
    worded: bool = False
    space: EmbeddingSpace | None = None
    product_id: int | None = None
    crop: list[float] | None = None
    suggestions: list[Box] = field(default_factory=list)
    parent: UUID | None = None
    origin: UUID | None = None
    by_words: bool = False


def start_from(examples: Sequence[Example]) -> tuple[Start, Took]:
    """Where a search by these examples starts, and what their photos took.

    One example alone starts from its own vector; several from where `rocchio.combine` puts them.
    The one product that is asked for is not to be its own answer; the first earlier query is the
    one that this one is made from. Raises InvalidSearch, and what photos, products and queries
    raise, with the example's field.
    """
    check_examples(examples)
    if len(examples) == 1 and examples[0].query is not None:
        return again(examples[0].query), Took()
    space = space_of(examples)
    places = stored_places(examples, space)
    if len(places) == len(examples):
        return started(examples, places, space), Took()
    embedded, took = embed_examples(pictured(examples), space=space)
    return started(examples, {**places, **embedded}, space), took


def pictured(examples: Sequence[Example]) -> dict[int, Example]:
    """Those that are photos, by their places."""
    return {place: each for place, each in enumerate(examples) if each.photo is not None}


def started(
    examples: Sequence[Example], places: Mapping[int, Placed], space: EmbeddingSpace
) -> Start:
    """Where a search by these starts, once each has its place in the space."""
    placed = [places[number] for number in range(len(examples))]
    weighted = [(one, each.weight) for one, each in zip(placed, examples, strict=True)]
    start = placed[0] if len(placed) == 1 else _between(weighted, space)
    return Start(
        vector=start.vector,
        descriptors=start.descriptors,
        suggestions=_suggestions(examples, placed),
        space=space,
        **_descent(examples),
    )


def _suggestions(examples: Sequence[Example], placed: Sequence[Placed]) -> list[Box]:
    """The boxes of one whole photo. Those of a crop would be in the crop's own fractions, and
    whoever crops has the whole photo's already; several photos have no picture to draw them on."""
    if len(examples) > 1 or examples[0].crop is not None:
        return []
    return list(placed[0].boxes)


def _between(weighted: Sequence[tuple[Placed, float]], space: EmbeddingSpace) -> Placed:
    return Placed(
        combine([(each.vector, weight) for each, weight in weighted]),
        mean_descriptors(
            [(each.descriptors, weight) for each, weight in weighted], kinds=kinds_of(space)
        ),
    )


def again(query: PhotoQuery) -> Start:
    """Where the earlier query started."""
    return Start(
        vector=query.vector,
        descriptors=query.descriptors,
        worded=query.worded,
        space=query.space,
        product_id=query.product_id,
        crop=query.crop,
        suggestions=query.suggestions,
        parent=query.pk,
        origin=query.onward,
        by_words=query.by_words,
    )


def _descent(examples: Sequence[Example]) -> dict[str, Any]:
    """What the examples were, as far as the query keeps it."""
    products = {_product_id(each) for each in examples if each.weight > 0} - {None}
    queries = [each.query for each in examples if each.query is not None]
    crop = examples[0].crop if len(examples) == 1 else None
    return {
        "product_id": products.pop() if len(products) == 1 else None,
        "crop": None if crop is None else list(crop),
        "parent": queries[0].pk if queries else None,
        "origin": queries[0].onward if queries else None,
    }


def _product_id(example: Example) -> int | None:
    if example.product is not None:
        return example.product.pk
    return None if example.query is None else example.query.product_id


def space_of(
    examples: Sequence[Example], *, active: Callable[[], EmbeddingSpace] = ensure_space
) -> EmbeddingSpace:
    """The space that all examples are looked up or embedded in: that of the earlier queries, if
    there are any with a vector, else the active one as of now. Read once for a request: another
    space may become the active one meanwhile."""
    queries = [each.query for each in examples if each.query is not None]
    spaces = {query.space_id: query.space for query in queries if query.space is not None}
    if len(spaces) > 1:
        raise QueryExpired(
            _(
                "The shop has renewed its picture index since one of these searches. Give its "
                "photo again."
            ),
            field="images",
        )
    for space in spaces.values():
        return space
    return active()


def stored_places(examples: Sequence[Example], space: EmbeddingSpace) -> dict[int, Placed]:
    """Where those that are no photos lie in the space. They come first: a photo is dear."""
    return {
        number: _stored(each, space) for number, each in enumerate(examples) if each.photo is None
    }


def _stored(example: Example, space: EmbeddingSpace) -> Placed:
    with telling(example.field):
        if example.product is not None:
            question = selectors.similar_question(product=example.product, space=space)
        elif example.query is not None:
            question = selectors.question_of(example.query)
        else:
            raise ValueError("A photo is not stored.")
        if question.picture is None:
            raise InvalidSearch(
                _(
                    "That search was by words alone: there is no picture to look like. Give a "
                    "photo or a product."
                )
            )
        return Placed(question.picture, question.descriptors)
