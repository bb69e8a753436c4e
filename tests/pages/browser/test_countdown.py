"""Seconds that are counted down on a page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages.browser.conftest import Shop

pytestmark = pytest.mark.browser

COUNT = """
    async ([seconds, abortAt, asleep]) => {
        const { countdown } = await import("/static/js/countdown.js");
        const heard = [];
        const abort = new AbortController();
        if (abortAt === "before") abort.abort();
        await new Promise((resolve) => {
            setTimeout(resolve, seconds * 1_000 + 700);
            countdown(
                seconds,
                (left) => {
                    heard.push(left);
                    if (left === abortAt) abort.abort();
                    if (left === asleep) for (const end = Date.now() + 2_200; Date.now() < end; );
                },
                () => heard.push("end"),
                abort.signal,
            );
        });
        return heard;
    }
"""


@pytest.fixture
def page(shop: Shop) -> Page:
    return shop.open()


def heard(page: Page, seconds: int, abort_at: Any = None, asleep: int | None = None) -> Any:
    return page.evaluate(COUNT, [seconds, abort_at, asleep])


def test_every_second_is_told_and_then_the_end(page: Page) -> None:
    assert heard(page, 3) == [3, 2, 1, "end"]


def test_nothing_to_wait_for_ends_at_once(page: Page) -> None:
    assert heard(page, 0) == ["end"]


@pytest.mark.parametrize(("abort_at", "told"), [(2, [3, 2]), ("before", [])])
def test_given_up_it_is_silent(page: Page, abort_at: Any, told: list[int]) -> None:
    assert heard(page, 3, abort_at) == told


def test_a_page_that_slept_for_two_seconds_is_not_behind(page: Page) -> None:
    assert heard(page, 3, asleep=3) == [3, 1, "end"]
