"""The whole way without a script: forms, redirects, links."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import Shop, box, photo, titles

pytestmark = pytest.mark.browser


def test_from_the_photo_to_the_product(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)

    page.set_input_files("#photo-input", files=[photo(7)])
    page.locator("#photo").get_by_role("button", name="Search").click()
    assert titles(page)[0] == "Piece 7"

    box(page, "Red").check()
    page.get_by_role("button", name="Show results").click()
    assert len(titles(page)) == 10

    box(page, "Blue").check()
    page.get_by_role("button", name="Show results").click()
    assert len(titles(page)) == 20

    page.get_by_role("link", name="Remove filter: Blue").click()
    page.get_by_role("link", name="Remove filter: Red").click()
    assert len(titles(page)) == 24

    page.get_by_role("link", name="Show more").click()
    assert len(titles(page)) == 6

    page.get_by_role("link", name="Previous").click()
    page.locator(".card-link").first.click()
    expect(page.locator("h1")).to_have_text("Piece 7")

    page.get_by_role("button", name="Find similar", exact=True).click()
    expect(page.locator(".pinned-label")).to_have_text("Looks like Piece 7")


def test_the_file_field_itself_is_in_sight(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)

    box = page.locator("#photo-input").bounding_box()

    assert box is not None
    assert box["width"] > 150


def test_a_refused_file_says_so_beside_the_form(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    text = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}

    page.set_input_files("#photo-input", files=[text])
    page.locator("#photo").get_by_role("button", name="Search").click()

    expect(page.locator("#photo-error")).to_be_visible()
    expect(page.locator("#photo-input")).to_have_attribute("aria-describedby", "photo-error")


def test_the_header_leads_to_the_form_for_a_photo(shop: Shop) -> None:
    page = shop.open("/p/piece-4/", java_script_enabled=False)

    page.get_by_role("link", name="Search by photo").click()

    assert page.url == f"{shop.url}/#photo"


def test_a_search_can_be_forgotten(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.get_by_role("button", name="Search with a photo of: Piece 7").click()

    page.get_by_role("button", name="Forget this search").click()

    expect(page.get_by_text("Forgotten. Nothing of your search is kept.")).to_be_visible()
