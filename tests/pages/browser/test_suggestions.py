"""Points on the things that the shop sees in the photo: one press searches for that thing alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from search.models import PhotoQuery
from tests.pages.browser.conftest import PHONE, Shop, choose

pytestmark = pytest.mark.browser


def crop_now(page: Page) -> list[float]:
    now = page.locator("[data-crop-now]").get_attribute("data-crop-now")
    assert now is not None
    return [float(each) for each in now.split(",")]


@pytest.mark.parametrize("look", [{}, PHONE], ids=["desktop", "phone"])
def test_a_point_searches_for_its_thing(shop: Shop, look: dict[str, object]) -> None:
    page = shop.open(**look)
    choose(page, 7)
    first = PhotoQuery.objects.get()
    assert first.suggestions
    point = page.get_by_role("button", name="Search for thing 1 in the photo")

    point.click()
    expect(page).not_to_have_url(f"{shop.url}/search/{first.pk}/")

    later = PhotoQuery.objects.exclude(pk=first.pk).get()
    assert later.crop == pytest.approx(first.suggestions[0], abs=0.002)
    assert later.suggestions == first.suggestions
    assert crop_now(page) == pytest.approx(first.suggestions[0], abs=0.002)
    expect(point).to_be_focused()
    expect(point).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Whole photo").click()
    expect(point).to_have_attribute("aria-pressed", "false")


def test_a_point_stands_in_the_middle_of_its_thing(shop: Shop) -> None:
    page = shop.open()
    choose(page, 7)
    x, y, w, h = PhotoQuery.objects.get().suggestions[0]

    point = page.locator("[data-suggestion='0']").bounding_box()
    frame = page.locator("[data-crop-frame]").bounding_box()

    assert point
    assert frame
    assert point["x"] + point["width"] / 2 == pytest.approx(
        frame["x"] + frame["width"] * (x + w / 2), abs=1.5
    )
    assert point["y"] + point["height"] / 2 == pytest.approx(
        frame["y"] + frame["height"] * (y + h / 2), abs=1.5
    )


def test_without_a_script_nothing_points_anywhere(shop: Shop) -> None:
    page = shop.open(java_script_enabled=False)
    page.get_by_role("button", name="Search with a photo of: Piece 7").click()

    expect(page.locator("[data-suggestion='0']")).to_be_hidden()
