"""Many products at once with the client: cut into requests, told line by line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Product
from lookalike_client import BulkBrokeOff, UnexpectedAnswer
from lookalike_client.answers import BulkResult
from lookalike_client.operations import writing
from tests.client.scripted import Script, answer

COUNTS = {"lines": 1, "created": 1, "updated": 0, "unchanged": 0, "deleted": 0, "error": 0}
DONE = {"summary": COUNTS, "complete": True, "error": None}
RESULT = {"line": 1, "sku": "A", "status": "created", "error": None}


def ndjson(*lines: Any) -> bytes:
    body = b"".join(json.dumps(each).encode() + b"\n" for each in lines)
    return answer(200, body, kind="application/x-ndjson")


def new(number: int) -> dict[str, Any]:
    return {"sku": f"B-{number}", "title": f"Thing {number}", "price": Decimal("1.50")}


def test_each_line_is_told_whatever_became_of_the_others(writer: Any):
    lines = [
        new(1),
        {"sku": "RED-1", "stock": 9, "tags": ("colour:red",)},
        {"sku": "RED-2", "price": -1},
        {"sku": "BLUE-1", "delete": True},
        {"sku": "RED-1", "stock": 9},
    ]

    results = list(writer.bulk(lines))

    assert {type(each) for each in results} == {BulkResult}
    assert [(each.line, each.status) for each in results] == [
        (1, "created"),
        (2, "updated"),
        (3, "error"),
        (4, "deleted"),
        (5, "error"),
    ]
    assert [each.error.field for each in results if each.error] == ["price", "sku"]
    assert Product.objects.get(sku="B-1").price == Decimal("1.50")
    assert next(iter(writer.bulk([new(1)]))).status == "unchanged"


def test_lines_are_counted_over_all_requests(writer: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "MOST_LINES", 2)

    results = list(writer.bulk(map(new, range(5))))

    assert [(each.line, each.sku) for each in results] == [
        (number + 1, f"B-{number}") for number in range(5)
    ]
    assert Product.objects.filter(sku__startswith="B-").count() == 5


def test_no_lines_are_no_request(script: Script, connect: Callable[..., Any]):
    assert list(connect(script.url).bulk([])) == []
    assert script.seen == []


def test_lines_are_taken_as_their_results_are_asked_for(
    script: Script, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "MOST_LINES", 1)
    taken = []

    def lines() -> Iterator[dict[str, Any]]:
        for number in range(100):
            taken.append(number)
            yield new(number)

    script.will(ndjson(RESULT, DONE))

    assert next(iter(connect(script.url).bulk(lines()))).line == 1
    assert taken == [0, 1]  # the first of the next request says that this one is full


def test_a_request_is_neither_long_nor_of_unknown_length(
    script: Script, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "MOST_BYTES", 150)
    script.will(*[ndjson(DONE)] * 3)
    long = {**new(2), "description": "é\u2028" * 100}

    list(connect(script.url).bulk([new(1), new(1), long, new(3)]))

    assert [len(seen.body.splitlines()) for seen in script.seen] == [2, 1, 1]
    assert [int(seen.headers["Content-Length"]) for seen in script.seen] == [
        len(seen.body) for seen in script.seen
    ]
    assert {seen.headers["Content-Type"] for seen in script.seen} == {"application/x-ndjson"}
    assert json.loads(script.seen[1].body)["description"] == long["description"]


def test_what_was_done_before_it_broke_off_is_told_first(
    script: Script, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "MOST_LINES", 2)
    error = {"code": "unavailable", "message": "Not now.", "field": None}
    script.will(ndjson(RESULT, {"summary": COUNTS, "complete": False, "error": error}))
    results = iter(connect(script.url).bulk(map(new, range(4))))

    assert next(results).status == "created"
    with pytest.raises(BulkBrokeOff) as caught:
        next(results)

    assert (caught.value.code, caught.value.message) == ("unavailable", "Not now.")
    assert len(script.seen) == 1


@pytest.mark.parametrize(
    "said", [ndjson(), ndjson(RESULT), ndjson(7), answer(200, RESULT)], ids=str
)
def test_an_answer_without_its_end_is_none(
    script: Script, connect: Callable[..., Any], said: bytes
):
    script.will(said)

    with pytest.raises(UnexpectedAnswer):
        list(connect(script.url).bulk([new(1)]))


@pytest.mark.usefixtures("impatient")
def test_lines_are_sent_again_after_a_broken_connection(
    script: Script, connect: Callable[..., Any]
):
    script.will(b"", ndjson(RESULT, DONE))

    assert [each.status for each in connect(script.url).bulk([new(1)])] == ["created"]
    assert script.seen[0].body == script.seen[1].body
