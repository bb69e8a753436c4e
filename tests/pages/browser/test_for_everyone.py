"""Every page by keyboard, by screen reader, on a narrow screen, in the dark."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pages.browser.conftest import NARROW, PHONE, Shop, choose, photo

pytestmark = pytest.mark.browser

PAGES = ["/", "/c/living/", "/p/piece-4/", "/nowhere/"]
DARK = {"color_scheme": "dark"}
LOOKS: list[dict[str, Any]] = [{}, DARK, PHONE, {**PHONE, **DARK}]


def violations(page: Page) -> list[str]:
    # Pictures that fade in or slide would be judged half-way.
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "phone", "phone, dark"])
def test_axe_finds_nothing(shop: Shop, look: dict[str, Any]) -> None:
    page = shop.open(**look)

    for path in PAGES:
        page.goto(path)
        assert violations(page) == [], path


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "phone", "phone, dark"])
def test_axe_finds_nothing_in_the_results(shop: Shop, look: dict[str, Any]) -> None:
    page = shop.open(**look)
    choose(page, 7)
    assert violations(page) == []

    page.goto(f"{page.url}?tags=colour:red&tags=colour:none&price_max=20")
    assert violations(page) == []

    page.goto(f"{page.url}&price_min=19")
    assert violations(page) == []

    if "is_mobile" in look:
        page.get_by_role("button", name="Filters").click()
        assert violations(page) == []


def test_axe_finds_nothing_in_the_dialog(shop: Shop, held: Event) -> None:
    page = shop.open()
    page.set_input_files("#photo-input", files=[photo(7)])
    expect(page.get_by_role("dialog")).to_contain_text("Looking through the shop")
    assert violations(page) == []
    page.get_by_role("button", name="Cancel").click()

    text = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    page.set_input_files("#photo-input", files=[text])
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_where_a_search_ended_or_a_photo_was_refused(shop: Shop) -> None:
    page = shop.open("/search/6f1f5bd0-0000-4000-8000-000000000000/")
    assert violations(page) == []

    page = shop.open(java_script_enabled=False)
    page.locator("#photo").get_by_role("button", name="Search").click()
    expect(page.locator("#photo-error")).to_be_visible()


@pytest.mark.parametrize("look", [PHONE, NARROW], ids=["390", "320"])
def test_no_page_scrolls_sideways(shop: Shop, look: dict[str, Any]) -> None:
    page = shop.open(**look)
    choose(page, 7)
    results = page.url.removeprefix(shop.url)

    for path in [*PAGES, results, f"{results}?tags=colour:red&price_max=20"]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_targets_are_large_enough_to_be_touched(shop: Shop) -> None:
    page = shop.open(**PHONE)
    choose(page, 7)

    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a.button, label.button, .chip, select")]
          .filter((each) => each.checkVisibility())
          .filter((each) => each.getBoundingClientRect().height < 40)
          .map((each) => each.outerHTML)"""
    )

    assert small == []


def test_the_front_is_walked_through_by_keyboard(shop: Shop) -> None:
    page = shop.open()
    visited = []
    for _ in range(12):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.id || document.activeElement.name"))

    assert page.evaluate("document.activeElement !== document.body")
    wanted = ["finder-words", "finder-photo", "photo-input", "photo-words", "sample"]
    assert [each for each in visited if each in wanted] == wanted


def test_the_content_is_one_key_away(shop: Shop) -> None:
    page = shop.open()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_less_motion_means_none(shop: Shop, held: Event) -> None:
    page = shop.open(reduced_motion="reduce")
    page.set_input_files("#photo-input", files=[photo(7)])
    expect(page.get_by_role("dialog")).to_contain_text("Looking through the shop")

    assert page.evaluate("document.getAnimations().length") == 0
