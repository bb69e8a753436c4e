"""Pictures of products: added, waited for until searches find them, deleted."""

from __future__ import annotations

import time

from lookalike_client.addresses import segment
from lookalike_client.answers import IndexedImage
from lookalike_client.calls import Call, Pause, Request, Routine, silent, tagged
from lookalike_client.errors import DeadlineExceeded, IndexingFailed
from lookalike_client.operations.conditions import conditions, once
from lookalike_client.operations.refining import form_of, query_of
from lookalike_client.questions import Photo, read_photo

LONGEST_WAIT = 30
# Seconds between two looks where the shop holds none of them: it lets only so many wait at once.
STEP = 1.0


def add_image(
    sku: str,
    photo: Photo,
    *,
    alt: str | None = None,
    position: int | None = None,
    idempotency_key: str | None = None,
) -> Call[IndexedImage]:
    """Add a photo to a product, as the last one or at a `position`; the same photo again is the
    image that is there. Searches find it a moment later: see `wait_until_indexed`."""
    request = Request(
        method="POST",
        path=f"products/{segment(sku)}/images/",
        headers=once(idempotency_key),
        form=form_of({"alt": alt, "position": position}),
        photo=read_photo(photo),
    )
    return tagged(IndexedImage, request)


def image(
    image_id: int, *, wait: int | None = None, if_none_match: str | None = None
) -> Call[IndexedImage]:
    """An image and its `state`, at once or after `wait` seconds (30 at most), sooner if it is
    `ready` or `failed` by then.

    Raises NotModified while it is what `if_none_match` names, the `etag` of an earlier answer.
    """
    request = Request(
        method="GET",
        path=f"images/{int(image_id)}/",
        query=query_of({"wait": wait}),
        headers=conditions(if_none_match=if_none_match),
    )
    return tagged(IndexedImage, request, patience=float(wait or 0))


def wait_until_indexed(image_id: int, *, timeout: float = 60.0) -> Routine[IndexedImage]:
    """The image, once searches find it. Raises IndexingFailed where it can't be indexed, and
    DeadlineExceeded after `timeout` seconds."""
    until = time.monotonic() + timeout
    while True:
        asked = time.monotonic()
        wait = max(0, min(LONGEST_WAIT, int(until - asked)))
        shown: IndexedImage = yield image(image_id, wait=wait)
        if shown.state == "ready":
            return shown
        if shown.state == "failed":
            raise IndexingFailed(image_id, shown.reason)
        now = time.monotonic()
        if now >= until:
            raise DeadlineExceeded(f"Image {image_id} isn't indexed after {timeout:g} s.")
        yield Pause(max(0.0, min(asked + STEP, until) - now))


def delete_image(
    image_id: int, *, if_match: str | None = None, idempotency_key: str | None = None
) -> Call[None]:
    """Delete an image, if it is what `if_match` names."""
    headers = conditions(if_match=if_match) | once(idempotency_key)
    return silent(Request(method="DELETE", path=f"images/{int(image_id)}/", headers=headers))
