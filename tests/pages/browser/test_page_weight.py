"""What a page costs before its pictures, and what it may do at all."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Product, ProductImage
from catalog.services import add_image
from tests.factories import draw_photo, jpeg_bytes
from tests.pages.browser.conftest import PHONE, Shop

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


@pytest.mark.parametrize(("path", "pictures"), [("/", 12), ("/c/living/", 24), ("/p/piece-4/", 16)])
@pytest.mark.parametrize("look", [{}, PHONE], ids=["wide", "phone"])
def test_pictures_keep_their_place_while_they_load(
    shop: Shop, look: dict[str, Any], path: str, pictures: int
) -> None:
    page = shop.open(path, **look)
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
    assert sizes == [True] * pictures


@pytest.mark.parametrize(
    ("look", "density", "largest"), [({}, 1, 480), (PHONE, 2, 480), (PHONE, 3, 480)]
)
def test_a_card_loads_no_larger_picture_than_it_shows(
    shop: Shop, look: dict[str, Any], density: int, largest: int
) -> None:
    piece = Product.objects.get(sku="P-29")
    add_image(product=piece, data=jpeg_bytes(draw_photo(99, (1600, 1200))), position=0)
    ProductImage.objects.filter(product=piece, width__lt=1600).delete()
    page = shop.open("/c/living/", **look, device_scale_factor=density)

    page.wait_for_load_state("networkidle")

    loaded = page.locator(".card", has_text="Piece 29").locator("img").evaluate("i => i.currentSrc")
    assert loaded.endswith(f"/{largest}.webp")


def test_only_what_is_seen_first_is_loaded_at_once(shop: Shop) -> None:
    page = shop.open("/c/living/")

    images = page.locator(".card-picture img")
    lazy = images.evaluate_all("all => all.map((each) => each.loading === 'lazy')")
    first = images.evaluate_all("all => all.map((each) => each.fetchPriority === 'high')")

    assert lazy == [False] * 4 + [True] * 20
    assert first == [True] + [False] * 23


def test_nothing_is_written_into_the_markup_that_the_policy_forbids(shop: Shop) -> None:
    page = shop.open("/p/piece-4/")

    assert page.locator("[style], style, script:not([src])").count() == 0
