"""What a page costs before its pictures, and what it may do at all."""

from __future__ import annotations

import pytest

from tests.pages.browser.conftest import Shop

pytestmark = pytest.mark.browser

LIMIT = 120 * 1024
LOADED = """() => [
  ...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource"),
].map((each) => [new URL(each.name).pathname, each.encodedBodySize, each.renderBlockingStatus])"""


def test_the_front_is_light_without_its_pictures(shop: Shop) -> None:
    page = shop.open()
    page.wait_for_load_state("networkidle")

    loaded = page.evaluate(LOADED)

    shell = [each for each in loaded if not each[0].startswith(("/media/", "/sample/"))]
    assert sum(size for _path, size, _blocking in shell) < LIMIT


def test_one_sheet_alone_holds_the_first_paint_up(shop: Shop) -> None:
    page = shop.open()
    page.wait_for_load_state("networkidle")

    blocking = [path for path, _size, status in page.evaluate(LOADED) if status == "blocking"]

    assert blocking == ["/static/css/shop.css"]


def test_pictures_keep_their_place_while_they_load(shop: Shop) -> None:
    page = shop.open()
    page.evaluate(
        """() => { window.shifts = 0; new PerformanceObserver((list) => {
          for (const each of list.getEntries()) window.shifts += each.value;
        }).observe({ type: "layout-shift", buffered: true }); }"""
    )

    page.mouse.wheel(0, 3000)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.shifts") == 0
    sizes = page.locator(".card-picture img").evaluate_all(
        "images => images.map((each) => each.hasAttribute('width') && each.hasAttribute('height'))"
    )
    assert sizes == [True] * 12


def test_nothing_is_written_into_the_markup_that_the_policy_forbids(shop: Shop) -> None:
    page = shop.open("/p/piece-4/")

    assert page.locator("[style], style, script:not([src])").count() == 0
