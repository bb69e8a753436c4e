"""Staff who read Chinese meet no English around webhooks, but for names of events and addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from search.models import Webhook, WebhookDelivery
from search.services import webhooks
from search.webhooks import EVENTS, PING
from tests.admin.pages import act
from tests.admin.test_in_chinese import CHINESE, OWN
from tests.english import english_in
from tests.webhooks.receivers import Receiver

# What programs read as well as people: names of events and states, addresses, abbreviations.
NAMES = OWN | frozenset(
    {
        *(word for event in (*EVENTS, PING) for word in event.split(".")),
        *(
            "Webhook",
            "HTTP",
            "HTTPS",
            "ASCII",
            "IP",
            "https",
            "xn",
            "WEBHOOK",
            "ALLOWED",
            "PRIVATE",
        ),
        *("localhost", "ERP", "id", "type", "data", "status", "active", "thanks"),
    }
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(staff: Client, own_machine: None) -> Client:
    staff.defaults["HTTP_ACCEPT_LANGUAGE"] = CHINESE["accept-language"]
    return staff


@pytest.fixture
def webhook(reader: Client, receiver: Receiver) -> Webhook:
    return webhooks.create_webhook(url=receiver.url, events=EVENTS, description="ERP")


def english(response: Any) -> list[str]:
    assert response.status_code == 200
    return english_in(response, names=NAMES)


def page(name: str, *ids: int) -> str:
    return reverse(f"admin:search_{name}", args=ids)


def test_webhooks_and_what_can_be_done_with_one(reader: Client, webhook: Webhook):
    for name in ("change", "rotate", "delete"):
        assert english(reader.get(page(f"webhook_{name}", webhook.pk))) == []
    for name in ("webhook_changelist", "webhook_add", "webhookdelivery_changelist"):
        assert english(reader.get(page(name))) == []
    Webhook.objects.update(enabled=False, disabled_because="接收方已停用。")
    for address in (page("webhook_changelist"), reverse("admin:index")):
        assert english(reader.get(address)) == []


def test_a_new_secret(reader: Client, webhook: Webhook):
    shown = reader.post(page("webhook_rotate", webhook.pk), follow=True)
    secret = Webhook.objects.get().secret
    assert [each for each in english(shown) if each != secret] == []


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://localhost/", "https://a:b@localhost/", "https://localhost/#a", "https://ü/"),
        *("https://localhost:25/", "https://10.0.0.1/"),
    ],
)
def test_refusals(reader: Client, webhook: Webhook, url: str):
    form = {"url": url, "events": ["image.ready"], "enabled": "on", "description": ""}
    left = english(reader.post(page("webhook_add"), form))
    # An example of an address, and the one that was typed.
    assert [each for each in left if "erp.example.com" not in each and each != url] == []


def test_deliveries(reader: Client, receiver: Receiver, webhook: Webhook):
    webhooks.ping(webhook)
    webhooks.deliver(seconds=60)
    delivery = WebhookDelivery.objects.get()
    for response in (
        reader.get(page("webhookdelivery_change", delivery.pk)),
        act(reader, page("webhookdelivery_changelist"), "send_again", delivery),
    ):
        left = english(response)
        # The payload as it was sent.
        assert [each for each in left if str(delivery.event_id) not in each] == []
