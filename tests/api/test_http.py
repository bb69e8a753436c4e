"""What HTTP itself leaves open: methods, Accept, Content-Type, odd bodies, odd addresses."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pytest
import yaml
from django.test import Client

from search import services
from search.api.negotiation import Range, ranges
from tests.api.conftest import PRODUCTS, SEARCH, Shop
from tests.api.contract import assert_error

WORDS = json.dumps({"text": "crimson"}).encode()
JSON = "application/json"
ADDRESSES = [
    PRODUCTS,
    f"{PRODUCTS}RED-1/",
    f"{PRODUCTS}RED-1/similar/",
    "/api/v1/schema/",
    "/api/v1/docs/",
]
POSTED = [SEARCH, f"{SEARCH}batch/", "/api/v1/embeddings/"]


def send(client: Client, body: bytes, kind: str = JSON, address: str = SEARCH, **extra: Any) -> Any:
    return client.generic("POST", address, body, kind, **extra)


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_its_body(client: Client, shop: Shop, address: str):
    head, full = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == full["Content-Type"]


@pytest.mark.parametrize("address", POSTED)
def test_there_is_nothing_to_get_where_one_posts(client: Client, address: str):
    response = client.head(address)
    assert (response.status_code, response.content) == (405, b"")
    assert response["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("address", [*ADDRESSES, *POSTED])
def test_options_says_what_there_is(client: Client, db: None, address: str):
    response = client.options(address)
    assert response.status_code == 200
    assert "OPTIONS" in response["Allow"]


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/*",
        "application/json;q=0.5, text/html",
        "text/html;q=0.9, */*;q=0.1",
        "text/html, application/xhtml+xml, */*;q=0.8",
        "application/json; version=2",
        "nonsense, application/json",
    ],
)
def test_json_is_what_these_take(client: Client, db: None, accept: str):
    response = client.get(PRODUCTS, headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, JSON)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "nonsense",
        "application/json;q=0",
        "*/*;q=0",
        "*/*, application/json;q=0",
        "application/json;q=never",
        "application/vnd.api+json",
        "x" * 5000,
        ",".join(["text/html"] * 5000),
    ],
)
def test_json_is_not_what_these_take(client: Client, db: None, accept: str):
    error = assert_error(client.get(PRODUCTS, headers={"accept": accept}), 406, "not_acceptable")
    assert "Accept: application/json" in error["message"]


def test_the_form_that_is_liked_best_is_given(client: Client):
    liked = client.get(
        "/api/v1/schema/", headers={"accept": "application/json;q=0.2, application/yaml;q=0.9"}
    )
    assert yaml.safe_load(liked.content)["openapi"] == "3.1.0"
    assert liked["Content-Type"].startswith("application/yaml")


def test_a_range_is_as_precise_as_what_it_names():
    assert ranges("text/*;q=0.3, */*;q=2, application/json") == (
        Range("text/*", 0.3, 2),
        Range("*/*", 1.0, 0),
        Range("application/json", 1.0, 4),
    )


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-8",
        "application/json; charset=UTF8",
        "APPLICATION/JSON",
        'application/json; a="b',
    ],
)
def test_json_however_it_is_announced(client: Client, shop: Shop, kind: str):
    assert send(client, WORDS, kind).status_code == 200


@pytest.mark.parametrize(
    "kind", ["", "text/json", "application/vnd.api+json", "application/merge-patch+json"]
)
def test_what_is_not_announced_as_json(client: Client, kind: str):
    error = assert_error(send(client, WORDS, kind), 415, "unsupported_media_type")
    assert "Send application/json, or multipart/form-data" in error["message"]
    error = assert_error(
        send(client, WORDS, kind, f"{SEARCH}batch/"), 415, "unsupported_media_type"
    )
    assert error["message"].endswith("Send application/json.")


def test_another_charset_is_told_by_name(client: Client):
    response = send(client, WORDS, "application/json; charset=latin-1")
    assert "Send UTF-8" in assert_error(response, 400, "malformed")["message"]


def test_a_byte_order_mark_is_no_harm(client: Client, shop: Shop):
    assert send(client, b"\xef\xbb\xbf" + WORDS).status_code == 200


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (WORDS.decode().encode("utf-16"), "utf-8"),
        (b'{"text": "a", "text": "b"}', "'text' stands twice"),
        (b'{"text": "a", "filters": {"tags": [], "tags": []}}', "'tags' stands twice"),
        (b'{"text": "red", "k": Infinity}', "no JSON number"),
        (b'{"text": "red", "k": 01}', "Not valid JSON"),
        (b"{'text': 'red'}", "Not valid JSON"),
        (b'{"text": "red"} {}', "Not valid JSON"),
        (b"null", "JSON object"),
    ],
)
def test_a_body_that_is_no_sound_json(client: Client, body: bytes, hint: str):
    assert hint in assert_error(send(client, body), 400, "malformed")["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"text": "\\ud800"}', "text"),
        (b'{"product": "\\udfff"}', "product"),
        (b'{"product": "a\\u0000b"}', "product"),
        (b'{"text": "red", "sort": "\\ud800"}', "sort"),
        (b'{"text": "red", "filters": {"category": "\\ud800"}}', "filters.category"),
        (b'{"text": "red", "filters": {"colours": ["\\ud800"]}}', "filters.colours[0]"),
        (b'{"text": "red", "filters": {"in_stock": "\\ud800"}}', "filters.in_stock"),
        (b'{"text": "red", "filters": {"price_min": "\\ud800"}}', "filters.price_min"),
        (b'{"query_id": "\\ud800"}', "query_id"),
        (b'{"image_base64": "\\ud800"}', "image_base64"),
        (b'{"images": [{"product": "\\ud800"}]}', "images[0].product"),
        (b'{"text": "red", "k": 1e400}', "k"),
        (b'{"text": "red", "k": 123456789012345678901234567890}', "k"),
        (b'{"product": "RED-1", "min_similarity": 1e400}', "min_similarity"),
        (b'{"product": "RED-1", "min_similarity": 1234567890123456789012345}', "min_similarity"),
        (b'{"text": "red", "filters": {"price_min": 1e400}}', "filters.price_min"),
        (b'{"image_base64": "AAAA", "crop": [1e400, 0, 1, 1]}', "crop[0]"),
    ],
)
def test_half_characters_and_huge_numbers(client: Client, shop: Shop, body: bytes, field: str):
    assert_error(send(client, body), 400, "invalid", field)


@pytest.mark.parametrize("value", [b'"\\ud800"', b'"a\\u0000b"'])
def test_half_characters_in_marks(client: Client, shop: Shop, value: bytes):
    query, _ = services.photo_query(product=shop.crimson)
    response = send(client, b'{"like": [' + value + b"]}", address=f"{SEARCH}{query.pk}/feedback/")
    assert_error(response, 400, "invalid", "like[0]")


def test_a_pair_of_surrogates_is_a_character(client: Client, shop: Shop):
    assert send(client, b'{"text": "\\ud83d\\ude00"}').json()["total"] == 0


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, identity"])
def test_a_packed_body(client: Client, encoding: str):
    response = send(client, gzip.compress(WORDS), headers={"content-encoding": encoding})
    error = assert_error(response, 415, "unsupported_media_type")
    assert "Content-Encoding" in error["message"]


def test_answers_are_packed_for_who_asks(client: Client, shop: Shop):
    packed = client.get(PRODUCTS, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert json.loads(gzip.decompress(packed.content)) == client.get(PRODUCTS).json()


@pytest.mark.parametrize("length", ["9" * 5000, "1" + "0" * 17])
def test_a_length_that_nothing_has(client: Client, length: str):
    assert_error(send(client, WORDS, CONTENT_LENGTH=length), 413, "too_large")


@pytest.mark.parametrize("length", ["abc", "-1", "1.5", "٣"])
def test_a_length_that_is_none(client: Client, length: str):
    assert send(client, WORDS, CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize("address", POSTED)
def test_what_belongs_into_the_body_is_refused_in_the_address(
    client: Client, shop: Shop, address: str
):
    error = assert_error(send(client, WORDS, address=f"{address}?k=3"), 400, "unknown_field", "k")
    assert "the body" in error["message"]
    gone = client.delete(f"{SEARCH}{uuid.UUID(int=1)}/?k=3")
    assert_error(gone, 400, "unknown_field", "k")


@pytest.mark.parametrize("sku", ["%ED%A0%80", "%FF", "a%00b", "x" * 3000, "a%2Fb", "%2e%2e"])
def test_odd_skus_are_of_no_product(client: Client, db: None, sku: str):
    for address in (f"{PRODUCTS}{sku}/", f"{PRODUCTS}{sku}/similar/"):
        assert_error(client.get(address), 404, "unknown_product", "sku")


def test_a_sku_with_a_slash_is_found_plain_and_encoded(client: Client, shop: Shop):
    shop.red.sku = "A/B"
    shop.red.save()
    for sku in ("A/B", "A%2FB", "A%2fB"):
        assert client.get(f"{PRODUCTS}{sku}/").json()["sku"] == "A/B"
        assert client.get(f"{PRODUCTS}{sku}/similar/").json()["total"] == 2


@pytest.mark.parametrize("address", [PRODUCTS, f"{PRODUCTS}RED-1/similar/"])
@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("k=" + "1" * 1_000_000, "invalid", "k"),
        ("tags=" + "a" * 1_000_000, "invalid", "tags"),
        ("tags=" + "a," * 500_000, "unknown_filter", "tags"),
        ("x" * 1_000_000, None, None),
        ("&".join(f"a{number}=1" for number in range(5000)), "malformed", None),
        ("&".join(["tags=a"] * 5000), "malformed", None),
        ("tags=%ED%A0%80", "unknown_filter", "tags"),
        ("category=%FF", "unknown_filter", "category"),
        ("k=1;page=2", "invalid", "k"),
        ("k=１０", "invalid", "k"),
    ],
)
def test_query_strings_of_any_size(
    client: Client, shop: Shop, address: str, query: str, code: str | None, field: str | None
):
    response = client.get(f"{address}?{query}")
    if code is None:  # a name without a value is none
        assert response.json()["error"]["code"] == "unknown_field"
        assert len(response.content) < 2000
        return
    error = assert_error(response, 400, code, field)
    assert "settings." not in error["message"]
    assert len(response.content) < 2000


@pytest.mark.parametrize("method", ["TRACE", "BREW"])
def test_methods_that_nothing_knows(client: Client, method: str):
    assert_error(client.generic(method, PRODUCTS), 405, "method_not_allowed")


def test_no_header_changes_the_method(client: Client, shop: Shop):
    headers = {"x-http-method-override": "GET"}
    assert_error(send(client, b"", address=PRODUCTS, headers=headers), 405, "method_not_allowed")


@pytest.mark.parametrize("change", [str.upper, lambda text: text.replace("-", "")])
def test_a_query_id_is_the_same_however_it_is_written(client: Client, shop: Shop, change: Any):
    query, _ = services.photo_query(product=shop.crimson)
    assert client.get(f"{SEARCH}{change(str(query.pk))}/").json()["query_id"] == str(query.pk)
