"""Asking with a photo, words, a product or an earlier query; and going on from a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from lookalike_client.addresses import below_root, segment
from lookalike_client.answers import Answer, BatchAnswer, EmbeddingsAnswer, Hit
from lookalike_client.calls import Call, Pages, Request, call, silent
from lookalike_client.operations.refining import (
    Paging,
    Question,
    Refinement,
    body_of,
    form_of,
    query_of,
)
from lookalike_client.questions import (
    Crop,
    Encoding,
    Example,
    Photo,
    Picture,
    as_base64,
    as_json,
    read_photo,
)


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
    asked = _asked(
        {
            **refined,
            "product": product,
            "text": text,
            "query_id": query_id,
            "crop": crop,
            "images": images,
        }
    )
    if photo is None:
        return call(Answer, Request(method="POST", path="search/", json=body_of(asked)))
    if images is not None:
        raise ValueError("Give the photo as one of the images: Example(photo=...).")
    # A form, since base64 would make the photo a third larger.
    sent = read_photo(photo)
    return call(Answer, Request(method="POST", path="search/", form=form_of(asked), photo=sent))


def search_batch(questions: Sequence[Question]) -> Call[BatchAnswer]:
    """Up to 64 questions at once, each answered or refused by itself."""
    queries = [body_of({**_asked(each), **_packed(each)}) for each in questions]
    request = Request(method="POST", path="search/batch/", json={"queries": queries})
    return call(BatchAnswer, request)


def embed(*photos: Photo | Picture, encoding: Encoding | None = None) -> Call[EmbeddingsAnswer]:
    """Up to 16 photos as vectors, for an index of one's own.

    They come as tuples of numbers; with the encoding `base64`, half as long on the way, as arrays
    of float32.
    """
    pictures = [each if isinstance(each, Picture) else Picture(each) for each in photos]
    if not pictures:
        raise ValueError("Give a photo at least.")
    path = "embeddings/"
    if len(pictures) > 1:
        asked = {"images": [each.given() for each in pictures], "encoding": encoding}
        return call(EmbeddingsAnswer, Request(method="POST", path=path, json=body_of(asked)))
    [one] = pictures
    form = form_of({"crop": as_json(one.crop), "encoding": encoding})
    photo = read_photo(one.photo)
    return call(EmbeddingsAnswer, Request(method="POST", path=path, form=form, photo=photo))


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


def _asked(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question as JSON has it, without its photo."""
    images = question.get("images")
    return {
        **{name: each for name, each in question.items() if name != "photo"},
        "crop": as_json(question.get("crop")),
        "images": None if images is None else [each.given() for each in images],
    }


def _packed(question: Question) -> dict[str, str]:
    photo = question.get("photo")
    return {} if photo is None else {"image_base64": as_base64(photo)}
