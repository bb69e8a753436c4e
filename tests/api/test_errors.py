"""The one shape of errors holds where no view of the API is at work, too."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from catalog.models import Product
from tests.api.conftest import PRODUCTS, SEARCH
from tests.api.contract import assert_error


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/nothing/", "/api/v1/search/x/y/"])
def test_an_unknown_address(client: Client, address: str):
    assert_error(client.get(address), 404, "not_found")
    assert_error(client.post(address), 404, "not_found")


@pytest.mark.parametrize("address", ["/api/", "/api/v2/search/"])
def test_an_unknown_version(client: Client, address: str):
    assert_error(client.get(address), 404, "not_found")


def test_a_missing_slash_is_told_instead_of_losing_the_body(client: Client):
    for method in (client.get, client.post):
        error = assert_error(method("/api/v1/search"), 404, "not_found")
        assert "/api/v1/search/" in error["message"]


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("get", SEARCH, "POST, OPTIONS"),
        ("delete", PRODUCTS, "GET, HEAD, OPTIONS"),
        ("post", f"{PRODUCTS}X/", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        ("get", f"{PRODUCTS}X/images/", "POST, OPTIONS"),
        ("get", f"{PRODUCTS}bulk/", "POST, OPTIONS"),
        ("put", "/api/v1/images/1/", "GET, DELETE, HEAD, OPTIONS"),
        ("put", f"{SEARCH}{uuid.UUID(int=1)}/", "GET, DELETE, HEAD, OPTIONS"),
        ("post", "/api/v1/schema/", "GET, HEAD, OPTIONS"),
        ("post", "/api/v1/docs/", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method(client: Client, method: str, address: str, allowed: str):
    response = getattr(client, method)(address)
    assert_error(response, 405, "method_not_allowed")
    assert response["Allow"] == allowed


@pytest.mark.parametrize("address", [PRODUCTS, "/api/v1/schema/"])
def test_a_form_of_answer_that_there_is_not(client: Client, address: str):
    assert_error(client.get(address, headers={"accept": "text/html"}), 406, "not_acceptable")


def test_a_foreign_host(client: Client):
    assert_error(client.get(PRODUCTS, headers={"host": "evil.example"}), 400, "malformed")


def test_a_crash_tells_its_request_id_and_nothing_else(monkeypatch: pytest.MonkeyPatch):
    def crash(_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Product.objects, "published", crash, raising=False)
    monkeypatch.setattr("search.api.views.searching.Product.objects.published", crash)
    response = Client(raise_request_exception=False).get(f"{PRODUCTS}X/")
    error = assert_error(response, 500, "internal")
    assert "secret" not in str(error)


def test_a_proxy_may_choose_the_request_id_but_not_forge_a_log_line(client: Client):
    chosen = client.get("/api/v1/nothing/", headers={"x-request-id": "proxy-12345678"})
    assert chosen["X-Request-ID"] == "proxy-12345678"
    assert chosen.json()["error"]["request_id"] == "proxy-12345678"
    forged = client.get("/api/v1/nothing/", headers={"x-request-id": "a b\x1b[31m" * 100})
    assert uuid.UUID(forged["X-Request-ID"]).version == 4


def test_pages_outside_the_api_keep_their_own_errors(client: Client, db: None):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
