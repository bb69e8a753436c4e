"""Every state that a shopper can see, each brought about as it would come about.

Used by the test that looks for barriers in all of them, and for pictures of them:
`LOOKALIKE_SCREENS=DIR` names the folder where that test leaves a screenshot of each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from catalog.models import Product
from search.models import EmbeddingJob, EmbeddingSpace, PhotoQuery
from tests.factories import draw_photo, encoded, jpeg_bytes, make_category
from tests.pages.browser.conftest import Shop, choose, photo

# Bytes a second: slow enough to see an upload on its way.
SLOWLY = 30_000


@dataclass(frozen=True)
class Stage:
    """Where a state is played: the shop, a page of it, and what holds the embedder up."""

    shop: Shop
    page: Page
    held: Event
    settings: Any


Reach = Callable[[Stage], None]
STATES: dict[str, Reach] = {}


def state(reach: Reach) -> Reach:
    """Registers a state under the name of what reaches it."""
    STATES[reach.__name__.replace("_", "-")] = reach
    return reach


def sent(stage: Stage, content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
    file = {"name": name, "mimeType": kind, "buffer": content}
    stage.page.set_input_files("#photo-input", files=[file])


def failed(stage: Stage) -> None:
    expect(stage.page.get_by_role("dialog").get_by_role("alert")).to_be_visible()


@state
def idle(stage: Stage) -> None:
    expect(stage.page.locator("#photo-input")).to_be_attached()


@state
def drag_over(stage: Stage) -> None:
    script = "() => { const c = new DataTransfer(); c.items.add(new File([], 'a')); return c; }"
    carrier = stage.page.evaluate_handle(script)
    stage.page.dispatch_event("body", "dragenter", {"dataTransfer": carrier})
    expect(stage.page.locator("[data-overlay]")).to_be_visible()


@state
def reading(stage: Stage) -> None:
    stage.page.evaluate("() => { window.createImageBitmap = () => new Promise(() => {}); }")
    sent(stage, photo(7)["buffer"])
    expect(stage.page.get_by_role("dialog")).to_have_attribute("data-state", "reading")


@state
def uploading(stage: Stage) -> None:
    network = stage.page.context.new_cdp_session(stage.page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOWLY}
    network.send("Network.emulateNetworkConditions", slow)
    large = Image.effect_noise((1000, 800), 90).convert("RGB")
    sent(stage, jpeg_bytes(large))
    dialog = stage.page.get_by_role("dialog")
    expect(dialog).to_have_attribute("data-state", "uploading")
    expect(dialog.locator("[data-title]")).to_contain_text("%")


@state
def searching(stage: Stage) -> None:
    stage.held.clear()
    sent(stage, photo(7)["buffer"])
    dialog = stage.page.get_by_role("dialog")
    expect(dialog).to_have_attribute("data-state", "searching")
    expect(dialog.locator(".skeleton")).to_be_visible()


@state
def still_searching(stage: Stage) -> None:
    stage.page.clock.install()
    searching(stage)
    stage.page.clock.run_for(3_100)


@state
def slow_search(stage: Stage) -> None:
    stage.page.clock.install()
    searching(stage)
    stage.page.clock.run_for(10_100)
    expect(stage.page.locator("[data-retry]")).to_be_visible()


@state
def unsupported_type(stage: Stage) -> None:
    sent(stage, b"no picture", "notes.txt", "text/plain")
    failed(stage)


@state
def too_large(stage: Stage) -> None:
    stage.settings.MAX_PHOTO_BYTES = 3_000
    stage.page.reload()
    sent(stage, photo(7)["buffer"])
    failed(stage)


@state
def too_small(stage: Stage) -> None:
    sent(stage, encoded(draw_photo(1, (8, 8)), "PNG"), "photo.png", "image/png")
    failed(stage)


@state
def too_dark(stage: Stage) -> None:
    sent(stage, jpeg_bytes(Image.new("RGB", (320, 240))))
    failed(stage)


@state
def corrupt(stage: Stage) -> None:
    sent(stage, photo(7)["buffer"][:700])
    failed(stage)


@state
def offline(stage: Stage) -> None:
    stage.page.context.set_offline(True)
    sent(stage, photo(7)["buffer"])
    failed(stage)
    stage.page.context.set_offline(False)


@state
def throttled(stage: Stage) -> None:
    stage.settings.SECRET_KEY = uuid4().hex * 2  # clients are counted under a key made with it
    stage.settings.PHOTO_SEARCHES_PER_MINUTE = 1
    sent(stage, photo(7)["buffer"])
    stage.page.wait_for_url("**/search/*/")
    stage.page.go_back()
    sent(stage, photo(8)["buffer"])
    failed(stage)
    expect(stage.page.locator("[data-retry]")).to_be_disabled()


@state
def busy(stage: Stage) -> None:
    message = "Many people are searching by photo right now. Please try again in a few seconds."
    body = {"error": {"code": "busy", "message": message, "field": None}}
    again = {"Retry-After": "1"}
    stage.page.route(
        "**/search/", lambda route: route.fulfill(status=503, json=body, headers=again)
    )
    sent(stage, photo(7)["buffer"])
    failed(stage)


@state
def refused_without_script(stage: Stage) -> None:
    stage.page.locator("#photo button[type=submit]").click()
    expect(stage.page.locator("#photo-error")).to_be_visible()


@state
def results(stage: Stage) -> None:
    choose(stage.page, 7)


@state
def results_of_a_part(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.locator(".crop-exact summary").click()
    stage.page.locator("[data-nudge=smaller]").click()
    expect(stage.page.locator("[data-crop-now]")).not_to_have_attribute("data-crop-now", "0,0,1,1")


@state
def another_part_is_searched(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.locator(".crop-exact summary").click()
    stage.held.clear()
    stage.page.locator("[data-nudge=smaller]").click()
    expect(stage.page.locator("[data-live]")).to_have_attribute("aria-busy", "true")


@state
def part_is_refused(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.context.set_offline(True)
    stage.page.locator(".crop-exact summary").click()
    stage.page.locator("[data-nudge=smaller]").click()
    expect(stage.page.locator("[data-crop-error]")).to_be_visible()
    stage.page.context.set_offline(False)


@state
def results_by_words(stage: Stage) -> None:
    stage.page.fill("#finder-words", "piece")
    stage.page.keyboard.press("Enter")
    stage.page.wait_for_url("**/search/*/")


@state
def results_past_the_photo(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.mouse.move(600, 600)
    stage.page.mouse.wheel(0, 1_500)
    expect(stage.page.locator("[data-stuck]")).to_be_visible()


@state
def filtered(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.goto(f"{stage.page.url}?facet_tags=colour:red&in_stock=1&price_max=20&tags=no:such")


@state
def filters_open(stage: Stage) -> None:
    choose(stage.page, 7)
    button = stage.page.locator(".filters-open")
    if button.is_visible():
        button.click()
        expect(stage.page.locator(".filters-close")).to_be_visible()


@state
def nothing_passes(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.goto(f"{stage.page.url}?facet_tags=colour:red&price_max=2&category=chairs")


@state
def words_find_nothing(stage: Stage) -> None:
    stage.page.fill("#finder-words", "zzqqxx")
    stage.page.keyboard.press("Enter")
    stage.page.wait_for_url("**/search/*/")


@state
def nothing_very_close(stage: Stage) -> None:
    choose(stage.page, 7)
    EmbeddingSpace.objects.update(bands={"edges": {"same": -1.0}})
    stage.page.reload()


@state
def not_what_was_meant(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.locator("[data-missed] button").click()
    stage.page.wait_for_url("**missed=1")


@state
def steps(stage: Stage) -> None:
    choose(stage.page, 7)
    for _ in range(2):
        url = stage.page.url
        stage.page.locator(".card-similar").nth(2).click(force=True)
        expect(stage.page).not_to_have_url(url)


@state
def moved_by_a_mark(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.locator(".card-mark").first.click()
    stage.page.wait_for_selector(".pinned-moved")


@state
def link_to_pass_on(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.locator("[data-share] button").click()
    expect(stage.page.locator("#share-url")).to_be_visible()


@state
def search_that_was_passed_on(stage: Stage) -> None:
    link_to_pass_on(stage)
    stage.page.goto(stage.page.locator("#share-url").input_value())


@state
def search_that_has_ended(stage: Stage) -> None:
    choose(stage.page, 7)
    PhotoQuery.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    stage.page.reload()


@state
def forgotten(stage: Stage) -> None:
    choose(stage.page, 7)
    stage.page.locator("[data-forget] button").last.click()
    stage.page.wait_for_selector(".notice-good")


@state
def being_indexed(stage: Stage) -> None:
    jobs = EmbeddingJob.objects.order_by("pk")
    waiting = list(jobs.values_list("pk", flat=True)[:12])
    EmbeddingJob.objects.filter(pk__in=waiting).update(state=EmbeddingJob.State.PENDING)
    stage.page.reload()
    stage.page.wait_for_selector(".notice")


@state
def product(stage: Stage) -> None:
    stage.page.goto("/p/piece-4/")


@state
def product_sold_out(stage: Stage) -> None:
    stage.page.goto("/p/piece-30/")


@state
def product_zoomed(stage: Stage) -> None:
    stage.page.goto("/p/piece-4/")
    stage.page.locator("[data-zoom]").first.click()
    expect(stage.page.locator("dialog[open]")).to_be_visible()


@state
def product_without_picture(stage: Stage) -> None:
    Product.objects.get(sku="P-4").images.all().delete()
    stage.page.goto("/p/piece-4/")


@state
def product_no_longer_sold(stage: Stage) -> None:
    Product.objects.filter(sku="P-5").update(status=Product.Status.ARCHIVED)
    stage.page.goto("/p/piece-5/")


@state
def section(stage: Stage) -> None:
    stage.page.goto("/c/living/")


@state
def section_filtered(stage: Stage) -> None:
    stage.page.goto("/c/living/?facet_tags=colour:red&price_max=20&category=chairs")


@state
def section_empty(stage: Stage) -> None:
    make_category("Lamps")
    stage.page.goto("/c/lamps/")


@state
def page_that_is_not_there(stage: Stage) -> None:
    stage.page.goto("/nowhere/")


@state
def empty_catalogue(stage: Stage) -> None:
    Product.objects.all().delete()
    stage.page.reload()


@state
def results_of_an_empty_catalogue(stage: Stage) -> None:
    Product.objects.all().delete()
    choose(stage.page, 7)


WITHOUT_SCRIPT = {"refused-without-script"}
# What changes the shop for whoever comes after: these are played last, in this order.
LAST = ("product-without-picture", "product-no-longer-sold", "nothing-very-close", "being-indexed")
VERY_LAST = ("empty-catalogue", "results-of-an-empty-catalogue")


def in_order() -> list[str]:
    """The names of all states, those that change the shop behind those that don't."""
    late = (*LAST, *VERY_LAST)
    return [*(name for name in STATES if name not in late), *late]
