"""What the shopper sees between the photo and its results, and when it goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Event

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.browser.conftest import Shop, photo, titles

pytestmark = pytest.mark.browser

SEARCH = "**/search/"


def answered(status: int, body: dict[str, object], **headers: str) -> Callable[[Route], None]:
    """An answer of the shop, made up by the test: its own can't be brought about at will."""

    def fulfil(route: Route) -> None:
        route.fulfill(status=status, json=body, headers=headers)

    return fulfil


def refusal(code: str, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message, "field": None}}


def start(page: Page, number: int = 7) -> None:
    page.set_input_files("#photo-input", files=[photo(number)])


def test_the_photo_is_shown_while_the_shop_looks(shop: Shop, held: Event) -> None:
    page = shop.open()

    start(page)

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Looking through the shop")
    expect(dialog.get_by_alt_text("Your photo")).to_be_visible()
    held.set()
    page.wait_for_url("**/search/*/")


def test_cancel_leads_back_to_the_form(shop: Shop) -> None:
    page = shop.open()
    page.route(SEARCH, lambda _route: None)
    start(page)

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.url == f"{shop.url}/"


def test_escape_cancels_too(shop: Shop) -> None:
    page = shop.open()
    page.route(SEARCH, lambda _route: None)
    start(page)

    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_same_photo_can_be_chosen_again_after_cancelling(shop: Shop) -> None:
    page = shop.open()
    page.route(SEARCH, lambda _route: None)
    start(page)
    page.get_by_role("button", name="Cancel").click()
    page.unroute(SEARCH)

    start(page)
    page.wait_for_url("**/search/*/")

    assert titles(page)[0] == "Piece 7"


def test_a_long_search_says_so_and_offers_another_try(shop: Shop, held: Event) -> None:
    page = shop.open()
    page.clock.install()
    start(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Looking through the shop")

    page.clock.run_for(3_100)
    expect(dialog).to_contain_text("Still working on it")
    expect(dialog.get_by_role("button", name="Try again")).to_be_hidden()

    page.clock.run_for(7_000)
    expect(dialog).to_contain_text("This takes longer than it should")
    expect(dialog.get_by_role("button", name="Try again")).to_be_visible()


def test_a_file_that_is_no_picture_is_refused_before_it_travels(shop: Shop) -> None:
    page = shop.open()
    text = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}

    page.set_input_files("#photo-input", files=[text])

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_have_text(
        "That file is no picture. Choose a photo: JPEG, PNG, WebP or AVIF."
    )
    expect(dialog.get_by_role("button", name="Choose another photo")).to_be_focused()


def test_a_picture_that_the_shop_refuses_keeps_the_dialog_open(shop: Shop) -> None:
    page = shop.open()
    broken = {**photo(7), "buffer": photo(7)["buffer"][:700]}

    page.set_input_files("#photo-input", files=[broken])

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("photo")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Choose another photo").click()
    chooser.value.set_files([photo(9)])
    page.wait_for_url("**/search/*/")
    assert titles(page)[0] == "Piece 9"


def test_a_picture_over_the_cap_is_refused_before_it_travels(shop: Shop, settings: object) -> None:
    settings.MAX_PHOTO_BYTES = 3_000
    page = shop.open()

    start(page)

    expect(page.get_by_role("alert")).to_have_text("That photo is too large. Choose a smaller one.")


def test_a_busy_shop_is_asked_once_more_by_itself(shop: Shop) -> None:
    page = shop.open()
    asked: list[str] = []

    def busy_at_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        else:
            answered(503, refusal("busy", "Busy."), **{"Retry-After": "1"})(route)

    page.route(SEARCH, busy_at_first)

    start(page)
    page.wait_for_url("**/search/*/")

    assert len(asked) == 2


def test_a_shop_that_stays_busy_says_so_and_keeps_the_photo(shop: Shop) -> None:
    page = shop.open()
    message = "Too many photos at once. Try again in a moment."
    page.route(SEARCH, answered(503, refusal("busy", message), **{"Retry-After": "1"}))

    start(page)

    expect(page.get_by_role("alert")).to_have_text(message)
    expect(page.get_by_role("dialog").get_by_alt_text("Your photo")).to_be_visible()
    page.unroute(SEARCH)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/search/*/")
    assert titles(page)[0] == "Piece 7"


def test_a_lost_connection_keeps_the_photo_for_another_try(shop: Shop) -> None:
    page = shop.open()
    page.context.set_offline(True)

    start(page)

    expect(page.get_by_role("alert")).to_contain_text("You seem to be offline")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/search/*/")
    assert titles(page)[0] == "Piece 7"


def test_an_answer_that_makes_no_sense_is_the_shops_fault(shop: Shop) -> None:
    page = shop.open()
    page.route(SEARCH, lambda route: route.fulfill(status=500, body=json.dumps("oops")))

    start(page)

    expect(page.get_by_role("alert")).to_contain_text("The shop didn’t answer as it should")


def test_coming_back_from_the_results_finds_the_front_as_it_was(shop: Shop) -> None:
    page = shop.open()
    start(page)
    page.wait_for_url("**/search/*/")

    page.go_back()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#photo-input")).to_have_value("")
