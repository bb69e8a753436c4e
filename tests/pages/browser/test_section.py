"""A section of the shop: narrowed without a reload, with an address for each state, and back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.browser.conftest import PHONE, Shop, box, titles
from tests.pages.browser.test_for_everyone import LOOKS, violations

pytestmark = pytest.mark.browser


def section(shop: Shop, **options: object) -> Page:
    page = shop.open("/c/living/", **options)
    page.evaluate("window.sameDocument = true")
    return page


def test_a_tick_narrows_it_at_once_and_says_how_many(shop: Shop) -> None:
    page = section(shop)
    expect(page.locator("[data-status]")).to_have_text("30 pieces")

    box(page, "Red").check()

    expect(page.locator(".card")).to_have_count(10)
    expect(page.locator("[data-status]")).to_have_text("10 pieces")
    expect(page.locator("[data-announce]")).to_have_text("Living. 10 pieces")
    expect(page).to_have_url(re.compile(r"/c/living/\?facet_tags=colour%3Ared$"))
    expect(box(page, "Red")).to_be_focused()
    assert page.evaluate("window.sameDocument") is True


def test_words_order_and_chips(shop: Shop) -> None:
    page = section(shop)

    page.fill("#filter-words", "Piece 12")
    page.keyboard.press("Enter")
    expect(page.locator(".card-title").first).to_have_text("Piece 12")
    page.select_option("#filter-sort", "-price")
    expect(page).to_have_url(re.compile(r"\?q=Piece\+12&sort=-price$"))
    page.get_by_role("link", name="Remove filter: “Piece 12”").click()

    expect(page.locator(".card-title").first).to_have_text("Piece 30")
    page.select_option("#filter-sort", "")
    expect(page).to_have_url(re.compile(r"/c/living/\?$"))
    assert page.evaluate("window.sameDocument") is True


def test_show_more_and_the_way_back(shop: Shop) -> None:
    page = section(shop)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".card")).to_have_count(30)
    expect(page.locator("[data-reach]")).to_have_text("30 of 30")
    box(page, "Red").check()
    expect(page.locator(".card")).to_have_count(10)

    page.go_back()

    expect(page.locator(".card")).to_have_count(30)
    expect(box(page, "Red")).not_to_be_checked()
    page.go_forward()
    expect(page.locator(".card")).to_have_count(10)


def test_a_section_below_keeps_the_filters(shop: Shop) -> None:
    page = section(shop)
    box(page, "Red").check()
    expect(page.locator(".card")).to_have_count(10)

    page.get_by_role("navigation", name="Category").get_by_role("link", name="Chairs").click()

    expect(page.locator("h1")).to_have_text("Chairs")
    expect(page).to_have_url(re.compile(r"/c/chairs/\?facet_tags=colour%3Ared$"))
    expect(page.locator(".card")).to_have_count(5)
    expect(box(page, "Red")).to_be_checked()


def test_it_all_works_without_a_script(shop: Shop) -> None:
    page = shop.open("/c/living/", java_script_enabled=False)

    box(page, "Red").check()
    page.select_option("#filter-sort", "price")
    page.get_by_role("button", name="Show results").click()
    assert titles(page)[:2] == ["Piece 1", "Piece 4"]
    assert len(titles(page)) == 10

    page.get_by_role("link", name="Remove filter: Red").click()
    page.get_by_role("link", name="Show more").click()
    assert titles(page)[-1] == "Piece 30"
    page.get_by_role("link", name="Previous").click()
    assert titles(page)[0] == "Piece 1"


def test_on_a_phone_the_filters_are_a_sheet(shop: Shop) -> None:
    page = section(shop, **PHONE)
    expect(box(page, "Red")).to_be_hidden()

    page.get_by_role("button", name="Filters").click()
    box(page, "Red").check()
    expect(page.locator("[data-announce]")).to_have_text("Living. 10 pieces")
    page.get_by_role("button", name="Show results").click()

    expect(box(page, "Red")).to_be_hidden()
    expect(page.locator(".card")).to_have_count(10)


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "phone", "phone, dark"])
def test_axe_finds_nothing(shop: Shop, look: dict[str, Any]) -> None:
    page = shop.open("/c/living/?facet_tags=colour:red&price_max=20&sort=xyz", **look)
    assert violations(page) == []

    page.goto("/c/living/?price_min=500")
    assert violations(page) == []

    if "is_mobile" in look:
        page.goto("/c/living/")
        page.get_by_role("button", name="Filters").click()
        assert violations(page) == []
