"""The Spaces page in a real browser: from one space to the other and back, on every screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from catalog.models import Product
from search.models import EmbeddingJob, EmbeddingSpace, Errand, ImageEmbedding
from search.services import embed_pending, ensure_space
from search.services.comparing import compare, remember
from search.services.golden import pin
from search.services.spaces import create_space
from tests.admin.test_photos_in_the_browser import violations
from tests.factories import add_photo, make_product
from tests.search.test_tune_policy import REPORT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SPACES = reverse("admin:search_embeddingspace_changelist")
TUNED = "efficientnet-lite0/balanced@1+tuned1"
LESSON = {
    **REPORT,
    "accepted": True,
    "plain": 52.4,
    "tuned": 61.0,
    "gain": 8.6,
    "learned": 0.4,
    "colour": 0.1,
    "probes": {"photo": (48.1, 60.2), "view": (56.7, 61.8)},
}


@pytest.fixture
def space() -> EmbeddingSpace:
    return ensure_space()


@pytest.fixture
def tuned(space: EmbeddingSpace) -> EmbeddingSpace:
    """A space beside the one that is searched: compared with it, with a lesson, and an errand."""
    for seed in range(14):
        add_photo(make_product(sku=f"P-{seed}", title=f"Piece number {seed}"), seed)
    embed_pending(limit=14)
    made = create_space("fake@1", name=TUNED)
    rows = list(ImageEmbedding.objects.filter(space=space).order_by("image_id"))
    vectors = [row.vector for row in rows]
    for row, place in zip(rows, np.random.default_rng(1).permutation(len(rows)), strict=True):
        row.space, row.vector = made, vectors[place]
    ImageEmbedding.objects.bulk_create(rows)
    for row in rows:
        EmbeddingJob.objects.update_or_create(
            image_id=row.image_id, space=made, defaults={"checksum": row.checksum, "state": "ready"}
        )
    golden = Product.objects.get(sku="P-3").images.get()
    pin(image=golden, expected=Product.objects.filter(sku__in=["P-1", "P-2", "P-5"]))
    EmbeddingSpace.objects.filter(pk=made.pk).update(report={"tuning": LESSON})
    remember(comparison=compare(before=space, after=made), space=made)
    _ask_for_work(made)
    return made


def _ask_for_work(space: EmbeddingSpace) -> None:
    named = {"space": space, "space_name": space.name}
    step = "Looking at photos as customers take them"
    Errand.objects.create(kind="compare", state="done", outcome="Of the first ten, 62 %.", **named)
    Errand.objects.create(kind="tune", state="running", step=step, done=420, total=2000, **named)


@pytest.fixture
def open_admin(
    live_server: Any, new_page: Callable[..., Page], staff: Client
) -> Callable[..., Page]:
    """Opens a page of the admin, logged in."""
    session = staff.cookies["sessionid"].value

    def open_at(path: str, **options: Any) -> Page:
        page = new_page(base_url=live_server.url, **options)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(path)
        return page

    return open_at


def pages(space: EmbeddingSpace) -> list[str]:
    return [
        SPACES,
        reverse("admin:search_space_comparison", args=[space.pk]),
        reverse("admin:search_space_lesson", args=[space.pk]),
        reverse("admin:search_space_action", args=[space.pk, "switch"]),
        reverse("admin:search_space_action", args=[space.pk, "drop"]),
        reverse("admin:search_space_action", args=[space.pk, "pause"]),
        reverse("admin:search_space_create"),
    ]


def test_an_owner_looks_switches_and_goes_back(
    open_admin: Callable[..., Page], space: EmbeddingSpace, tuned: EmbeddingSpace
):
    page = open_admin(SPACES)
    page.get_by_role("link", name="See what would change").click()
    assert page.locator(".question").count() > 0
    page.go_back()
    page.get_by_role("link", name=f"Search here ({TUNED})").click()
    page.get_by_role("button", name="Search here").click()
    page.get_by_text(f"{TUNED} is searched now.").wait_for()
    page.get_by_role("link", name=f"Go back to this ({space.name})").click()
    page.get_by_role("button", name="Go back to this").click()
    page.get_by_text(f"{space.name} is searched again.").wait_for()
    assert EmbeddingSpace.objects.active().get() == space


def test_an_owner_switches_without_what_failed(
    open_admin: Callable[..., Page], tuned: EmbeddingSpace
):
    lost = ImageEmbedding.objects.filter(space=tuned).first()
    EmbeddingJob.objects.filter(space=tuned, image=lost.image_id).update(state="failed")
    lost.delete()
    path = reverse("admin:search_space_action", args=[tuned.pk, "switch"])
    # axe measures with inline styles of its own, which the site's policy would report.
    page = open_admin(path, bypass_csp=True)
    assert violations(page) == []
    page.get_by_role("link", name="See which, and why").click()
    failed = page.locator("#result_list tbody tr")
    failed.first.wait_for()
    assert failed.count() == 1
    page.go_back()
    page.get_by_role("button", name="Search here without them").click()
    page.get_by_text(f"{TUNED} is searched now.").wait_for()
    assert EmbeddingSpace.objects.active().get() == tuned


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violations(open_admin: Callable[..., Page], tuned: EmbeddingSpace, scheme: str):
    for path in pages(tuned):
        # axe measures with inline styles of its own, which the site's policy would report.
        page = open_admin(path, color_scheme=scheme, bypass_csp=True)
        page.wait_for_load_state("networkidle")
        assert (path, violations(page)) == (path, [])


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_scrolls_sideways(
    open_admin: Callable[..., Page], tuned: EmbeddingSpace, width: int
):
    for path in pages(tuned):
        page = open_admin(path, viewport={"width": width, "height": 844})
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)
