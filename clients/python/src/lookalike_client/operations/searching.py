"""Asking with a photo, words, a product or an earlier query; and going on from a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from lookalike_client.addresses import below_root, segment
from lookalike_client.answers import Answer, Hit
from lookalike_client.calls import Call, Pages, Request, call, silent
from lookalike_client.operations.refining import Paging, Refinement, body_of, form_of, query_of
from lookalike_client.questions import Crop, Example, Photo, read_photo


def search(
    photo: Photo | None = None,
    *,
    product: str | None = None,
    text: str | None = None,
    query_id: str | None = None,
    images: Sequence[Example] | None = None,
    crop: Crop | None = None,
    **refined: Unpack[Refinement],
) -> Call[Answer]:
    """Products that look like a photo, a product (its SKU) or an earlier query, or like several of
    them (`images`); with `text`, or by `text` alone.

    `crop` is the part of the photo to look at, `[x, y, width, height]` as shares from 0 to 1.
    """
    asked = {
        **refined,
        "product": product,
        "text": text,
        "query_id": query_id,
        "crop": None if crop is None else list(crop),
        "images": None if images is None else [each.given() for each in images],
    }
    if photo is None:
        return call(Answer, Request(method="POST", path="search/", json=body_of(asked)))
    if images is not None:
        raise ValueError("Give the photo as one of the images: Example(photo=...).")
    # A form, since base64 would make the photo a third larger.
    sent = read_photo(photo)
    return call(Answer, Request(method="POST", path="search/", form=form_of(asked), photo=sent))


def results(query_id: str, **refined: Unpack[Paging]) -> Call[Answer]:
    """A page of what an earlier query finds, under other filters or in another order; nothing is
    sent or embedded again."""
    path = f"search/{segment(query_id)}/"
    return call(Answer, Request(method="GET", path=path, query=query_of(refined)))


def feedback(
    query_id: str,
    *,
    like: Sequence[str] = (),
    dislike: Sequence[str] = (),
    **refined: Unpack[Refinement],
) -> Call[Answer]:
    """A new query: the earlier one moved towards the hits that are liked (their SKUs), and a
    little away from those disliked."""
    marks = {"like": list(like) or None, "dislike": list(dislike) or None}
    path = f"search/{segment(query_id)}/feedback/"
    return call(Answer, Request(method="POST", path=path, json=body_of({**refined, **marks})))


def forget(query_id: str) -> Call[None]:
    """Delete a query and those that it was made from or that were made from it; twice is fine."""
    return silent(Request(method="DELETE", path=f"search/{segment(query_id)}/"))


def iter_results(answer: Answer) -> Pages[Answer, Hit]:
    """All hits from this page to the last, under the filters and in the order of the answer."""
    return Pages(answer, lambda page: page.results, _following)


def _following(page: Answer) -> Call[Answer] | None:
    if page.next is None:
        return None
    path, query = below_root(page.next)
    return call(Answer, Request(method="GET", path=path, query=query))
