"""What a page costs before its pictures, and what it may do at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page

from catalog.models import Product, ProductImage
from catalog.services import add_image
from tests.factories import draw_photo, jpeg_bytes
from tests.pages.browser.conftest import PHONE, Shop, choose

pytestmark = pytest.mark.browser

LIMIT = 120 * 1024
STATIC = Path(settings.BASE_DIR) / "static"
MODULES = {f"/static/{each.relative_to(STATIC)}" for each in (STATIC / "js").rglob("*.js")}
SHEET = "/static/css/shop.css"
PICTURES = ("/media/", "/sample/", "/static/img/")
PAGES = ["/", "/c/living/", "/p/piece-4/", "results"]
# A page of 24 hits has about 900 elements.
MOST_ELEMENTS = 1500
LOADED = """() => [
  ...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource"),
].map((each) => [new URL(each.name).pathname, each.encodedBodySize, each.renderBlockingStatus])"""


def loaded(shop: Shop, path: str) -> Page:
    """The page, with everything that it loads; "results" are those of a photo, opened anew."""
    page = shop.open("/" if path == "results" else path)
    if path == "results":
        choose(page, 7)
        page = shop.open(urlsplit(page.url).path)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light_without_its_pictures(shop: Shop, path: str) -> None:
    page = loaded(shop, path)

    shell = [each for each in page.evaluate(LOADED) if not each[0].startswith(PICTURES)]

    # The page itself, one sheet and the modules: no font, and nothing that nobody wrote down here.
    assert {address for address, _size, _blocking in shell[1:]} == {SHEET, *MODULES}
    assert len(shell) == 2 + len(MODULES)
    assert sum(size for _address, size, _blocking in shell) < LIMIT
    assert page.locator("*").count() < MOST_ELEMENTS


@pytest.mark.parametrize("path", PAGES)
def test_one_sheet_alone_holds_the_first_paint_up(shop: Shop, path: str) -> None:
    page = loaded(shop, path)

    blocking = [address for address, _size, status in page.evaluate(LOADED) if status == "blocking"]

    assert blocking == [SHEET]


def test_every_module_is_asked_for_before_the_first_one_has_run(shop: Shop) -> None:
    page = loaded(shop, "/")

    preloaded = page.locator("link[rel=modulepreload]").evaluate_all(
        "links => links.map((each) => new URL(each.href).pathname)"
    )

    assert len(preloaded) == len(set(preloaded))
    assert {*preloaded, "/static/js/shop.js"} == MODULES


@pytest.mark.parametrize("path", PAGES)
def test_nothing_comes_from_elsewhere(shop: Shop, path: str) -> None:
    page = loaded(shop, path)
    origins = page.evaluate(
        """() => performance.getEntriesByType("resource")
          .map((each) => new URL(each.name).origin)
          .filter((each) => each !== "null")"""
    )

    assert set(origins) == {shop.url}


@pytest.mark.parametrize("path", PAGES)
def test_every_picture_says_how_large_it_is(shop: Shop, path: str) -> None:
    """But for the shopper's own and for what is enlarged, whose size is known when they come."""
    page = loaded(shop, path)

    own = "[data-preview], [data-own-image], [data-picture]"
    assert page.locator(f"img:not([width][height], {own})").count() == 0


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
