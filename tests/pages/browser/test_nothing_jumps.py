"""What stands on a page stays where it is while pictures, the photo and the dialog come."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.browser.conftest import PHONE, Shop, choose, photo

pytestmark = pytest.mark.browser

LOOKS = pytest.mark.parametrize("look", [{}, PHONE], ids=["wide", "phone"])
# From the page's first moment on, also shortly after an input: nothing may jump then either.
WATCH = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shifts.push(each.value);
}).observe({ type: "layout-shift", buffered: true });"""


def watched(shop: Shop, path: str, look: dict[str, Any]) -> Page:
    page = shop.new_page(base_url=shop.url, **look)
    page.add_init_script(WATCH)
    page.goto(path)
    return page


def settled(page: Page) -> list[float]:
    """The shifts, once everything is loaded and drawn."""
    page.wait_for_load_state("networkidle")
    return shifts(page)


def shifts(page: Page) -> list[float]:
    """The shifts up to the frame after this one."""
    page.evaluate("() => new Promise((go) => requestAnimationFrame(() => setTimeout(go, 50)))")
    seen: list[float] = page.evaluate("window.shifts")
    return seen


@pytest.mark.parametrize(("path", "pictures"), [("/", 12), ("/c/living/", 24), ("/p/piece-4/", 16)])
@LOOKS
def test_pictures_keep_their_place_while_they_load(
    shop: Shop, look: dict[str, Any], path: str, pictures: int
) -> None:
    page = watched(shop, path, look)

    page.mouse.wheel(0, 3000)

    assert settled(page) == []
    sizes = page.locator(".card-picture img").evaluate_all(
        "images => images.map((each) => each.hasAttribute('width') && each.hasAttribute('height'))"
    )
    assert sizes == [True] * pictures


@LOOKS
def test_results_stay_while_the_shoppers_own_photo_appears(
    shop: Shop, look: dict[str, Any]
) -> None:
    page = watched(shop, "/", look)

    choose(page, 7)

    expect(page.locator("[data-crop-photo]")).to_be_visible()
    assert settled(page) == []


@LOOKS
def test_the_page_stays_while_the_dialog_opens(
    shop: Shop, held: threading.Event, look: dict[str, Any]
) -> None:
    page = watched(shop, "/", look)

    page.set_input_files("#photo-input", files=[photo(7)])

    expect(page.locator("[data-asking]")).to_have_attribute("data-state", "searching")
    assert shifts(page) == []
    held.set()
    page.wait_for_url("**/search/*/")
