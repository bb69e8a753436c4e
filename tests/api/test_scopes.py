"""What needs which scope, with searching open to anyone or not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import PRODUCTS, SEARCH
from tests.api.contract import assert_error
from tests.api.keys import make_key, sending, with_key

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.doors")]

WRITING, RULING = "/api/v1/writing/", "/api/v1/ruling/"
NO_KEY_NEEDED = ["/api/v1/schema/", "/api/v1/docs/", "/", "/healthz", "/api/v1/nothing/"]


@pytest.fixture
def closed(settings: Any) -> None:
    settings.ANONYMOUS_SEARCH = False


def ask(client: Client) -> int:
    return client.post(SEARCH, {"text": "red"}, content_type="application/json").status_code


def test_by_default_searching_and_reading_need_no_key(client: Client):
    assert (ask(client), client.get(PRODUCTS).status_code) == (200, 200)


def test_what_is_open_to_anyone_is_open_with_any_key(client: Client):
    writing = with_key(client, "write")

    assert (ask(writing), writing.get(PRODUCTS).status_code) == (200, 200)


def test_writing_needs_a_key_in_any_case(client: Client):
    response = client.put(WRITING)

    error = assert_error(response, 401, "missing_key")
    assert response["WWW-Authenticate"] == 'Bearer realm="Lookalike API"'
    assert error["message"] == (
        "This needs an API key with the scope `write`. Send it in the header `Authorization: "
        "Bearer KEY`; whoever runs the shop makes one in the admin, or with `manage.py api_key "
        "create`."
    )


def test_a_read_only_key_that_writes(client: Client):
    key, secret = make_key("read", "search")

    response = sending(client, secret).put(WRITING)

    error = assert_error(response, 403, "missing_scope")
    assert error["message"].startswith(
        f"This needs the scope `write`, and the key lk_{key.prefix}_… has `read`, `search`."
    )
    assert response["WWW-Authenticate"] == (
        'Bearer realm="Lookalike API", error="insufficient_scope", scope="write"'
    )


@pytest.mark.parametrize(
    ("scopes", "status"), [(["read", "search", "write"], 403), (["admin"], 200)]
)
def test_admin_is_everything_and_nothing_else_is_admin(
    client: Client, scopes: list[str], status: int
):
    keyed = with_key(client, *scopes)

    assert keyed.get(RULING).status_code == status
    assert keyed.put(WRITING).status_code == 200


def test_a_shop_may_ask_for_a_key_for_everything(client: Client, closed: None):
    response = client.get(PRODUCTS)

    error = assert_error(response, 401, "missing_key")
    assert "scope `read`" in error["message"]
    assert ask(client) == 401
    assert [client.get(address).status_code for address in NO_KEY_NEEDED] == [200] * 4 + [404]


@pytest.mark.parametrize(
    ("scope", "read", "search"), [("read", 200, 403), ("search", 403, 200), ("write", 403, 403)]
)
def test_then_each_scope_opens_its_own(
    client: Client, closed: None, scope: str, read: int, search: int
):
    keyed = with_key(client, scope)

    assert (keyed.get(PRODUCTS).status_code, ask(keyed)) == (read, search)
    assert keyed.head(PRODUCTS).status_code == read
    assert keyed.get(f"{PRODUCTS}X/similar/").status_code == (404 if search == 200 else search)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_a_method_that_there_is_not_needs_no_key(client: Client, closed: None, method: str):
    assert_error(getattr(client, method)(RULING), 405, "method_not_allowed")


@pytest.mark.parametrize("method", ["DISPATCH", "INITIAL", "SCOPE_OF", "QUERY"])
def test_nor_does_one_that_only_sounds_like_one(client: Client, method: str):
    assert_error(client.generic(method, RULING), 405, "method_not_allowed")


@pytest.mark.parametrize("address", [SEARCH, PRODUCTS, RULING, "/api/v1/schema/", "/api/v1/docs/"])
def test_asking_what_an_address_can_do_needs_no_key(client: Client, closed: None, address: str):
    response = client.options(address)

    assert response.status_code == 200
    assert "OPTIONS" in response["Allow"]
    assert response["X-Request-ID"]
