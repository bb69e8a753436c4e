"""POST search/: every bad question gets its own code, the field, and no 500."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from search.slots import slot
from tests.api.conftest import SEARCH, Shop, photo, photo_base64
from tests.api.contract import assert_error
from tests.factories import draw_photo, encoded, make_product

pytestmark = pytest.mark.django_db


def post(client: Client, question: Any) -> Any:
    return client.post(SEARCH, json.dumps(question), content_type="application/json")


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


@pytest.mark.parametrize(
    ("question", "code", "field"),
    [
        ({}, "invalid", None),
        ({"text": "  "}, "invalid", "text"),
        ({"text": None}, "invalid", None),
        ({"text": "a\0b"}, "invalid", "text"),
        ({"text": "\ud800"}, "invalid", "text"),
        ({"text": "x" * 201}, "invalid", "text"),
        ({"text": ["red"]}, "invalid", "text"),
        ({"text": "red", "k": 0}, "invalid", "k"),
        ({"text": "red", "k": -1}, "invalid", "k"),
        ({"text": "red", "k": 10**9}, "invalid", "k"),
        ({"text": "red", "k": "abc"}, "invalid", "k"),
        ({"text": "red", "k": 1.5}, "invalid", "k"),
        ({"text": "red", "k": True}, "invalid", "k"),
        ({"text": "red", "sort": "cheapest"}, "invalid", "sort"),
        ({"text": "red", "facets": "perhaps"}, "invalid", "facets"),
        ({"text": "red", "filter": {}}, "unknown_field", "filter"),
        ({"text": "red", "filters": []}, "invalid", "filters"),
        ({"text": "red", "filters": {"tag": ["sale"]}}, "unknown_field", "filters.tag"),
        ({"text": "red", "filters": {"\ud800": 1}}, "unknown_field", "filters.?"),
        ({"text": "red", "filters": {"tags": "sale"}}, "invalid", "filters.tags"),
        ({"text": "red", "filters": {"tags": ["ok", 5, {}]}}, "invalid", "filters.tags[2]"),
        ({"text": "red", "filters": {"tags": ["a\0b"]}}, "invalid", "filters.tags[0]"),
        ({"text": "red", "filters": {"tags": ["nothing:such"]}}, "unknown_filter", "filters.tags"),
        ({"text": "red", "filters": {"not_tags": ["'; --"]}}, "unknown_filter", "filters.not_tags"),
        ({"text": "red", "filters": {"facet_tags": ["%"]}}, "unknown_filter", "filters.facet_tags"),
        ({"text": "red", "filters": {"category": "%"}}, "unknown_filter", "filters.category"),
        ({"text": "red", "filters": {"price_min": "cheap"}}, "invalid", "filters.price_min"),
        ({"text": "red", "filters": {"price_min": -1}}, "invalid", "filters.price_min"),
        ({"text": "red", "filters": {"price_min": "1e-999"}}, "invalid", "filters.price_min"),
        ({"text": "red", "filters": {"price_max": 1e300}}, "invalid", "filters.price_max"),
        ({"text": "red", "filters": {"price_max": "NaN"}}, "invalid", "filters.price_max"),
        (
            {"text": "red", "filters": {"price_min": 9, "price_max": 1}},
            "invalid",
            "filters.price_min",
        ),
        ({"text": "red", "crop": [0, 0, 1, 1]}, "invalid", "crop"),
        ({"image_base64": "!!!"}, "invalid", "image_base64"),
        ({"image_base64": "abcde"}, "invalid", "image_base64"),
        ({"image_base64": "größe"}, "invalid", "image_base64"),
        ({"image_base64": "data:image/png;base64,"}, "empty", "image_base64"),
        ({"image_base64": photo_base64(), "crop": [0, 0, 1]}, "invalid", "crop"),
        ({"image_base64": photo_base64(), "crop": [0, 0, 0, 1]}, "invalid", "crop"),
        ({"image_base64": photo_base64(), "crop": [0.5, 0, 0.8, 1]}, "invalid", "crop"),
        ({"image_base64": photo_base64(), "crop": [0, 0, 1, "x"]}, "invalid", "crop[3]"),
        ({"image_base64": photo_base64(), "product": "RED-1"}, "invalid", "product"),
        ({"query_id": "not-a-uuid"}, "invalid", "query_id"),
    ],
)
def test_a_bad_value_is_named(client: Client, question: dict, code: str, field: str | None):
    assert_error(post(client, question), 400, code, field)


@pytest.mark.parametrize("k", ["NaN", "Infinity", "1e9", "9" * 5000])
def test_numbers_that_json_or_python_refuse(client: Client, k: str):
    response = client.post(SEARCH, f'{{"text": "red", "k": {k}}}', content_type="application/json")
    assert response.status_code == 400
    assert_error(response, 400, *(("invalid", "k") if k == "1e9" else ("malformed", None)))


@pytest.mark.parametrize("zero", ["0E-999999", "0e999999", "-0", "0.000000000"])
def test_a_zero_however_it_is_written(client: Client, shop: Shop, zero: str):
    response = post(client, {"text": "red", "filters": {"price_max": zero}})
    assert (response.status_code, response.json()["total"]) == (200, 0)
    response = client.get("/api/v1/products/", {"price_min": zero})
    assert (response.status_code, len(response.json()["results"])) == (200, 3)


def test_the_nearest_name_is_offered(client: Client):
    error = assert_error(post(client, {"txt": "red"}), 400, "unknown_field", "txt")
    assert "Did you mean text?" in error["message"]
    error = assert_error(
        post(client, {"text": "red", "filters": {"prize_max": 3}}),
        400,
        "unknown_field",
        "filters.prize_max",
    )
    assert "Did you mean price_max?" in error["message"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"nonsense", b"\xff\xfe", b'{"text": NaN}', b"[" * 100_000, b"[]", b'"red"', b"3"],
    ids=["cut", "words", "no utf-8", "NaN", "deep", "list", "string", "number"],
)
@pytest.mark.parametrize("charset", ["utf-8", "rot13", "no-such"])
def test_a_body_that_is_no_json_object(client: Client, body: bytes, charset: str):
    response = client.generic("POST", SEARCH, body, f"application/json; charset={charset}")
    assert_error(response, 400, "malformed")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "empty"),
        (b"x", 415, "unsupported_type"),
        (b"just words, named .jpg", 415, "unsupported_type"),
        (photo()[: len(photo()) // 2], 400, "corrupt"),
        (encoded(draw_photo(1, (8, 8)), "PNG"), 400, "too_small"),
    ],
)
def test_a_photo_that_is_none(client: Client, content: bytes, status: int, code: str):
    assert_error(client.post(SEARCH, {"image": upload(content)}), status, code, "image")
    if content:
        text = base64.b64encode(content).decode()
        assert_error(post(client, {"image_base64": text}), status, code, "image_base64")


def test_a_photo_over_the_cap(client: Client, settings: Any):
    settings.MAX_PHOTO_BYTES = 2000
    assert_error(client.post(SEARCH, {"image": upload(b"x" * 2001)}), 413, "too_large", "image")
    text = base64.b64encode(b"x" * 2001).decode()
    assert_error(post(client, {"image_base64": text}), 413, "too_large", "image_base64")


def test_a_body_over_the_cap_is_refused_before_it_is_read(client: Client, settings: Any):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = client.post(SEARCH, b"{", content_type="application/json", CONTENT_LENGTH="1001")
    assert_error(response, 413, "too_large")


def test_a_body_of_unknown_length(client: Client):
    response = client.post(
        SEARCH, b"", content_type="application/json", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert_error(response, 411, "length_required")


def test_many_form_fields(client: Client):
    form = {f"field{number}": "x" for number in range(1001)}
    assert_error(client.post(SEARCH, form), 400, "malformed")


@pytest.mark.parametrize(
    ("form", "code", "field"),
    [
        ({}, "malformed", None),
        ({"image": "words"}, "invalid", "image"),
        ({"image": [upload(photo()), upload(photo())]}, "invalid", "image"),
        ({"text": ["red", "blue"]}, "invalid", "text"),
        ({"text": upload(b"red")}, "invalid", "text"),
        ({"text": "red", "k": "NaN"}, "invalid", "k"),
        ({"text": "red", "filters": "{"}, "malformed", None),
        ({"text": "red", "filters": "[]"}, "invalid", "filters"),
        ({"text": "red", "filters": '{"colour": 1}'}, "unknown_field", "filters.colour"),
        ({"image": upload(photo()), "crop": "0,0,1"}, "invalid", "crop"),
        ({"image": upload(photo()), "crop": "a,b,c,d"}, "invalid", "crop"),
        ({"image": upload(photo()), "crop": "0,0,nan,1"}, "invalid", "crop"),
        ({"photo": upload(photo())}, "unknown_field", "photo"),
    ],
)
def test_a_bad_form(client: Client, form: dict, code: str, field: str | None):
    for value in form.values():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str):
                each.seek(0)
    assert_error(client.post(SEARCH, form), 400, code, field)


def form_with_photo(file_name: str) -> bytes:
    """A form as a hostile client writes it, with nothing of the name quoted or cut."""
    head = f'--b\r\nContent-Disposition: form-data; name="image"; filename="{file_name}"\r\n'
    return head.encode() + b"Content-Type: text/html\r\n\r\n" + photo() + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "a\0b.jpg", "\u202egpj.exe", "x" * 900 + ".jpg", "x.html"]
)
def test_neither_file_name_nor_claimed_type_matters(client: Client, shop: Shop, name: str):
    kind = "multipart/form-data; boundary=b"
    response = client.post(SEARCH, form_with_photo(name), content_type=kind)
    assert response.status_code == 200
    assert response.json()["results"][0]["sku"] == "RED-1"


def test_a_file_name_of_5000_letters(client: Client):
    kind = "multipart/form-data; boundary=b"
    response = client.post(SEARCH, form_with_photo("x" * 5000), content_type=kind)
    assert_error(response, 400, "malformed")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=\xff", b"x"),
    ],
)
def test_a_form_without_boundary(client: Client, kind: str, body: bytes):
    assert_error(client.post(SEARCH, body, content_type=kind), 400, "malformed")


def test_a_form_without_its_end(client: Client):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nred\r\n'
        b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    )
    body += photo()[:2000]
    response = client.post(SEARCH, body, content_type="multipart/form-data; boundary=b")
    error = assert_error(response, 400, "malformed")
    assert "breaks off" in error["message"]


def test_no_body(client: Client):
    assert_error(client.post(SEARCH, b"", content_type="application/json"), 400, "invalid")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "image/jpeg"])
def test_a_body_of_another_type(client: Client, kind: str):
    assert_error(client.post(SEARCH, b"text=red", content_type=kind), 415, "unsupported_media_type")


def test_a_product_that_is_not_there(client: Client):
    make_product(sku="DRAFT", status="draft")
    for sku in ("NONE", "DRAFT"):
        assert_error(post(client, {"product": sku}), 404, "unknown_product", "product")


def test_a_product_without_vectors(client: Client, shop: Shop):
    make_product(sku="BARE")
    response = post(client, {"product": "BARE"})
    assert_error(response, 409, "not_indexed_yet", "product")
    assert response["Retry-After"] == "5"


def test_a_query_that_never_was(client: Client):
    assert_error(post(client, {"query_id": str(uuid.uuid4())}), 410, "query_expired", "query_id")


def test_more_photos_than_the_embedder_takes(client: Client, shop: Shop, settings: Any):
    settings.EMBED_CONCURRENCY, settings.EMBED_QUEUE_SECONDS = 1, 0
    with slot():
        response = post(client, {"image_base64": photo_base64()})
    assert_error(response, 503, "busy")
    assert response["Retry-After"] == "2"


def test_an_embedder_that_does_not_exist(client: Client, settings: Any):
    settings.EMBEDDER = "none@9"
    response = post(client, {"image_base64": photo_base64()})
    assert_error(response, 503, "search_unavailable")
    assert response["Retry-After"] == "30"
