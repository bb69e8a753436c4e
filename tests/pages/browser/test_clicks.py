"""An opened hit is told to the shop in passing: by any click, and never in the way of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from search.models import PhotoQuery, SearchFeedback
from tests.pages.browser.conftest import Shop, choose

pytestmark = pytest.mark.browser


def said() -> list[tuple[str, int | None]]:
    """SKU and place of every click that was counted."""
    return list(SearchFeedback.objects.order_by("pk").values_list("product__sku", "position"))


def expect_said(page: Page, expected: list[tuple[str, int]]) -> None:
    """A beacon needs a moment."""
    for _ in range(100):
        if said() == expected:
            return
        page.wait_for_timeout(50)
    assert said() == expected


def sku_of(page: Page, place: int) -> str:
    sku = page.locator("[data-card]").nth(place - 1).get_attribute("data-sku")
    assert sku is not None
    return sku


def test_a_click_opens_the_product_and_is_counted(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    third = sku_of(page, 3)
    band = page.locator("[data-card]").nth(2).get_attribute("data-band")

    page.locator("a.card-link").nth(2).click()

    page.wait_for_url("**/p/**")
    expect_said(page, [(third, 3)])
    assert SearchFeedback.objects.get().band == band


@pytest.mark.parametrize("how", [{"button": "middle"}, {"modifiers": ["Control"]}])
def test_a_hit_in_a_tab_of_its_own_is_counted_once(shop: Shop, how: dict[str, object]) -> None:
    page = shop.open()
    choose(page, 7)

    with page.context.expect_page():
        page.locator("a.card-link").first.click(**how)

    expect_said(page, [("P-7", 1)])
    page.wait_for_timeout(200)
    assert len(said()) == 1


def test_the_place_counts_on_after_show_more(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator("[data-card]")).to_have_count(30)
    last = sku_of(page, 30)

    page.locator("a.card-link").nth(29).focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/p/**")
    expect_said(page, [(last, 30)])


def test_other_clicks_say_nothing(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)

    page.locator("a.card-link").first.click(button="right")
    page.locator(".card-mark").first.click()
    expect(page.get_by_text("Moved towards").first).to_be_visible()
    page.goto("/")
    page.locator("a.card-link").first.click()
    page.wait_for_url("**/p/**")

    page.wait_for_timeout(300)
    assert said() == []


def test_the_product_opens_where_nothing_can_be_told(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    page.evaluate("delete Navigator.prototype.sendBeacon")
    PhotoQuery.objects.all().delete()

    page.locator("a.card-link").first.click()

    page.wait_for_url("**/p/**")
    assert said() == []
