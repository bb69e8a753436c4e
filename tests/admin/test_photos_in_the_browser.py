"""The product list and form in a real browser: several photos chosen, dropped, seen and sent."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.test import Client
from playwright.sync_api import FilePayload, Page

from catalog.models import Product
from search.models import EmbeddingSpace
from search.services import ensure_space
from tests.admin.pages import ADD_PRODUCT, JOBS, PRODUCTS, change_page
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_category, make_product

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
DROP = """([zone, files]) => {
  const transfer = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, {type: "image/jpeg"}));
  }
  for (const kind of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true}));
  }
}"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def space() -> EmbeddingSpace:
    return ensure_space()


@pytest.fixture
def open_admin(
    live_server: Any, new_page: Callable[..., Page], staff: Client
) -> Callable[..., Page]:
    """Opens a page of the admin, logged in."""
    session = staff.cookies["sessionid"].value

    def open_at(path: str, **options: Any) -> Page:
        page = new_page(base_url=live_server.url, **options)
        cookie = {"name": "sessionid", "value": session, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(path)
        return page

    return open_at


def photo(name: str, seed: int) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg_bytes(draw_photo(seed))}


def drop(page: Page, *photos: FilePayload) -> None:
    files = [[each["name"], base64.b64encode(each["buffer"]).decode()] for each in photos]
    zone = page.locator(".field-new_photos [data-photo-drop]").element_handle()
    page.evaluate(DROP, [zone, files])


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate("axe.run().then((r) => r.violations.map((v) => v.id))")
    return found


def fill_in(page: Page) -> None:
    page.get_by_label("Title:").fill("Blue mug")
    page.get_by_label("SKU:").fill("MUG-1")
    page.get_by_label("Price:").fill("12.50")


def test_chosen_and_dropped_photos_add_up_and_are_saved(open_admin: Callable[..., Page]):
    page = open_admin(ADD_PRODUCT)
    fill_in(page)
    page.get_by_label("Add photos:").set_input_files([photo("a.jpg", 1), photo("b.jpg", 2)])
    drop(page, photo("c.jpg", 3), photo("d.jpg", 4))
    zone = page.locator(".field-new_photos")
    previews = zone.locator("[data-previews] li")
    assert previews.locator("span").all_text_contents() == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    assert zone.locator("[data-status]").text_content() == "4 chosen"
    page.get_by_role("button", name="Remove b.jpg").click()
    assert previews.count() == 3
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{PRODUCTS}")
    assert Product.objects.get(sku="MUG-1").images.count() == 3


def test_previews_show_the_chosen_photos(open_admin: Callable[..., Page]):
    page = open_admin(ADD_PRODUCT)
    page.get_by_label("Add photos:").set_input_files([photo("a.jpg", 1)])
    preview = page.locator("[data-previews] img")
    page.wait_for_function("document.querySelector('[data-previews] img').naturalWidth > 0")
    assert preview.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [320, 240]


def test_row_added_by_hand_takes_one_photo_of_its_own(open_admin: Callable[..., Page]):
    product = make_product()
    page = open_admin(change_page(product))
    page.get_by_role("button", name="Add another Image").click()
    row = page.locator("#images-0")
    row.locator("input[type=file]").set_input_files(photo("a.jpg", 1))
    row.locator("input[type=file]").set_input_files(photo("b.jpg", 2))
    assert row.locator("[data-previews] span").all_text_contents() == ["b.jpg"]
    row.get_by_label("Alternative text:").fill("Seen from above")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{PRODUCTS}")
    assert [image.alt for image in product.images.all()] == ["Seen from above"]


def test_good_photos_stay_when_one_was_refused(open_admin: Callable[..., Page]):
    page = open_admin(ADD_PRODUCT)
    fill_in(page)
    torn: FilePayload = {**photo("torn.jpg", 2), "buffer": photo("torn.jpg", 2)["buffer"][:2000]}
    page.get_by_label("Add photos:").set_input_files([photo("a.jpg", 1), torn])
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".errorlist li").wait_for()
    assert page.locator(".errorlist li").all_text_contents() == [
        "torn.jpg: The file ends too early. Save it again or choose another photo."
    ]
    assert page.get_by_label("a.jpg").is_checked()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{PRODUCTS}")
    assert Product.objects.get(sku="MUG-1").images.count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violations(open_admin: Callable[..., Page], scheme: str):
    product = make_product(tags=("colour:red",), category=make_category())
    add_photo(product, 1)
    for path in ("/admin/", PRODUCTS, JOBS, change_page(product), ADD_PRODUCT):
        # axe measures with inline styles of its own, which the site's policy would report.
        page = open_admin(path, color_scheme=scheme, bypass_csp=True)
        page.wait_for_load_state("networkidle")
        assert (path, violations(page)) == (path, [])


def test_nothing_scrolls_sideways_on_a_phone(open_admin: Callable[..., Page]):
    product = make_product(title="A very long title " * 8)
    add_photo(product, 1)
    for path in (PRODUCTS, change_page(product), ADD_PRODUCT):
        page = open_admin(path, viewport={"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
