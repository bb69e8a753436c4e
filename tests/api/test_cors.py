"""Other sites' pages may use the API where the operator says so, and nothing but the API."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from config.settings import cors
from tests.api.conftest import PRODUCTS, SEARCH
from tests.api.keys import with_key

pytestmark = pytest.mark.django_db

SITE = "https://www.example.org"
PREFLIGHT = {
    "origin": SITE,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, content-type, idempotency-key",
}
ALLOWED = "Access-Control-Allow-Origin"


def use(settings: Any, monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    """The settings as they are with CORS_ALLOWED_ORIGINS."""
    monkeypatch.setenv("CORS_ALLOWED_ORIGINS", origins)
    for name, value in runpy.run_path(cors.__file__).items():
        if name.startswith("CORS_"):
            setattr(settings, name, value)


@pytest.fixture
def one_site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(settings, monkeypatch, f"https://other.example,{SITE}")


def test_by_default_no_other_site_may(client: Client):
    for response in (
        client.options(SEARCH, headers=PREFLIGHT),
        client.get(PRODUCTS, headers={"origin": SITE}),
    ):
        assert (response.status_code, ALLOWED in response) == (200, False)


def test_a_browser_asks_first_and_needs_no_key(client: Client, settings: Any, one_site: None):
    settings.ANONYMOUS_SEARCH = False

    response = client.options(SEARCH, headers=PREFLIGHT)

    assert (response.status_code, response.content) == (200, b"")
    assert response[ALLOWED] == SITE
    assert response["Access-Control-Allow-Headers"] == (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID"
    )
    assert response["Access-Control-Allow-Methods"] == (
        "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    )
    assert "Access-Control-Allow-Credentials" not in response
    assert "origin" in response["Vary"]
    assert response["X-Request-ID"]


def test_the_answer_tells_scripts_what_they_need(client: Client, one_site: None):
    keyed = with_key(client, "read")

    for response in (
        keyed.get(PRODUCTS, headers={"origin": SITE}),
        client.put(PRODUCTS, headers={"origin": SITE}),
    ):
        assert response[ALLOWED] == SITE
        assert set(response["Access-Control-Expose-Headers"].split(", ")) == {
            *("Content-Location", "Idempotency-Replayed", "Link"),
            *("Deprecation", "ETag", "Location", "Retry-After", "Sunset", "X-Request-ID"),
            *("RateLimit-Limit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset"),
        }


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://www.example.org", f"{SITE}:81", "null", "a[b", ""]
)
def test_nobody_else_may(client: Client, one_site: None, origin: str):
    for response in (
        client.options(SEARCH, headers={**PREFLIGHT, "origin": origin}),
        client.get(PRODUCTS, headers={"origin": origin}),
    ):
        assert (response.status_code, ALLOWED in response) == (200, False)


@pytest.mark.parametrize("address", ["/", "/healthz", "/admin/login/"])
def test_pages_are_not_shared(client: Client, one_site: None, address: str):
    assert ALLOWED not in client.get(address, headers={"origin": SITE})


def test_everybody_without_cookies(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch):
    use(settings, monkeypatch, "*")

    response = client.get(PRODUCTS, headers={"origin": "https://any.example"})

    assert response[ALLOWED] == "*"
    assert "Access-Control-Allow-Credentials" not in response


def test_an_origin_that_is_none_speaks_at_start_up(settings: Any, monkeypatch: pytest.MonkeyPatch):
    use(settings, monkeypatch, "www.example.org")

    assert "corsheaders.E013" in {each.id for each in run_checks()}
