"""POST products/bulk/: each line a product, each line an answer."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from catalog.models import Category, Product, Tag
from catalog.services import bulk as bulk_services
from search.api import bulk as api_bulk
from search.api import bulk_room
from tests.api.conftest import PRODUCTS, Shop
from tests.api.contract import assert_error, assert_fits
from tests.api.keys import with_key
from tests.api.test_conditions import at_once
from tests.factories import make_product

BULK = f"{PRODUCTS}bulk/"
NDJSON = "application/x-ndjson"


def send(caller: Client, body: str | bytes, **headers: str) -> Any:
    return caller.post(BULK, body, content_type=NDJSON, headers=headers)


def told(response: Any) -> tuple[list[dict], dict]:
    """The answers to the lines, and the summary; all of the promised shape."""
    assert (response.status_code, response["Content-Type"]) == (200, NDJSON)
    text = b"".join(response.streaming_content).decode()
    assert text.endswith("\n")
    *results, summary = [json.loads(line) for line in text.splitlines()]
    for each in results:
        assert_fits(each, "BulkResult")
    assert_fits(summary, "BulkSummary")
    return results, summary


def write(caller: Client, *lines: Any) -> tuple[list[dict], dict]:
    return told(send(caller, "\n".join(json.dumps(line) for line in lines)))


def statuses(results: list[dict]) -> list[str]:
    return [each["status"] for each in results]


def test_lines_create_change_and_delete(writer: Client, shop: Shop):
    image = shop.red.images.get()
    lamp = {"title": "Lamp", "price": "5", "category": "Home > Lamps", "tags": ["colour:red"]}
    results, summary = write(
        writer,
        {"sku": "LAMP", **lamp},
        {"sku": "RED-1", "stock": 77, "category": None},
        {"sku": "RED-2", "title": "Crimson hat"},
        {"sku": "BLUE-1", "delete": True},
        {"sku": "LAMP-2", **lamp, "delete": False},
    )
    assert results == [
        {"line": 1, "sku": "LAMP", "status": "created", "error": None},
        {"line": 2, "sku": "RED-1", "status": "updated", "error": None},
        {"line": 3, "sku": "RED-2", "status": "unchanged", "error": None},
        {"line": 4, "sku": "BLUE-1", "status": "deleted", "error": None},
        {"line": 5, "sku": "LAMP-2", "status": "created", "error": None},
    ]
    assert summary == {
        "summary": {
            "lines": 5,
            "created": 2,
            "updated": 1,
            "unchanged": 1,
            "deleted": 1,
            "error": 0,
        },
        "complete": True,
        "error": None,
    }
    red = Product.objects.get(sku="RED-1")
    assert (red.stock, red.category, red.title) == (77, None, "Red shoe")
    assert [each.pk for each in red.images.all()] == [image.pk]
    lamp_1 = Product.objects.get(sku="LAMP")
    assert (lamp_1.price, str(lamp_1.category)) == (Decimal(5), "Lamps")
    assert [tag.name for tag in lamp_1.tags.all()] == ["colour:red"]
    assert not Product.objects.filter(sku="BLUE-1").exists()
    assert Category.objects.filter(name="Lamps").count() == 1


def test_sent_again_it_finds_all_unchanged(writer: Client, django_assert_max_num_queries: Any):
    lines = [
        {"sku": f"P{number}", "title": "P", "price": 1, "tags": ["a", f"n:{number % 7}"]}
        for number in range(120)
    ]
    assert set(statuses(write(writer, *lines)[0])) == {"created"}
    assert Product.objects.count() == 120
    with django_assert_max_num_queries(30):
        results, _ = write(writer, *lines)
    assert set(statuses(results)) == {"unchanged"}


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("{", "malformed", None),
        ("[]", "malformed", None),
        ("1", "malformed", None),
        ("{} {}", "malformed", None),
        ("NaN", "malformed", None),
        ("[" * 5000, "malformed", None),
        (b'{"sku": "\xff"}', "malformed", None),
        ("{}", "invalid", "sku"),
        ('{"sku": null}', "invalid", "sku"),
        ('{"sku": ""}', "invalid", "sku"),
        ('{"sku": 7}', "invalid", "sku"),
        ('{"sku": "\\u0000"}', "invalid", "sku"),
        ('{"sku": "\\ud800"}', "invalid", "sku"),
        (json.dumps({"sku": "x" * 65}), "invalid", "sku"),
        ('{"sku": "NEW"}', "invalid", "title"),
        ('{"sku": "NEW", "title": "x"}', "invalid", "price"),
        ('{"sku": "NEW", "title": "x", "price": "x"}', "invalid", "price"),
        ('{"sku": "NEW", "title": "x", "price": 1, "category": "none"}', "invalid", "category"),
        ('{"sku": "NEW", "tilte": "x"}', "unknown_field", "tilte"),
        ('{"sku": "NEW", "delete": "perhaps"}', "invalid", "delete"),
        ('{"sku": "NEW", "delete": true, "title": "x"}', "invalid", "delete"),
        ('{"sku": "NEW", "delete": true}', "unknown_product", "sku"),
        ('{"sku": "FIRST", "stock": 1}', "invalid", "sku"),
        (b'{"sku": "NEW", "description": "' + b"x" * 2**18 + b'"}', "too_large", None),
    ],
)
def test_a_bad_line_stops_no_other(writer: Client, line: Any, code: str, field: str | None):
    good = '{"sku": "%s", "title": "T", "price": 1, "tags": ["a"]}'
    middle = line if isinstance(line, bytes) else line.encode()
    body = b"\n".join([(good % "FIRST").encode(), middle, (good % "LAST").encode()])
    results, summary = told(send(writer, body))
    assert statuses(results) == ["created", "error", "created"]
    error = results[1]["error"]
    assert (results[1]["line"], error["code"], error["field"]) == (2, code, field)
    assert error["message"]
    assert summary["complete"] is True
    assert set(Product.objects.values_list("sku", "stock")) == {("FIRST", 0), ("LAST", 0)}
    assert Tag.objects.count() == 1


def test_an_answers_line_ends_where_every_client_sees_it_end(writer: Client):
    sku = "A\u2028B\x85C"
    response = send(writer, json.dumps({"sku": sku}, ensure_ascii=False))
    results, _ = told(response)
    assert results[0]["sku"] == sku


def test_an_empty_body(writer: Client):
    results, summary = told(send(writer, b"\r\n"))
    assert (results, summary["summary"]["lines"], summary["complete"]) == ([], 0, True)


def test_more_lines_than_are_taken(writer: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(api_bulk, "MOST_LINES", 3)
    lines = [{"sku": f"P{number}", "title": "P", "price": 1} for number in range(5)]
    results, summary = write(writer, *lines)
    assert statuses(results) == ["created"] * 3
    assert summary["complete"] is False
    assert summary["error"]["code"] == "too_large"
    assert Product.objects.count() == 3


def test_a_body_that_breaks_off(writer: Client):
    body = b'{"sku": "A", "title": "A", "price": 1}\n{"sku": "B", "tit'
    cut = {"CONTENT_LENGTH": str(len(body) + 9), "wsgi.input": io.BytesIO(body)}
    response = writer.post(BULK, body, content_type=NDJSON, **cut)
    results, summary = told(response)
    assert statuses(results) == ["created", "error"]
    assert results[1]["error"]["message"] == "The body breaks off in this line."
    assert (summary["complete"], summary["error"]["code"]) == (False, "malformed")
    assert [product.sku for product in Product.objects.all()] == ["A"]


def test_a_key_for_repeating_is_not_needed(writer: Client):
    line = '{"sku": "A", "title": "A", "price": 1}'
    for status in ("created", "unchanged"):
        results, _ = told(send(writer, line, **{"idempotency-key": "same"}))
        assert statuses(results) == [status]


@pytest.mark.parametrize("accept", ["application/x-ndjson", "application/json", "*/*"])
def test_what_is_refused_before_the_first_line_is_an_ordinary_error(writer: Client, accept: str):
    address, headers = BULK, {"accept": accept}
    wrong = writer.post(address, "{}", content_type="application/json", headers=headers)
    assert_error(wrong, 415, "unsupported_media_type")
    assert wrong["Content-Type"] == "application/json"
    response = writer.post(f"{address}?x=1", "{}", content_type=NDJSON, headers=headers)
    assert_error(response, 400, "unknown_field", "x")
    too_long = {"CONTENT_LENGTH": str(2**26 + 1)}
    response = writer.post(address, b"{", content_type=NDJSON, headers=headers, **too_long)
    assert_error(response, 413, "too_large")
    chunked = {"transfer-encoding": "chunked", **headers}
    response = writer.post(address, b"", content_type=NDJSON, headers=chunked)
    assert_error(response, 411, "length_required")


def test_a_body_over_the_cap_of_other_addresses_is_taken(writer: Client, settings: Any):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    results, _ = write(writer, {"sku": "A", "title": "A", "price": 1})
    assert statuses(results) == ["created"]


def test_an_answer_form_that_there_is_not(writer: Client):
    assert_error(send(writer, "{}", accept="text/html"), 406, "not_acceptable")


@pytest.mark.parametrize("fault", [IntegrityError("taken"), OperationalError("deadlock")])
def test_a_batch_that_fails_is_written_one_by_one(
    writer: Client, monkeypatch: pytest.MonkeyPatch, fault: Exception
):
    make, failing = bulk_services.unique_slugs, iter([fault])

    def once(*args: Any) -> list[str]:
        if error := next(failing, None):
            raise error
        return make(*args)

    monkeypatch.setattr(bulk_services, "unique_slugs", once)
    lines = [
        {"sku": f"P{number}", "title": "P", "price": 1, "category": "A > B", "tags": ["t"]}
        for number in range(5)
    ]
    results, _ = write(writer, *lines)
    assert statuses(results) == ["created"] * 5
    assert Product.objects.filter(category__name="B", tags__value="t").count() == 5


@pytest.mark.django_db(transaction=True)
def test_bodies_that_cross_each_other_all_go_in(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk_room, "places", BoundedSemaphore(4))
    writer = with_key(client, "write")
    line = {"title": "P", "price": 1, "category": "A > B", "tags": ["colour:red", "sale"]}
    lines = [{"sku": f"P{number}", **line} for number in range(60)]
    bodies = iter([lines, lines[::-1], lines, lines[::-1]])
    answers = at_once(4, lambda: write(writer, *next(bodies)))
    for results, summary in answers:
        assert summary["complete"] is True
        assert "error" not in statuses(results)
    assert Product.objects.filter(category__name="B", tags__value="sale").count() == 60
    assert sum(statuses(results).count("created") for results, _ in answers) == 60


def test_a_database_that_goes_away_is_told_in_the_summary(
    writer: Client, monkeypatch: pytest.MonkeyPatch
):
    def gone(*_: Any) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(api_bulk, "write_lines", gone)
    results, summary = write(writer, {"sku": "A", "title": "A", "price": 1})
    assert (results, summary["complete"], summary["error"]["code"]) == ([], False, "unavailable")


def test_a_crash_is_told_without_its_words(writer: Client, monkeypatch: pytest.MonkeyPatch):
    def crash(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(api_bulk, "write_lines", crash)
    _, summary = write(writer, {"sku": "A", "title": "A", "price": 1})
    assert summary["error"]["code"] == "internal"
    assert "secret" not in json.dumps(summary)


@pytest.mark.django_db(transaction=True)
def test_a_client_that_goes_away_stops_the_work(client: Client, monkeypatch: pytest.MonkeyPatch):
    writer = with_key(client, "write")
    monkeypatch.setattr(api_bulk, "AT_ONCE", 2)
    make_product(sku="P0")
    lines = [{"sku": f"P{number}", "title": "P", "price": 1} for number in range(10)]
    response = send(writer, "\n".join(json.dumps(line) for line in lines))
    assert next(iter(response.streaming_content)).count(b"\n") == 2
    response.close()
    assert Product.objects.count() == 2


def test_what_a_busy_sender_cannot_read_is_held_until_his_body_is_here(
    writer: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(api_bulk, "AT_ONCE", 1)
    monkeypatch.setattr(api_bulk, "EARLY_BYTES", 150)
    monkeypatch.setattr("search.api.ndjson.PIECE", 40)
    lines = [{"sku": f"P{number}", "title": "P", "price": 1} for number in range(10)]
    response = send(writer, "\n".join(json.dumps(line) for line in lines))
    pieces = [piece.count(b"\n") for piece in response.streaming_content]
    assert pieces[:2] == [1, 1]
    assert sum(pieces) == 11
    assert len(pieces) < 11
