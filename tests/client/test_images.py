"""Pictures of a running shop's products: added, waited for, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lookalike_client import (
    DeadlineExceeded,
    IndexingFailed,
    InvalidRequest,
    NotFound,
    NotModified,
    PreconditionFailed,
)
from lookalike_client.answers import IndexedImage
from lookalike_client.operations import images
from search import services
from tests.api.conftest import photo
from tests.client.scripted import Script, answer
from tests.factories import draw_photo, jpeg_bytes

PENDING = {
    "id": 7,
    "sku": "A",
    "url": "https://shop.example/media/a.jpg",
    "thumbnail": "https://shop.example/media/a-t.jpg",
    "alt": "",
    "width": 8,
    "height": 8,
    "position": 0,
    "state": "pending",
    "reason": None,
}
READY = {**PENDING, "state": "ready"}


def test_a_photo_is_added_and_found_once_it_is_indexed(writer: Any, tmp_path: Path):
    file = tmp_path / "shoe.jpg"
    file.write_bytes(jpeg_bytes(draw_photo(8)))

    added = writer.add_image("RED-1", file, alt="From the side", position=0)

    assert type(added) is IndexedImage
    assert (added.sku, added.alt, added.position, added.state) == (
        *("RED-1", "From the side", 0),
        "pending",
    )
    with pytest.raises(NotModified):
        writer.image(added.id, if_none_match=added.etag)
    services.embed_pending()
    ready = writer.wait_until_indexed(added.id)
    assert (ready.id, ready.state) == (added.id, "ready")
    assert writer.image(added.id, wait=1, if_none_match=added.etag) == ready
    assert writer.search(photo(8)).results[0].image.id == added.id


def test_the_same_photo_again_is_the_image_that_is_there(writer: Any):
    first = writer.add_image("RED-1", jpeg_bytes(draw_photo(8)))

    assert writer.add_image("RED-1", jpeg_bytes(draw_photo(8))).id == first.id
    assert len(writer.product("RED-1").images) == 2


def test_a_photo_that_is_none_is_refused(writer: Any):
    with pytest.raises(InvalidRequest) as caught:
        writer.add_image("RED-1", b"GIF89a")

    assert caught.value.field == "image"


def test_an_image_is_deleted_if_it_is_what_was_meant(writer: Any):
    [shown] = writer.product("RED-1").images
    image = writer.image(shown.id)

    with pytest.raises(PreconditionFailed):
        writer.delete_image(image.id, if_match='"another"')
    assert writer.delete_image(image.id, if_match=image.etag) is None

    with pytest.raises(NotFound):
        writer.image(image.id)


def test_waiting_goes_on_until_the_image_is_ready(
    script: Script, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(images, "STEP", 0.0)
    script.will(answer(200, PENDING), answer(200, PENDING), answer(200, READY))

    assert connect(script.url).wait_until_indexed(7, timeout=100).state == "ready"

    assert {seen.target for seen in script.seen} == {"/api/v1/images/7/?wait=30"}


def test_waiting_ends_when_its_time_is_up(script: Script, connect: Callable[..., Any]):
    script.will(answer(200, PENDING))

    with pytest.raises(DeadlineExceeded, match="Image 7 isn't indexed after 0 s"):
        connect(script.url).wait_until_indexed(7, timeout=0)


def test_an_image_that_fails_is_told(script: Script, connect: Callable[..., Any]):
    script.will(answer(200, {**PENDING, "state": "failed", "reason": "It is too dark."}))

    with pytest.raises(IndexingFailed, match="too dark") as caught:
        connect(script.url).wait_until_indexed(7)

    assert (caught.value.image_id, caught.value.reason) == (7, "It is too dark.")
