"""webhooks/: making, reading, changing and deleting them, and the log of their deliveries."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from search.models import Webhook, WebhookDelivery
from search.services import webhooks
from search.webhooks import EVENTS
from tests.api.contract import assert_error, assert_fits, schema
from tests.api.keys import with_key
from tests.factories import make_product
from tests.webhooks.receivers import Receiver

WEBHOOKS = "/api/v1/webhooks/"
HOST = "http://testserver"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_machine")]


@pytest.fixture
def admin(client: Client) -> Client:
    return with_key(client, "admin")


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def patch(client: Client, address: str, body: Any) -> Any:
    return client.patch(address, json.dumps(body), content_type="application/json")


def make(receiver: Receiver, *events: str) -> Webhook:
    return webhooks.create_webhook(url=receiver.url, events=events or EVENTS)


def test_a_new_webhook_tells_its_secret_this_once(admin: Client, receiver: Receiver):
    body = {"url": receiver.url, "events": ["image.failed", "image.ready"], "description": "ERP"}
    response = post(admin, WEBHOOKS, body)

    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    answer = response.json()
    assert_fits(answer, "NewWebhookAnswer")
    webhook = Webhook.objects.get()
    assert answer == {
        "id": webhook.pk,
        "url": receiver.url,
        "events": ["image.ready", "image.failed"],
        "description": "ERP",
        "enabled": True,
        "disabled_because": None,
        "failing_since": None,
        "created": webhook.created_at.isoformat().replace("+00:00", "Z"),
        "deliveries": f"{HOST}{WEBHOOKS}{webhook.pk}/deliveries/",
        "secret": webhook.secret,
    }
    one = admin.get(f"{WEBHOOKS}{webhook.pk}/").json()
    assert_fits(one, "Webhook")
    assert one == {name: value for name, value in answer.items() if name != "secret"}
    assert webhook.secret not in admin.get(WEBHOOKS).content.decode()
    changed = patch(admin, f"{WEBHOOKS}{webhook.pk}/", {"enabled": False})
    assert webhook.secret not in changed.content.decode()


def test_the_list_page_by_page(admin: Client, receiver: Receiver):
    made = [make(receiver).pk for _ in range(3)]

    first = admin.get(f"{WEBHOOKS}?k=2").json()
    assert_fits(first, "WebhookList")
    second = admin.get(first["next"]).json()

    assert [each["id"] for each in first["results"] + second["results"]] == made[::-1]
    assert second["next"] is None


def test_a_change_leaves_what_it_does_not_name(admin: Client, receiver: Receiver):
    webhook = make(receiver)

    response = patch(admin, f"{WEBHOOKS}{webhook.pk}/", {"description": "The ERP"})

    assert response.status_code == 200
    assert_fits(response.json(), "Webhook")
    webhook.refresh_from_db()
    assert (webhook.description, webhook.events, webhook.url) == (
        "The ERP",
        list(EVENTS),
        receiver.url,
    )


def test_enabling_it_again_forgets_its_failures(admin: Client, receiver: Receiver):
    webhook = make(receiver)
    Webhook.objects.update(enabled=False, disabled_because="Gone.")
    assert admin.get(f"{WEBHOOKS}{webhook.pk}/").json()["disabled_because"] == "Gone."

    answer = patch(admin, f"{WEBHOOKS}{webhook.pk}/", {"enabled": True}).json()

    assert (answer["enabled"], answer["disabled_because"]) == (True, None)


def test_a_deleted_webhook_is_gone_with_its_log(admin: Client, receiver: Receiver):
    webhook = make(receiver)
    webhooks.ping(webhook)

    assert admin.delete(f"{WEBHOOKS}{webhook.pk}/").status_code == 204

    assert not WebhookDelivery.objects.exists()
    assert_error(admin.delete(f"{WEBHOOKS}{webhook.pk}/"), 404, "unknown_webhook")


def test_a_ping_and_what_came_of_it(admin: Client, receiver: Receiver):
    webhook = make(receiver)

    response = post(admin, f"{WEBHOOKS}{webhook.pk}/ping/")
    assert response.status_code == 202
    assert_fits(response.json(), "Delivery")
    assert response.json()["event"]["type"] == "ping"
    webhooks.deliver(seconds=60)

    log = admin.get(f"{WEBHOOKS}{webhook.pk}/deliveries/").json()
    assert_fits(log, "DeliveryList")
    [delivery] = log["results"]
    assert_fits(delivery, "Delivery")
    [event] = receiver.events
    assert delivery["event"] == event
    assert (delivery["state"], delivery["status"], delivery["attempts"]) == ("delivered", 200, 1)
    assert (delivery["response"], delivery["error"]) == ("thanks", None)


def test_a_delivery_is_sent_again(admin: Client, receiver: Receiver):
    make(receiver, "product.created")
    make_product(sku="SHOE-7")
    webhooks.deliver(seconds=60)
    delivery = WebhookDelivery.objects.get()

    response = post(admin, f"{WEBHOOKS}deliveries/{delivery.pk}/replay/")
    assert response.status_code == 202
    assert_fits(response.json(), "Delivery")
    assert (response.json()["state"], response.json()["attempts"]) == ("pending", 0)
    webhooks.deliver(seconds=60)

    first, second = receiver.events
    assert first == second


def test_the_log_by_state_and_page_by_page(admin: Client, receiver: Receiver):
    webhook = make(receiver, "product.created")
    for _ in range(3):
        make_product()
    webhooks.hand_on()
    ids = list(WebhookDelivery.objects.order_by("-pk").values_list("pk", flat=True))
    WebhookDelivery.objects.filter(pk=ids[1]).update(state="failed")
    log = f"{WEBHOOKS}{webhook.pk}/deliveries/"

    first = admin.get(f"{log}?k=1&state=pending").json()
    second = admin.get(first["next"]).json()

    assert [each["id"] for each in first["results"] + second["results"]] == [ids[0], ids[2]]
    assert second["next"] is None
    [failed] = admin.get(f"{log}?state=failed").json()["results"]
    assert failed["id"] == ids[1]
    assert_error(admin.get(f"{log}?state=lost"), 400, "invalid", "state")
    assert_error(admin.get(f"{log}?k=0"), 400, "invalid", "k")
    assert_error(admin.get(f"{log}?cursor=!"), 400, "invalid", "cursor")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "url"),
        ({"url": "https://127.0.0.1/"}, "invalid", "events"),
        ({"url": "https://127.0.0.1/", "events": []}, "invalid", "events"),
        ({"url": "https://127.0.0.1/", "events": ["ping"]}, "invalid", "events"),
        ({"url": "https://127.0.0.1/", "events": "image.ready"}, "invalid", "events"),
        ({"url": "https://10.0.0.1/", "events": ["image.ready"]}, "invalid", "url"),
        ({"url": "https://169.254.169.254/", "events": ["image.ready"]}, "invalid", "url"),
        ({"url": "file:///etc/passwd", "events": ["image.ready"]}, "invalid", "url"),
        ({"url": "https://a:b@127.0.0.1/", "events": ["image.ready"]}, "invalid", "url"),
        ({"url": 7, "events": ["image.ready"]}, "invalid", "url"),
        ({"secret": "whsec_mine"}, "unknown_field", "secret"),
        ([], "malformed", None),
        ("x", "malformed", None),
    ],
)
def test_what_is_refused(admin: Client, body: Any, code: str, field: str | None):
    assert_error(post(admin, WEBHOOKS, body), 400, code, field)
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "0/"),
        ("get", "99999999999999999999/"),
        ("patch", "5/"),
        ("delete", "5/"),
        ("post", "5/ping/"),
        ("get", "5/deliveries/"),
        ("post", "deliveries/5/replay/"),
        ("post", "deliveries/99999999999999999999/replay/"),
    ],
)
def test_an_id_that_nobody_has(admin: Client, method: str, address: str):
    response = getattr(admin, method)(f"{WEBHOOKS}{address}", content_type="application/json")
    assert_error(response, 404, "unknown_webhook")


def test_the_examples_of_the_schema_can_be_sent(admin: Client, receiver: Receiver):
    paths = schema()["paths"]
    create = paths[WEBHOOKS]["post"]["requestBody"]["content"]["application/json"]
    [example] = create["examples"].values()
    made = post(admin, WEBHOOKS, {**example["value"], "url": receiver.url}).json()
    change = paths[f"{WEBHOOKS}{{webhook_id}}/"]["patch"]["requestBody"]["content"]
    [example] = change["application/json"]["examples"].values()

    answer = patch(admin, f"{WEBHOOKS}{made['id']}/", example["value"]).json()

    assert answer["enabled"] is False


def test_the_schema_tells_what_a_receiver_is_sent(admin: Client, receiver: Receiver):
    sent = schema()["webhooks"]["event"]["post"]["requestBody"]["content"]["application/json"]
    [example] = sent["examples"].values()
    assert_fits(example["value"], "WebhookEvent")

    make(receiver)
    make_product()
    webhooks.deliver(seconds=60)

    assert_fits(receiver.events[0], "WebhookEvent")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "url": anything
        | st.sampled_from(["https://127.0.0.1/", "https://10.0.0.1/", "https://[::1"]),
        "events": anything | st.lists(st.sampled_from([*EVENTS, "ping"])),
        "description": anything,
        "enabled": anything,
        "x": anything,
    },
)


@property_settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=bodies | anything)
def test_any_body_is_answered_or_explained(admin: Client, body: Any):
    response = post(admin, WEBHOOKS, body)

    if response.status_code == 201:
        assert_fits(response.json(), "NewWebhookAnswer")
        Webhook.objects.all().delete()
    else:
        error = response.json()["error"]
        assert_error(response, 400, error["code"], error["field"])
