"""A key opens, or says why it doesn't; and it is told nowhere else."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from search import key_format, services
from search.models import ApiKey
from tests.api.conftest import PRODUCTS, SEARCH, Shop
from tests.api.contract import assert_error
from tests.api.keys import make_key, sending, with_key

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.doors")]

WRITING = "/api/v1/writing/"
INVALID = 'Bearer realm="Lookalike API", error="invalid_token"'
NOBODYS = "lk_" + "a" * 8 + "_" + "b" * 43


def test_a_key_opens_what_its_scope_stands_for(client: Client):
    answer = with_key(client, "write").put(WRITING, {"a": 1}, content_type="application/json")

    assert (answer.status_code, answer.json()) == (200, {"written": {"a": 1}})


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_as_http_has_it(client: Client, scheme: str):
    keyed = sending(client, make_key("write")[1], scheme=scheme)

    assert keyed.put(WRITING).status_code == 200


def test_no_browser_and_no_token_of_a_form_is_asked_for():
    strict = Client(enforce_csrf_checks=True, headers={"origin": "https://elsewhere.example"})

    assert with_key(strict, "write").put(WRITING).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        NOBODYS,
        "lk_short",
        "",
        "nothing like a key",
        NOBODYS + "c",
        "lk_" + "ä" * 8,
        "\x00",
        "x" * 8_000,
    ],
)
@pytest.mark.parametrize(
    "address", [PRODUCTS, "/api/v1/schema/", "/api/v1/docs/", "/api/v1/nothing/", WRITING]
)
def test_a_wrong_key_is_refused_everywhere(client: Client, sent: str, address: str):
    response = sending(client, sent).get(address)

    error = assert_error(response, 401, "invalid_key")
    assert response["WWW-Authenticate"] == INVALID
    assert not sent.strip("\x00") or sent not in str(error)


def test_the_right_prefix_with_another_secret(client: Client):
    key, _ = make_key("read")
    forged = key_format.written(key_format.Parts(key.prefix, "b" * 43))

    error = assert_error(sending(client, forged).get(PRODUCTS), 401, "invalid_key")
    assert error["message"].startswith("That is no API key of this shop.")


def test_a_revoked_key(client: Client):
    key, secret = make_key("admin")
    assert services.revoke_keys([key]) == 1
    assert services.revoke_keys([key]) == 0

    error = assert_error(sending(client, secret).get(PRODUCTS), 401, "invalid_key")
    assert error["message"].startswith(f"The key lk_{key.prefix}_… was revoked;")


def test_an_expired_key(client: Client):
    expired = timezone.now() - timedelta(seconds=1)
    keyed = with_key(client, "admin", expires_at=expired)

    error = assert_error(keyed.get(PRODUCTS), 401, "invalid_key")
    assert f"expired on {expired:%Y-%m-%d}" in error["message"]
    ApiKey.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert keyed.get(PRODUCTS).status_code == 200


@pytest.mark.parametrize("name", ["key", "api_key", "ACCESS_TOKEN", "anything"])
def test_a_key_in_the_address(client: Client, name: str):
    _, secret = make_key("read")

    for asking in (client, sending(client, secret)):
        response = asking.get(f"{PRODUCTS}?k=1&{name}={secret}")
        field = None if name == "anything" else name.lower()
        error = assert_error(response, 401, "invalid_key", field)
        assert "in the header `Authorization: Bearer KEY`, and revoke" in error["message"]
        assert secret not in str(error)


@pytest.mark.parametrize("query", ["api_key=", "text=a&token=b", "%6bey=x"])
def test_a_name_that_is_for_keys(client: Client, query: str):
    response = client.get(f"{PRODUCTS}?{query}")

    assert response.json()["error"]["code"] == "invalid_key"


@pytest.mark.parametrize("header", ["{}", "Api-Key {}", "Token {}", "Basic {}"])
def test_a_key_under_another_scheme_is_not_passed_over(client: Client, header: str):
    _, secret = make_key("read")

    response = client.get(PRODUCTS, headers={"authorization": header.format(secret)})

    error = assert_error(response, 401, "invalid_key")
    assert "`Authorization: Bearer KEY`" in error["message"]


def test_the_log_in_of_a_proxy_is_none_of_ours(client: Client):
    response = client.get(PRODUCTS, headers={"authorization": "Basic c3RhZmY6c2VjcmV0"})

    assert response.status_code == 200


def test_no_secret_reaches_the_log(client: Client, shop: Shop, log: io.StringIO):
    key, secret = make_key("search")

    sending(client, secret).post(SEARCH, {"text": "red"}, content_type="application/json")
    client.get(f"{PRODUCTS}?api_key={secret}")
    client.get(f"{PRODUCTS}?api_key={secret.replace('_', '%5f')}")
    client.get(f"/api/v1/{secret}/")

    lines = log.getvalue()
    assert f"api_key={key.prefix}" in lines
    assert f"GET /api/v1/{key.shown}/" in lines
    assert secret[12:] not in lines


def test_only_a_hash_is_stored():
    key, secret = make_key("read")

    stored = ApiKey.objects.filter(pk=key.pk).values().get()
    assert stored["hashed_secret"].startswith("sha512$$")
    assert secret[12:] not in str(stored)
    assert key_format.read(secret) == (key.prefix, secret[12:])
