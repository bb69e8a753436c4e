"""Headers: what may be kept, what may be loaded, and pages asked for without their body."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.pages.views.conftest import Ask, Shop, photo

NOT_FOUND = "/p/nothing/"


@pytest.mark.parametrize("query", ["", "?page=2", "?tags=no:such"])
def test_answers_to_a_photo_are_kept_by_nobody(client: Client, shop: Shop, ask: Ask, query: str):
    response = client.get(ask(image=photo(1)) + query)

    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", ["/", "/p/red-shoe/", "/c/clothes/", NOT_FOUND, "results"])
def test_every_page_says_what_a_browser_may_do(client: Client, shop: Shop, ask: Ask, address: str):
    response = client.get(ask(image=photo(1)) if address == "results" else address)

    policy = dict(
        each.strip().split(" ", 1) for each in response["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("address", ["/", "/p/red-shoe/", "/c/clothes/", NOT_FOUND, "results"])
def test_no_page_holds_what_its_own_policy_forbids(
    client: Client, shop: Shop, ask: Ask, address: str
):
    html = client.get(ask(image=photo(1)) if address == "results" else address).content.decode()

    assert html.count("<script") == html.count('<script type="module" src="/static/') == 1
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    assert "http://" not in html.replace("http://www.w3.org", "").replace("http://testserver", "")


@pytest.mark.parametrize("address", ["/", "/p/red-shoe/", "/c/clothes/", NOT_FOUND, "results"])
def test_a_page_can_be_asked_for_without_its_body(
    client: Client, shop: Shop, ask: Ask, address: str
):
    address = ask(image=photo(1)) if address == "results" else address

    with_body, without = client.get(address), client.head(address)

    assert without.status_code == with_body.status_code
    assert without.content == b""
    assert without["Content-Type"] == with_body["Content-Type"]


@pytest.mark.parametrize("address", ["/", "/p/red-shoe/", "/c/clothes/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_are_for_reading(client: Client, shop: Shop, address: str, method: str):
    response = client.generic(method, address)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
