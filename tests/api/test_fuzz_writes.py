"""Whatever a write says: never a 500, always an answer or the one error shape."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.api.conftest import PRODUCTS, Shop, photo_base64
from tests.api.contract import assert_error, assert_fits
from tests.api.test_bulk import BULK, NDJSON, told
from tests.api.test_fuzz import anything, mostly, shared_database

prices = mostly(st.decimals(0, 100, places=2).map(str) | st.floats(allow_nan=False))
tags = mostly(st.lists(st.sampled_from(["colour:red", "sale", "a:", ":b", "", "\0", "x:y:z"])))
parts: dict[str, st.SearchStrategy[Any]] = {
    "title": mostly(st.text(min_size=1, max_size=210)),
    "description": mostly(st.text()),
    "category": mostly(st.sampled_from(["shoes", "A > B", ">", "> A", "none", "A > B > "])),
    "tags": tags,
    "price": prices,
    "currency": mostly(st.sampled_from(["EUR", "usd", "€"])),
    "stock": mostly(st.integers(-1, 10**10)),
    "status": mostly(st.sampled_from(["draft", "active", "gone"])),
    "surprise": anything,
}
products = st.fixed_dictionaries({}, optional=parts)
skus = st.text(min_size=1, max_size=70) | st.sampled_from(["RED-1", "BLUE-1", "NEW", ".", "a/b"])
tags_of_states = st.none() | st.text(max_size=20) | st.sampled_from(['"x"', "*", 'W/"x", "y"'])
keys = st.none() | st.text(max_size=20) | st.sampled_from(["k1", "k2"])


def fits_or_explains(response: Any, component: str) -> None:
    if response.status_code in {200, 201}:
        assert_fits(response.json(), component)
    elif response.status_code != 204:
        error = response.json()["error"]
        assert response.status_code < 500
        assert_error(response, response.status_code, error["code"], error["field"])


def headers(**given: str | None) -> dict[str, str]:
    """As a client can send them: without line breaks, in Latin-1."""
    return {
        name: value.encode("latin-1", "replace").decode("latin-1")
        for name, value in given.items()
        if value is not None and value.isprintable()
    }


@shared_database
@given(body=mostly(products), sku=skus, if_match=tags_of_states, key=keys, whole=st.booleans())
def test_a_product_of_any_shape(
    writer: Client, shop: Shop, body: Any, sku: str, if_match: Any, key: Any, whole: bool
):
    caller = writer.put if whole else writer.patch
    sent = headers(if_match=if_match, idempotency_key=key)
    sent = {name.replace("_", "-"): value for name, value in sent.items()}
    address = f"{PRODUCTS}{quote(sku, safe='')}/"
    response = caller(address, json.dumps(body), content_type="application/json", headers=sent)
    if response.status_code == 404 or sku.strip("/") != sku:
        return
    fits_or_explains(response, "FullProduct")


@shared_database
@given(body=st.binary(max_size=100), kind=st.sampled_from(["application/json", NDJSON, "x/y"]))
def test_any_bytes(writer: Client, shop: Shop, body: bytes, kind: str):
    for address in (f"{PRODUCTS}RED-1/", f"{PRODUCTS}RED-1/images/"):
        caller = writer.patch if address.endswith("RED-1/") else writer.post
        component = "FullProduct" if address.endswith("RED-1/") else "IndexedImage"
        fits_or_explains(caller(address, body, content_type=kind), component)


images = st.fixed_dictionaries(
    {},
    optional={
        "image_base64": mostly(st.sampled_from([photo_base64(4), "AAAA", "data:,"])),
        "alt": mostly(st.text(max_size=260)),
        "position": mostly(st.integers(-1, 40_000)),
        "surprise": anything,
    },
)


@shared_database
@given(body=mostly(images))
def test_an_image_of_any_shape(writer: Client, shop: Shop, body: Any):
    address = f"{PRODUCTS}RED-1/images/"
    response = writer.post(address, json.dumps(body), content_type="application/json")
    fits_or_explains(response, "IndexedImage")


line = st.fixed_dictionaries({"sku": mostly(skus)}, optional={**parts, "delete": st.booleans()})
garbage = st.binary(max_size=60).map(lambda each: each.replace(b"\n", b""))


@shared_database
@given(
    body=st.lists(mostly(line).map(lambda each: json.dumps(each).encode()) | garbage, max_size=8)
)
def test_lines_of_any_shape(writer: Client, shop: Shop, body: list[bytes]):
    response = writer.post(BULK, b"\n".join(body) + b"\n", content_type=NDJSON)
    results, summary = told(response)
    assert summary["complete"] is True
    assert summary["summary"]["lines"] == len(results)
    numbers = [each["line"] for each in results]
    assert numbers == sorted(set(numbers))
    assert "internal" not in {each["error"]["code"] for each in results if each["error"]}
