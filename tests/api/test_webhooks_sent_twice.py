"""Idempotency-Key with webhooks: one is made, and its secret lies in one place."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from search.models import IdempotentRequest, Webhook, WebhookDelivery
from search.services import webhooks
from tests.api.conftest import send_json
from tests.api.contract import assert_error, assert_fits
from tests.api.keys import with_key
from tests.webhooks.receivers import Receiver

WEBHOOKS = "/api/v1/webhooks/"
KEY = {"idempotency-key": "key-1"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_machine")]


@pytest.fixture
def admin(client: Client) -> Client:
    return with_key(client, "admin")


@pytest.fixture
def body(receiver: Receiver) -> dict[str, Any]:
    return {"url": receiver.url, "events": ["image.ready"], "description": "Größe"}


def test_who_lost_the_answer_gets_it_again_with_the_secret(admin: Client, body: dict[str, Any]):
    first = send_json(admin.post, WEBHOOKS, body, **KEY)
    again = send_json(admin.post, WEBHOOKS, body, **KEY)

    webhook = Webhook.objects.get()
    assert first.json()["secret"] == webhook.secret
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert again["Cache-Control"] == "no-store"


def test_the_secret_is_not_stored_with_the_answer(admin: Client, body: dict[str, Any]):
    send_json(admin.post, WEBHOOKS, body, **KEY)

    stored = IdempotentRequest.objects.get()
    assert stored.status == 201
    assert Webhook.objects.get().secret not in bytes(stored.body).decode()
    assert "whsec_" not in f"{bytes(stored.body)!r} {vars(stored)}"


def test_a_secret_that_was_changed_is_told_to_nobody(admin: Client, body: dict[str, Any]):
    first = send_json(admin.post, WEBHOOKS, body, **KEY).json()
    webhooks.rotate_secret(Webhook.objects.get())

    changed = send_json(admin.post, WEBHOOKS, body, **KEY)
    admin.delete(f"{WEBHOOKS}{first['id']}/")
    gone = send_json(admin.post, WEBHOOKS, body, **KEY)

    assert [each.status_code for each in (changed, gone)] == [201, 201]
    assert changed.json() == gone.json() == {**first, "secret": None}
    assert_fits(gone.json(), "NewWebhookAnswer")
    assert not Webhook.objects.exists()


def test_nobody_else_gets_it(client: Client, admin: Client, body: dict[str, Any]):
    send_json(admin.post, WEBHOOKS, body, **KEY)

    refused = send_json(with_key(client, "write").post, WEBHOOKS, body, **KEY)
    other = send_json(with_key(client, "admin").post, WEBHOOKS, body, **KEY)

    assert_error(refused, 403, "missing_scope")
    assert "Idempotency-Replayed" not in other
    assert Webhook.objects.count() == 2


def test_a_refusal_is_kept_as_it_is(admin: Client, body: dict[str, Any]):
    first = send_json(admin.post, WEBHOOKS, {**body, "events": []}, **KEY)
    again = send_json(admin.post, WEBHOOKS, {**body, "events": []}, **KEY)

    assert_error(first, 400, "invalid", "events")
    assert (again.status_code, again.content) == (400, first.content)
    corrected = send_json(admin.post, WEBHOOKS, body, **KEY)
    assert_error(corrected, 422, "idempotency_mismatch", "Idempotency-Key")


def test_each_other_write_happens_once_too(admin: Client, body: dict[str, Any]):
    made = send_json(admin.post, WEBHOOKS, body).json()
    own = f"{WEBHOOKS}{made['id']}/"

    def twice(key: str, method: Any, address: str, sent: Any) -> int:
        first, again = (
            send_json(method, address, sent, **{"idempotency-key": key}) for _ in range(2)
        )
        assert again["Idempotency-Replayed"] == "true"
        assert (again.status_code, again.content) == (first.status_code, first.content)
        return int(first.status_code)

    assert twice("ping", admin.post, f"{own}ping/", None) == 202
    delivery = WebhookDelivery.objects.get()
    webhooks.deliver(seconds=60)
    again = f"{WEBHOOKS}deliveries/{delivery.pk}/replay/"
    assert twice("replay", admin.post, again, None) == 202
    assert twice("change", admin.patch, own, {"enabled": False}) == 200
    assert twice("delete", admin.delete, own, None) == 204
