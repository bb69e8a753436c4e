"""Webhooks in a real browser: made, pinged, looked at, on every screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from search.models import Webhook, WebhookDelivery
from search.services import ensure_space, webhooks
from search.webhooks import EVENTS
from tests.admin.test_photos_in_the_browser import violations
from tests.factories import make_product
from tests.webhooks.receivers import Receiver, answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEBHOOKS = reverse("admin:search_webhook_changelist")
ADD = reverse("admin:search_webhook_add")
LOG = reverse("admin:search_webhookdelivery_changelist")


@pytest.fixture
def space() -> Any:
    return ensure_space()


@pytest.fixture
def told(receiver: Receiver) -> Webhook:
    """A webhook that works and one that was disabled, with deliveries of every state."""
    erp = webhooks.create_webhook(url=receiver.url, events=EVENTS, description="The ERP")
    for number in range(6):
        make_product(sku=f"SHOE-{number}")
    webhooks.deliver(seconds=60)
    receiver.behave = lambda handler: answer(
        handler,
        503,
        b"<html><body>The upstream connect error has no end and no blank: " + b"x" * 300,
    )
    make_product(sku="SHOE-FAILING")
    webhooks.deliver(seconds=60)
    make_product(sku="SHOE-GIVEN-UP")
    webhooks.deliver(seconds=60)
    WebhookDelivery.objects.filter(event__data__sku="SHOE-GIVEN-UP").update(
        state="failed", attempts=10, next_attempt_at=None
    )
    lost = webhooks.create_webhook(
        url=f"{receiver.url}/a-rather-long-path/that-goes-on-and-on", events=["product.deleted"]
    )
    Webhook.objects.filter(pk=lost.pk).update(
        enabled=False,
        failing_since=timezone.now() - timedelta(days=6),
        disabled_because="Nothing but failures for 5 days; the last: The answer was 503.",
    )
    return erp


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


def pages(webhook: Webhook) -> list[str]:
    one = WebhookDelivery.objects.get(event__data__sku="SHOE-FAILING")
    return [
        reverse("admin:index"),
        WEBHOOKS,
        ADD,
        reverse("admin:search_webhook_change", args=[webhook.pk]),
        reverse("admin:search_webhook_rotate", args=[webhook.pk]),
        reverse("admin:search_webhook_delete", args=[webhook.pk]),
        LOG,
        reverse("admin:search_webhookdelivery_change", args=[one.pk]),
    ]


def keep_picture(page: Page, name: str) -> None:
    """A picture for people, where LOOKALIKE_SCREENS names a folder."""
    if folder := os.environ.get("LOOKALIKE_SCREENS"):
        page.screenshot(path=Path(folder) / f"webhooks-{name}.png", full_page=True)


def test_a_webhook_is_made_pinged_and_its_ping_looked_at(
    open_admin: Callable[..., Page], receiver: Receiver
):
    page = open_admin(ADD)
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Description").fill("The ERP")
    page.get_by_label("An image can be found by photo").check()
    page.get_by_role("button", name="Save", exact=True).click()
    secret = page.locator(".secret code").inner_text()
    keep_picture(page, "secret")
    assert secret == Webhook.objects.get().secret
    page.reload()
    assert page.get_by_text(secret).count() == 0
    page.get_by_role("button", name="Send a ping").click()
    page.get_by_text("Pending", exact=True).wait_for()
    webhooks.deliver(seconds=60)
    page.get_by_role("link", name="Look again").click()
    page.get_by_text("Delivered", exact=True).wait_for()
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("1 delivery is sent again.").wait_for()
    webhooks.deliver(seconds=60)

    first, second = receiver.events
    assert first == second


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violations(open_admin: Callable[..., Page], told: Webhook, scheme: str):
    for path in pages(told):
        # axe measures with inline styles of its own, which the site's policy would report.
        page = open_admin(path, color_scheme=scheme, bypass_csp=True)
        page.wait_for_load_state("networkidle")
        assert (path, violations(page)) == (path, [])


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_scrolls_sideways(open_admin: Callable[..., Page], told: Webhook, width: int):
    for number, path in enumerate(pages(told)):
        page = open_admin(path, viewport={"width": width, "height": 844})
        keep_picture(page, f"{width}-{number}")
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)
