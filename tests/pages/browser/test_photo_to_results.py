"""Each way by which a photo gets in: chosen, dropped, pasted, sampled, or of a product."""

from __future__ import annotations

from base64 import b64encode

import pytest
from playwright.sync_api import Page, expect

from search.models import PhotoQuery
from tests.pages.browser.conftest import PHONE, Shop, choose, photo, titles

pytestmark = pytest.mark.browser

# A File made in the page, as a drop or a paste carries it.
CARRIER = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carrier = new DataTransfer();
  carrier.items.add(new File([bytes], name, { type: "image/jpeg" }));
  return carrier;
}"""


def carrier(page: Page, number: int) -> object:
    content = b64encode(photo(number)["buffer"]).decode()
    return page.evaluate_handle(CARRIER, ["photo.jpg", content])


def test_a_chosen_photo_finds_its_product_and_stays_in_sight(shop: Shop) -> None:
    page = shop.open()

    choose(page, 7)

    assert titles(page)[0] == "Piece 7"
    expect(page.locator("h1")).to_have_text("Found it")
    expect(page.locator("[data-crop-photo]")).to_be_visible()
    assert page.locator("[data-crop-photo]").evaluate("image => image.naturalWidth") == 320


def test_a_dropped_photo_finds_its_product(shop: Shop) -> None:
    page = shop.open("/c/chairs/")
    dropped = carrier(page, 9)

    page.dispatch_event("body", "dragenter", {"dataTransfer": dropped})
    expect(page.locator("[data-overlay]")).to_be_visible()
    page.dispatch_event("body", "drop", {"dataTransfer": dropped})
    page.wait_for_url("**/search/*/")

    assert titles(page)[0] == "Piece 9"


def test_dragging_words_over_the_page_shows_no_overlay(shop: Shop) -> None:
    page = shop.open()
    words = page.evaluate_handle(
        "() => { const c = new DataTransfer(); c.setData('text/plain', 'oak'); return c; }"
    )

    page.dispatch_event("body", "dragenter", {"dataTransfer": words})

    expect(page.locator("[data-overlay]")).to_be_hidden()


def test_a_pasted_photo_finds_its_product(shop: Shop) -> None:
    page = shop.open()

    page.evaluate(
        """(carrier) => document.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: carrier, bubbles: true, cancelable: true })
        )""",
        carrier(page, 11),
    )
    page.wait_for_url("**/search/*/")

    assert titles(page)[0] == "Piece 11"


def test_words_beside_the_photo_go_along(shop: Shop) -> None:
    page = shop.open()
    page.fill("#photo-words", "Piece 12")

    choose(page, 7)

    assert {"Piece 7", "Piece 12"} <= set(titles(page)[:3])
    expect(page.locator("#filter-words")).to_have_value("Piece 12")


def test_the_camera_in_the_header_works_on_any_page(shop: Shop) -> None:
    page = shop.open("/p/piece-4/")

    with page.expect_file_chooser() as chooser:
        page.locator("label", has_text="Search by photo").click()
    chooser.value.set_files([photo(5)])
    page.wait_for_url("**/search/*/")

    assert titles(page)[0] == "Piece 5"


def test_a_sample_photo_is_one_click(shop: Shop) -> None:
    page = shop.open()

    page.get_by_role("button", name="Search with a photo of: Piece 7").click()
    page.wait_for_url("**/search/*/?sample=seven")

    assert titles(page)[0] == "Piece 7"
    expect(page.get_by_alt_text("The sample photo")).to_be_visible()


def test_find_similar_starts_from_a_card(shop: Shop) -> None:
    page = shop.open()

    page.locator(".card").first.hover()
    page.get_by_role("button", name="Find similar to Piece 30").click()
    page.wait_for_url("**/search/*/")

    expect(page.locator(".pinned-label")).to_have_text("Looks like Piece 30")
    assert "Piece 30" not in titles(page)


def test_find_similar_starts_from_a_product(shop: Shop) -> None:
    page = shop.open("/p/piece-4/")

    page.get_by_role("button", name="Find similar", exact=True).click()
    page.wait_for_url("**/search/*/")

    expect(page.locator(".pinned-label")).to_have_text("Looks like Piece 4")


def test_a_large_photo_is_shrunk_before_it_travels(shop: Shop) -> None:
    page = shop.open()

    with page.expect_request("**/search/") as sent:
        choose(page, 7, size=(4000, 3000))

    # What is kept in the tab is what was sent.
    size = "image => [image.naturalWidth, image.naturalHeight]"
    assert page.locator("[data-crop-photo]").evaluate(size) == [1024, 768]
    sent_bytes = int(sent.value.all_headers()["content-length"])
    assert sent_bytes < len(photo(7, size=(4000, 3000))["buffer"])


def test_changing_the_photo_starts_over_from_the_results(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)

    with page.expect_file_chooser() as chooser:
        page.locator(".pinned-actions").get_by_text("Change photo").click()
    chooser.value.set_files([photo(8)])

    expect(page.locator(".card-title").first).to_have_text("Piece 8")
    assert PhotoQuery.objects.count() == 2


def test_another_tab_has_no_photo_to_show_and_says_why(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)

    other = shop.open(page.url)

    expect(other.locator("[data-crop-photo]")).to_be_hidden()
    expect(other.locator(".pinned-label")).to_contain_text("Only the tab you searched in")


def test_forgetting_takes_the_photo_out_of_the_browser_too(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    assert page.evaluate("sessionStorage.length") == 1

    page.get_by_role("button", name="Forget my photo now").click()

    expect(page.get_by_text("Forgotten. Nothing of your search is kept.")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    assert not PhotoQuery.objects.exists()


def test_a_phone_finds_too(shop: Shop) -> None:
    page = shop.open(**PHONE)

    choose(page, 7)

    assert titles(page)[0] == "Piece 7"
