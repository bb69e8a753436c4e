"""Bulk writes that go on at once: some threads are left for everybody else."""

from __future__ import annotations

import socket
from collections.abc import Generator
from typing import Any

import pytest
from django.test import Client

from search.api.bulk_room import MOST_AT_ONCE, SILENT_SECONDS, Held, TooManyBulks
from tests.api.conftest import PRODUCTS
from tests.api.contract import assert_error

LINE = b'{"sku": "LAMP", "title": "Lamp", "price": 1}\n'


def send(writer: Client, kind: str = "application/x-ndjson", **extra: Any) -> Any:
    return writer.post(f"{PRODUCTS}bulk/", LINE, content_type=kind, **extra)


def pieces() -> Generator[bytes]:
    yield from (b"a", b"b")


def all_places() -> list[Held]:
    held = [Held(pieces()) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(TooManyBulks):
        Held(pieces())
    return held


def test_one_more_than_there_is_room_for(writer: Client):
    going_on = [send(writer) for _ in range(MOST_AT_ONCE)]
    refused = send(writer)
    assert_error(refused, 503, "busy")
    assert refused["Retry-After"] == "5"

    for each, status in zip(going_on, (b'"created"', b'"unchanged"'), strict=True):
        assert status in b"".join(each.streaming_content)
    assert b'"unchanged"' in b"".join(send(writer).streaming_content)


def test_a_place_is_given_back_once_read_or_not():
    for held in all_places():
        next(iter(held))
        held.close()
        held.close()
    for held in all_places():
        held.close()
    forgotten = all_places()
    forgotten.clear()
    assert len(all_places()) == MOST_AT_ONCE


def test_a_refusal_takes_no_place(writer: Client):
    for _ in range(3 * MOST_AT_ONCE):
        assert_error(send(writer, "text/csv"), 415, "unsupported_media_type")
    assert b'"created"' in b"".join(send(writer).streaming_content)


def test_who_says_nothing_is_not_waited_for_for_ever(writer: Client):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        response = send(writer, **{"gunicorn.socket": ours})
        assert b'"created"' in b"".join(response.streaming_content)
        assert ours.gettimeout() == SILENT_SECONDS
