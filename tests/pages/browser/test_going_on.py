"""From the answers on: a step further, a link for somebody else, and the photo always in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from search.models import PhotoQuery
from tests.pages.browser.conftest import PHONE, Shop, choose, photo, titles

pytestmark = pytest.mark.browser

WIDTH = 320  # of the photos that are chosen here


def step(page: Page, place: int) -> str:
    """Goes on from a result; its title."""
    title = titles(page)[place]
    before = page.url
    page.locator("[data-card]").nth(place).hover()
    page.get_by_role("button", name=f"Find similar to {title}", exact=True).click()
    expect(page).not_to_have_url(before)
    return title


def seen(image: Locator) -> None:
    """The photo itself, not the place for it."""
    expect(image).to_have_js_property("naturalWidth", WIDTH)


def test_each_step_is_in_sight_and_can_be_gone_back_to(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    first = page.url

    one = step(page, 2)
    other = step(page, 1)

    steps = page.locator(".step")
    assert steps.all_inner_texts() == ["Your photo", one, other]
    seen(page.locator(".step [data-own-image]"))
    page.get_by_role("link", name="Your photo").click()
    page.wait_for_url(first)
    assert titles(page)[0] == "Piece 7"


def test_the_trail_goes_on_over_a_products_own_page(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    title = titles(page)[2]
    page.locator("a.card-link").nth(2).click()
    page.wait_for_url("**/p/**")

    page.get_by_role("button", name="Find similar", exact=True).click()
    page.wait_for_url("**/search/*/")

    assert page.locator(".step").all_inner_texts() == ["Your photo", title]


def test_the_heading_has_the_focus_on_arrival_and_not_on_a_reload(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    expect(page.locator("#results-title")).to_be_focused()

    page.reload()

    expect(page.locator("#results-title")).not_to_be_focused()


@pytest.mark.parametrize("look", [{}, PHONE], ids=["desktop", "phone"])
def test_the_photo_stays_in_sight_as_a_chip(shop: Shop, look: dict[str, object]) -> None:
    page = shop.open(**look)
    choose(page, 7)
    bar = page.locator("[data-stuck]")
    expect(bar).to_be_hidden()

    page.evaluate("scrollTo(0, 1500)")

    expect(bar).to_be_visible()
    seen(bar.locator("[data-own-image]"))
    with page.expect_file_chooser() as chooser:
        bar.get_by_text("Change photo").click()
    chooser.value.set_files([photo(8)])
    expect(page.locator(".card-title").first).to_have_text("Piece 8")


def test_the_chip_leads_back_up(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    page.evaluate("scrollTo(0, 1500)")

    page.get_by_role("link", name="Back to your search").click()

    expect(page.locator("[data-stuck]")).to_be_hidden()
    expect(page.locator("#results-title")).to_be_in_viewport()


def test_turning_the_phone_keeps_everything(shop: Shop) -> None:
    page = shop.open(**PHONE)
    choose(page, 7)
    page.get_by_role("button", name="Filters").first.click()
    page.locator("#filters").get_by_label("In stock").check()
    page.wait_for_url("**in_stock=1")

    page.set_viewport_size({"width": 844, "height": 390})

    assert page.url.endswith("?in_stock=1")
    seen(page.locator("[data-crop-photo]"))
    expect(page.locator("#filters").get_by_label("In stock")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_on_touch_a_photo_can_be_taken(shop: Shop) -> None:
    page = shop.open(**PHONE)
    camera = page.locator("#photo-camera")
    assert camera.get_attribute("capture") == "environment"
    assert page.locator("#photo-input").get_attribute("capture") is None

    with page.expect_file_chooser() as chooser:
        page.get_by_text("Take a photo").click()
    chooser.value.set_files([photo(9)])
    page.wait_for_url("**/search/*/")

    assert titles(page)[0] == "Piece 9"
    expect(shop.open().get_by_text("Take a photo")).to_be_hidden()


def test_a_link_is_made_and_copied(shop: Shop) -> None:
    page = shop.open()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(page, 7)

    page.get_by_role("button", name="Share").click()
    link = page.locator("#share-url")
    expect(link).to_be_focused()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()

    shared = PhotoQuery.objects.get(shared=True)
    assert page.evaluate("navigator.clipboard.readText()") == f"{shop.url}/search/{shared.pk}/"
    stranger = shop.open(f"/search/{shared.pk}/")
    assert titles(stranger)[0] == "Piece 7"
    expect(stranger.locator(".pinned-label")).to_contain_text("Somebody passed this search on")
    expect(stranger.get_by_role("button", name="Forget", exact=False)).to_have_count(0)


def test_a_link_that_cannot_be_made_says_so(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    page.context.set_offline(True)

    page.get_by_role("button", name="Share").click()

    expect(page.get_by_role("alert")).to_have_text(
        "The link couldn’t be made. Try again in a moment."
    )
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_not_what_i_meant_leads_to_a_part_of_the_photo(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)

    page.get_by_role("button", name="Not what I meant").click()
    page.wait_for_url("**missed=1")
    page.get_by_role("button", name="Mark the thing in the photo").click()

    expect(page.locator("[data-crop-box]")).to_be_focused()
    expect(page.locator("[data-crop-box]")).to_be_in_viewport()


def test_the_words_stay_when_the_photo_goes(shop: Shop) -> None:
    page = shop.open()
    page.fill("#photo-words", "Piece 12")
    choose(page, 7)

    page.get_by_role("button", name="Remove the photo, keep the words").click()

    expect(page.locator(".pinned-label")).to_have_text("You searched for “Piece 12”")
    assert page.evaluate("sessionStorage.length") == 0
    assert PhotoQuery.objects.get().vector is None
