"""Filters, chips, pages: without a reload, with an address for each state, and a way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.browser.conftest import PHONE, Shop, box, choose, titles

pytestmark = pytest.mark.browser


def results(shop: Shop, **options: object) -> Page:
    """Results for a photo of product 7, in a page that remembers not having been reloaded."""
    page = shop.open(**options)
    choose(page, 7)
    page.evaluate("window.sameDocument = true")
    return page


def expect_same_document(page: Page) -> None:
    assert page.evaluate("window.sameDocument") is True


def test_a_tick_narrows_the_wall_at_once(shop: Shop) -> None:
    page = results(shop)

    box(page, "Red").check()

    expect(page.locator(".card")).to_have_count(10)
    expect(page).to_have_url(re.compile(r"/\?facet_tags=colour%3Ared$"))
    expect_same_document(page)


def test_two_ticks_in_one_facet_mean_either(shop: Shop) -> None:
    page = results(shop)
    colours = page.get_by_role("group", name="Colour", exact=True).locator(".tick")
    expect(colours).to_have_text(["Blue10", "Green10", "Red10"])

    box(page, "Red").check()
    expect(page.locator(".card")).to_have_count(10)
    box(page, "Blue").check()

    expect(page.locator(".card")).to_have_count(20)
    expect(colours).to_have_text(["Blue10", "Green10", "Red10"])
    expect(page).to_have_url(re.compile(r"/\?facet_tags=colour%3Ablue&facet_tags=colour%3Ared$"))
    page.get_by_role("link", name="Remove filter: Red").click()
    expect(page.locator(".card")).to_have_count(10)
    expect(box(page, "Blue")).to_be_checked()
    expect(box(page, "Red")).not_to_be_checked()
    expect_same_document(page)


def test_the_ticked_box_keeps_the_focus_and_the_count_is_announced(shop: Shop) -> None:
    page = results(shop)

    box(page, "Red").check()

    expect(box(page, "Red")).to_be_focused()
    expect(page.locator("[data-announce]")).to_contain_text("10")


def test_back_and_forward_go_through_the_filters(shop: Shop) -> None:
    page = results(shop)
    box(page, "Red").check()
    expect(page.locator(".card")).to_have_count(10)
    page.get_by_label("Chairs").or_(page.get_by_label("Living")).first.check()
    expect(page.locator(".chip:not(.chip-clear)")).to_have_count(2)

    page.go_back()
    expect(page.locator(".chip:not(.chip-clear)")).to_have_count(1)
    page.go_back()
    expect(page.locator(".card")).to_have_count(24)
    expect(box(page, "Red")).not_to_be_checked()
    page.go_forward()
    expect(page.locator(".card")).to_have_count(10)
    expect(box(page, "Red")).to_be_checked()
    expect_same_document(page)


def test_a_chip_takes_its_filter_off_and_the_heading_has_the_focus(shop: Shop) -> None:
    page = results(shop)
    box(page, "Red").check()

    page.get_by_role("link", name="Remove filter: Red").click()

    expect(page.locator(".card")).to_have_count(24)
    expect(box(page, "Red")).not_to_be_checked()
    expect(page.locator("#results-title")).to_be_focused()


def test_filters_that_nothing_passes_are_cleared_with_one_click(shop: Shop) -> None:
    page = results(shop)
    page.fill("[name=price_min]", "500")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing passes all of these filters")).to_be_visible()

    page.locator(".empty").get_by_role("link", name="Clear filters").click()

    expect(page.locator(".card")).to_have_count(24)
    expect_same_document(page)


def test_words_narrow_down_on_top_of_the_photo(shop: Shop) -> None:
    page = results(shop)

    page.fill("#filter-words", "Piece 12")
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="Remove filter: “Piece 12”")).to_be_visible()
    assert "Piece 12" in titles(page)[:3]


def test_another_order_is_another_address(shop: Shop) -> None:
    page = results(shop)

    page.select_option("#filter-sort", "-price")

    expect(page.locator(".card-title").first).to_have_text("Piece 30")
    expect(page).to_have_url(re.compile(r"/\?sort=-price$"))


def test_a_price_band_is_one_click(shop: Shop) -> None:
    page = results(shop)

    page.locator(".price-bands a").first.click()

    expect(page.get_by_role("link", name="Remove filter: up to 7.99")).to_be_visible()
    expect(page.locator(".card")).to_have_count(7)


def test_show_more_adds_the_rest_and_says_how_many(shop: Shop) -> None:
    page = results(shop)
    expect(page.locator("[data-reach]")).to_have_text("24 of 30")

    page.get_by_role("link", name="Show more").click()

    expect(page.locator(".card")).to_have_count(30)
    expect(page.locator("[data-reach]")).to_have_text("30 of 30")
    assert len(set(titles(page))) == 30
    assert page.locator("[data-line]").count() == 1
    expect(page.locator(".card-link").nth(24)).to_be_focused()


def test_back_from_a_product_finds_all_that_was_shown_and_the_place(shop: Shop) -> None:
    page = results(shop)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".card")).to_have_count(30)
    last = page.locator(".card-link").last
    last.scroll_into_view_if_needed()
    page.wait_for_function("history.state.y > 0")
    place = page.evaluate("scrollY")
    last.click()
    page.wait_for_url("**/p/*/")

    page.go_back()

    expect(page.locator(".card")).to_have_count(30)
    page.wait_for_function("place => Math.abs(scrollY - place) < 4", arg=place)


def test_a_product_asked_for_in_a_new_tab_is_left_alone(shop: Shop) -> None:
    page = results(shop)
    box(page, "Red").click()
    chip = page.get_by_role("link", name="Remove filter: Red")

    with page.context.expect_page() as other:
        chip.click(modifiers=["Control"])

    expect(other.value.locator(".card")).to_have_count(24)
    expect(chip).to_be_visible()


def test_a_search_that_ended_meanwhile_shows_the_way_on(shop: Shop) -> None:
    page = results(shop)
    shop.open(page.url).get_by_role("button", name="Forget my photo now").click()

    box(page, "Red").click()  # check() would look for the tick on the page that follows

    expect(page.get_by_role("heading", name="This search has ended")).to_be_visible()


def test_on_a_phone_the_filters_are_a_sheet(shop: Shop) -> None:
    page = results(shop, **PHONE)
    expect(box(page, "Red")).to_be_hidden()

    page.get_by_role("button", name="Filters").click()
    box(page, "Red").check()
    expect(page.locator("[data-announce]")).to_contain_text("10")
    page.get_by_role("button", name="Show results").click()

    expect(box(page, "Red")).to_be_hidden()
    expect(page.locator(".card")).to_have_count(10)
