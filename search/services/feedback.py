"""More like this, less like this: a query moves by the hits that its owner marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from catalog.models import Product
from search import selectors
from search.engine.questions import nearest_picture
from search.engine.rocchio import marked, mean_descriptors, moved
from search.engine.types import Pictured, Question
from search.engine.weights import kinds_of
from search.errors import InvalidSearch, NotIndexedYet, telling
from search.models import EmbeddingSpace, PhotoQuery
from search.services.examples import MAX_EXAMPLES
from search.services.queries import keep
from search.services.starting import again

Pictures = Sequence[Pictured]


def refine_query(
    *, query: PhotoQuery, like: Sequence[Product] = (), dislike: Sequence[Product] = ()
) -> PhotoQuery:
    """A new query, moved towards the liked hits and away from the disliked; the old one stays.

    Each hit counts by its picture nearest to the query, the one that was shown. Nothing is embedded
    again. A query of words alone keeps its words and gets the liked hits' direction. Raises
    InvalidSearch, NotIndexedYet (with the field, such as `like[0]`), QueryExpired.
    """
    _check(query, like, dislike)
    question = selectors.question_of(query)
    space = query.space or selectors.active_space()
    vector, descriptors = _moved(
        question,
        like=_pictures("like", like, question=question, space=space),
        dislike=_pictures("dislike", dislike, question=question, space=space),
        space=space,
    )
    return keep(
        replace(
            again(query),
            vector=vector,
            descriptors=descriptors,
            worded=False,
            space=space,
        ),
        text=query.text,
        since=query,
        liked=[each.title for each in like],
        disliked=[each.title for each in dislike],
    )


def _moved(
    question: Question, *, like: Pictures, dislike: Pictures, space: EmbeddingSpace
) -> Pictured:
    """The question's vector and descriptors after the marks."""
    asked = question.picture
    vector = moved(
        asked, like=[each.vector for each in like], dislike=[each.vector for each in dislike]
    )
    earlier = None if asked is None else Pictured(asked, question.descriptors)
    liked = [(each.descriptors, weight) for each, weight in marked(earlier, like)]
    return Pictured(vector, mean_descriptors(liked, kinds=kinds_of(space)))


def _check(query: PhotoQuery, like: Sequence[Product], dislike: Sequence[Product]) -> None:
    if not like and not dislike:
        raise InvalidSearch(_("No hit is marked. Name one to like or to dislike."), field="like")
    if len(like) + len(dislike) > MAX_EXAMPLES:
        told = _("%(count)s marks are too many; %(most)s at once are the most.")
        raise InvalidSearch(
            told % {"count": len(like) + len(dislike), "most": MAX_EXAMPLES},
            field="like" if like else "dislike",
        )
    if both := {each.pk: each.sku for each in like if each in dislike}:
        sku = next(iter(both.values()))
        told = _("%(sku)s is both liked and disliked. Decide for one.")
        raise InvalidSearch(told % {"sku": sku}, field="dislike")
    if (query.vector is None or query.worded) and not like:
        raise InvalidSearch(
            _("This search is by words alone: there is no picture to move away. Like a hit first."),
            field="dislike",
        )


def _pictures(
    name: str, products: Sequence[Product], *, question: Question, space: EmbeddingSpace
) -> list[Pictured]:
    pictures = []
    for place, product in enumerate(products):
        with telling(f"{name}[{place}]"):
            pictures.append(_picture(product, question=question, space=space))
    return pictures


def _picture(product: Product, *, question: Question, space: EmbeddingSpace) -> Pictured:
    picture = nearest_picture(space, product_id=product.pk, to=question.picture)
    if picture is None:
        raise NotIndexedYet(
            _(
                "No picture of %(sku)s is indexed yet. Try again in a minute; a product without "
                "pictures needs one first."
            )
            % {"sku": product.sku}
        )
    return picture
