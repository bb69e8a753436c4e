"""The whole way without a script: forms, redirects, links."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from search.models import PhotoQuery
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


def test_a_part_of_a_sample_photo_is_marked_by_numbers(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.get_by_role("button", name="Search with a photo of: Piece 7").click()

    page.get_by_text("Adjust exactly").click()
    page.get_by_label("Width").fill("90")
    page.get_by_role("button", name="Search this part").click()

    assert page.url.endswith("?sample=seven")
    assert PhotoQuery.objects.latest("created_at").crop == [0.0, 0.0, 0.9, 1.0]
    assert titles(page)[0] == "Piece 7"


def test_a_part_of_a_photo_takes_the_photo_once_more(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.set_input_files("#photo-input", files=[photo(7)])
    page.locator("#photo").get_by_role("button", name="Search").click()

    page.get_by_text("Adjust exactly").click()
    page.get_by_label("Your photo once more").set_input_files([photo(7)])
    page.get_by_label("Height").fill("95")
    page.get_by_role("button", name="Search this part").click()

    assert PhotoQuery.objects.latest("created_at").crop == [0.0, 0.0, 1.0, 0.95]
    assert titles(page)[0] == "Piece 7"


def test_a_link_to_pass_on_is_a_page(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.get_by_role("button", name="Search with a photo of: Piece 7").click()

    page.get_by_role("button", name="Share").click()

    shared = PhotoQuery.objects.get(shared=True)
    link = f"{shop.url}/search/{shared.pk}/?sample=seven"
    assert page.get_by_label("Link").input_value() == link


def test_each_step_can_be_gone_back_to(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.get_by_role("button", name="Search with a photo of: Piece 7").click()
    page.get_by_role("button", name="Find similar to Piece 3", exact=True).click()

    assert page.locator(".step").all_inner_texts() == ["Your photo", "Piece 3"]
    page.get_by_role("link", name="Your photo").click()
    assert titles(page)[0] == "Piece 7"


def test_not_what_i_meant_names_what_to_try(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.get_by_role("button", name="Search with a photo of: Piece 7").click()

    page.get_by_role("button", name="Not what I meant").click()
    page.get_by_placeholder("Add a few words").fill("Piece 12")
    page.locator(".next-words").get_by_role("button", name="Search").click()

    assert "Piece 12" in titles(page)[:3]


def test_the_language_is_changed_on_the_spot(shop: Shop) -> None:
    page = shop.open("/c/living/?sort=price", java_script_enabled=False)

    page.get_by_role("button", name="简体中文").click()

    assert page.url == f"{shop.url}/c/living/?sort=price"
    assert page.locator("html").get_attribute("lang") == "zh-hans"
