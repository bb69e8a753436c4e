"""A product's pictures in full: by pointer, by keyboard, by touch, and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Product
from catalog.services import add_image
from tests.factories import draw_photo, jpeg_bytes
from tests.pages.browser.conftest import PHONE, Shop
from tests.pages.browser.test_for_everyone import violations

pytestmark = pytest.mark.browser

CALM = {"reduced_motion": "reduce"}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop, in which piece 4 has two pictures more, of 2,048 pixels and of 600."""
    for side in (2048, 600):
        photo = draw_photo(side, (side, side * 3 // 4))
        piece = Product.objects.get(sku="P-4")
        add_image(product=piece, data=jpeg_bytes(photo), alt=f"Piece 4, {side} wide")
    return shop


def opened(shop: Shop, picture: str = "2048 wide", **options: object) -> Page:
    page = shop.open("/p/piece-4/", **{**CALM, **options})
    page.get_by_role("link", name=f"Enlarge: Piece 4, {picture}").click()
    expect(page.get_by_role("dialog", name="Pictures of Piece 4")).to_be_visible()
    return page


def expect_full(page: Page, width: int) -> None:
    """The large file has come, and is shown."""
    picture = page.locator("[data-picture]")
    expect(picture).to_have_attribute("src", re.compile(r"full\.jpg$"))
    expect(picture).to_have_js_property("naturalWidth", width)


def drawn(page: Page) -> int:
    return int(page.evaluate("document.querySelector('[data-picture]').clientWidth"))


def place(page: Page) -> tuple[int, int]:
    left, top = page.evaluate(
        "(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop])"
        "(document.querySelector('[data-stage]'))"
    )
    return round(left), round(top)


def test_the_large_file_is_fetched_when_it_is_opened_and_no_sooner(shop: Shop) -> None:
    page = shop.open("/p/piece-4/", **CALM)
    page.wait_for_load_state("networkidle")
    loaded = "performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop())"
    assert "full.jpg" not in page.evaluate(loaded)

    page.get_by_role("link", name="Enlarge: Piece 4, 2048 wide").click()

    expect_full(page, 2048)
    assert page.evaluate(loaded).count("full.jpg") == 1


def test_a_click_magnifies_where_it_points_and_a_mouse_drags(shop: Shop) -> None:
    page = opened(shop)
    expect_full(page, 2048)
    assert drawn(page) <= 1280
    stage = page.locator("[data-stage]")
    box = stage.bounding_box()
    assert box is not None

    stage.click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})

    assert drawn(page) == 2048
    expect(page.get_by_role("button", name="Magnify")).to_have_attribute("aria-pressed", "true")
    before = place(page)
    assert before[0] > (2048 - box["width"]) / 2

    page.mouse.move(box["x"] + 600, box["y"] + 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 700, box["y"] + 450, steps=5)
    page.mouse.up()

    assert place(page) == (before[0] - 100, before[1] - 50)
    assert drawn(page) == 2048
    stage.click(position={"x": 600, "y": 300})
    assert drawn(page) <= 1280


def test_a_wheel_goes_into_the_picture(shop: Shop) -> None:
    page = opened(shop)
    page.mouse.move(600, 500)

    page.mouse.wheel(0, -120)

    expect(page.locator("[data-picture]")).to_have_js_property("clientWidth", 2048)


def test_it_is_all_to_be_had_by_keyboard(shop: Shop) -> None:
    page = shop.open("/p/piece-4/", **CALM)
    link = page.get_by_role("link", name="Enlarge: Piece 4, 2048 wide")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    expect(page.locator("[data-zoomed] [data-place]")).to_have_text("Picture 2 of 3")

    page.keyboard.press("+")
    start = place(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert place(page) == (start[0] + 96, start[1] + 96)
    page.keyboard.press("-")
    assert drawn(page) <= 1280

    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-zoomed] [data-place]")).to_have_text("Picture 3 of 3")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-zoomed] [data-place]")).to_have_text("Picture 1 of 3")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(link).to_be_focused()


def test_a_small_picture_is_not_blown_up(shop: Shop) -> None:
    page = opened(shop, "600 wide")

    expect_full(page, 600)
    assert drawn(page) == 600
    expect(page.locator("[data-magnify]")).to_be_disabled()


def test_fingers_swipe_spread_and_tap(shop: Shop) -> None:
    page = opened(shop, **PHONE)
    expect_full(page, 2048)
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        given = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    touch("touchStart", (300, 400))
    touch("touchMove", (200, 400))
    touch("touchMove", (120, 400))
    touch("touchEnd")
    expect(page.locator("[data-zoomed] [data-place]")).to_have_text("Picture 3 of 3")
    touch("touchStart", (100, 400))
    touch("touchMove", (200, 400))
    touch("touchMove", (280, 400))
    touch("touchEnd")
    expect(page.locator("[data-zoomed] [data-place]")).to_have_text("Picture 2 of 3")

    touch("touchStart", (180, 400), (220, 400))
    touch("touchMove", (120, 400), (280, 400))
    touch("touchEnd")
    assert drawn(page) == 2048
    touch("touchStart", (100, 400), (300, 400))
    touch("touchMove", (160, 400), (240, 400))
    touch("touchEnd")
    assert drawn(page) <= 390

    page.touchscreen.tap(200, 450)
    assert drawn(page) == 2048


def test_without_a_script_the_picture_is_a_link_to_the_large_file(shop: Shop) -> None:
    page = shop.open("/p/piece-4/", java_script_enabled=False)

    page.get_by_role("link", name="Enlarge: Piece 4, 2048 wide").click()

    page.wait_for_url("**/full.jpg")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [{}, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_in_it(shop: Shop, scheme: str, phone: dict[str, object]) -> None:
    page = opened(shop, color_scheme=scheme, **phone)
    expect_full(page, 2048)
    assert violations(page) == []

    page.get_by_role("button", name="Magnify").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
