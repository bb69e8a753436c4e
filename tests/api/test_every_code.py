"""Every code of the table is provoked once, over the address that a program would meet it at, and
keeps what the table promises: status, pause, and a sentence that says more than the code."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from search import selectors, slots
from search.api.codes import CODES
from search.models import IdempotentRequest
from tests.api.conftest import PRODUCTS, SEARCH, photo
from tests.api.contract import assert_error
from tests.api.keys import sending, with_key
from tests.factories import encoded, make_product

JSON = "application/json"
LAMP = f"{PRODUCTS}LAMP/"
BODY = {"title": "Lamp", "price": "19.90"}
ONCE = {"Idempotency-Key": "once"}
NOBODY = "redis://127.0.0.1:1/0"


class World:
    """What a code is provoked with."""

    def __init__(self, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client, self.settings, self.monkeypatch = client, settings, monkeypatch
        self.writer = with_key(client, "write")

    def ask(self, **question: Any) -> Any:
        return self.client.post(SEARCH, question, content_type=JSON)

    def send(self, content: bytes, **more: Any) -> Any:
        return self.client.post(SEARCH, {"image": SimpleUploadedFile("p.jpg", content)}, **more)

    def put(self, title: str = "Lamp", **headers: str) -> Any:
        return self.writer.put(LAMP, {**BODY, "title": title}, content_type=JSON, headers=headers)

    def set(self, **settings: Any) -> World:
        for name, value in settings.items():
            setattr(self.settings, name, value)
        return self


def one_colour(size: tuple[int, int], colour: str) -> bytes:
    return encoded(Image.new("RGB", size, colour), "PNG")


def busy(world: World) -> Any:
    world.set(EMBED_CONCURRENCY=1, EMBED_QUEUE_SECONDS=0)
    with slots.slot():
        return world.send(photo())


def throttled(world: World) -> Any:
    world.set(PHOTO_SEARCHES_PER_MINUTE=1, SECRET_KEY=str(uuid.uuid4()) * 2)
    world.send(photo())
    return world.send(photo())


def quota_exceeded(world: World) -> Any:
    keyed = with_key(world.client, "read", per_day=1)
    keyed.get(PRODUCTS)
    return keyed.get(PRODUCTS)


def internal(world: World) -> Any:
    def broken(**_: Any) -> None:
        raise RuntimeError("a fault of ours")

    world.monkeypatch.setattr(selectors, "search", broken)
    world.client.raise_request_exception = False
    return world.ask(text="red")


def still_running(world: World) -> Any:
    world.put(**ONCE)
    IdempotentRequest.objects.update(state="running", status=None)
    return world.put(**ONCE)


def other_request(world: World) -> Any:
    world.put(**ONCE)
    return world.put(title="Another lamp", **ONCE)


def changed_since(world: World) -> Any:
    world.put()
    return world.put(**{"If-Match": '"of-yesterday"'})


def full_disk(world: World) -> Any:
    world.put()
    full = {"BACKEND": "tests.catalog.storages.FullStorage"}
    world.set(STORAGES={**world.settings.STORAGES, "default": full})
    return world.writer.post(f"{LAMP}images/", {"image": SimpleUploadedFile("a.jpg", photo())})


class Stalled(BytesIO):
    """A body that stops coming, as the server tells it."""

    def read(self, _size: int | None = -1) -> bytes:
        raise TimeoutError


def too_slow(world: World) -> Any:
    stalled = {"CONTENT_TYPE": JSON, "CONTENT_LENGTH": "100", "wsgi.input": Stalled()}
    return world.client.generic("POST", SEARCH, **stalled)


def not_indexed(world: World) -> Any:
    make_product(sku="BARE")
    return world.client.get(f"{PRODUCTS}BARE/similar/")


PROVOKED: dict[str, Callable[[World], Any]] = {
    "invalid": lambda world: world.ask(text="red", k=0),
    "unknown_field": lambda world: world.ask(text="red", tgas=["sale"]),
    "unknown_filter": lambda world: world.ask(text="red", filters={"tags": ["colour:none"]}),
    "malformed": lambda world: world.client.post(SEARCH, "{", content_type=JSON),
    "empty": lambda world: world.send(b""),
    "corrupt": lambda world: world.send(photo()[:2000]),
    "too_small": lambda world: world.send(one_colour((8, 8), "red")),
    "too_dark": lambda world: world.send(one_colour((64, 64), "black")),
    "missing_key": lambda world: world.client.put(LAMP, BODY, content_type=JSON),
    "invalid_key": lambda world: sending(world.client, "lk_AAAAAAAA_" + "A" * 43).get(PRODUCTS),
    "missing_scope": lambda world: with_key(world.client, "read").delete(LAMP),
    "not_found": lambda world: world.client.get("/api/v1/nowhere/"),
    "unknown_product": lambda world: world.client.get(LAMP),
    "unknown_image": lambda world: world.client.get("/api/v1/images/999999999/"),
    "unknown_webhook": lambda world: with_key(world.client, "admin").get("/api/v1/webhooks/9999/"),
    "method_not_allowed": lambda world: world.client.delete(PRODUCTS),
    "not_acceptable": lambda world: world.client.get(PRODUCTS, headers={"Accept": "text/csv"}),
    "too_slow": too_slow,
    "not_indexed_yet": not_indexed,
    "idempotency_in_use": still_running,
    "query_expired": lambda world: world.client.get(f"{SEARCH}{uuid.uuid4()}/"),
    "length_required": lambda world: world.send(photo(), headers={"Transfer-Encoding": "chunked"}),
    "precondition_failed": changed_since,
    "too_large": lambda world: world.set(MAX_PHOTO_BYTES=1024).ask(
        image_base64=base64.b64encode(photo()).decode()
    ),
    "too_many_pixels": lambda world: world.send(
        encoded(Image.new("1", (9000, 9000)), "PNG", optimize=True)
    ),
    "unsupported_type": lambda world: world.send(encoded(Image.new("RGB", (64, 64)), "GIF")),
    "unsupported_media_type": lambda world: world.client.post(
        SEARCH, "red", content_type="text/plain"
    ),
    "idempotency_mismatch": other_request,
    "throttled": throttled,
    "quota_exceeded": quota_exceeded,
    "internal": internal,
    "busy": busy,
    "search_unavailable": lambda world: world.set(EMBEDDER="none@9").send(photo()),
    "unavailable": lambda world: world.set(
        REDIS_URL=NOBODY, THROTTLE_FAIL_OPEN=False, PHOTO_SEARCHES_PER_MINUTE=30
    ).send(photo()),
    "storage_full": full_disk,
}


def test_none_is_left_out():
    assert set(PROVOKED) == set(CODES)


@pytest.fixture
def world(client: Client, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(client, settings, monkeypatch)


@pytest.mark.parametrize("code", PROVOKED)
def test_it_is_told_as_the_table_says(world: World, request: pytest.FixtureRequest, code: str):
    if code != "search_unavailable":  # a shop without a space asks for the settings' embedder
        request.getfixturevalue("shop")

    response = PROVOKED[code](world)

    status, meaning, pause = CODES[code]
    error = response.json()["error"]
    assert_error(response, status, code, error["field"])
    assert error["message"] != meaning
    assert len(error["message"].split()) > 4
    assert ("Retry-After" in response) == (pause is not None or status == 429)
