"""The switch of languages, after scripts have changed the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import Shop, choose

pytestmark = pytest.mark.browser


def test_another_language_keeps_the_filters_that_were_set_without_a_reload(shop: Shop) -> None:
    page = shop.open(locale="en-GB")
    choose(page, 7)
    page.goto(f"{page.url}?price_max=20")
    page.get_by_role("link", name="Remove filter: up to 20").click()
    expect(page.locator(".chips .chip")).to_have_count(0)
    page.locator("input[name=in_stock]").check()
    expect(page.locator(".chips .chip").first).to_be_visible()
    address = page.url

    page.get_by_role("button", name="简体中文").click()

    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert page.url == address
    assert "in_stock=1" in address
    assert "price_max" not in address
    expect(page.locator(".chips .chip").first).to_contain_text("有货")
