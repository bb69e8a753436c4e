"""The slider for the same colour: by keyboard, with words, without a reload, without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import PHONE, Shop, choose, photo

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


def test_enter_is_no_second_step_back(shop: Shop) -> None:
    """The form goes at once, and not again when the slider has rested."""
    page = shop.open()
    choose(page, 7)
    page.get_by_role("slider", name="Same colour").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/\?colour=10$"))
    expect(page.get_by_role("link", name="Remove filter: Same colour: 10 %")).to_be_visible()
    page.wait_for_timeout(500)

    page.go_back()

    expect(page).to_have_url(re.compile(r"/search/[^?]+/\??$"))


def test_what_the_address_says_is_kept_to_the_percent(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)

    page.goto(f"{page.url.partition('?')[0]}?colour=35")

    expect(page.get_by_role("slider", name="Same colour")).to_have_value("35")
    expect(page.locator("output")).to_have_text("35 %")


def test_a_thumb_can_take_hold_of_it(shop: Shop) -> None:
    page = shop.open(**PHONE)
    choose(page, 7)
    page.get_by_role("button", name="Filters").click()

    box = page.get_by_role("slider", name="Same colour").bounding_box()

    assert box is not None
    assert box["height"] == 44
