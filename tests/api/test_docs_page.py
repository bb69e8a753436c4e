"""The docs page: Swagger UI of this server under the site's strict content policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


def test_it_has_no_inline_code(client: Client):
    response = client.get("/api/v1/docs/", headers={"accept": "text/html"})
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/html")
    assert "<style" not in text
    assert all(" src=" in tag.split(">")[0] for tag in text.split("<script")[1:])


# Drawing an operation takes the page's scripts seconds where other work has the cores.
PATIENCE = 60_000


def open_search(page: Page, server: LiveServer) -> None:
    """The page with the search unfolded, as a link to it does."""
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server.url}/api/v1/docs/#/search/search")
    table = page.locator("#operations-search-search .responses-table").first
    expect(table).to_be_visible(timeout=PATIENCE)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_shows_and_tries_operations(live_server: LiveServer, new_page: Callable[..., Page]):
    page = new_page()
    policy = page.goto(f"{live_server.url}/api/v1/docs/").headers["content-security-policy"]
    assert "unsafe" not in policy
    expect(page.locator(".opblock")).to_have_count(25)
    operation = page.locator("#operations-products-products")
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table tbody .response-col_status")
    expect(answer).to_contain_text("200")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_it_shows_the_call_in_each_language(
    live_server: LiveServer, new_page: Callable[..., Page], width: int
):
    page = new_page(viewport={"width": width, "height": 900})
    open_search(page, live_server)
    samples = page.locator("#operations-search-search").get_by_role("region", name="Code samples")

    expect(samples.locator("pre")).to_contain_text("-F image=@photo.jpg")
    samples.get_by_role("button", name="Python", exact=True).click()
    expect(samples.locator("pre")).to_contain_text("from lookalike_client import")
    assert page.evaluate("document.documentElement.scrollWidth") == width

    page.locator("#operations-products-product .opblock-summary").click()
    other = page.locator("#operations-products-product .samples")
    expect(other.locator("pre")).to_contain_text('shop.product("SHOE-7")')


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_the_dark(
    live_server: LiveServer, new_page: Callable[..., Page], scheme: str
):
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    open_search(page, live_server)
    expect(page.get_by_text("Decide by")).to_be_visible()

    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(sideways) == 0
    assert page.evaluate("document.documentElement.classList.contains('dark-mode')") == (
        scheme == "dark"
    )
    answer = page.locator("#operations-search-search tbody .response-col_description").first
    assert answer.evaluate("each => each.clientWidth") > 300
