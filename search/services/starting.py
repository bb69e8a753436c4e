"""Where a search starts: at one vector, however many examples there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from search import selectors
from search.embedding import Vector
from search.engine.rocchio import combine
from search.errors import InvalidSearch, QueryExpired, telling
from search.models import PhotoQuery
from search.services.examples import Example, check_examples
from search.services.photos import Took, embed_examples


@dataclass(frozen=True, slots=True)
class Start:
    """What a PhotoQuery keeps of the examples, by the names of its columns. `vector` is None where
    an earlier query of words alone is the only one."""

    vector: Any = None
    space_id: int | None = None
    product_id: int | None = None
    crop: list[float] | None = None
    parent: UUID | None = None
    origin: UUID | None = None


class Placed(NamedTuple):
    """A vector and the space that it lies in."""

    vector: Vector
    space_id: int


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
    placed, took = _placed(examples)
    spaces = {each.space_id for each in placed}
    if len(spaces) > 1:
        raise QueryExpired(
            "The shop has renewed its picture index since one of these searches. Give its photo "
            "again.",
            field="images",
        )
    weighted = [(one.vector, each.weight) for one, each in zip(placed, examples, strict=True)]
    vector = placed[0].vector if len(placed) == 1 else combine(weighted)
    return Start(vector=vector, space_id=spaces.pop(), **_descent(examples)), took


def again(query: PhotoQuery) -> Start:
    """Where the earlier query started."""
    return Start(
        vector=query.vector,
        space_id=query.space_id,
        product_id=query.product_id,
        crop=query.crop,
        parent=query.pk,
        origin=query.line,
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
        "origin": queries[0].line if queries else None,
    }


def _product_id(example: Example) -> int | None:
    if example.product is not None:
        return example.product.pk
    return None if example.query is None else example.query.product_id


def _placed(examples: Sequence[Example]) -> tuple[list[Placed], Took]:
    """The examples' vectors in their order. What is stored comes first: a photo is dear."""
    stored = {place: _stored(each) for place, each in enumerate(examples) if each.photo is None}
    pictured = [place for place in range(len(examples)) if place not in stored]
    if not pictured:
        return list(stored.values()), Took()
    space, vectors, took = embed_examples([examples[place] for place in pictured])
    embedded = zip(pictured, (Placed(vector, space.pk) for vector in vectors), strict=True)
    known = {**stored, **dict(embedded)}
    return [known[place] for place in range(len(examples))], took


def _stored(example: Example) -> Placed:
    with telling(example.field):
        if example.product is not None:
            question = selectors.similar_question(product=example.product)
        elif example.query is not None:
            question = selectors.question_of(example.query)
        else:
            raise ValueError("A photo is not stored.")
        if question.vector is None or question.space_id is None:
            raise InvalidSearch(
                "That search was by words alone: there is no picture to look like. Give a photo "
                "or a product."
            )
        return Placed(question.vector, question.space_id)
