"""Making and changing webhooks: what is refused, and that secrets stay where they belong."""

from __future__ import annotations

from typing import Any

import pytest

from search.errors import InvalidWebhook, UnknownWebhook
from search.models import Webhook
from search.services import webhooks
from search.services.webhooks import registering
from search.webhooks import EVENTS
from tests.factories import make_product
from tests.webhooks.conftest import make_webhook
from tests.webhooks.receivers import Receiver

pytestmark = pytest.mark.django_db


def refusal(**given: Any) -> tuple[str | None, str]:
    with pytest.raises(InvalidWebhook) as error:
        webhooks.create_webhook(**{"url": "https://erp.example.com/", "events": EVENTS, **given})
    assert not Webhook.objects.exists()
    return error.value.field, error.value.message


def test_events_are_kept_in_their_usual_order_each_once(receiver: Receiver):
    webhook = make_webhook(receiver, "product.deleted", "image.ready", "product.deleted")

    assert webhook.events == ["image.ready", "product.deleted"]
    assert webhook.secret.startswith("whsec_")


def test_a_target_of_this_machine_is_refused_unless_the_operator_says_otherwise(settings: Any):
    settings.WEBHOOK_ALLOWED_PRIVATE = ()

    field, told = refusal(url="https://localhost/")

    assert field == "url"
    assert "which is not a public address" in told


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"url": "ftp://erp.example.com/"}, "url", "must begin with https://"),
        ({"url": "https://a:b@erp.example.com/"}, "url", "user name or a password"),
        ({"url": "https://erp.example.com/#x"}, "url", "holds a #"),
        ({"url": "https://erp.example.com:25/"}, "url", "Port 25 is not for this"),
        ({"url": "https://erp.invalid/"}, "url", "No address is known for the name erp.invalid"),
        ({"url": "erp"}, "url", "must begin with https://"),
        ({"url": "https://bücher.example/"}, "url", "Write it in ASCII"),
        ({"url": "https://127.0.0.1/", "events": []}, "events", "Choose one event at least."),
        ({"url": "https://127.0.0.1/", "events": ["ping"]}, "events", "There is no event ping."),
    ],
)
def test_what_is_refused_says_why(given: dict[str, Any], field: str, told: str):
    found, message = refusal(**given)

    assert found == field
    assert told in message


def test_there_may_be_so_many(receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registering, "MAX_WEBHOOKS", 1)
    make_webhook(receiver)

    with pytest.raises(InvalidWebhook, match="There are 1 webhooks"):
        make_webhook(receiver)


def test_another_address_is_checked_and_the_present_one_is_not(receiver: Receiver, settings: Any):
    webhook = make_webhook(receiver)
    settings.WEBHOOK_ALLOWED_PRIVATE = ()

    changed = webhooks.change_webhook(webhook, url=webhook.url, description="The ERP")
    assert changed.description == "The ERP"

    with pytest.raises(InvalidWebhook):
        webhooks.change_webhook(webhook, url="https://127.0.0.1/")


def test_a_change_leaves_the_workers_columns_alone(receiver: Receiver):
    webhook = make_webhook(receiver)
    make_product()
    webhooks.deliver(seconds=60)

    webhooks.change_webhook(webhook, description="The ERP")

    assert Webhook.objects.get().delivered_count == 1


def test_one_that_was_deleted_meanwhile(receiver: Receiver):
    webhook = make_webhook(receiver)
    webhooks.delete_webhook(webhook)
    webhooks.delete_webhook(webhook)

    with pytest.raises(UnknownWebhook):
        webhooks.change_webhook(webhook, description="x")
    with pytest.raises(UnknownWebhook):
        webhooks.rotate_secret(webhook)


def test_no_word_of_a_webhook_tells_its_secret_or_its_path(receiver: Receiver):
    webhook = make_webhook(receiver)

    for told in (str(webhook), repr(webhook)):
        assert webhook.secret not in told
        assert "/hooks" not in told
