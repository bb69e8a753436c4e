"""What somebody does on a page of results is not undone by what else they do, or by a lost line."""

from __future__ import annotations

from threading import Event

import pytest
from playwright.sync_api import Page, Route, expect

from search.models import PhotoQuery
from tests.pages.browser.conftest import Shop, choose

pytestmark = pytest.mark.browser

LARGE_PHONE = {"viewport": {"width": 430, "height": 932}, "has_touch": True, "is_mobile": True}
COVERED = """(element) => {
  const bar = document.querySelector("[data-stuck]");
  const header = document.querySelector(".header");
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const seen = document.elementFromPoint(x, y);
  return Boolean(seen) && (bar.contains(seen) || header.contains(seen))
    && !bar.contains(element) && !header.contains(element);
}"""


@pytest.fixture
def page(shop: Shop) -> Page:
    page = shop.open()
    choose(page, 7)
    return page


def cards(page: Page, count: int) -> None:
    expect(page.locator(".card")).to_have_count(count)


def nudge(page: Page) -> None:
    """Makes the frame smaller; another part is searched."""
    exact = page.locator(".crop-exact")
    if exact.get_attribute("open") is None:
        exact.locator("summary").click()
    page.get_by_role("button", name="Smaller").click()


def part_is(page: Page, corners: str) -> None:
    expect(page.locator("[data-crop-now]")).to_have_attribute("data-crop-now", corners)


def test_a_filter_without_a_connection_leaves_the_page_and_can_be_tried_again(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_label("In stock").click()

    lost = page.locator("[data-lost]")
    expect(lost).to_contain_text("You seem to be offline")
    cards(page, 24)
    expect(page.locator("[data-live]")).not_to_have_attribute("aria-busy", "true")

    page.context.set_offline(False)
    lost.get_by_role("button", name="Try again").click()
    page.wait_for_url("**in_stock=1")
    expect(lost).to_be_hidden()


def test_show_more_without_a_connection_can_be_tried_again(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator("[data-lost]")).to_be_visible()

    page.context.set_offline(False)
    page.locator("[data-lost-again]").click()

    cards(page, 30)


def test_a_filter_that_a_busy_shop_refuses_is_asked_for_once_more(page: Page) -> None:
    asked: list[str] = []

    def busy_at_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        else:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="busy")

    page.route("**/search/*/?in_stock=1", busy_at_first)
    page.evaluate("window.sameDocument = true")
    page.get_by_label("In stock").click()

    page.wait_for_url("**in_stock=1")
    assert len(asked) == 2
    assert page.evaluate("window.sameDocument") is True


@pytest.mark.parametrize("link", ["Skip to content", "Back to your search"])
def test_a_link_within_the_page_keeps_what_was_shown(page: Page, link: str) -> None:
    page.get_by_role("link", name="Show more").click()
    cards(page, 30)
    page.evaluate("scrollTo(0, 1500)")
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url) if "/search/" in each.url else None)

    page.get_by_role("link", name=link).press("Enter")
    page.wait_for_url("**#*")
    page.go_back()
    page.wait_for_timeout(300)

    cards(page, 30)
    assert asked == []


def test_a_filter_and_a_part_that_is_being_searched_both_hold(page: Page, held: Event) -> None:
    held.clear()
    nudge(page)
    expect(page.locator("[data-crop-status]")).to_have_text("Looking through the shop")

    page.get_by_label("In stock").click()
    held.set()

    page.wait_for_url("**in_stock=1")
    part_is(page, "0.05,0.05,0.9,0.9")
    expect(page.get_by_label("In stock")).to_be_checked()


def test_a_part_and_a_filter_that_is_on_its_way_both_hold(page: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**in_stock=1", hold)
    page.get_by_label("In stock").click()
    nudge(page)
    expect(page.locator("[data-crop-status]")).to_be_visible()
    page.unroute("**in_stock=1")

    page.wait_for_url("**in_stock=1")
    part_is(page, "0.05,0.05,0.9,0.9")


def test_more_of_what_is_about_to_go_is_not_shown(page: Page, held: Event) -> None:
    held.clear()
    nudge(page)
    expect(page.locator("[data-crop-status]")).to_be_visible()

    page.get_by_role("link", name="Show more").click()
    held.set()

    part_is(page, "0.05,0.05,0.9,0.9")
    cards(page, 24)


def test_a_part_that_failed_can_be_tried_again(page: Page) -> None:
    page.context.set_offline(True)
    nudge(page)
    expect(page.locator("[data-crop-error]")).to_be_visible()

    page.context.set_offline(False)
    page.locator("[data-crop-retry]").click()

    part_is(page, "0.05,0.05,0.9,0.9")
    expect(page.locator("[data-crop-error]")).to_be_hidden()
    expect(page.locator("[data-crop-retry]")).to_be_hidden()


def test_too_many_parts_are_counted_down(page: Page) -> None:
    refusal = {"error": {"code": "throttled", "message": "Too many photos.", "field": None}}
    headers = {"Retry-After": "30"}
    page.route("**/search/", lambda route: route.fulfill(status=429, json=refusal, headers=headers))
    nudge(page)
    retry = page.locator("[data-crop-retry]")

    expect(page.locator("[data-crop-error]")).to_have_text("Too many photos.")
    expect(retry).to_be_disabled()
    expect(retry).to_have_text("Try again in 29 s")

    page.unroute("**/search/")
    nudge(page)
    part_is(page, "0.1,0.1,0.8,0.8")
    expect(retry).to_be_hidden()
    page.context.set_offline(True)
    nudge(page)
    expect(retry).to_be_visible()
    page.wait_for_timeout(1_200)  # the old count would have gone on by now
    expect(retry).to_have_text("Try again")
    expect(retry).to_be_enabled()


def test_a_long_search_for_a_part_says_so(page: Page, held: Event) -> None:
    page.clock.install()
    held.clear()
    nudge(page)
    page.clock.run_for(350)
    status = page.locator("[data-crop-status]")
    expect(status).to_have_text("Looking through the shop")

    page.clock.run_for(3_100)
    expect(status).to_have_text("Still working on it")
    page.clock.run_for(7_000)
    expect(status).to_have_text("This takes longer than it should")
    expect(page.locator("[data-crop-retry]")).to_be_visible()


def test_the_focus_stays_where_it_is_while_results_arrive(page: Page) -> None:
    nudge(page)
    share = page.get_by_role("button", name="Share")
    share.focus()

    part_is(page, "0.05,0.05,0.9,0.9")

    expect(share).to_be_focused()


def test_the_focus_goes_to_the_heading_where_its_place_is_gone(page: Page) -> None:
    page.get_by_label("In stock").click()
    page.wait_for_url("**in_stock=1")
    page.get_by_role("link", name="Remove filter: In stock").focus()

    page.go_back()

    expect(page.locator("#results-title")).to_be_focused()


def test_nothing_that_has_the_focus_lies_below_the_bar(page: Page) -> None:
    page.locator("[data-missed] button").focus()
    hidden = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        focused = page.locator(":focus")
        if focused.evaluate(COVERED):
            hidden.append(focused.evaluate("element => element.outerHTML.slice(0, 90)"))

    assert hidden == []


def test_filters_that_become_a_column_are_no_sheet_any_more(shop: Shop) -> None:
    page = shop.open(**LARGE_PHONE)
    choose(page, 7)
    page.get_by_role("button", name="Filters").first.click()
    expect(page.locator(".filters-close")).to_be_visible()

    page.set_viewport_size({"width": 932, "height": 430})

    assert page.locator("#filters").evaluate("form => form.matches(':popover-open')") is False
    filters, photo = (page.locator(each).bounding_box() for each in ("#filters", ".pinned"))
    assert filters
    assert photo
    assert filters["y"] >= photo["y"] + photo["height"] - 1


def test_a_link_for_another_part_is_not_copied_yet(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Close").click()

    page.get_by_role("button", name="Share").click()

    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_visible()


def test_after_a_part_the_whole_photo_is_still_the_shoppers_own(page: Page) -> None:
    nudge(page)
    part_is(page, "0.05,0.05,0.9,0.9")
    page.get_by_role("button", name="Whole photo").click()
    part_is(page, "0,0,1,1")
    page.reload()

    expect(page.locator("[data-crop-photo]")).to_have_js_property("naturalWidth", 320)
    nudge(page)
    part_is(page, "0.05,0.05,0.9,0.9")
    page.get_by_role("button", name="Forget my photo now").click()
    expect(page.locator(".notice-good")).to_be_visible()
    assert not PhotoQuery.objects.exists()
    assert page.evaluate("sessionStorage.length") == 0
