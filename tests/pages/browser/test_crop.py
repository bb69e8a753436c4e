"""A part of the photo is pointed at in the results: by mouse, finger, keys, buttons, numbers."""

from __future__ import annotations

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import FilePayload, Page, Route, expect

from search.models import PhotoQuery
from tests.factories import draw_photo, jpeg_bytes
from tests.pages.browser.conftest import PHONE, Shop, titles

pytestmark = pytest.mark.browser

SIDES = ("crop_x", "crop_y", "crop_w", "crop_h")


def two_things() -> FilePayload:
    """A photo of piece 7 on the left and of piece 9 on the right."""
    photo = Image.new("RGB", (640, 240))
    photo.paste(draw_photo(7), (0, 0))
    photo.paste(draw_photo(9), (320, 0))
    content = jpeg_bytes(photo, quality=90)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content}


@pytest.fixture
def page(shop: Shop) -> Page:
    return ask(shop)


def ask(shop: Shop, **options: object) -> Page:
    page = shop.open(**options)
    page.set_input_files("#photo-input", files=[two_things()])
    page.wait_for_url("**/search/*/")
    expect(page.locator("[data-crop-box]")).to_be_visible()
    return page


def finds(page: Page, number: int) -> None:
    expect(page.locator(".card-title").first).to_have_text(f"Piece {number}")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the mouse, between two places of the photo in 0..1."""
    page.mouse.move(*place(page, start))
    page.mouse.down()
    page.mouse.move(*place(page, end), steps=4)
    page.mouse.up()


def place(page: Page, share: tuple[float, float]) -> tuple[float, float]:
    box = page.locator("[data-crop-frame]").bounding_box()
    assert box is not None
    return box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]


def numbers(page: Page) -> list[float]:
    return [float(page.locator(f"[name={side}]").input_value()) for side in SIDES]


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The searches that were sent since."""
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.method) if each.method == "POST" else None)
    return sent


def test_the_whole_photo_is_searched_at_first(page: Page) -> None:
    assert numbers(page) == [0, 0, 100, 100]
    expect(page.get_by_role("button", name="Whole photo")).to_be_hidden()


def test_a_frame_drawn_with_the_mouse_finds_what_is_in_it(page: Page) -> None:
    drag(page, (0.52, 0.08), (0.98, 0.98))

    finds(page, 9)
    assert numbers(page) == pytest.approx([52, 8, 46, 90], abs=1.5)
    query = PhotoQuery.objects.latest("created_at")
    assert query.crop == pytest.approx([0.52, 0.08, 0.46, 0.9], abs=0.015)
    assert page.url.endswith(f"/search/{query.pk}/")


def test_a_frame_is_moved_and_its_corners_are_pulled(page: Page) -> None:
    drag(page, (0.1, 0.1), (0.48, 0.98))
    finds(page, 7)

    drag(page, (0.25, 0.5), (0.75, 0.5))
    finds(page, 9)
    assert numbers(page) == pytest.approx([60, 10, 38, 88], abs=1.5)

    drag(page, (0.61, 0.13), (0.81, 0.33))
    assert numbers(page) == pytest.approx([80, 30, 18, 68], abs=1.5)


def test_old_results_stay_dimmed_until_the_new_ones_come(page: Page) -> None:
    before = titles(page)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/search/", hold)

    drag(page, (0.52, 0.08), (0.98, 0.98))

    expect(page.locator("[data-live]")).to_have_attribute("aria-busy", "true")
    assert titles(page) == before
    waiting[0].continue_()
    finds(page, 9)
    expect(page.locator("[data-live]")).not_to_have_attribute("aria-busy", "true")


def test_the_search_waits_until_the_frame_has_come_to_rest(page: Page, asked: list[str]) -> None:
    page.get_by_text("Adjust exactly").click()
    smaller = page.get_by_role("button", name="Smaller")

    # In one turn of the page's own: a slow machine takes longer over four than the search waits.
    smaller.evaluate("button => [1, 2, 3, 4].forEach(() => button.click())")
    expect(page).not_to_have_url(page.url)
    page.wait_for_load_state("networkidle")

    assert asked == ["POST"]
    assert numbers(page) == [20, 20, 60, 60]


def test_by_keyboard_alone(page: Page) -> None:
    corner = page.get_by_role("button", name="Top left corner")
    corner.focus()
    for _ in range(10):
        page.keyboard.press("Shift+ArrowRight")
    assert numbers(page) == [50, 0, 50, 100]
    finds(page, 9)

    page.get_by_role("application", name="The part that is searched").focus()
    for _ in range(10):
        page.keyboard.press("Shift+ArrowLeft")
    finds(page, 7)
    page.keyboard.press("ArrowRight")
    assert numbers(page) == [1, 0, 50, 100]
    expect(page.locator("[data-crop-position]")).to_have_text(
        "left 1, top 0, width 50, height 100 percent"
    )


def test_by_buttons_alone(page: Page) -> None:
    page.get_by_text("Adjust exactly").click()
    for _ in range(5):
        page.get_by_role("button", name="Smaller").click()
    for _ in range(5):
        page.get_by_role("button", name="Right", exact=True).click()

    assert numbers(page) == [50, 25, 50, 50]
    finds(page, 9)


def test_by_numbers_alone(page: Page) -> None:
    page.get_by_text("Adjust exactly").click()
    page.fill("[name=crop_x]", "50")
    page.fill("[name=crop_w]", "50")

    finds(page, 9)
    assert numbers(page) == [50, 0, 50, 100]


def test_by_finger(shop: Shop) -> None:
    page = ask(shop, **PHONE)
    start, end = place(page, (0.02, 0.05)), place(page, (0.52, 0.05))
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    send("touchStart", start)
    send("touchMove", ((start[0] + end[0]) / 2, start[1]))
    send("touchMove", end)
    send("touchEnd")

    finds(page, 9)
    assert numbers(page) == pytest.approx([50, 0, 50, 100], abs=2)


def test_a_photo_that_lies_on_its_side_is_upright_and_so_are_its_parts(shop: Shop) -> None:
    """A phone writes how it was held beside the pixels."""
    lying = Image.new("RGB", (640, 240))
    lying.paste(draw_photo(7), (0, 0))
    lying.paste(draw_photo(9), (320, 0))
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 8  # to be turned to the left
    content = jpeg_bytes(lying.transpose(Image.Transpose.ROTATE_270), exif=turned)
    page = shop.open()
    page.set_input_files(
        "#photo-input", files=[{"name": "p.jpg", "mimeType": "image/jpeg", "buffer": content}]
    )
    page.wait_for_url("**/search/*/")
    size = "image => [image.naturalWidth, image.naturalHeight]"
    assert page.locator("[data-crop-photo]").evaluate(size) == [640, 240]

    drag(page, (0.52, 0.08), (0.98, 0.98))

    finds(page, 9)


def test_the_whole_photo_is_one_press_away(page: Page) -> None:
    [nearest, *_] = titles(page)
    drag(page, (0.52, 0.08), (0.98, 0.98))
    finds(page, 9)

    page.get_by_role("button", name="Whole photo").click()

    expect(page.get_by_role("button", name="Whole photo")).to_be_hidden()
    expect(page.locator(".card-title").first).to_have_text(nearest)


def test_the_way_back_leads_to_the_part_before(page: Page) -> None:
    drag(page, (0.1, 0.1), (0.48, 0.98))
    finds(page, 7)
    part = numbers(page)
    drag(page, (0.25, 0.5), (0.76, 0.5))
    finds(page, 9)

    page.go_back()

    finds(page, 7)
    assert numbers(page) == part
    page.go_forward()
    finds(page, 9)


def test_filters_and_words_hold_on(page: Page) -> None:
    page.get_by_label("In stock").check()
    page.wait_for_url("**/?*in_stock=1*")

    drag(page, (0.52, 0.08), (0.98, 0.98))

    finds(page, 9)
    assert page.url.endswith("?in_stock=1")
    expect(page.get_by_label("In stock")).to_be_checked()


def test_the_part_is_still_marked_after_a_reload(page: Page) -> None:
    drag(page, (0.52, 0.08), (0.98, 0.98))
    finds(page, 9)
    part = numbers(page)

    page.reload()

    finds(page, 9)
    assert numbers(page) == part
    expect(page.locator("[data-crop-photo]")).to_be_visible()


def test_a_part_that_is_refused_leaves_the_results_and_says_so(page: Page) -> None:
    before = titles(page)
    message = "That part is too small. Mark a larger one."
    refusal = {"error": {"code": "too_small", "message": message, "field": "crop"}}
    page.route("**/search/", lambda route: route.fulfill(status=400, json=refusal))

    drag(page, (0.52, 0.08), (0.98, 0.98))

    expect(page.get_by_role("alert")).to_have_text(message)
    assert titles(page) == before
    page.unroute("**/search/")
    drag(page, (0.25, 0.25), (0.26, 0.26))
    page.get_by_role("button", name="Whole photo").click()
    expect(page.locator("[data-crop-error]")).to_be_hidden()


def test_without_a_connection_the_results_stay(page: Page) -> None:
    before = titles(page)
    page.context.set_offline(True)

    drag(page, (0.52, 0.08), (0.98, 0.98))

    expect(page.get_by_role("alert")).to_contain_text("That part couldn’t be searched")
    assert titles(page) == before


def test_a_part_belongs_to_the_search_that_is_forgotten(page: Page) -> None:
    drag(page, (0.52, 0.08), (0.98, 0.98))
    finds(page, 9)
    assert PhotoQuery.objects.count() == 2

    page.get_by_role("button", name="Forget my photo now").click()

    expect(page.get_by_text("Forgotten. Nothing of your search is kept.")).to_be_visible()
    assert not PhotoQuery.objects.exists()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_products_own_picture_has_parts_too(shop: Shop) -> None:
    page = shop.open("/p/piece-4/")
    page.get_by_role("button", name="Find similar", exact=True).click()
    page.wait_for_url("**/search/*/")

    drag(page, (0.3, 0.3), (0.9, 0.9))
    expect(page.get_by_role("button", name="Whole photo")).to_be_visible()
    expect(page.locator("[data-crop-now]")).not_to_have_attribute("data-crop-now", "0,0,1,1")

    expect(page.locator(".pinned-label")).to_have_text("Looks like Piece 4")
    assert "Piece 4" not in titles(page)


def test_where_the_tab_has_no_photo_there_is_no_frame(shop: Shop, page: Page) -> None:
    other = shop.open(page.url.removeprefix(shop.url))

    expect(other.locator("[data-crop]")).to_be_hidden()
    expect(other.locator(".pinned-label")).to_contain_text("Only the tab you searched in")
