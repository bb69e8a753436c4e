"""Webhooks of a running shop, and messages that are checked before they are believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike_client import InvalidRequest, NotFound, WrongSignature, verify_webhook
from lookalike_client.answers import Delivery, NewWebhookAnswer, Webhook, WebhookEvent
from search.services import webhooks
from tests.api.keys import make_key
from tests.webhooks.receivers import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

pytestmark = pytest.mark.usefixtures("own_machine")


@pytest.fixture
def admin(running: str, connect: Callable[..., Any]) -> Any:
    return connect(running, make_key("admin")[1])


def test_a_webhook_is_made_changed_and_deleted(admin: Any, receiver: Receiver):
    made = admin.create_webhook(receiver.url, ["image.ready"], description="ERP")

    assert type(made) is NewWebhookAnswer
    assert made.secret.startswith("whsec_")
    assert (made.events, made.description, made.enabled) == (("image.ready",), "ERP", True)
    changed = admin.change_webhook(made.id, enabled=False, events=["product.created"])
    assert type(changed) is Webhook
    assert (changed.enabled, changed.events) == (False, ("product.created",))
    assert changed == admin.webhook(made.id)
    assert admin.delete_webhook(made.id) is None
    with pytest.raises(NotFound):
        admin.webhook(made.id)


def test_one_key_makes_one_webhook(admin: Any, receiver: Receiver):
    first, again = (
        admin.create_webhook(receiver.url, ["image.ready"], idempotency_key="mine")
        for _ in range(2)
    )

    assert again == first
    assert [each.id for each in admin.webhooks()] == [first.id]


def test_all_webhooks_are_one_iteration(admin: Any, receiver: Receiver):
    ids = [admin.create_webhook(receiver.url, ["image.ready"]).id for _ in range(3)]

    assert [each.id for each in admin.webhooks(k=2)] == ids[::-1]
    assert [each.id for each in admin.webhook_page(k=1).results] == ids[2:]


def test_a_place_that_is_none_of_the_shops_business_is_refused(admin: Any):
    with pytest.raises(InvalidRequest) as caught:
        admin.create_webhook("http://169.254.169.254/latest", ["image.ready"])

    assert caught.value.field == "url"


def test_a_message_that_arrives_is_believed_and_logged(admin: Any, receiver: Receiver):
    made = admin.create_webhook(receiver.url, ["image.ready"])
    sent = admin.ping_webhook(made.id)
    webhooks.deliver(seconds=60)

    [message] = receiver.received
    event = verify_webhook(made.secret, message.headers, message.body)

    assert type(event) is WebhookEvent
    assert (event.type, event.data) == ("ping", {})
    [logged] = admin.deliveries(made.id, state="delivered")
    assert type(logged) is Delivery
    assert (logged.id, logged.event, logged.status) == (sent.id, event, 200)
    again = admin.replay(logged.id)
    assert (again.id, again.state, again.event.id) == (sent.id, "pending", event.id)
    assert [each.id for each in admin.delivery_page(made.id).results] == [sent.id]


def signed(**changes: str) -> dict[str, str]:
    """The headers of the specification's own example, signed with SECRET."""
    return {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        **changes,
    }


EXAMPLE = b'{"test": 2432232314}'
FOREVER = 1e12


def test_the_specifications_own_example_is_signed_rightly():
    """Nothing but its shape is refused: it tells of no event."""
    with pytest.raises(Exception, match="message lacks id, type, created, data"):
        verify_webhook([OTHER, SECRET], signed(), EXAMPLE, tolerance=FOREVER)


@pytest.mark.parametrize(
    ("secrets", "headers", "body", "tolerance"),
    [
        (OTHER, signed(), EXAMPLE, FOREVER),
        ([], signed(), EXAMPLE, FOREVER),
        (SECRET, signed(), EXAMPLE + b" ", FOREVER),
        (SECRET, signed(), EXAMPLE, 300),
        (SECRET, signed(**{"Webhook-Id": "msg_2"}), EXAMPLE, FOREVER),
        (SECRET, signed(**{"Webhook-Timestamp": "1614265331"}), EXAMPLE, FOREVER),
        (SECRET, signed(**{"Webhook-Timestamp": "soon"}), EXAMPLE, FOREVER),
        (SECRET, signed(**{"Webhook-Timestamp": "9" * 5000}), EXAMPLE, FOREVER),
        (SECRET, signed(**{"Webhook-Signature": ""}), EXAMPLE, FOREVER),
        (SECRET, {}, EXAMPLE, FOREVER),
    ],
)
def test_any_other_message_is_dropped(
    secrets: Any, headers: dict[str, str], body: bytes, tolerance: float
):
    with pytest.raises(WrongSignature):
        verify_webhook(secrets, headers, body, tolerance=tolerance)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!"])
def test_a_secret_that_is_none_is_told(secret: str):
    with pytest.raises(ValueError, match="secret is"):
        verify_webhook(secret, signed(), EXAMPLE)


@given(st.dictionaries(st.sampled_from(list(signed())), st.text()), st.binary())
def test_no_message_breaks_the_check(headers: dict[str, str], body: bytes):
    with pytest.raises(WrongSignature):
        verify_webhook(SECRET, {**signed(), **headers}, body, tolerance=FOREVER)
