"""JSON made to cost much: it is refused for little."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import PRODUCTS, SEARCH
from tests.api.contract import assert_error

DEPTHS = range(700, 1_000)


def send(client: Client, body: str) -> Any:
    return client.post(SEARCH, body, content_type="application/json")


def test_the_last_of_many_names_stands_twice(client: Client, db: None):
    """With a comparison for each pair of names this took half an hour."""
    names = [f'"{number:x}":0' for number in range(120_000)]
    error = assert_error(send(client, f'{{{",".join(names)},"0":1}}'), 400, "malformed")
    assert error["message"] == (
        "The body can't be read. Not valid JSON: the name '0' stands twice in one object; "
        "keep one of them"
    )


@pytest.mark.parametrize("depth", [100_000, *DEPTHS[::60]])
def test_a_question_nested_too_deeply(client: Client, db: None, depth: int):
    response = send(client, f'{{"sort": {"[" * depth}{"]" * depth}}}')
    assert response.status_code == 400
    assert response.json()["error"]["code"] in {"malformed", "invalid"}


def test_a_line_nested_as_deeply_as_can_just_be_read_spoils_no_other(writer: Client):
    lines = [
        *(f'{{"sku": "DEEP", "tags": {"[" * depth}{"]" * depth}}}' for depth in DEPTHS),
        '{"sku": "LAMP", "title": "Lamp", "price": 1}',
    ]
    body = "\n".join(lines).encode()
    response = writer.post(f"{PRODUCTS}bulk/", body, content_type="application/x-ndjson")
    *told, summary = map(json.loads, b"".join(response.streaming_content).splitlines())  # type: ignore[attr-defined]
    assert {line["error"]["code"] for line in told[:-1]} <= {"malformed", "invalid"}
    assert told[-1]["status"] == "created"
    assert (summary["complete"], summary["summary"]["lines"]) == (True, len(lines))
