"""The slider for the same colour: by keyboard, with words, without a reload, without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import Shop, choose, photo

pytestmark = pytest.mark.browser


def test_keys_move_it_and_the_wall_follows_once_it_rests(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    page.evaluate("window.sameDocument = true")
    slider = page.get_by_role("slider", name="Same colour")

    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")

    expect(page.locator("output")).to_have_text("30 %")
    expect(slider).to_have_attribute("aria-valuetext", "30 %")
    expect(page).to_have_url(re.compile(r"/\?colour=30$"))
    expect(page.get_by_role("link", name="Remove filter: Same colour: 30 %")).to_be_visible()
    expect(slider).to_be_focused()
    assert page.evaluate("window.sameDocument") is True

    page.get_by_role("link", name="Remove filter: Same colour: 30 %").click()
    expect(page.locator("output")).to_have_text("0 %")
    expect(page).to_have_url(re.compile(r"/search/[^?]+/\??$"))


def test_without_a_script_it_is_sent_with_the_form(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.set_input_files("#photo-input", files=[photo(7)])
    page.locator("#photo").get_by_role("button", name="Search").click()

    page.get_by_role("slider", name="Same colour").fill("60")
    page.get_by_role("button", name="Show results").click()

    expect(page).to_have_url(re.compile(r"[?&]colour=60"))
    expect(page.get_by_role("slider", name="Same colour")).to_have_value("60")
