"""What a shopper presses counts, whatever arrives or moves meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.pages.browser.conftest import PHONE, Shop, box, choose

pytestmark = pytest.mark.browser

RED = re.compile(r"/\?facet_tags=colour%3Ared$")
CHEAP = re.compile(r"/\?price_max=7\.99$")
WHERE = "() => document.querySelector('#filters').getBoundingClientRect().top"
# In one turn of the page's own, before it hears that the photo is out of sight.
SCROLLED = f"y => {{ scrollTo({{ top: y, behavior: 'instant' }}); return ({WHERE})(); }}"


@pytest.fixture
def page(shop: Shop) -> Page:
    page = shop.open()
    choose(page, 7)
    return page


@pytest.fixture
def red_is_on_its_way(page: Page) -> Callable[[], None]:
    """Red is ticked, and its answer waits until this is called."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(RED, hold)
    with page.expect_request(RED):
        box(page, "Red").click()

    def arrive() -> None:
        with page.expect_response(RED) as answer:
            held[0].continue_()
        answer.value.finished()
        page.wait_for_timeout(300)  # for all that the page makes of it at once

    return arrive


def band(page: Page) -> Locator:
    return page.locator(".price-bands a").first


def chips(page: Page) -> Locator:
    return page.locator(".chip:not(.chip-clear)")


@contextmanager
def moment(page: Page) -> Iterator[None]:
    """By the page's clock no time passes meanwhile: a press stays a short one on a slow machine."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))
    yield
    page.clock.resume()


def test_the_column_of_filters_stays_where_it_is_when_the_bar_comes(page: Page) -> None:
    at_once = page.evaluate(SCROLLED, 700)

    expect(page.locator("[data-stuck]")).to_be_visible()

    assert page.evaluate(WHERE) == at_once


def test_the_bar_comes_when_the_press_is_over(page: Page) -> None:
    bar = page.locator("[data-stuck]")
    page.mouse.move(640, 300)

    with moment(page):
        page.mouse.down()
        page.evaluate("scrollTo({ top: 700, behavior: 'instant' })")
        page.wait_for_timeout(300)
        assert bar.is_hidden()
        page.mouse.up()

    expect(bar).to_be_visible()


def test_results_that_arrive_during_a_press_wait_for_its_click(
    page: Page, red_is_on_its_way: Callable[[], None]
) -> None:
    band(page).hover()

    with moment(page):
        page.mouse.down()
        red_is_on_its_way()
        expect(chips(page)).to_have_count(0)
        page.mouse.up()

    expect(chips(page)).to_have_text([re.compile("Red"), re.compile("up to 7.99")])
    expect(page.locator(".card")).to_have_count(3)


def test_results_wait_no_longer_than_a_click_takes(
    page: Page, red_is_on_its_way: Callable[[], None]
) -> None:
    page.mouse.move(640, 300)
    page.mouse.down()

    red_is_on_its_way()

    expect(chips(page)).to_have_count(1)


def test_a_key_that_is_down_ticks_although_results_arrive(
    page: Page, red_is_on_its_way: Callable[[], None]
) -> None:
    box(page, "Blue").focus()

    with moment(page):
        page.keyboard.down("Space")
        red_is_on_its_way()
        page.keyboard.up("Space")

    expect(page.locator(".card")).to_have_count(20)
    expect(box(page, "Blue")).to_be_checked()
    expect(box(page, "Red")).to_be_checked()


@pytest.mark.usefixtures("red_is_on_its_way")
def test_a_link_keeps_the_tick_before_it(page: Page) -> None:
    band(page).click()

    expect(chips(page)).to_have_count(2)
    expect(box(page, "Red")).to_be_checked()


def test_a_tick_keeps_the_link_before_it(page: Page) -> None:
    page.route(CHEAP, lambda _route: None)
    with page.expect_request(CHEAP):
        band(page).click()

    box(page, "Red").click()

    expect(chips(page)).to_have_count(2)
    expect(page.locator("[name=price_max]")).to_have_value("7.99")


def test_a_tick_keeps_off_what_a_link_before_it_took_off(page: Page) -> None:
    box(page, "Red").click()
    expect(chips(page)).to_have_count(1)
    whole = re.compile(r"/search/[^/]+/\??$")
    page.route(whole, lambda _route: None)
    with page.expect_request(whole):
        page.get_by_role("link", name="Remove filter: Red").click()

    box(page, "Blue").click()

    expect(box(page, "Blue")).to_be_checked()
    expect(page.locator(".card")).to_have_count(10)
    expect(chips(page)).to_have_text([re.compile("Blue")])


@pytest.mark.usefixtures("red_is_on_its_way")
def test_clearing_takes_off_what_is_on_its_way_too(page: Page) -> None:
    page.locator("#filters").get_by_role("link", name="Clear filters").click()

    expect(page.locator("#results-title")).to_be_focused()
    expect(box(page, "Red")).not_to_be_checked()
    expect(page.locator(".card")).to_have_count(24)


def test_more_of_what_is_about_to_go_does_not_stop_it(
    page: Page, red_is_on_its_way: Callable[[], None]
) -> None:
    page.get_by_role("link", name="Show more").click()

    red_is_on_its_way()

    expect(chips(page)).to_have_count(1)
    expect(page.locator(".card")).to_have_count(10)


def test_taps_in_a_row_all_count(shop: Shop) -> None:
    page = shop.open(**PHONE)
    choose(page, 7)
    page.get_by_role("button", name="Filters").first.click()

    box(page, "Red").tap()
    box(page, "Blue").tap()

    page.get_by_role("button", name="Show results").tap()
    expect(page.locator(".card")).to_have_count(20)
